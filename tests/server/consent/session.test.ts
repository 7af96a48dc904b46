/**
 * A consent over its real routes: prompts told when they are due, chunks taken only as they were recorded, and what comes
 * of it. Each attack that needs no camera is refused for its own reason.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeChallenge } from '#core/policy/consent/make-challenge.ts';
import { CHECKS } from '#core/policy/consent/checks.ts';
import { readReceipt } from '#core/policy/consent/receipt.ts';
import { verifyReceipt } from '#core/policy/consent/verify.ts';
import { verifyEd25519 } from '#shared/ed25519.ts';
import {
  BLIND,
  HINTS,
  openConsentTrust,
  PERSON,
  PICTURE,
  PLATE,
  Recorder,
  saying,
  someBytes,
  UNSEEN,
  wishOf,
  type ConsentTrust,
  type PromptsView,
  type View,
} from '../harness/consent.ts';
import { NOBODY, type Asker } from '../harness/trust.ts';

/** Vitest’s own matchers are of type any. */
const like = (pattern: RegExp): unknown => expect.stringMatching(pattern);
const [A_TEXT, A_NUMBER, A_DATE] = [String, Number, Date].map((type): unknown => expect.any(type));

let trust: ConsentTrust;
let person: Asker & { readonly accountId: string };
let said: Parameters<typeof saying>[0] = {};
beforeAll(async () => {
  trust = await openConsentTrust({
    checks: () => [...saying(), asked],
    env: { CONSENTS_PER_DAY: '1000', REQUESTS_PER_MINUTE: '100000' },
  });
  person = await trust.person();
});
afterAll(() => trust.close());
beforeEach(() => (said = {}));
/** Says of some checks what the test of the moment wants; the last word counts. */
const asked: ReturnType<typeof saying>[number] = {
  answers: [],
  run: () =>
    Promise.resolve(
      Object.entries(said ?? {}).map(([check, outcome]) => ({
        check: check as 'codes',
        outcome,
        score: 0,
        threshold: 0.5,
        unit: 'test',
        reason: `${check}: ${outcome}.`,
      })),
    ),
};

/** What the person's way is ended by: a sentence, and the state the session is in from then on. */
async function refusedFor(recorder: Recorder, answer: { status: number; body: unknown }, reason: RegExp) {
  expect(answer).toMatchObject({ status: 403, body: { code: 'refused' } });
  expect((answer.body as { message: string }).message).toMatch(reason);
  const view = await recorder.view();
  expect(view).toMatchObject({ state: 'refused', receipt: null, link: null });
  expect(view.results).toMatchObject([{ check: 'chunks', outcome: 'failed' }]);
  expect(view.results[0]?.reason).toMatch(reason);
}

describe('a session', () => {
  test('recorded to its end and passing every check is granted, with a receipt that anyone can verify', async () => {
    const recorder = await Recorder.started(trust, person);
    const view = await recorder.decided();
    expect(view.results.map(({ outcome }) => outcome)).toEqual(Array(CHECKS.length).fill('passed'));
    expect(view).toMatchObject({ state: 'granted', link: like(/\/consent#[\w-]{43}$/) });
    const receipt = readReceipt(view.receipt);
    if (!receipt) throw new Error('no receipt');
    expect(receipt.evidence.recording).toBe(recorder.chain);
    const keys = await trust.services.publisher.keys();
    const revocations = await trust.services.publisher.revocations();
    const at = new Date(trust.clock.now()).toISOString();
    expect(verifyReceipt(receipt, { keys, revocations }, at, verifyEd25519)).toMatchObject({ valid: true });
  });

  test('prompts are told one by one when they are due, and never before', async () => {
    const recorder = await Recorder.begin(trust, person);
    const early = await recorder.ask<PromptsView>('GET', 'prompts');
    expect(early.body).toMatchObject({ shown: [], nextAtMs: null });
    await recorder.sendParts();
    const { body } = await recorder.ask<PromptsView>('POST', 'start', HINTS);
    expect(body.shown).toMatchObject([{ kind: 'code', index: 0, forMs: A_NUMBER }]);
    let [known, next] = [1, body.nextAtMs];
    const words: string[] = [...(body.shown[0]?.words ?? [])];
    while (next !== null) {
      trust.clock.pass(next - (await recorder.ask<PromptsView>('GET', 'prompts')).body.nowMs - 1);
      const before = (await recorder.ask<PromptsView>('GET', 'prompts')).body;
      expect(before.shown.length, 'a moment before').toBe(known);
      trust.clock.pass(1);
      const now = (await recorder.ask<PromptsView>('GET', 'prompts')).body;
      expect(now.shown.length).toBe(++known);
      words.push(...(now.shown.at(-1)?.words ?? []));
      next = now.nextAtMs;
    }
    expect(new Set(words).size, 'no word twice').toBe(words.length);
    expect(words.length).toBeGreaterThanOrEqual(12);
  });

  test('one failed check refuses with its sentence, one doubt opens a case for a person', async () => {
    said = { 'same-face': 'failed' };
    const refused = await (await Recorder.started(trust, person)).decided();
    expect(refused).toMatchObject({ state: 'refused', receipt: null });
    said = { 'real-camera': 'unsure' };
    const doubted = await (await Recorder.started(trust, person)).decided();
    expect(doubted).toMatchObject({ state: 'person', receipt: null });
    const reviewer = await trust.person('reviewer');
    const waiting = await trust.ask<readonly { id: string; subjectId: string }[]>(
      reviewer,
      'GET',
      '/api/reviews',
    );
    const found = waiting.body.find(({ subjectId }) => subjectId === doubted.id);
    const seen = await trust.ask<{ content: unknown; consent: { results: unknown[] } }>(
      reviewer,
      'GET',
      `/api/reviews/${found?.id}`,
    );
    expect(seen.body.content).toBeNull();
    expect(seen.body.consent.results).toContainEqual(
      expect.objectContaining({ check: 'real-camera', outcome: 'unsure' }),
    );
    const decided = await trust.services.database.transaction((queries) =>
      trust.services.consents.decide(queries, doubted.id, true),
    );
    expect(decided).toBe(true);
    const after = await trust.ask<View>(person, 'GET', `/api/consents/${doubted.id}`);
    expect(after.body).toMatchObject({ state: 'granted', receipt: { id: A_TEXT } });
  });

  test('a chunk sent again is answered as it was, and changes nothing', async () => {
    const recorder = await Recorder.started(trust, person);
    const first = await recorder.second();
    await recorder.second();
    trust.clock.pass(700);
    const again = await recorder.put(
      0,
      recorder.sent[0]?.before ?? '',
      recorder.sent[0]?.bytes ?? someBytes(0),
    );
    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(await recorder.decided()).toMatchObject({ state: 'granted' });
  });

  test('it survives a restart: what was being checked is checked by the next process', async () => {
    const recorder = await Recorder.started(trust, person);
    await recorder.rest();
    // This process is as if it were dead: its checks never end.
    const { consentRepository } = await import('#server/repositories/consent.ts');
    await consentRepository(trust.services.database.queries).change(recorder.id, {
      state: 'checking',
      leaseUntil: new Date(trust.clock.now() + 1000),
    });
    trust.clock.pass(2000);
    // The same database, another judge.
    const { openConsents } = await import('#server/services/consent/consents.ts');
    const other = openConsents({
      ...trust.services,
      usage: trust.services.repositories.usage,
      secret: 'x'.repeat(32),
      random: () => 0,
      challenge: makeChallenge,
      decoder: BLIND,
      checks: () => Promise.resolve({ list: saying(), pictures: UNSEEN }),
    });
    await expect.poll(async () => (await recorder.view()).state, { timeout: 10_000 }).toBe('granted');
    await other.close();
  });
});

describe('refused for its own reason', () => {
  test('chunks reordered', async () => {
    const recorder = await Recorder.started(trust, person);
    await recorder.second();
    await refusedFor(recorder, await recorder.put(2, recorder.chain, someBytes(2)), /missing or reordered/);
  });
  test('a chunk altered after it was sent', async () => {
    const recorder = await Recorder.started(trust, person);
    await recorder.second();
    const altered = await recorder.put(0, recorder.sent[0]?.before ?? '', someBytes(99));
    await refusedFor(recorder, altered, /second time, with other bytes/);
  });
  test('a chunk that follows another than the last', async () => {
    const recorder = await Recorder.started(trust, person);
    await recorder.second();
    const answer = await recorder.put(1, recorder.sent[0]?.before ?? '', someBytes(1));
    await refusedFor(recorder, answer, /does not follow/);
  });
  test('chunks withheld, then sent', async () => {
    const recorder = await Recorder.started(trust, person);
    for (let i = 0; i < 5; i++) await recorder.second();
    trust.clock.pass(11_000);
    await refusedFor(recorder, await recorder.second(), /too late to count as live/);
  });
  test('a film that is older than the session: it comes faster than it could be recorded', async () => {
    const recorder = await Recorder.started(trust, person);
    for (let i = 0; i < 4; i++) expect((await recorder.second(someBytes(i), 100)).status).toBe(200);
    await recorder.rest();
    trust.clock.pass(3600);
    const view = await recorder.decided();
    expect(view).toMatchObject({ state: 'refused', receipt: null });
    // Nothing else was looked at: whoever recorded it is not kept waiting for that.
    expect(view.results).toMatchObject([{ check: 'chunks', reason: like(/older than the session/) }]);
  });
  test('everything that comes after the end', async () => {
    const recorder = await Recorder.started(trust, person);
    await recorder.rest();
    // The rest ends up to a second and the way behind the last prompt, whose time is drawn by lot.
    for (let i = 0; i < 10; i++) expect((await recorder.second()).status).toBe(200);
    trust.clock.pass(3000);
    await refusedFor(recorder, await recorder.second(), /after the session was over/);
  });
  test('another recording than the one that arrived', async () => {
    const recorder = await Recorder.started(trust, person);
    await recorder.rest();
    const answer = await recorder.finish({ chainHead: 'f'.repeat(64) });
    await refusedFor(recorder, answer, /not the one that was made/);
  });
  test('the chunks of an earlier session: their chain begins elsewhere', async () => {
    const first = await Recorder.started(trust, person);
    await first.rest();
    const replay = await Recorder.started(trust, person);
    trust.clock.pass(1000);
    const [chunk] = first.sent;
    if (!chunk) throw new Error('nothing was sent');
    await refusedFor(replay, await replay.put(0, chunk.before, chunk.bytes), /does not follow/);
  });
  test('an end before everything was asked', async () => {
    const recorder = await Recorder.started(trust, person);
    for (let i = 0; i < 10; i++) await recorder.second();
    expect(await recorder.finish()).toMatchObject({
      status: 400,
      body: { message: like(/before everything/) },
    });
  });
  test('a clock that is started twice', async () => {
    const recorder = await Recorder.started(trust, person);
    expect(await recorder.ask('POST', 'start', HINTS)).toMatchObject({ status: 409 });
  });
  test('more bytes than a camera makes', async () => {
    const recorder = await Recorder.started(trust, person);
    trust.clock.pass(200);
    const big = new Uint8Array(1_900_000);
    expect((await recorder.put(0, recorder.chain, new Uint8Array(2_200_000))).status).toBe(413);
    const { chainNext } = await import('#core/policy/consent/chain.ts');
    let [chain, status] = [recorder.chain, 200];
    for (let i = 0; i < 4 && status === 200; i++) {
      status = (await recorder.put(i, chain, big)).status;
      chain = await chainNext(chain, big);
    }
    expect(status).toBe(413);
  });
});

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
    const { serverPermit } = await import('#server/database/schema/work.ts');
    const { eq } = await import('#server/database/drizzle.ts');
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
