/**
 * What people name by URL is fetched from the public internet alone. Names are resolved by a resolver of the test's own, the
 * servers are real ones of this machine, and stand where a public address is dialled.
 */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isPublicAddress } from '#server/services/fetch/addresses.ts';
import { safeFetcher, type FetchParts } from '#server/services/fetch/safe-fetch.ts';
import { openTrust } from './harness/trust.ts';
import { hashOf, noisePicture } from './harness/uploads.ts';

const PUBLIC = '93.184.216.34';
const picture = noisePicture(70_000);
const asked: string[] = [];
let server: Server;
let port = 0;

const pages: Record<string, RequestListener> = {
  '/picture.png': (_, answer) => answer.writeHead(200, { 'Content-Type': 'image/png' }).end(picture),
  '/page': (_, answer) => answer.writeHead(200, { 'Content-Type': 'text/html' }).end('<p>secret</p>'),
  '/lies.png': (_, answer) =>
    answer.writeHead(200, { 'Content-Type': 'image/png' }).end('<html>not at all</html>'),
  '/missing': (_, answer) => answer.writeHead(404, { 'Content-Type': 'image/png' }).end(),
  '/packed': (_, answer) =>
    answer.writeHead(200, { 'Content-Type': 'image/png', 'Content-Encoding': 'gzip' }).end('x'),
  '/endless': (_, answer) => {
    answer.writeHead(200, { 'Content-Type': 'image/png' });
    const more = () => void (answer.destroyed || answer.write(picture, more));
    more();
  },
  '/cut': (_, answer) => {
    answer.writeHead(200, { 'Content-Type': 'image/png', 'Content-Length': '90000' });
    answer.write(picture, () => answer.destroy());
  },
  '/silent': () => {},
  '/trickle': (_, answer) => void answer.writeHead(200, { 'Content-Type': 'image/png' }).write('\x89'),
};

beforeAll(async () => {
  server = createServer((request, answer) => {
    asked.push(`${request.headers.host} ${request.url}`);
    const to = new URL(request.url ?? '/', 'http://x').searchParams.get('to');
    if (to !== null) answer.writeHead(302, { Location: to }).end('https://elsewhere');
    else (pages[request.url ?? ''] ?? pages['/missing'])?.(request, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => new Promise((resolve) => (server.close(resolve), server.closeAllConnections())));

const names: Record<string, readonly string[]> = {
  'public.test': [PUBLIC],
  'other.test': ['2606:4700::1111'],
  'inside.test': ['10.0.0.5'],
  'both.test': [PUBLIC, '127.0.0.1'],
  'metadata.test': ['169.254.169.254'],
};
const dialled: string[] = [];
const parts: Partial<FetchParts> = {
  resolve: (name) => {
    const found = names[name];
    return found ? Promise.resolve(found) : Promise.reject(new Error('ENOTFOUND'));
  },
  dial: (address) => {
    dialled.push(address);
    return { host: '127.0.0.1', port };
  },
  times: { answerMs: 400, silenceMs: 200, wholeMs: 3_000 },
};
const fetchSafely = safeFetcher(parts);
const limits = { maxBytes: 100_000, types: ['image/'] };
const read = async (url: string, fetcher = fetchSafely) => {
  const { body } = await fetcher(url, limits);
  const all = [];
  for await (const piece of body) all.push(piece);
  return Buffer.concat(all);
};

describe('an address is public or it is not', () => {
  test.each([
    '1.1.1.1',
    PUBLIC,
    '172.15.0.1',
    '172.32.0.1',
    '100.63.255.255',
    '100.128.0.1',
    '2606:4700::1111',
    '2a00::1',
  ])('%s is', (address) => expect(isPublicAddress(address)).toBe(true));
  test.each([
    ...[
      '0.0.0.0',
      '10.1.2.3',
      '100.64.0.1',
      '100.100.100.200',
      '127.0.0.1',
      '127.255.255.254',
      '169.254.169.254',
    ],
    ...[
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '192.0.0.192',
      '192.0.2.1',
      '198.18.0.1',
      '203.0.113.9',
    ],
    ...['168.63.129.16', '224.0.0.1', '240.0.0.1', '255.255.255.255', '1.1.1', '1.1.1.1:80', 'localhost', ''],
    ...[
      '::',
      '::1',
      '::ffff:10.0.0.1',
      '::ffff:1.1.1.1',
      '::ffff:7f00:1',
      '::127.0.0.1',
      '64:ff9b::7f00:1',
      '64:ff9b::101:101',
    ],
    ...[
      '64:ff9b:1::1',
      '100::1',
      'fc00::1',
      'fd00:ec2::254',
      'fe80::1',
      'fe80::1%eth0',
      '2606:4700::1%eth0',
      'fec0::1',
      'ff02::1',
    ],
    ...['2001::1', '2001:20::1', '2001:db8::1', '2002:7f00:1::1', '3fff::1', '5f00::1'],
  ])('%s is not', (address) => expect(isPublicAddress(address)).toBe(false));
});

test('a file of the public web is fetched, from the very address that was looked at', async () => {
  dialled.length = asked.length = 0;
  let looks = 0;
  // A name that is public when it is looked at, and loopback ever after.
  const rebinding = safeFetcher({
    ...parts,
    resolve: () => Promise.resolve(looks++ === 0 ? [PUBLIC] : ['127.0.0.1']),
  });
  expect(hashOf(await read('http://public.test/picture.png', rebinding))).toBe(hashOf(picture));
  expect(looks).toBe(1);
  expect(dialled).toEqual([PUBLIC]);
  expect(asked).toEqual(['public.test /picture.png']);
});

test('a redirect is followed to where one may go, and no further', async () => {
  const to = (where: string) => `http://public.test/?to=${encodeURIComponent(where)}`;
  expect(hashOf(await read(to('http://other.test/picture.png')))).toBe(hashOf(picture));
  expect(dialled.at(-1)).toBe('2606:4700::1111');
  expect(hashOf(await read(to('/picture.png')))).toBe(hashOf(picture));
  dialled.length = 0;
  const forbidden = [
    'http://inside.test/',
    'http://127.0.0.1/',
    'http://[::1]/',
    'http://metadata.test/latest',
    'file:///etc/passwd',
    'http://public.test:8080/',
  ];
  for (const where of forbidden)
    await expect(read(to(where)), where).rejects.toMatchObject({ code: 'refused' });
  expect(new Set(dialled)).toEqual(new Set([PUBLIC]));
  await expect(read(to('http://public.test/?to=/%3Fto=x'.repeat(1)))).rejects.toMatchObject({
    code: 'network',
  });
  await expect(read(`http://public.test/?to=${encodeURIComponent('?to=?to')}`)).rejects.toMatchObject({
    code: 'network',
  });
});

test.each([
  'http://inside.test/picture.png',
  'http://both.test/picture.png',
  'http://metadata.test/latest/meta-data',
  'http://nowhere.test/',
  'http://127.0.0.1/',
  'http://2130706433/',
  'http://0x7f.1/',
  'http://017700000001/',
  'http://[::ffff:127.0.0.1]/',
  'http://[64:ff9b::a00:5]/',
  'http://public.test:22/',
  'http://me:word@public.test/',
  'ftp://public.test/x',
  'gopher://public.test/x',
  'data:image/png;base64,AAAA',
  'file:///etc/passwd',
])('%s is not asked', async (url) => {
  dialled.length = 0;
  await expect(read(url)).rejects.toMatchObject({ code: 'refused' });
  expect(dialled).toEqual([]);
});

test.each([
  ['/page', 'unsupported-media'],
  ['/packed', 'unsupported-media'],
  ['/missing', 'network'],
  ['/cut', 'network'],
  ['/silent', 'network'],
  ['/trickle', 'network'],
  ['/endless', 'too-large'],
])('%s ends as %s, in its time', async (path, code) => {
  await expect(read(`http://public.test${path}`)).rejects.toMatchObject({ code });
});

test('a certificate is asked for where the address is secure', async () => {
  await expect(read('https://public.test/picture.png')).rejects.toMatchObject({ code: 'network' });
});

test('by address a picture comes into an account, and a page does not', async () => {
  const trust = await openTrust({ fetchSafely, env: { ACCOUNT_STORAGE_MB: '2', ASSET_MB: '1' } });
  try {
    const person = await trust.person();
    const bring = (path: string) =>
      trust.ask<{ hash: string; code: string }>(person, 'POST', '/api/assets/import', {
        url: `http://public.test${path}`,
      });
    const brought = await bring('/picture.png');
    expect(brought).toMatchObject({
      status: 201,
      body: { hash: hashOf(picture), bytes: picture.length, mime: 'image/png' },
    });
    const answer = await trust.fetch(
      new Request(`http://localhost:4400/api/assets/${brought.body.hash}`, { headers: person.headers }),
    );
    expect(hashOf(new Uint8Array(await answer.arrayBuffer()))).toBe(hashOf(picture));
    expect(await bring('/page')).toMatchObject({ status: 415 });
    expect(await bring('/lies.png')).toMatchObject({ status: 415 });
    expect(await bring('/cut')).toMatchObject({ status: 502, body: { code: 'network' } });
    const keys = [];
    for await (const key of trust.services.store.list(`accounts/${person.accountId}/`)) keys.push(key);
    expect(keys).toHaveLength(1);
    expect(await trust.ask(person, 'GET', '/api/assets')).toMatchObject({
      body: { usedBytes: picture.length },
    });
  } finally {
    await trust.close();
  }
});
