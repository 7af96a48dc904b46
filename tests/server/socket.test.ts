/**
 * The API on a real socket, where requests are of the adapter's own kind and may come slowly: an account is made, and
 * known by its cookie; and who sends a body byte by byte holds up neither others nor, for long, the server.
 */
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { createServer } from '#server/app.ts';
import { limitBody, listen, newRouter, type Listening } from '#server/http.ts';
import { QUIET } from '#server/logger.ts';
import { MOST_AT_ONCE, MOST_AT_ONCE_FOR_ONE } from '#server/services/limits.ts';
import { openTrust, ORIGIN } from './harness/trust.ts';

const PLACE = {
  buildFolder: mkdtempSync(join(tmpdir(), 'orator-build-')),
  version: 'test',
  compress: false,
} as const;
writeFileSync(join(PLACE.buildFolder, 'index.html'), '<head></head>');

test('someone makes an account over a socket, and is known from then on', async () => {
  const trust = await openTrust();
  const server = await listen({ fetch: trust.fetch }, { host: '127.0.0.1', port: 0 });
  try {
    const made = await fetch(`${server.address}/api/auth/sign-up/email`, {
      method: 'POST',
      headers: { Origin: ORIGIN, 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'Ada', email: 'ada@example.com', password: 'correct horse battery' }),
    });
    expect(made.status).toBe(200);
    const cookie = made.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    const me = await fetch(`${server.address}/api/me`, { headers: { Cookie: cookie } });
    expect(me.status).toBe(200);
    expect(await me.json()).toMatchObject({ account: { via: 'session' } });
    const session = await fetch(`${server.address}/api/auth/get-session`, { headers: { Cookie: cookie } });
    expect(await session.json()).toMatchObject({ user: { email: 'ada@example.com' } });
  } finally {
    await server.stop(0);
    await trust.close();
  }
});

/** Opens a connection and sends the beginning of a request whose body never comes whole. */
async function halfARequest({ host, port }: Listening, path: string, from: string): Promise<Socket> {
  const socket = connect(port, host);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(
    [
      `POST ${path} HTTP/1.1`,
      `Host: ${host}`,
      `X-Forwarded-For: ${from}`,
      'Content-Type: application/json',
      'Content-Length: 100',
      '',
      '{',
    ].join('\r\n'),
  );
  return socket;
}

test('one machine that sends bodies byte by byte holds up nobody else', async () => {
  const trust = await openTrust();
  const person = await trust.person();
  const server = await listen({ fetch: trust.fetch }, { host: '127.0.0.1', port: 0 });
  const sockets: Socket[] = [];
  const ask = async (from: string, path = '/api/me') => {
    const answer = await fetch(server.address + path, {
      headers: { ...person.headers, 'X-Forwarded-For': from },
    });
    await answer.arrayBuffer();
    return answer.status;
  };
  try {
    for (let i = 0; i < MOST_AT_ONCE + 10; i++)
      sockets.push(await halfARequest(server, '/api/consent-links/look', '203.0.113.9'));
    // It has as many places as one may have, and finds the door shut; nobody else does.
    await expect.poll(() => ask('203.0.113.9')).toBe(503);
    expect(await ask('203.0.113.10')).toBe(200);
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => ask('203.0.113.9'), { timeout: 10_000 }).toBe(200);
    expect(MOST_AT_ONCE_FOR_ONE).toBeLessThan(MOST_AT_ONCE);
  } finally {
    for (const socket of sockets) socket.destroy();
    await server.stop(0);
    await trust.close();
  }
}, 60_000);

test('a body that does not come in time is given up, and what waited for it fails', async () => {
  const router = newRouter();
  const ended: string[] = [];
  router.use('*', limitBody(1000, { graceMs: 100, bytesPerS: 1000 }));
  router.post('/slow', async (c) => {
    await c.req.text().then(
      () => ended.push('read'),
      () => ended.push('failed'),
    );
    return c.text('done');
  });
  const server = await listen(router, { host: '127.0.0.1', port: 0 });
  try {
    const socket = await halfARequest(server, '/slow', 'anyone');
    let said = '';
    socket.setEncoding('utf8').on('data', (text: string) => (said += text));
    await once(socket, 'close');
    expect(said).toMatch(/^HTTP\/1\.1 408 /);
    expect(said).toContain('did not arrive in time');
    await expect.poll(() => ended).toEqual(['failed']);
    const whole = await fetch(`${server.address}/slow`, { method: 'POST', body: 'x'.repeat(100) });
    expect([whole.status, await whole.text()]).toEqual([200, 'done']);
  } finally {
    await server.stop(0);
  }
});

/** Says so much over a socket of its own, as written. @returns what is answered */
async function spoken({ host, port }: Listening, ...lines: readonly string[]): Promise<string> {
  const socket = connect(port, host);
  socket.write([...lines.slice(0, 1), `Host: ${host}`, 'Connection: close', ...lines.slice(1)].join('\r\n'));
  let answer = '';
  for await (const piece of socket) answer += String(piece);
  return answer;
}

test('a body without a length is counted as it comes, and none at all is none', async () => {
  const router = newRouter();
  router.use('*', limitBody(10));
  router.delete('/', (c) => c.body(null, 204));
  router.post('/', async (c) => c.text(`said ${await c.req.text()}`));
  const server = await listen(
    { fetch: (request, env) => router.fetch(request, env) },
    { host: '127.0.0.1', port: 0 },
  );
  const chunked = (text: string) =>
    spoken(
      server,
      ...['POST / HTTP/1.1', 'Transfer-Encoding: chunked', '', text.length.toString(16), text, '0', '', ''],
    );
  try {
    // As Chromium sends it; other clients add a length of nothing.
    expect(await spoken(server, 'DELETE / HTTP/1.1', '', '')).toMatch(/^HTTP\/1.1 204/);
    expect(await spoken(server, 'DELETE / HTTP/1.1', 'Content-Length: 0', '', '')).toMatch(/^HTTP\/1.1 204/);
    expect(await chunked('ten bytes.')).toContain('said ten bytes.');
    expect(await chunked('eleven byte')).toMatch(/^HTTP\/1.1 413/);
  } finally {
    await server.stop(0);
  }
});

/** A server on a socket, and all that it tells its log and its metrics. */
async function overheard() {
  const lines: { readonly fields: object; readonly what: string }[] = [];
  const error = (fields: object, what: string): void => void lines.push({ fields, what });
  const trust = await openTrust({ log: { ...QUIET, error } });
  const app = createServer({ ...PLACE, services: trust.services });
  const server = await listen(app, { host: '127.0.0.1', port: 0 });
  return {
    ...{ trust, server, lines },
    async [Symbol.asyncDispose]() {
      await server.stop(0);
      await trust.close();
    },
  };
}

test('who is gone in the middle of a request is no fault of the server', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  await using heard = await overheard();
  const { server, lines, trust } = heard;
  const route = 'POST /api/consent-links/look HTTP/1.1';
  for (const rest of [
    ['Content-Length: 100', '', '{"tok'],
    ['Transfer-Encoding: chunked', '', '5', '{"tok'],
  ]) {
    const socket = connect(server.port, server.host);
    socket.write([route, 'Host: a', 'Content-Type: application/json', ...rest].join('\r\n'));
    socket.end();
    socket.resume();
    await once(socket, 'close');
  }
  const counted = async () =>
    [...(await trust.services.metrics.text()).matchAll(/_seconds_count\{.*status="(\d+)"\} (\d+)/g)].map(
      ([, status, times]) => [status, times],
    );
  await expect.poll(counted).toEqual([['400', '2']]);
  expect([lines, said.mock.calls]).toEqual([[], []]);
  said.mockRestore();
});

test('what nobody foresaw is a line of the log, with the id that the caller was told', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  await using heard = await overheard();
  heard.trust.services.trustLog.head = () => Promise.reject(new Error('ada@example.com'));
  const answer = await fetch(`${heard.server.address}/api/log/head`);
  expect(answer.status).toBe(500);
  const requestId = answer.headers.get('x-request-id');
  expect(heard.lines).toEqual([
    { what: 'unforeseen', fields: expect.objectContaining({ requestId, error: 'Error' }) as object },
  ]);
  expect(JSON.stringify(heard.lines)).not.toContain('ada@');
  expect(said).not.toHaveBeenCalled();
  said.mockRestore();
});

test('requests are counted by the route that answered, under the whole server as well', async () => {
  await using heard = await overheard();
  const { address } = heard.server;
  for (const path of ['/log/head', '/renders/dead', '/renders/abc', '/auth/get-session', '/nothing', '/keys'])
    await (await fetch(`${address}/api${path}`)).arrayBuffer();
  const text = await heard.trust.services.metrics.text();
  const routes = [...text.matchAll(/_seconds_count\{route="([^"]+)"/g)].map(([, route]) => route);
  expect(routes.toSorted()).toEqual([
    ...['/api/*', '/api/auth/*', '/api/keys', '/api/log/head', '/api/renders/:id', '/api/renders/dead'],
  ]);
});
