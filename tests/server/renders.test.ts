/** Cloud renders over HTTP, before any worker has them: what is told beforehand, asked for, watched, and called off. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newProject } from '#core/document/create.ts';
import type { Project } from '#core/document/project.ts';
import type { AssetHash } from '#core/base/ids.ts';
import { accountAssets } from '#server/services/assets/account-assets.ts';
import { openTrust, type Asker, type Trust } from './harness/trust.ts';

let trust: Trust;
let maker: Asker & { readonly accountId: string };
let other: Asker;

beforeAll(async () => {
  trust = await openTrust({ env: { RENDERS_QUEUED: '12', RENDER_SLOTS: '0' } });
  maker = await trust.person();
  other = await trust.person();
});
afterAll(() => trust.close());

const OUTPUT = {
  codec: 'h264',
  container: 'mp4',
  widthPx: 320,
  heightPx: 180,
  rate: { num: 25, den: 1 },
  bits: 8,
  alpha: false,
  effort: 'full',
  supersample: 1,
  captions: 'none',
};
const wish = (over: object = {}, project: Project = newProject()) => ({
  project,
  grade: 'final',
  output: OUTPUT,
  ...over,
});

interface View {
  readonly id: string;
  readonly state: string;
  readonly version: number;
  readonly error: { readonly code: string } | null;
}

test('a film that is asked for waits, is its maker’s alone, and can be called off', async () => {
  const made = await trust.ask<View>(maker, 'POST', '/api/renders', wish());
  expect(made).toMatchObject({
    status: 201,
    body: { state: 'queued', progress: 0, segments: null, film: null },
  });
  const address = `/api/renders/${made.body.id}`;
  expect(await trust.ask(maker, 'GET', address)).toMatchObject({ status: 200, body: { id: made.body.id } });
  expect(await trust.ask<View[]>(maker, 'GET', '/api/renders')).toMatchObject({
    body: [{ id: made.body.id }],
  });
  for (const [method, path] of [
    ['GET', ''],
    ['GET', '/events'],
    ['POST', '/cancel'],
    ['GET', '/film'],
    ['GET', '/captions'],
  ] as const)
    expect((await trust.ask(other, method, address + path)).status, path).toBe(404);
  expect((await trust.ask(maker, 'GET', `${address}/film`)).status).toBe(409);
  const ended = await trust.ask<View>(maker, 'POST', `${address}/cancel`);
  expect(ended).toMatchObject({ status: 200, body: { state: 'cancelled' } });
  // Once more changes nothing.
  const again = await trust.ask<View>(maker, 'POST', `${address}/cancel`);
  expect(again.body).toMatchObject({ state: 'cancelled', version: ended.body.version });
});

test('under one key an account has one film, however often and however many at once it asks', async () => {
  const ask = async (who: Asker, key: string, body: object) => {
    const answer = await trust.fetch(
      new Request('http://localhost:4400/api/renders', {
        method: 'POST',
        headers: { ...who.headers, 'Content-Type': 'application/json', 'Idempotency-Key': key },
        body: JSON.stringify(body),
      }),
    );
    return { status: answer.status, body: (await answer.json()) as View };
  };
  const asked = wish();
  const [first, second] = await Promise.all([ask(maker, 'k-1', asked), ask(maker, 'k-1', asked)]);
  const third = await ask(maker, 'k-1', asked);
  expect([first, second, third].map(({ status }) => status)).toEqual([201, 201, 201]);
  expect(new Set([first, second, third].map(({ body }) => body.id)).size).toBe(1);
  expect(await ask(maker, 'k-1', { ...asked, grade: 'draft' })).toMatchObject({
    status: 422,
    body: { code: 'invalid-input' },
  });
  const elsewhere = await ask(other, 'k-1', asked);
  expect(elsewhere).toMatchObject({ status: 201 });
  expect(elsewhere.body.id).not.toBe(first.body.id);
  expect(await ask(maker, 'a key with spaces', asked)).toMatchObject({ status: 400 });
  await trust.ask(maker, 'POST', `/api/renders/${first.body.id}/cancel`);
  await trust.ask(other, 'POST', `/api/renders/${elsewhere.body.id}/cancel`);
  // What has ended was still asked for.
  expect((await ask(maker, 'k-1', asked)).body).toMatchObject({ id: first.body.id, state: 'cancelled' });
});

test('events tell each change, go on after what was seen, and end with the render', async () => {
  const made = await trust.ask<View>(maker, 'POST', '/api/renders', wish());
  const address = `http://localhost:4400/api/renders/${made.body.id}/events`;
  const listen = (after?: string) =>
    trust.fetch(
      new Request(address, { headers: { ...maker.headers, ...(after ? { 'Last-Event-ID': after } : {}) } }),
    );
  const stream = await listen();
  expect(stream.headers.get('content-type')).toBe('text/event-stream');
  const told = stream.text();
  // Whoever has seen this state hears of the next one only.
  const late = (await listen(String(made.body.version))).text();
  await new Promise((resolve) => setTimeout(resolve, 50));
  await trust.ask(maker, 'POST', `/api/renders/${made.body.id}/cancel`);
  const states = (text: string) =>
    [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => (JSON.parse(data as string) as View).state);
  // The desk may take it up in between, which is another version of the same state.
  expect([...new Set(states(await told))]).toEqual(['queued', 'cancelled']);
  expect(states(await late).at(-1)).toBe('cancelled');
  const ids = [...(await late).matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
  expect(Math.min(...ids)).toBeGreaterThan(made.body.version);
  // Whoever has seen the end hears that there is no more.
  const end = await trust.ask<View>(maker, 'GET', `/api/renders/${made.body.id}`);
  expect((await listen(String(end.body.version))).status).toBe(204);
  expect(states(await (await listen('1')).text())).toEqual(['cancelled']);
});

test('media that are not here are named, with their sizes', async () => {
  const here = await accountAssets(trust.services.store, maker.accountId).put(new Uint8Array([1, 2, 3]));
  await trust.services.assets.keep(maker.accountId, { hash: here, bytes: 3, mime: 'image/png' });
  const away = 'e'.repeat(64) as AssetHash;
  const base = newProject();
  const media = [here, away].map((hash, i) => ({
    ...{ hash, name: 'logo.png', mime: 'image/png', bytes: 3 + i, kind: 'image' as const },
    ...{ widthPx: 8, heightPx: 8, durationS: null },
  }));
  const project = (asset: AssetHash): Project => ({
    ...base,
    media,
    brand: { ...base.brand, logo: { asset, corner: 'top-left', widthFraction: 0.1 } },
  });
  expect(await trust.ask(maker, 'POST', '/api/renders', wish({}, project(away)))).toMatchObject({
    status: 409,
    body: { code: 'conflict', missing: [{ hash: away, bytes: 4 }] },
  });
  const estimate = await trust.ask(maker, 'POST', '/api/renders/estimate', wish({}, project(away)));
  expect(estimate).toMatchObject({
    status: 200,
    // Nobody works here: how long it takes is not made up.
    body: { missing: [{ hash: away, bytes: 4 }], missingBytes: 4, workers: 0, waitS: null, renderS: null },
  });
  expect(estimate.body).toHaveProperty('quotaLeftS', 7200);
  const made = await trust.ask<View>(maker, 'POST', '/api/renders', wish({}, project(here)));
  expect(made.status).toBe(201);
  await trust.ask(maker, 'POST', `/api/renders/${made.body.id}/cancel`);
});

test('what no film can be is refused in a sentence', async () => {
  for (const [over, sentence, way] of [
    [{ widthPx: 321 }, '321 × 180 pixels', 'even'],
    [{ heightPx: 40_000 }, 'larger than this server', '4096'],
    [{ rate: { num: 1000, den: 1 } }, '1000 frames a second', '120'],
    [{ container: 'webm' }, 'H.264 does not go into webm', 'mp4 or mov'],
    [{ bits: 10 }, 'H.264 has no 10 bits', '8 bits, or for H.265, AV1, ProRes 4444'],
    [{ alpha: true }, 'H.264 cannot have nothing behind', 'ProRes 4444 or VP9'],
    [
      { codec: 'vp9', container: 'webm', alpha: true, bits: 10 },
      'VP9 with nothing behind the presenter has no 10 bits',
      '8 bits, or for ProRes 4444',
    ],
    [{ codec: 'prores4444', container: 'mov', alpha: true }, 'ProRes 4444 has no 8 bits', '10 bits'],
    [
      { codec: 'vp9', container: 'webm', widthPx: 4096, heightPx: 4096, rate: { num: 60, den: 1 } },
      '4K',
      'smaller',
    ],
  ] as const)
    // When it is asked what it would take, before anything is uploaded; and again when it is asked for.
    for (const path of ['/api/renders/estimate', '/api/renders']) {
      const told = await trust.ask(maker, 'POST', path, { ...wish(), output: { ...OUTPUT, ...over } });
      expect(told, JSON.stringify(over)).toMatchObject({
        status: 400,
        body: {
          code: 'invalid-input',
          message: expect.stringContaining(sentence) as string,
          way: expect.stringContaining(way) as string,
        },
      });
    }
});

test('nobody fills the queue for all, and a full queue says when to come back', async () => {
  const crowd = await Promise.all(Array.from({ length: 5 }, () => trust.person()));
  let accepted = 0;
  for (const one of crowd)
    for (let i = 0; i < 4; i++) {
      const answer = await trust.ask<{ message: string }>(one, 'POST', '/api/renders', wish());
      if (answer.status === 201) accepted++;
      // A quarter of twelve is an account's own.
      else if (i === 3 && accepted < 12) expect(answer).toMatchObject({ status: 429 });
      else {
        expect(answer).toMatchObject({ status: 503, body: { code: 'busy' } });
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      }
    }
  expect(accepted).toBe(12);
});
