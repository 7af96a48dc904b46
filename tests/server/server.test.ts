/** The server over real HTTP, on a made-up build folder: what it serves, how, and what it never gives away. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createServer } from '#server/app.ts';
import { listen, newRouter, type Listening } from '#server/http.ts';
import { parseRange } from '#server/services/app-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'orator-build-'));
const script = 'console.log("a line that compresses well");\n'.repeat(200);
const policy = "default-src 'self'; script-src 'self' 'sha256-abc='";
let server: Listening;

beforeAll(async () => {
  mkdirSync(join(folder, 'build', '_app', 'immutable'), { recursive: true });
  const put = (name: string, text: string | Uint8Array) => writeFileSync(join(folder, 'build', name), text);
  put('index.html', `<head><meta http-equiv="content-security-policy" content="${policy}"></head>shell`);
  put('_app/immutable/app.abc123.js', script);
  put('core.wasm', new Uint8Array([0, 97, 115, 109]));
  put('service-worker.js', 'self.skipWaiting()');
  put('ünder score.txt', 'accents');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  symlinkSync(join(folder, 'secret.txt'), join(folder, 'build', 'link.txt'));
  server = await listen(
    createServer({ buildFolder: join(folder, 'build'), version: '9.9.9', compress: true }),
    {
      host: '127.0.0.1',
      port: 0,
    },
  );
});
afterAll(async () => {
  await server.stop(0);
  rmSync(folder, { recursive: true });
});

const get = (path: string, init?: RequestInit) => fetch(server.address + path, init);

/** Sends the path as it stands; fetch would tidy it up first. */
function rawStatus(path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    httpRequest({ host: '127.0.0.1', port: server.port, path }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

test('without services nobody issues receipts, and whoever asks is told so', async () => {
  for (const name of ['keys', 'revocations']) {
    const answer = await get(`/.well-known/orator/${name}.json`);
    expect([answer.status, await answer.json()]).toEqual([200, null]);
  }
});

test('the shell is served at the root and for every page of the app', async () => {
  for (const path of ['/', '/studio', '/deep/er/page?x=1']) {
    const answer = await get(path, { headers: { Accept: 'text/html' } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('Content-Type')).toBe('text/html; charset=utf-8');
    expect(await answer.text()).toContain('shell');
  }
});

test('what is not there is 404, not the shell', async () => {
  const probe = '/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200';
  for (const path of ['/missing.js', '/_app/immutable/gone', '/api/nothing', probe])
    expect((await get(path)).status).toBe(404);
  expect((await get('/picture', { headers: { Accept: 'image/png' } })).status).toBe(404);
  expect(await (await get('/api/nothing')).json()).toMatchObject({ code: 'not-found' });
});

test('every answer is isolated and carries the policy of the page', async () => {
  for (const path of ['/', '/core.wasm', '/api/health', '/missing.js']) {
    const { headers } = await get(path);
    expect(headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin');
    expect(headers.get('Cross-Origin-Embedder-Policy')).toBe('require-corp');
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('Content-Security-Policy')).toBe(`${policy}; frame-ancestors 'none'`);
  }
});

test('wasm is served as wasm, or browsers compile it the slow way', async () => {
  expect((await get('/core.wasm')).headers.get('Content-Type')).toBe('application/wasm');
});

test('hashed files are kept for good, everything else is asked for again', async () => {
  expect((await get('/_app/immutable/app.abc123.js')).headers.get('Cache-Control')).toContain('immutable');
  for (const path of ['/', '/service-worker.js', '/core.wasm'])
    expect((await get(path)).headers.get('Cache-Control')).toBe('no-cache');
});

test('a file that has not changed is not sent again', async () => {
  const etag = (await get('/core.wasm')).headers.get('ETag') ?? '';
  const again = await get('/core.wasm', { headers: { 'If-None-Match': etag } });
  expect([again.status, await again.text()]).toEqual([304, '']);
});

describe('ranges', () => {
  const range = (header: string, extra: Record<string, string> = {}) =>
    get('/_app/immutable/app.abc123.js', { headers: { Range: header, ...extra } });

  test('a part is sent as asked', async () => {
    const answer = await range('bytes=5-9');
    expect([answer.status, await answer.text()]).toEqual([206, script.slice(5, 10)]);
    expect(answer.headers.get('Content-Range')).toBe(`bytes 5-9/${script.length}`);
  });
  test('the tail is sent as asked', async () => {
    expect(await (await range('bytes=-7')).text()).toBe(script.slice(-7));
  });
  test('a part beyond the end is refused', async () => {
    const answer = await range(`bytes=${script.length}-`);
    expect([answer.status, answer.headers.get('Content-Range')]).toEqual([416, `bytes */${script.length}`]);
  });
  test('a part of another version is not mixed in', async () => {
    expect((await range('bytes=5-9', { 'If-Range': '"other"' })).status).toBe(200);
  });
  test.each([
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=3-', { start: 3, end: 9 }],
    ['bytes=3-99', { start: 3, end: 9 }],
    ['bytes=-99', { start: 0, end: 9 }],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=5-2', null],
    ['bytes=1-2,4-5', null],
    ['lines=1-2', null],
    [null, null],
  ])('%s of ten bytes', (header, wanted) => {
    expect(parseRange(header, 10)).toEqual(wanted);
  });
});

test('text is compressed for those who take it, and unpacks to the same', async () => {
  const bytes = await new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = [];
    const path = '/_app/immutable/app.abc123.js';
    httpRequest(
      { host: '127.0.0.1', port: server.port, path, headers: { 'Accept-Encoding': 'gzip, br' } },
      (answer) => {
        expect(answer.headers['content-encoding']).toBe('br');
        expect(answer.headers.vary).toBe('Accept-Encoding');
        answer
          .on('data', (chunk: Buffer) => chunks.push(chunk))
          .on('end', () => resolve(Buffer.concat(chunks)));
      },
    )
      .on('error', reject)
      .end();
  });
  expect(bytes.length).toBeLessThan(script.length / 10);
  expect(brotliDecompressSync(bytes).toString()).toBe(script);
});

test('HEAD tells the length and sends nothing; other methods are turned away', async () => {
  const head = await get('/core.wasm', { method: 'HEAD' });
  expect([head.status, head.headers.get('Content-Length'), await head.text()]).toEqual([200, '4', '']);
  for (const method of ['POST', 'PUT', 'DELETE']) expect((await get('/', { method })).status).toBe(405);
});

test('HEAD lets go of what GET would have read on', async () => {
  const extra = newRouter();
  let left = false;
  const endless = () =>
    new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1000)),
      cancel: () => void (left = true),
    });
  extra.get('/film', () => new Response(endless(), { headers: { 'Content-Length': '5000' } }));
  const buildFolder = join(folder, 'build');
  const other = await listen(createServer({ buildFolder, version: '9.9.9', compress: false, extra }), {
    host: '127.0.0.1',
    port: 0,
  });
  try {
    const head = await fetch(`${other.address}/film`, { method: 'HEAD' });
    expect([head.status, head.headers.get('Content-Length')]).toEqual([200, '5000']);
    expect(left).toBe(true);
  } finally {
    await other.stop(0);
  }
});

test('no path leads out of the build folder', async () => {
  const ways = [
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/_app/../../secret.txt',
    '/..%5csecret.txt',
    '/link.txt',
    '/%00secret.txt',
  ];
  for (const path of ways) expect([path, await rawStatus(path)]).toEqual([path, 404]);
  expect(await rawStatus('/%E0%A4%A')).toBe(404);
});

test('names in other alphabets are found', async () => {
  expect(await (await get('/%C3%BCnder%20score.txt')).text()).toBe('accents');
});

test('health tells the version', async () => {
  expect(await (await get('/api/health')).json()).toEqual({ ok: true, name: 'orator', version: '9.9.9' });
});

test('a taken port is passed over, and no port at all is a sentence', async () => {
  const router = newRouter();
  const next = await listen(router, { host: '127.0.0.1', port: server.port, tries: 20 });
  expect(next.port).toBeGreaterThan(server.port);
  await expect(listen(router, { host: '127.0.0.1', port: server.port })).rejects.toMatchObject({
    code: 'invalid-input',
    message: expect.stringContaining('taken') as string,
  });
  await next.stop(0);
});

test('stopping lets an answer under way end', async () => {
  const router = newRouter();
  router.get('/slow', async () => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    return new Response('whole');
  });
  const slow = await listen(router, { host: '127.0.0.1', port: 0 });
  const answer = fetch(`${slow.address}/slow`);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await slow.stop();
  expect(await (await answer).text()).toBe('whole');
  await expect(fetch(`${slow.address}/slow`)).rejects.toThrow();
});

test('a folder without a built app is a sentence', () => {
  expect(() => createServer({ buildFolder: join(folder, 'nowhere'), version: '', compress: false })).toThrow(
    /no built app/,
  );
});
