/** The app's own sender against the real server, over a line that breaks: nothing is sent twice but what was lost. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { uploadAsset } from '#lib/api/uploads.ts';
import type { AssetHash } from '#core/base/ids.ts';
import { hashOf, noisePicture } from './harness/uploads.ts';
import { openTrust, ORIGIN, type Asker, type Trust } from './harness/trust.ts';

let trust: Trust;
let person: Asker;
beforeAll(async () => {
  trust = await openTrust();
  person = await trust.person();
});
afterAll(() => trust.close());

type Fault = (request: Request, count: number) => Promise<Response> | null;
const signal = new AbortController().signal;

/** As a page's fetch: relative addresses, and the cookie of who is signed in. */
function line(fault: Fault = () => null) {
  let [parts, partBytes] = [0, 0];
  const send = async (path: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const headers = { ...(init?.headers as Record<string, string>), ...person.headers };
    const request = new Request(ORIGIN + String(path), { ...init, headers });
    if (request.method !== 'PATCH') return (await fault(request, parts)) ?? trust.fetch(request);
    parts++;
    partBytes += Number((init?.body as Uint8Array | undefined)?.byteLength ?? 0);
    return (await fault(request, parts)) ?? trust.fetch(request);
  };
  return { send: send, sentBytes: () => partBytes, parts: () => parts };
}
const upload = (file: Uint8Array<ArrayBuffer>, send: typeof fetch, news: boolean[] = []) =>
  uploadAsset(hashOf(file) as AssetHash, new Blob([file]), {
    ...{ signal, send, waitMs: () => 1 },
    onNews: ({ waiting }) => void news.push(waiting),
  });
const there = async (file: Uint8Array) => {
  const asked = await trust.ask<{ missing: string[] }>(person, 'POST', '/api/assets/missing', {
    hashes: [hashOf(file)],
  });
  return asked.body.missing.length === 0;
};

test('a file goes up in parts that grow, and once it is there nothing more is sent', async () => {
  const file = noisePicture(2_000_000);
  const first = line();
  await upload(file, first.send);
  expect(await there(file)).toBe(true);
  expect(first.sentBytes()).toBe(file.length);
  const second = line();
  await upload(file, second.send);
  expect(second.parts()).toBe(0);
});

test('a network that goes, a server that is busy, and a damaged part cost that part alone', async () => {
  const file = noisePicture(1_500_000);
  const news: boolean[] = [];
  const broken = line((request, count) => {
    if (request.method !== 'PATCH') return null;
    if (count === 2) return Promise.reject(new TypeError('network'));
    if (count === 3) return Promise.resolve(new Response('a proxy says no', { status: 502 }));
    if (count === 4) {
      const headers = new Headers(request.headers);
      headers.set('Upload-Checksum', `sha256 ${btoa('x'.repeat(32))}`);
      return request
        .arrayBuffer()
        .then((body) => trust.fetch(new Request(request.url, { method: 'PATCH', headers, body })));
    }
    // It came, and its answer was lost.
    if (count === 5) return trust.fetch(request).then(() => Promise.reject(new TypeError('network')));
    return null;
  });
  await upload(file, broken.send, news);
  expect(await there(file)).toBe(true);
  expect(news).toContain(true);
  expect(news.at(-1)).toBe(false);
  // Three were lost on their way; what came was not sent again.
  expect(broken.sentBytes()).toBeLessThanOrEqual(file.length + 3 * 512 * 1024);
});

test('what will not change by waiting is told at once', async () => {
  const page = new TextEncoder().encode('<html></html>');
  await expect(upload(page, line().send)).rejects.toMatchObject({ code: 'unsupported-media' });
  const out = line(() =>
    Promise.resolve(Response.json({ code: 'signed-out', message: 'Sign in.' }, { status: 401 })),
  );
  await expect(upload(noisePicture(70_000), out.send)).rejects.toMatchObject({ code: 'signed-out' });
});

test('it stops when it is told to, and goes on from there another time', async () => {
  const file = noisePicture(1_200_000);
  const stop = new AbortController();
  const first = line();
  await expect(
    uploadAsset(hashOf(file) as AssetHash, new Blob([file]), {
      ...{ signal: stop.signal, send: first.send, waitMs: () => 1 },
      onNews: ({ sentBytes }) => void (sentBytes > 0 && stop.abort()),
    }),
  ).rejects.toMatchObject({ code: 'cancelled' });
  const second = line();
  await upload(file, second.send);
  expect(second.sentBytes()).toBeLessThan(file.length);
  expect(await there(file)).toBe(true);
});
