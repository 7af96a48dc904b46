/**
 * What is another's is not there, though it is: every route of the document that names an object is asked, by every role,
 * for one that exists and is somebody else's, with a request that would hold together. New routes are held to this the
 * moment they are declared: who declares one over a new kind of object says here how one is made.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AssetHash } from '#core/base/ids.ts';
import { sha256Hex } from '#core/base/hashing.ts';
import { newProject } from '#core/document/create.ts';
import { ruleOf } from '#server/openapi.ts';
import { assetKey } from '#server/services/assets/account-assets.ts';
import { HINTS, PERSON, PICTURE, PLATE, wishOf } from './harness/consent.ts';
import { askFor, filmOf, freshWords } from './harness/renders/films.ts';
import { openTrust, type Asker, type Trust } from './harness/trust.ts';

let trust: Trust;
let ada: Awaited<ReturnType<Trust['person']>>;
/** What is Ada's, by what stands before it in an address. */
let things: Readonly<Record<string, string>>;

beforeAll(async () => {
  trust = await openTrust({ env: { REQUESTS_PER_MINUTE: '100000' } });
  ada = await trust.person();
  const make = async (path: string, body: object, headers: Readonly<Record<string, string>> = {}) => {
    const who = { ...ada, headers: { ...ada.headers, ...headers } };
    const answer = await trust.ask<{ id: string; caseId: string | null }>(who, 'POST', path, body);
    expect([200, 201], `${path}: ${JSON.stringify(answer.body)}`).toContain(answer.status);
    return answer.body;
  };
  const [words] = filmOf(['I will find you and I will kill you and your family tonight.']).scenes;
  const verdict = await make('/api/moderation/verdicts', { project: { ...newProject(), scenes: [words] } });
  const disputed = await make(`/api/moderation/verdicts/${verdict.id}/dispute`, {});
  const hash = await sha256Hex(PICTURE);
  await trust.services.store.put(assetKey(ada.accountId, hash), PICTURE);
  await trust.services.assets.keep(ada.accountId, { hash, bytes: PICTURE.length, mime: 'image/png' });
  const length = String(BYTES.length);
  const metadata = `sha256 ${Buffer.from(await sha256Hex(BYTES)).toString('base64')}`;
  things = {
    consents: (await make('/api/consents', await wishOf())).id,
    'moderation/verdicts': verdict.id,
    cases: disputed.caseId ?? '',
    permits: (await make('/api/permits', { project: newProject(), grade: 'final' })).id,
    renders: (await askFor(trust, ada, filmOf(freshWords(1)))).id,
    assets: hash,
    uploads: (await make('/api/uploads', {}, { 'Upload-Length': length, 'Upload-Metadata': metadata })).id,
  };
});
afterAll(() => trust.close());

const hex = 'f'.repeat(64) as AssetHash;
const BYTES = new TextEncoder().encode('some bytes');
/** What a request needs beside its address, so that it is not refused for its form. */
const SENT: Readonly<Record<string, { body?: unknown; headers?: Readonly<Record<string, string>> }>> = {
  'PUT /api/consents/{id}/parts/{part}': { body: PICTURE },
  'POST /api/consents/{id}/start': { body: HINTS },
  'PUT /api/consents/{id}/chunks/{index}': { body: BYTES, headers: { 'X-Chain-Before': hex } },
  'POST /api/consents/{id}/finish': { body: { chunks: 1, chainHead: hex } },
  'PUT /api/cases/{id}/source': { body: BYTES },
  'POST /api/cases/{id}/appeal': { body: { words: 'It was a play.' } },
  'PATCH /api/uploads/{id}': {
    body: BYTES,
    headers: { 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' },
  },
};

interface Operation {
  readonly name: string;
  readonly method: string;
  /** Of Ada's. */
  readonly address: string;
}

async function operations(): Promise<readonly Operation[]> {
  const { body } = await trust.ask<{ paths: Record<string, Record<string, object>> }>(
    ada,
    'GET',
    '/api/openapi.json',
  );
  return Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([lower, operation]) => {
      const access = ruleOf(operation)?.access;
      if (!path.includes('{') || access === 'reviewer' || access === 'admin') return [];
      const method = lower.toUpperCase();
      const kind = /^\/api\/(.*?)\/\{/.exec(path)?.[1] ?? '';
      const thing = things[kind];
      if (!thing) throw new Error(`${method} ${path}: nothing of that kind is made here`);
      const address = path
        .replace('{index}', '0')
        .replace('{part}', 'picture')
        .replace(/\{[^}]+\}/, thing);
      return [{ name: `${method} ${path}`, method, address }];
    }),
  );
}

const ask = (who: Asker, { name, method, address }: Operation) => {
  const { body, headers = {} } = SENT[name] ?? {};
  return trust.ask({ ...who, headers: { ...who.headers, ...headers } }, method, address, body);
};

/** All that Ada sees of what is hers. */
async function seen(): Promise<string> {
  const answers: unknown[] = [];
  for (const path of ['consents', 'cases', 'renders', 'assets'])
    answers.push((await trust.ask(ada, 'GET', `/api/${path}`)).body);
  for (const kind of ['consents', 'moderation/verdicts', 'permits', 'renders', 'uploads']) {
    const answer = await trust.ask(ada, 'GET', `/api/${kind}/${things[kind]}`);
    expect(answer.status, kind).toBe(200);
    answers.push(answer.body);
  }
  expect((await trust.ask(ada, 'GET', `/api/assets/${things['assets']}`)).status).toBe(200);
  // How often the server itself has looked at a film that waits, is nobody's doing.
  return JSON.stringify(answers, (key, value: unknown) =>
    key === 'version' || key === 'usedAt' ? 0 : value,
  );
}

test('no role reaches, by its id, what is another’s, and all of it stays as it is', async () => {
  const before = await seen();
  const founder = await trust.person();
  await trust.ask(founder, 'POST', '/api/auth/organization/create', { name: 'Us', slug: 'us-too' });
  const strangers = {
    member: await trust.person(),
    founder,
    reviewer: await trust.person('reviewer'),
    admin: await trust.person('admin'),
  };
  const all = await operations();
  expect(all.length).toBeGreaterThan(20);
  for (const [name, who] of Object.entries(strangers))
    for (const operation of all) {
      const { status, body } = await ask(who, operation);
      // Of files one says that one has none of that content, which is so.
      const wanted = operation.name === 'DELETE /api/assets/{hash}' ? 204 : 404;
      expect(status, `${operation.name} as ${name}: ${JSON.stringify(body).slice(0, 200)}`).toBe(wanted);
    }
  expect(await seen()).toBe(before);
}, 120_000);

test('with the very same requests their owner is not told that they are not there', async () => {
  // What streams for good, needs what is not made yet, or was never sent, is left out: it is asked for elsewhere.
  const elsewhere = /\/(events|film|captions|source|finish|chunks\/\{index\})$|^DELETE \/api\/uploads/;
  const order = (name: string) => (name.startsWith('GET') ? 0 : name.startsWith('DELETE') ? 2 : 1);
  // Of a presenter's parts one stands in the addresses; the recording begins when all are there.
  for (const [part, bytes] of Object.entries({ person: PERSON, plate: PLATE }))
    await trust.ask(ada, 'PUT', `/api/consents/${things['consents']}/parts/${part}`, bytes);
  const all = [...(await operations())].sort((a, b) => order(a.name) - order(b.name));
  for (const operation of all) {
    if (elsewhere.test(operation.name)) continue;
    const { status, body } = await ask(ada, operation);
    expect(status, `${operation.name}: ${JSON.stringify(body).slice(0, 200)}`).not.toBe(404);
    expect(status, operation.name).not.toBe(400);
  }
}, 120_000);
