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
  Recorder,
  saying,
  someBytes,
  UNSEEN,
  type ConsentTrust,
  type PromptsView,
  type View,
} from '../harness/consent.ts';
import type { Asker } from '../harness/trust.ts';

/** Vitest’s own matchers are of type any. */
const like = (pattern: RegExp): unknown => expect.stringMatching(pattern);
const [A_TEXT, A_NUMBER] = [String, Number].map((type): unknown => expect.any(type));

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
