/**
 * What a reviewer sees beside a case: the recording of a consent and what the presenter was made from. Only who may decide
 * it sees them, a look is logged before it is had, nothing is approved unseen, and what was sent goes with the case.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256Hex } from '#core/base/hashing.ts';
import type { AssetHash } from '#core/base/ids.ts';
import { newProject } from '#core/document/create.ts';
import type { PhotoPresenter, Project } from '#core/document/project.ts';
import { UNCONSENTED } from '#core/document/likeness.ts';
import { stretchOf } from '#server/routes/evidence.ts';
import { assetKey } from '#server/services/assets/account-assets.ts';
import { mediaTypeOf } from '#server/services/media-type.ts';
import {
  openConsentTrust,
  PERSON,
  PLATE,
  Recorder,
  saying,
  someBytes,
  type ConsentTrust,
} from './harness/consent.ts';
import { NOBODY, type Asker } from './harness/trust.ts';

let trust: ConsentTrust;
let doubt = false;
beforeAll(async () => {
  trust = await openConsentTrust({
    checks: () => [...saying(), doubting],
    env: { REQUESTS_PER_MINUTE: '100000', CONSENTS_PER_DAY: '1000' },
  });
});
afterAll(() => trust.close());

/** The last word of a check counts. */
const doubting: ReturnType<typeof saying>[number] = {
  answers: [],
  run: () =>
    Promise.resolve(
      doubt
        ? [
            {
              check: 'real-camera',
              outcome: 'unsure',
              score: 0,
              threshold: 0.5,
              unit: 'test',
              reason: 'In doubt.',
            },
          ]
        : [],
    ),
};
const hash = (digit: string) => digit.repeat(64) as AssetHash;
const WEBM_HEAD = Uint8Array.from([0x1a, 0x45, 0xdf, 0xa3]);
const clipStart = () => Uint8Array.from([...WEBM_HEAD, ...someBytes(0)]);
let made = 0;
/** A photo of its own each time: a PNG by its first bytes. */
function photo(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...someBytes(++made)]);
}
const partsOf = async (picture: Uint8Array<ArrayBuffer>) => ({
  kind: 'photo' as const,
  fit: hash('a'),
  picture: await sha256Hex(picture),
  person: await sha256Hex(PERSON),
  plate: await sha256Hex(PLATE),
});

/** Recorded to its end; what comes of it is what the checks say. */
async function recorded(who: Asker, picture: Uint8Array<ArrayBuffer>) {
  const recorder = await Recorder.begin(trust, who, { presenter: await partsOf(picture) });
  await recorder.sendParts(picture);
  const { body } = await recorder.ask<{ endsAtMs: number }>('POST', 'start', {
    cameraLabel: '',
    settings: {},
    webdriver: false,
  });
  recorder.endsAtMs = body.endsAtMs;
  await recorder.second(clipStart());
  return { view: await recorder.decided(), sent: recorder.sent };
}

interface CaseView {
  readonly id: string;
  readonly subjectId: string;
  readonly kind: string;
  readonly films: Record<'clip' | 'source' | 'drawn', { type: string; bytes: number } | null> | null;
  readonly consent: { asked: { what: string }[] } | null;
  readonly sources: readonly { hash: string; sent: boolean }[];
}

async function waitingCase(reviewer: Asker, subjectId: string): Promise<string> {
  const { body } = await trust.ask<readonly CaseView[]>(reviewer, 'GET', '/api/reviews');
  return body.find((found) => found.subjectId === subjectId)?.id ?? 'none';
}
const look = (who: Asker, id: string, what: string, range?: string) =>
  trust.fetch(
    new Request(`http://localhost:4400/api/reviews/${id}/${what}`, {
      headers: { ...who.headers, ...(range === undefined ? {} : { Range: range }) },
    }),
  );
const bytesOf = async (answer: Response) => new Uint8Array(await answer.arrayBuffer());
const decide = (who: Asker, id: string, outcome: string) =>
  trust.ask<{ message: string }>(who, 'POST', `/api/reviews/${id}/decision`, {
    outcome,
    reason: 'As I see it.',
  });
async function newestEntries(from: number): Promise<string> {
  const size = (await trust.services.trustLog.head())?.size ?? 0;
  const entries = await trust.services.trustLog.entries(from, size - from);
  return entries.map(({ body }) => new TextDecoder().decode(body)).join('\n');
}
const logSize = async () => (await trust.services.trustLog.head())?.size ?? 0;

describe('a consent in doubt', () => {
  test('is watched with its photo by a reviewer, in stretches, into no cache, and the look is logged once', async () => {
    doubt = true;
    const [person, reviewer] = [await trust.person(), await trust.person('reviewer')];
    const picture = photo();
    const { view, sent } = await recorded(person, picture);
    expect(view.state).toBe('person');
    const whole = Uint8Array.from(sent.flatMap(({ bytes }) => [...bytes]));
    const id = await waitingCase(reviewer, view.id);
    const { body: detail } = await trust.ask<CaseView>(reviewer, 'GET', `/api/reviews/${id}`);
    expect(detail.films).toMatchObject({
      clip: { type: 'video/webm', bytes: whole.length },
      source: { type: 'image/png', bytes: picture.length },
      drawn: { type: 'image/png', bytes: PERSON.length },
    });
    expect(detail.consent?.asked.some(({ what }) => what.startsWith('To say: '))).toBe(true);

    expect(await decide(reviewer, id, 'approved')).toMatchObject({
      status: 409,
      body: { message: 'You have not looked at all the films of this case.' },
    });
    const before = await logSize();
    const all = await look(reviewer, id, 'clip');
    expect(all.status).toBe(200);
    expect(Object.fromEntries(all.headers)).toMatchObject({
      'content-type': 'video/webm',
      'cache-control': 'no-store',
      'accept-ranges': 'bytes',
      'content-length': String(whole.length),
    });
    expect(await bytesOf(all)).toEqual(whole);
    // Across chunks: the first has 404 bytes, those after it 400.
    const part = await look(reviewer, id, 'clip', 'bytes=390-1209');
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes 390-1209/${whole.length}`);
    expect(await bytesOf(part)).toEqual(whole.slice(390, 1210));
    expect((await look(reviewer, id, 'clip', `bytes=${whole.length}-`)).status).toBe(416);
    // A part of what there is has been seen.
    expect(await decide(reviewer, id, 'approved')).toMatchObject({ status: 409 });
    expect(await bytesOf(await look(reviewer, id, 'source'))).toEqual(picture);
    expect(await decide(reviewer, id, 'approved')).toMatchObject({ status: 409 });
    expect(await bytesOf(await look(reviewer, id, 'drawn'))).toEqual(PERSON);
    const entries = await newestEntries(before);
    expect(entries.match(/"type":"access"/g)).toHaveLength(1);
    for (const told of [person.accountId, reviewer.accountId, view.id]) expect(entries).not.toContain(told);
    expect((await decide(reviewer, id, 'approved')).status).toBe(200);
    // It is decided: nobody has a reason to look any more.
    expect((await look(reviewer, id, 'clip')).status).toBe(409);
  });

  test('is watched by nobody else: its author, a stranger, a key, whoever comes while another has it', async () => {
    doubt = true;
    const person = await trust.person('reviewer');
    const [one, two] = [await trust.person('reviewer'), await trust.person('reviewer')];
    const { view } = await recorded(person, photo());
    const id = await waitingCase(one, view.id);
    const before = await logSize();
    expect((await look(person, id, 'clip')).status).toBe(403);
    expect((await look(await trust.person(), id, 'clip')).status).toBe(403);
    expect((await look(NOBODY, id, 'clip')).status).toBe(401);
    const key = await trust.ask<{ key: string }>(one, 'POST', '/api/keys', { name: 'k', scopes: ['review'] });
    const program: Asker = { accountId: null, headers: { Authorization: `Bearer ${key.body.key}` } };
    expect((await look(program, id, 'clip')).status).toBe(403);
    expect((await trust.ask(one, 'POST', `/api/reviews/${id}/claim`)).status).toBe(200);
    expect((await look(two, id, 'clip')).status).toBe(409);
    expect(await newestEntries(before)).not.toContain('"type":"access"');
    expect((await look(one, id, 'clip')).status).toBe(200);
  });
});

describe('a consent that nobody decides', () => {
  test('is not approved on what nobody can see any more', async () => {
    doubt = true;
    const [person, reviewer] = [await trust.person(), await trust.person('reviewer')];
    const { view } = await recorded(person, photo());
    const id = await waitingCase(reviewer, view.id);
    for (const what of ['clip', 'source', 'drawn']) expect((await look(reviewer, id, what)).status).toBe(200);
    expect((await decide(reviewer, id, 'rejected')).status).toBe(200);
    expect((await trust.ask(person, 'POST', `/api/cases/${id}/appeal`, { words: 'It was me.' })).status).toBe(
      200,
    );
    expect((await trust.ask(person, 'DELETE', `/api/consents/${view.id}/media`)).status).toBe(200);
    const other = await trust.person('reviewer');
    expect(await decide(other, id, 'approved')).toMatchObject({
      status: 409,
      body: { message: 'What would have to be seen is not here any more.' },
    });
    expect((await decide(other, id, 'rejected')).status).toBe(200);
  });

  test('ends on the day its film was said to go', async () => {
    doubt = true;
    const [person, reviewer] = [await trust.person(), await trust.person('reviewer')];
    const { view } = await recorded(person, photo());
    const id = await waitingCase(reviewer, view.id);
    trust.clock.pass(Date.parse(view.mediaDeleteAt ?? '') - trust.clock.now() - 1);
    await trust.services.consents.sweep();
    expect(await stateOf(person, view.id)).toMatchObject({ state: 'person', mediaDeletedAt: null });
    trust.clock.pass(1);
    await trust.services.consents.sweep();
    expect(await stateOf(person, view.id)).toMatchObject({
      state: 'expired',
      mediaDeletedAt: expect.any(String) as string,
    });
    expect((await trust.ask(reviewer, 'GET', `/api/reviews/${id}`)).status).toBe(404);
    expect(await waitingCase(reviewer, view.id)).toBe('none');
  });
});
const stateOf = async (who: Asker, id: string) =>
  (await trust.ask<object>(who, 'GET', `/api/consents/${id}`)).body;

describe('a consent that is taken back', () => {
  test('takes what was sent to a reviewer with it, and nobody looks any more', async () => {
    doubt = false;
    const [author, reviewer] = [await trust.person(), await trust.person('reviewer')];
    const picture = photo();
    const { view } = await recorded(author, picture);
    expect((await trust.ask(author, 'DELETE', `/api/consents/${view.id}/media`)).status).toBe(200);
    await askPermit(author, picture);
    const id = (await mine(author))?.id ?? '';
    expect((await send(author, id, picture)).status).toBe(200);
    expect(await filesOf(author.accountId)).toHaveLength(1);
    const before = await logSize();
    expect((await trust.ask(author, 'POST', `/api/consents/${view.id}/withdraw`)).status).toBe(200);
    expect(await filesOf(author.accountId)).toEqual([]);
    expect(await newestEntries(before)).toContain('"what":"source"');
    expect((await look(reviewer, id, 'source')).status).toBe(404);
    expect((await send(author, id, picture)).status).toBe(404);
    expect(await mine(author)).toBeUndefined();
  });

  test('leaves a rejection as it is: it is not wiped out by consenting anew', async () => {
    doubt = false;
    const [author, reviewer] = [await trust.person(), await trust.person('reviewer')];
    const picture = photo();
    const { view } = await recorded(author, picture);
    await askPermit(author, picture);
    const id = (await mine(author))?.id ?? '';
    expect((await decide(reviewer, id, 'rejected')).status).toBe(200);
    await trust.ask(author, 'POST', `/api/cases/${id}/appeal`, { words: 'It is me.' });
    expect((await trust.ask(author, 'POST', `/api/consents/${view.id}/withdraw`)).status).toBe(200);
    expect(
      await trust.services.review.caseOf('footage', (await mine(author))?.subjectId ?? '', author.accountId),
    ).toMatchObject({
      state: 'closed',
      outcome: 'rejected',
    });
  });

  test('that was in doubt waits for nobody, and by its link one is told of a copy for cloud films', async () => {
    doubt = true;
    const [person, reviewer] = [await trust.person(), await trust.person('reviewer')];
    const picture = photo();
    const { view } = await recorded(person, picture);
    const token = /#(.*)$/.exec(view.link ?? '')?.[1] ?? '';
    const told = async () =>
      (await trust.ask<{ uploaded: boolean }>(NOBODY, 'POST', '/api/consent-links/look', { token })).body;
    expect(await told()).toMatchObject({ state: 'person', uploaded: false });
    await trust.services.store.put(assetKey(person.accountId, await sha256Hex(picture)), picture);
    expect(await told()).toMatchObject({ uploaded: true });
    expect(await waitingCase(reviewer, view.id)).not.toBe('none');
    const answer = await trust.ask<object>(NOBODY, 'POST', '/api/consent-links/withdraw', { token });
    expect(answer.body).toMatchObject({ state: 'withdrawn', uploaded: true });
    expect(await waitingCase(reviewer, view.id)).toBe('none');
  });
});

/** A film in which the photo speaks. */
async function filmWith(picture: Uint8Array<ArrayBuffer>): Promise<Project> {
  const project = newProject();
  const presenter = {
    ...(await partsOf(picture)),
    id: 'presenter1' as PhotoPresenter['id'],
    name: 'Ada',
    likeness: UNCONSENTED,
  };
  const [scene] = project.scenes;
  const [placed] = scene?.presenters ?? [];
  if (!scene || !placed) throw new Error('a new project has a scene with a presenter');
  return {
    ...project,
    presenters: [presenter],
    scenes: [{ ...scene, presenters: [{ ...placed, presenter: presenter.id }] }],
  };
}
const askPermit = async (who: Asker, picture: Uint8Array<ArrayBuffer>) =>
  trust.ask<{ message: string }>(who, 'POST', '/api/permits', {
    project: await filmWith(picture),
    grade: 'distribution',
  });
const mine = async (who: Asker) =>
  (await trust.ask<readonly CaseView[]>(who, 'GET', '/api/cases')).body.find(
    ({ kind }) => kind === 'footage',
  );
const send = (who: Asker, id: string, bytes: Uint8Array) =>
  trust.ask<{ message: string }>(who, 'PUT', `/api/cases/${id}/source`, bytes);
async function filesOf(accountId: string): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const key of trust.services.store.list(`accounts/${accountId}/cases/`)) keys.push(key);
  return keys;
}

describe('the first film for others', () => {
  test('waits until a person has seen the photo beside the consent, and then goes through', async () => {
    doubt = false;
    const [author, reviewer] = [await trust.person(), await trust.person('reviewer')];
    const picture = photo();
    const { view } = await recorded(author, picture);
    expect(view.state).toBe('granted');
    expect((await askPermit(author, picture)).body.message).toContain('A person first looks');
    // The consent's own copy serves: nothing has to be sent.
    const waiting = await mine(author);
    expect(waiting?.sources).toEqual([
      { hash: await sha256Hex(picture), sent: true },
      { hash: await sha256Hex(PERSON), sent: true },
    ]);
    const id = waiting?.id ?? '';
    const { body: detail } = await trust.ask<CaseView>(reviewer, 'GET', `/api/reviews/${id}`);
    expect(detail.films).toMatchObject({ clip: { type: 'video/webm' }, source: { type: 'image/png' } });
    expect(await bytesOf(await look(reviewer, id, 'source'))).toEqual(picture);
    for (const what of ['clip', 'drawn']) expect((await look(reviewer, id, what)).status).toBe(200);
    expect((await decide(reviewer, id, 'approved')).status).toBe(200);
    expect((await askPermit(author, picture)).status).toBe(200);
  });

  test('where the consent’s copy is gone, its author sends the very file; it goes when the case is settled', async () => {
    doubt = false;
    const [author, reviewer] = [await trust.person(), await trust.person('reviewer')];
    const picture = photo();
    const { view } = await recorded(author, picture);
    expect((await trust.ask(author, 'DELETE', `/api/consents/${view.id}/media`)).status).toBe(200);
    await askPermit(author, picture);
    const waiting = await mine(author);
    expect(waiting?.sources).toEqual([
      { hash: await sha256Hex(picture), sent: false },
      { hash: await sha256Hex(PERSON), sent: false },
    ]);
    const id = waiting?.id ?? '';
    expect(await decide(reviewer, id, 'approved')).toMatchObject({ status: 409 });
    expect((await look(reviewer, id, 'source')).status).toBe(404);

    expect(await send(author, id, photo())).toMatchObject({ status: 403 });
    expect((await send(author, id, new TextEncoder().encode('<svg onload="alert(1)"/>'))).status).toBe(415);
    expect((await send(await trust.person(), id, picture)).status).toBe(404);
    expect(await filesOf(author.accountId)).toEqual([]);
    expect((await send(author, id, picture)).status).toBe(200);
    expect(await bytesOf(await look(reviewer, id, 'source', 'bytes=0-7'))).toEqual(picture.slice(0, 8));
    // What is drawn in the photo's place is waited for as well.
    expect(await decide(reviewer, id, 'approved')).toMatchObject({ status: 409 });
    expect((await send(author, id, PERSON)).status).toBe(200);
    expect(await bytesOf(await look(reviewer, id, 'drawn'))).toEqual(PERSON);
    expect((await decide(reviewer, id, 'rejected')).status).toBe(200);

    // An appeal may come, and whoever decides it sees the same; then it goes, and the log says so.
    await trust.services.evidence.sweep();
    expect(await filesOf(author.accountId)).toHaveLength(2);
    await trust.ask(author, 'POST', `/api/cases/${id}/appeal`, { words: 'It is me.' });
    const other = await trust.person('reviewer');
    expect((await look(reviewer, id, 'source')).status).toBe(403);
    for (const what of ['source', 'drawn']) expect((await look(other, id, what)).status).toBe(200);
    expect((await decide(other, id, 'approved')).status).toBe(200);
    const before = await logSize();
    await trust.services.evidence.sweep();
    expect(await filesOf(author.accountId)).toEqual([]);
    expect(await newestEntries(before)).toContain('"what":"source"');
    expect((await send(author, id, picture)).status).toBe(409);
  });
});

test('what was uploaded for a cloud render serves as well: nothing has to be sent twice', async () => {
  doubt = false;
  const [author, reviewer] = [await trust.person(), await trust.person('reviewer')];
  const picture = photo();
  const { view } = await recorded(author, picture);
  expect((await trust.ask(author, 'DELETE', `/api/consents/${view.id}/media`)).status).toBe(200);
  for (const bytes of [picture, PERSON])
    await trust.services.store.put(assetKey(author.accountId, await sha256Hex(bytes)), bytes);
  await askPermit(author, picture);
  const waiting = await mine(author);
  expect(waiting?.sources.map(({ sent }) => sent)).toEqual([true, true]);
  expect(await bytesOf(await look(reviewer, waiting?.id ?? '', 'source'))).toEqual(picture);
});

test('stretches are read as browsers write them', () => {
  expect(stretchOf('bytes=0-', 100)).toEqual([0, 100]);
  expect(stretchOf('bytes=10-19', 100)).toEqual([10, 20]);
  expect(stretchOf('bytes=90-500', 100)).toEqual([90, 100]);
  expect(stretchOf('bytes=-5', 100)).toEqual([95, 100]);
  for (const none of ['bytes=100-', 'bytes=7-3', 'bytes=-0']) expect(stretchOf(none, 100), none).toBe('none');
  for (const all of ['bytes=', 'bytes=-', 'lines=0-1', 'bytes=0-1,4-5'])
    expect(stretchOf(all, 100), all).toBeNull();
});

test('a file is what its bytes say', () => {
  const of = (text: string) => mediaTypeOf(Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
  expect(of('\x00\x00\x00\x20ftypisom')).toBe('video/mp4');
  expect(of('\xff\xd8\xff\xe0')).toBe('image/jpeg');
  for (const none of ['', '<html>', '<svg xmlns', '#EXTM3U\n', 'MZ', '%PDF-1.7'])
    expect(of(none), none).toBeNull();
});
