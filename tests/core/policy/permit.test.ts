import { describe, expect, expectTypeOf, test } from 'vitest';
import { AppError } from '#core/base/errors.ts';
import type { AssetHash, PresenterId } from '#core/base/ids.ts';
import { ownLikeness, UNCONSENTED, type Likeness } from '#core/document/likeness.ts';
import { newPresenter, newProject, newRecording, newScene, newVoice } from '#core/document/create.ts';
import type { MediaEntry, PhotoPresenter, Presenter, Project } from '#core/document/project.ts';
import { verifiedAmong } from '#core/policy/consent/bundle.ts';
import type { ConsentScope } from '#core/policy/consent/challenge.ts';
import { presenterHash, recordingHash, voiceHash } from '#core/policy/consent/presenter-hash.ts';
import type { RevocationList } from '#core/policy/consent/revocations.ts';
import type { VerifiedReceipt } from '#core/policy/consent/verify.ts';
import { filmStanding, saidSynthetic, STANDINGS, type LikenessStanding } from '#core/policy/people.ts';
import {
  GRADES,
  issuePermit,
  PERSON_DRAFT_MARK,
  requirePermit,
  USES_OF,
  type Connection,
  type Grade,
  type RenderPermit,
} from '#core/policy/permit.ts';
import { verifyEd25519 } from '#shared/ed25519.ts';
import { hashOf, ISSUER, keysOf, listOf, NOW, receiptOf } from './consent/trust.ts';

const LIKENESS: Readonly<Record<LikenessStanding, Likeness>> = {
  synthetic: { kind: 'synthetic' },
  'said-synthetic': { kind: 'synthetic' },
  'person-with-receipt': { kind: 'person', consent: { receiptId: 'receipt-1', issuer: ISSUER } },
  'person-own-word': ownLikeness('r-2'),
  'person-without-consent': { kind: 'person', consent: null },
};

const ADA: PhotoPresenter = {
  kind: 'photo',
  id: 'ada' as PresenterId,
  name: 'Ada',
  likeness: LIKENESS['person-with-receipt'],
  ...{ fit: hashOf('1'), picture: hashOf('2'), person: hashOf('3'), plate: hashOf('4') },
};
function filmOf(presenter: Presenter, language = 'en'): Project {
  const { scenes, ...rest } = newProject({ voice: { language } });
  const placed = scenes.map((scene) => ({
    ...scene,
    presenters: scene.presenters.map((one) => ({ ...one, presenter: presenter.id })),
  }));
  return { ...rest, presenters: [presenter], scenes: placed };
}
const RECORDED = { hash: 'c'.repeat(64) as AssetHash, durationS: 3 } as MediaEntry;
/** With one more scene, in which a recording is heard. */
function recordedBy(base: Project, likeness: Likeness): Project {
  const [voice] = base.voices;
  const scene = {
    ...newScene({ voice: (voice ?? newVoice()).id }),
    recording: newRecording(RECORDED, { likeness }),
  };
  return { ...base, scenes: [...base.scenes, scene] };
}

/** A receipt for it that holds, for every use, in every language. */
function consentOf(subject: AssetHash, scope: Partial<ConsentScope> = {}): readonly VerifiedReceipt[] {
  const receipt = receiptOf({
    presenter: subject,
    scope: {
      uses: ['own-films', 'distribution'],
      languages: ['*'],
      until: '2027-01-01T00:00:00.000Z',
      ...scope,
    },
  });
  return verifiedAmong([{ receipt, keys: keysOf(), revocations: listOf() }], NOW, verifyEd25519);
}

const NO_CONSENT = 'This film shows or sounds like a real person who has not given consent.';
const ONLY_OWN_WORD =
  'That a face or voice in this film is your own was said on this device, and nobody has checked it.';
const NEEDS_SERVER =
  'A film for distribution is checked by a server first, and there is no connection to one.';
const NOT_ON_SERVER =
  'This film shows or sounds like a real person whose consent was not recorded with this server.';
/** A mark is a permit with these words drawn over every frame; null a permit without; a sentence no permit. */
type Expected = { readonly mark: string | null } | { readonly refused: string };
const free: Expected = { mark: null };
const marked: Expected = { mark: 'Draft · no consent on file' };
const unseen: Expected = { mark: 'Draft · not reviewed' };
const no = (refused: string): Expected => ({ refused });

/** Every cell, written out a second time by hand: changing the policy takes changing it here too. */
const PLACES: readonly Connection[] = ['offline', 'online', 'server'];
const TABLE: readonly (readonly [Grade, LikenessStanding, ...Expected[]])[] = [
  //                                         offline, online, server
  ['draft', 'synthetic', free, free, free],
  ['draft', 'said-synthetic', free, free, unseen],
  ['draft', 'person-with-receipt', free, free, free],
  ['draft', 'person-own-word', free, free, no(NOT_ON_SERVER)],
  ['draft', 'person-without-consent', marked, marked, no(NOT_ON_SERVER)],
  ['final', 'synthetic', free, free, free],
  ['final', 'said-synthetic', free, free, free],
  ['final', 'person-with-receipt', free, free, free],
  ['final', 'person-own-word', free, free, no(NOT_ON_SERVER)],
  ['final', 'person-without-consent', no(NO_CONSENT), no(NO_CONSENT), no(NOT_ON_SERVER)],
  ['distribution', 'synthetic', no(NEEDS_SERVER), free, free],
  ['distribution', 'said-synthetic', no(NEEDS_SERVER), free, free],
  ['distribution', 'person-with-receipt', no(NEEDS_SERVER), free, free],
  ['distribution', 'person-own-word', no(ONLY_OWN_WORD), no(ONLY_OWN_WORD), no(NOT_ON_SERVER)],
  ['distribution', 'person-without-consent', no(NO_CONSENT), no(NO_CONSENT), no(NOT_ON_SERVER)],
];
const CELLS = TABLE.flatMap(([grade, standing, ...expected]) =>
  PLACES.map((place, i) => [grade, standing, place, expected[i] as Expected] as const),
);

function decide(
  project: Project,
  grade: Grade,
  connection: Connection,
  receipts: readonly VerifiedReceipt[],
): Expected {
  try {
    const permit = issuePermit(project, grade, connection, receipts);
    expect([permit.grade, permit.projectId]).toEqual([grade, project.id]);
    return { mark: permit.mark };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error.code).toBe('refused');
    expect(error.way, 'a refusal says what to do').toMatch(/\.$/);
    return { refused: error.message };
  }
}

test.each(CELLS)('%s × %s × %s', (grade, standing, connection, expected) => {
  if (standing === 'said-synthetic') {
    // A drawn character and an engine’s voice are nobody without being said to be.
    const photographed = filmOf({ ...ADA, likeness: LIKENESS.synthetic });
    expect(decide(photographed, grade, connection, [])).toEqual(expected);
    expect(decide(recordedBy(newProject(), LIKENESS.synthetic), grade, connection, [])).toEqual(expected);
    return;
  }
  const seen = newProject({ presenter: { likeness: LIKENESS[standing] } });
  const heard = newProject({ voice: { likeness: LIKENESS[standing] } });
  const receiptFor = (subject: AssetHash) => (standing === 'person-with-receipt' ? consentOf(subject) : []);
  const [presenter, voice] = [seen.presenters[0] ?? newPresenter(), heard.voices[0] ?? newVoice()];
  expect(decide(seen, grade, connection, receiptFor(presenterHash(presenter)))).toEqual(expected);
  expect(decide(heard, grade, connection, receiptFor(voiceHash(voice)))).toEqual(expected);
});

test('the cells above are all there are', () => {
  const cells = new Set(CELLS.map(([grade, standing, connection]) => `${grade} ${standing} ${connection}`));
  expect(cells.size).toBe(GRADES.length * STANDINGS.length * PLACES.length);
});

test('the mark of a draft without consent says what it is', () => {
  expect(PERSON_DRAFT_MARK).toMatch(/draft.*no consent/i);
});

const standing = (project: Project, receipts: readonly VerifiedReceipt[] = [], grade: Grade = 'final') =>
  filmStanding(project, USES_OF[grade], receipts).standing;

describe('a film stands as its weakest member', () => {
  const base = newProject({ presenter: { likeness: LIKENESS['person-own-word'] } });
  const stranger = newVoice({ likeness: LIKENESS['person-without-consent'] });

  test('one voice without consent in the last scene decides', () => {
    const scenes = [...base.scenes, newScene({ voice: stranger.id })];
    expect(standing({ ...base, voices: [...base.voices, stranger], scenes })).toBe('person-without-consent');
  });
  test('one recording without consent decides, its speaker’s own word lifts it, and the voice it replaces is not heard', () => {
    const entry = RECORDED;
    const recorded = (likeness: Likeness): Project => ({
      ...base,
      voices: [...base.voices, stranger],
      scenes: [
        ...base.scenes,
        { ...newScene({ voice: stranger.id }), recording: newRecording(entry, { likeness }) },
      ],
    });
    expect(standing(recorded(UNCONSENTED))).toBe('person-without-consent');
    expect(standing(recorded(ownLikeness('r-3')))).toBe('person-own-word');
    expect(standing(recorded(UNCONSENTED), consentOf(recordingHash({ asset: entry.hash })))).toBe(
      'person-own-word',
    );
    expect(newRecording(entry).likeness).toEqual(UNCONSENTED);
  });
  test('someone who is neither seen nor heard does not count', () => {
    const unseen = newPresenter({ likeness: LIKENESS['person-without-consent'] });
    const project = { ...base, voices: [...base.voices, stranger], presenters: [...base.presenters, unseen] };
    expect(standing(project)).toBe('person-own-word');
  });
});

test('what someone brought and says to be nobody’s stands below what nobody need say', () => {
  const base = newProject();
  expect(standing(base)).toBe('synthetic');
  expect(standing(recordedBy(base, LIKENESS.synthetic))).toBe('said-synthetic');
  expect(saidSynthetic(recordedBy(base, LIKENESS.synthetic))).toEqual(
    new Set([recordingHash({ asset: RECORDED.hash })]),
  );
  const photo = filmOf({ ...ADA, likeness: LIKENESS.synthetic });
  expect(saidSynthetic(photo)).toEqual(new Set([presenterHash(ADA)]));
  expect(saidSynthetic(filmOf(ADA))).toEqual(new Set());
  // A receipt of the same face does not make the word true.
  expect(standing(photo, consentOf(presenterHash(ADA)))).toBe('said-synthetic');
  expect(standing(recordedBy(photo, UNCONSENTED))).toBe('person-without-consent');
});

describe('a receipt counts by what it says, not by who refers to it', () => {
  const [ada, film] = [ADA, filmOf];

  test('a reference alone is a claim, and a receipt holds without one', () => {
    expect(standing(film(ada))).toBe('person-without-consent');
    expect(standing(film({ ...ada, likeness: UNCONSENTED }), consentOf(presenterHash(ada)))).toBe(
      'person-with-receipt',
    );
  });

  test('the same face has one hash under any name and id; another part is another face', () => {
    const same: Presenter = { ...ada, id: 'other' as PresenterId, name: 'Someone', likeness: UNCONSENTED };
    expect(presenterHash(same)).toBe(presenterHash(ada));
    for (const part of ['fit', 'picture', 'person', 'plate'] as const)
      expect(presenterHash({ ...ada, [part]: hashOf('9') })).not.toBe(presenterHash(ada));
    expect(standing(film({ ...ada, picture: hashOf('9') }), consentOf(presenterHash(ada)))).toBe(
      'person-without-consent',
    );
  });

  test('it must allow the use and every language, and a refusal says which it does not', () => {
    const [own, french] = [
      consentOf(presenterHash(ada), { uses: ['own-films'] }),
      consentOf(presenterHash(ada), { languages: ['fr'] }),
    ];
    expect(standing(film(ada), own)).toBe('person-with-receipt');
    expect(standing(film(ada), own, 'distribution')).toBe('person-without-consent');
    expect(() => issuePermit(film(ada), 'distribution', 'online', own)).toThrow(/not consented to this use/);
    expect(standing(film(ada, 'fr-CA'), french)).toBe('person-with-receipt');
    expect(() => issuePermit(film(ada, 'de'), 'final', 'online', french)).toThrow(/speak this language/);
    expect(standing(film(ada, 'de'), [...french, ...consentOf(presenterHash(ada))])).toBe(
      'person-with-receipt',
    );
    expect(issuePermit(film(ada), 'draft', 'offline', own, ['live']).mark).toBe(PERSON_DRAFT_MARK);
  });

  test('what was not held against a revocation list, or does not hold, gives no permit', () => {
    const receipt = receiptOf({ presenter: presenterHash(ada) });
    const keys = keysOf();
    const revokedNow = listOf([{ receiptId: receipt.id, revokedAt: NOW }]);
    const bundles = (revocations: RevocationList | null, at = NOW) =>
      verifiedAmong([{ receipt, keys, revocations }], at, verifyEd25519);
    expect(standing(film(ada), bundles(listOf()))).toBe('person-with-receipt');
    expect(standing(film(ada), bundles(null))).toBe('person-without-consent');
    expect(standing(film(ada), bundles(revokedNow))).toBe('person-without-consent');
    expect(standing(film(ada), bundles(listOf(), '2027-12-01T00:00:00.000Z'))).toBe('person-without-consent');
  });

  test('a permit given on one face is none for another that was put in its place', () => {
    const before = film(ada);
    const permit = issuePermit(before, 'final', 'offline', consentOf(presenterHash(ada)));
    expect(() => requirePermit(permit, { ...before, name: 'Another title' })).not.toThrow();
    const swapped = { ...before, presenters: [{ ...ada, person: hashOf('9') }] };
    expect(() => requirePermit(permit, swapped)).toThrow('another film');
  });
});

test('a permit cannot be written by hand, copied from JSON or widened from one for another grade', () => {
  expectTypeOf<{ grade: 'draft'; projectId: Project['id']; mark: null }>().not.toExtend<RenderPermit>();
  expectTypeOf<{
    issued: true;
    grade: 'draft';
    projectId: Project['id'];
    mark: null;
  }>().not.toExtend<RenderPermit>();
  // @ts-expect-error the proof itself is missing, and has no name outside policy
  const forged: RenderPermit = { grade: 'final', projectId: newProject().id, mark: null };
  expect(JSON.parse(JSON.stringify(forged))).toEqual(forged); // at run time it is plain data: the compiler is the guard
  expectTypeOf<RenderPermit['mark']>().toEqualTypeOf<string | null>();
});

test('a permit does not outlive the cast it was given for', () => {
  const before = newProject();
  const permit = issuePermit(before, 'final', 'offline', []);
  expect(() => requirePermit(permit, { ...before, name: 'Another title' })).not.toThrow();
  const person = { ...(before.voices[0] ?? newVoice()), likeness: LIKENESS['person-without-consent'] };
  expect(() => requirePermit(permit, { ...before, voices: [person] })).toThrow(AppError);
  expect(() => requirePermit(permit, newProject())).toThrow('another film');
});
