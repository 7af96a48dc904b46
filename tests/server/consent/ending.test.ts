/** Whose a consent is, how it is taken back, and what is kept of it for how long: over its real routes. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readReceipt } from '#core/policy/consent/receipt.ts';
import { verifyReceipt } from '#core/policy/consent/verify.ts';
import { eq } from '#server/database/drizzle.ts';
import { serverPermit } from '#server/database/schema/work.ts';
import { verifyEd25519 } from '#shared/ed25519.ts';
import {
  HINTS,
  openConsentTrust,
  PERSON,
  PICTURE,
  PLATE,
  Recorder,
  saying,
  someBytes,
  wishOf,
  type ConsentTrust,
  type View,
} from '../harness/consent.ts';
import { NOBODY, type Asker } from '../harness/trust.ts';

/** Vitest’s own matchers are of type any. */
const like = (pattern: RegExp): unknown => expect.stringMatching(pattern);
const [A_TEXT, A_DATE] = [String, Date].map((type): unknown => expect.any(type));

let trust: ConsentTrust;
let person: Asker & { readonly accountId: string };
beforeAll(async () => {
  trust = await openConsentTrust({
    checks: saying,
    env: { CONSENTS_PER_DAY: '1000', REQUESTS_PER_MINUTE: '100000' },
  });
  person = await trust.person();
});
afterAll(() => trust.close());

describe('whose it is', () => {
  test('a foreign session does not exist for anyone else, by any of its routes', async () => {
    const recorder = await Recorder.started(trust, person);
    const other = await trust.person();
    const path = `/api/consents/${recorder.id}`;
    for (const [method, route, json] of [
      ['GET', ''],
      ['GET', '/prompts'],
      ['PUT', '/parts/picture', PICTURE],
      ['POST', '/start', HINTS],
      ['POST', '/finish', { chunks: 1, chainHead: 'a'.repeat(64) }],
      ['POST', '/withdraw'],
      ['DELETE', '/media'],
    ] as const)
      for (const [who, status] of [
        [other, 404],
        [NOBODY, 401],
      ] as const)
        expect((await trust.ask(who, method, path + route, json)).status, `${method} ${route}`).toBe(status);
    const chunk = { ...other, headers: { ...other.headers, 'X-Chain-Before': recorder.chain } };
    expect((await trust.ask(chunk, 'PUT', `${path}/chunks/0`, someBytes(0))).status).toBe(404);
    expect((await trust.ask<{ consents: View[] }>(other, 'GET', '/api/consents')).body.consents).toEqual([]);
    expect((await recorder.second()).status).toBe(200);
  });

  test('nobody consents with their own photo to a presenter that was made of another', async () => {
    const recorder = await Recorder.begin(trust, person);
    const answer = await recorder.ask('PUT', 'parts/picture', new TextEncoder().encode('my own photo'));
    expect(answer).toMatchObject({
      status: 403,
      body: { message: like(/not the film or photo/) },
    });
    expect(await recorder.ask('POST', 'start', HINTS)).toMatchObject({ status: 400 });
  });

  test('nor to one that draws another picture than its photo: what is drawn has to be sent too, and be it', async () => {
    const recorder = await Recorder.begin(trust, person);
    expect((await recorder.ask('PUT', 'parts/picture', PICTURE)).status).toBe(200);
    expect((await recorder.ask('PUT', 'parts/plate', PLATE)).status).toBe(200);
    // The photo again in place of the cut-out whose hash the presenter has.
    expect((await recorder.ask('PUT', 'parts/person', PICTURE)).status).toBe(403);
    expect((await recorder.ask('PUT', 'parts/film', PICTURE)).status).toBe(404);
    expect(await recorder.ask('POST', 'start', HINTS)).toMatchObject({
      status: 400,
      body: { message: like(/not here yet/) },
    });
    expect((await recorder.ask('PUT', 'parts/person', PERSON)).status).toBe(200);
    expect((await recorder.ask('POST', 'start', HINTS)).status).toBe(200);
  });

  test('a consent for too long, for nothing, or in a language without words is refused', async () => {
    const scope = { uses: ['own-films'], languages: ['en'], until: '2050-01-01T00:00:00.000Z' };
    const begin = async (over: object) =>
      (await trust.ask(person, 'POST', '/api/consents', { ...(await wishOf()), ...over })).status;
    expect(await begin({ scope })).toBe(400);
    expect(await begin({ scope: { ...scope, until: '2033-01-01T00:00:00.000Z', uses: [] } })).toBe(400);
    expect(await begin({ language: 'xx' })).toBe(400);
    // What nothing holds to yet is not asked of anyone, though receipts given before may name it.
    for (const use of ['localize', 'personalize'])
      expect(await begin({ scope: { ...scope, until: '2033-01-01T00:00:00.000Z', uses: [use] } })).toBe(400);
  });
});

describe('taken back', () => {
  test('by one link without an account: permits end, the receipt is on the list, the film is gone', async () => {
    const view = await (await Recorder.started(trust, person)).decided();
    const { database, store } = trust.services;
    const at = new Date(trust.clock.now());
    await database.queries.insert(serverPermit).values({
      id: `permit-${view.id}`,
      accountId: person.accountId,
      projectId: 'p',
      projectHash: 'h',
      grade: 'final',
      receiptIds: ['other', view.receiptId ?? ''],
      issuedAt: at,
      until: at,
    });
    const token = view.link?.split('#')[1];
    expect(await trust.ask(NOBODY, 'POST', '/api/consent-links/look', { token })).toMatchObject({
      status: 200,
      body: { state: 'granted', presenterName: 'Ada', mediaDeletedAt: null },
    });
    const none = await trust.ask(NOBODY, 'POST', '/api/consent-links/look', { token: 'A'.repeat(43) });
    expect(none.status).toBe(404);
    for (let twice = 0; twice < 2; twice++)
      expect(await trust.ask(NOBODY, 'POST', '/api/consent-links/withdraw', { token })).toMatchObject({
        status: 200,
        body: { state: 'withdrawn', revokedAt: A_TEXT, mediaDeletedAt: A_TEXT },
      });
    const [permit] = await database.queries
      .select()
      .from(serverPermit)
      .where(eq(serverPermit.id, `permit-${view.id}`));
    expect(permit).toMatchObject({
      endedAt: A_DATE,
      endReason: like(/taken back their consent/),
    });
    const receipt = readReceipt(view.receipt);
    if (!receipt) throw new Error('no receipt');
    const trusted = {
      keys: await trust.services.publisher.keys(),
      revocations: await trust.services.publisher.revocations(),
    };
    expect(
      verifyReceipt(receipt, trusted, new Date(trust.clock.now()).toISOString(), verifyEd25519),
    ).toMatchObject({ valid: false, fault: 'revoked' });
    const left: string[] = [];
    for await (const key of store.list(`accounts/${person.accountId}/consent/${view.id}/`)) left.push(key);
    expect(left).toEqual([]);
  });

  test('while it is recorded: it ends, and its film is gone', async () => {
    const recorder = await Recorder.started(trust, person);
    await recorder.second();
    const answer = await recorder.ask<View>('POST', 'withdraw');
    expect(answer.body).toMatchObject({ state: 'withdrawn', mediaDeletedAt: A_TEXT });
    expect((await recorder.second()).status).toBe(409);
  });
});

describe('what is kept', () => {
  test('the raw film goes after its days, or sooner when it is asked for, and the log says so', async () => {
    const granted = await (await Recorder.started(trust, person)).decided();
    const sooner = await (await Recorder.started(trust, person)).decided();
    const kept = async (id: string) => {
      const keys: string[] = [];
      for await (const key of trust.services.store.list(`accounts/${person.accountId}/consent/${id}/`))
        keys.push(key);
      return keys.length;
    };
    // How long a session lasts, and so how many chunks it has, is chance.
    const whole = await kept(granted.id);
    expect(whole).toBeGreaterThan(10);
    expect(await kept(sooner.id)).toBeGreaterThan(10);
    const before = (await trust.services.trustLog.head())?.size ?? 0;
    const answer = await trust.ask<View>(person, 'DELETE', `/api/consents/${sooner.id}/media`);
    expect(answer.body).toMatchObject({ state: 'granted', mediaDeletedAt: A_TEXT });
    expect(await kept(sooner.id)).toBe(0);
    const [written] = await trust.services.trustLog.entries(before, 1);
    const entry = new TextDecoder().decode(written?.body);
    expect(entry).toMatch(/deletion.*"what":"recording"/);
    expect(entry).not.toContain(sooner.id);

    trust.clock.pass(29 * 86_400_000);
    await trust.services.consents.sweep();
    expect(await kept(granted.id)).toBe(whole);
    trust.clock.pass(2 * 86_400_000);
    await trust.services.consents.sweep();
    expect(await kept(granted.id)).toBe(0);
    const later = await trust.services.consents.get(person.accountId, granted.id);
    expect(later.row).toMatchObject({ state: 'granted', mediaDeletedAt: A_DATE });
  });

  test('what was begun and left goes within the hour', async () => {
    const recorder = await Recorder.started(trust, person);
    await recorder.second();
    trust.clock.pass(2 * 3_600_000);
    await trust.services.consents.sweep();
    const { row } = await trust.services.consents.get(person.accountId, recorder.id);
    expect(row).toMatchObject({ state: 'expired', mediaDeletedAt: A_DATE });
  });
});
