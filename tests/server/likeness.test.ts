/**
 * Whose face and voice a film for the server has: no film of someone whose consent is not recorded there with the account
 * that asks, at no grade and before anything is uploaded; and what is said to be nobody’s is looked at once, by a person,
 * for each account that says so. Until then there is a marked draft.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256Hex } from '#core/base/hashing.ts';
import { newId, type AssetHash, type PresenterId } from '#core/base/ids.ts';
import { newProject, newRecording } from '#core/document/create.ts';
import { addMediaEntry } from '#core/document/edit.ts';
import { ownLikeness, SYNTHETIC, UNCONSENTED, type Likeness } from '#core/document/likeness.ts';
import type { MediaEntry, PhotoPresenter, Presenter, Project } from '#core/document/project.ts';
import { presenterHash, recordingHash } from '#core/policy/consent/presenter-hash.ts';
import { GRADES } from '#core/policy/permit.ts';
import { assetKey } from '#server/services/assets/account-assets.ts';
import { consentTo } from './harness/renders/consent.ts';
import { OUTPUT } from './harness/renders/films.ts';
import { openTrust, type Asker, type Trust } from './harness/trust.ts';

let trust: Trust;
beforeAll(async () => {
  trust = await openTrust({ env: { REQUESTS_PER_MINUTE: '100000' } });
});
afterAll(() => trust.close());

type Person = Awaited<ReturnType<Trust['person']>>;
const ACCEPTED = 'As I see it.';
const NOT_HERE = /real person whose consent was not recorded with this server/;
let made = 0;

/** A photo of its own each time: a PNG by its first bytes. */
function picture(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([
    0x89,
    0x50,
    0x4e,
    0x47,
    0x0d,
    0x0a,
    0x1a,
    0x0a,
    ...new Uint8Array(400).fill(++made),
  ]);
}
async function photoOf(bytes: Uint8Array<ArrayBuffer>, likeness: Likeness): Promise<PhotoPresenter> {
  const hash = await sha256Hex(bytes);
  const parts = { fit: hash, picture: hash, person: hash, plate: hash };
  return { ...{ kind: 'photo', id: newId<PresenterId>(), name: 'Ada', likeness }, ...parts };
}
function filmOf(presenter: Presenter): Project {
  const project = newProject({ presenter: { name: 'Drawn' } });
  const scenes = project.scenes.map((scene) => ({
    ...scene,
    presenters: scene.presenters.map((placed) => ({ ...placed, presenter: presenter.id })),
  }));
  return { ...project, presenters: [presenter], scenes };
}
function recordedFilm(hash: AssetHash, likeness: Likeness): Project {
  const project = newProject();
  const entry: MediaEntry = {
    ...{ hash, name: 'said.wav', mime: 'audio/wav', bytes: 408, kind: 'sound' },
    ...{ widthPx: 0, heightPx: 0, durationS: 3 },
  };
  const recording = newRecording(entry, { likeness });
  return addMediaEntry(
    { ...project, scenes: project.scenes.map((scene) => ({ ...scene, recording })) },
    entry,
  );
}

interface Told {
  readonly message: string;
  readonly way: string;
  readonly missing?: readonly unknown[];
  readonly looks: readonly unknown[];
}
const permit = (who: Asker, project: Project, grade: string) =>
  trust.ask<Told>(who, 'POST', '/api/permits', { project, grade });
const estimate = (who: Asker, project: Project, grade: string) =>
  trust.ask<Told>(who, 'POST', '/api/renders/estimate', { project, grade, output: OUTPUT });
const submit = (who: Asker, project: Project, grade: string) =>
  trust.ask<Told>(who, 'POST', '/api/renders', { project, grade, output: OUTPUT });

interface CaseView {
  readonly id: string;
  readonly kind: string;
  readonly claim: string | null;
  readonly state: string;
}
const casesOf = async (who: Asker) =>
  (await trust.ask<readonly CaseView[]>(who, 'GET', '/api/cases')).body.filter(
    ({ kind }) => kind === 'footage',
  );
async function upload(who: Person, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  await trust.services.store.put(assetKey(who.accountId, await sha256Hex(bytes)), bytes);
}
async function decide(reviewer: Asker, id: string, outcome: 'approved' | 'rejected') {
  // All that is there is seen first; a sound has nothing drawn.
  for (const what of ['source', 'drawn']) await trust.ask(reviewer, 'GET', `/api/reviews/${id}/${what}`);
  return trust.ask(reviewer, 'POST', `/api/reviews/${id}/decision`, { outcome, reason: ACCEPTED });
}

describe('a real person without a receipt', () => {
  test.each([
    ['nobody’s word', UNCONSENTED],
    ['their own word', ownLikeness('r-1')],
    ['a reference to a receipt that is none', { kind: 'person', consent: { receiptId: 'r', issuer: 'me' } }],
  ] as const)('is in no film, by %s: not estimated, not waited for, not made', async (_, likeness) => {
    const maker = await trust.person();
    const bytes = picture();
    const films = [filmOf(await photoOf(bytes, likeness)), recordedFilm(await sha256Hex(bytes), likeness)];
    for (const film of films)
      for (const grade of GRADES)
        for (const ask of [permit, estimate, submit]) {
          const { status, body } = await ask(maker, film, grade);
          expect([status, body.message], `${grade} ${ask.name}`).toEqual([
            403,
            expect.stringMatching(NOT_HERE),
          ]);
          expect(body.way).toMatch(/Record the consent here first/);
          // Nobody asks for the face first.
          expect(body.missing).toBeUndefined();
        }
    expect(await casesOf(maker)).toEqual([]);
  });

  test('with one is in films of the account that holds it, and in nobody else’s', async () => {
    const [holder, other] = [await trust.person(), await trust.person()];
    const ada = await photoOf(picture(), UNCONSENTED);
    const receiptId = await consentTo(trust.services, holder.accountId, presenterHash(ada));
    expect((await permit(holder, filmOf(ada), 'final')).status).toBe(200);
    expect(await permit(other, filmOf(ada), 'final')).toMatchObject({ status: 403 });
    expect(await submit(other, filmOf(ada), 'draft')).toMatchObject({ status: 403 });
    await trust.services.receipts.revoke(receiptId);
    expect((await permit(holder, filmOf(ada), 'draft')).status).toBe(403);
  });
});

describe('what is said to be nobody’s', () => {
  test.each(['final', 'distribution'])('is looked at before a %s film, and only once', async (grade) => {
    const [maker, reviewer] = [await trust.person(), await trust.person('reviewer')];
    const bytes = picture();
    const film = filmOf(await photoOf(bytes, SYNTHETIC));
    // To ask what it takes opens nothing.
    expect((await estimate(maker, film, grade)).body.looks).toEqual([
      { name: 'Ada', claim: 'nobody', waiting: false },
    ]);
    expect(await casesOf(maker)).toEqual([]);
    expect((await submit(maker, film, grade)).body.missing, 'what is looked at is sent first').toBeDefined();
    await upload(maker, bytes);
    const refused = await permit(maker, film, grade);
    expect([refused.status, refused.body.message]).toEqual([
      403,
      expect.stringMatching(/is nobody’s. A person/),
    ]);
    const [found] = await casesOf(maker);
    expect(found).toMatchObject({ claim: 'nobody', state: 'open' });
    expect((await estimate(maker, film, grade)).body.looks).toEqual([
      { name: 'Ada', claim: 'nobody', waiting: true },
    ]);
    // A draft may go, with its mark: the permit says which (tests/core/policy/permit.test.ts).
    expect((await permit(maker, film, 'draft')).status).toBe(200);

    expect((await decide(reviewer, found?.id ?? '', 'approved')).status).toBe(200);
    expect((await permit(maker, film, grade)).status).toBe(200);
    expect((await estimate(maker, film, grade)).body.looks).toEqual([]);
    // Another photo is another face.
    expect((await permit(maker, filmOf(await photoOf(picture(), SYNTHETIC)), grade)).status).toBe(403);
  });

  test('is a recording as well as a face; a drawn character with an engine’s voice is asked nothing', async () => {
    const maker = await trust.person();
    expect((await permit(maker, newProject(), 'final')).status).toBe(200);
    const sound = await sha256Hex(picture());
    expect((await permit(maker, recordedFilm(sound, SYNTHETIC), 'final')).status).toBe(403);
    const [found] = await casesOf(maker);
    expect(found).toMatchObject({ claim: 'nobody' });
    expect(
      await trust.services.review.caseOf(
        'footage',
        recordingHash({ asset: sound }),
        maker.accountId,
        'nobody',
      ),
    ).not.toBeNull();
  });

  test('is decided for whoever said it: what one sent is neither granted nor refused to another', async () => {
    const [ada, bob, reviewer] = [await trust.person(), await trust.person(), await trust.person('reviewer')];
    const bytes = picture();
    const film = filmOf(await photoOf(bytes, SYNTHETIC));
    await permit(bob, film, 'final');
    const [of] = await casesOf(bob);
    expect((await decide(reviewer, of?.id ?? '', 'rejected')).status).toBe(200);
    expect(await permit(bob, film, 'final')).toMatchObject({
      status: 403,
      body: { message: 'A reviewer did not accept that this face or voice is nobody’s.' },
    });
    expect((await estimate(bob, film, 'final')).status).toBe(403);

    await upload(ada, bytes);
    expect((await permit(ada, film, 'final')).body.message).toMatch(/looks at it once/);
    const [own] = await casesOf(ada);
    expect(own?.id).not.toBe(of?.id);
    expect((await decide(reviewer, own?.id ?? '', 'approved')).status).toBe(200);
    expect((await permit(ada, film, 'final')).status).toBe(200);
    expect((await permit(bob, film, 'final')).status).toBe(403);
    expect(
      (await trust.ask(bob, 'POST', `/api/cases/${of?.id}/appeal`, { words: 'It is drawn.' })).status,
    ).toBe(200);
  });

  test('is not what was accepted as a person’s, nor the other way round', async () => {
    const [maker, reviewer] = [await trust.person(), await trust.person('reviewer')];
    const bytes = picture();
    await upload(maker, bytes);
    const person = await photoOf(bytes, UNCONSENTED);
    const receiptId = await consentTo(trust.services, maker.accountId, presenterHash(person));
    expect((await permit(maker, filmOf(person), 'distribution')).status).toBe(403);
    const [found] = await casesOf(maker);
    expect(found).toMatchObject({ claim: 'person' });
    expect((await decide(reviewer, found?.id ?? '', 'approved')).status).toBe(200);
    expect((await permit(maker, filmOf(person), 'distribution')).status).toBe(200);
    // The person takes it back; the same face does not become nobody’s by that.
    await trust.services.receipts.revoke(receiptId);
    expect((await permit(maker, filmOf({ ...person, likeness: SYNTHETIC }), 'distribution')).status).toBe(
      403,
    );
    expect((await casesOf(maker)).map(({ claim }) => claim).sort()).toEqual(['nobody', 'person']);
  });
});
