import { describe, expect, expectTypeOf, test } from 'vitest';
import { AppError } from '#core/base/errors.ts';
import type { AssetHash } from '#core/base/ids.ts';
import { ownLikeness, UNCONSENTED, type Likeness } from '#core/document/likeness.ts';
import { newPresenter, newProject, newRecording, newScene, newVoice } from '#core/document/create.ts';
import type { MediaEntry, Project } from '#core/document/project.ts';
import {
  GRADES,
  issuePermit,
  PERSON_DRAFT_MARK,
  projectStanding,
  requirePermit,
  type Connection,
  type Grade,
  type LikenessStanding,
  type RenderPermit,
} from '#core/policy/permit.ts';

const LIKENESS: Readonly<Record<LikenessStanding, Likeness>> = {
  synthetic: { kind: 'synthetic' },
  'person-with-consent': { kind: 'person', consent: { receiptId: 'r-1', issuer: 'orator' } },
  'person-without-consent': { kind: 'person', consent: null },
};

const NO_CONSENT = 'This film shows or sounds like a real person who has not given consent.';
const NEEDS_SERVER =
  'A film for distribution is checked by a server first, and there is no connection to one.';
/** A mark is a permit with these words drawn over every frame; null a permit without; a sentence no permit. */
type Expected = { readonly mark: string | null } | { readonly refused: string };
const free: Expected = { mark: null };
const marked: Expected = { mark: 'Draft · no consent on file' };

/** Every cell, written out a second time by hand: changing the policy takes changing it here too. */
const CELLS: readonly (readonly [Grade, LikenessStanding, Connection, Expected])[] = [
  ['draft', 'synthetic', 'offline', free],
  ['draft', 'synthetic', 'online', free],
  ['draft', 'person-with-consent', 'offline', free],
  ['draft', 'person-with-consent', 'online', free],
  ['draft', 'person-without-consent', 'offline', marked],
  ['draft', 'person-without-consent', 'online', marked],
  ['final', 'synthetic', 'offline', free],
  ['final', 'synthetic', 'online', free],
  ['final', 'person-with-consent', 'offline', free],
  ['final', 'person-with-consent', 'online', free],
  ['final', 'person-without-consent', 'offline', { refused: NO_CONSENT }],
  ['final', 'person-without-consent', 'online', { refused: NO_CONSENT }],
  ['distribution', 'synthetic', 'offline', { refused: NEEDS_SERVER }],
  ['distribution', 'synthetic', 'online', free],
  ['distribution', 'person-with-consent', 'offline', { refused: NEEDS_SERVER }],
  ['distribution', 'person-with-consent', 'online', free],
  ['distribution', 'person-without-consent', 'offline', { refused: NO_CONSENT }],
  ['distribution', 'person-without-consent', 'online', { refused: NO_CONSENT }],
];

function decide(project: Project, grade: Grade, connection: Connection): Expected {
  try {
    const permit = issuePermit(project, grade, connection);
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
  const seen = newProject({ presenter: { likeness: LIKENESS[standing] } });
  const heard = newProject({ voice: { likeness: LIKENESS[standing] } });
  expect(decide(seen, grade, connection)).toEqual(expected);
  expect(decide(heard, grade, connection)).toEqual(expected);
});

test('the cells above are all there are', () => {
  const cells = new Set(CELLS.map(([grade, standing, connection]) => `${grade} ${standing} ${connection}`));
  expect(cells.size).toBe(GRADES.length * Object.keys(LIKENESS).length * 2);
});

test('the mark of a draft without consent says what it is', () => {
  expect(PERSON_DRAFT_MARK).toMatch(/draft.*no consent/i);
});

describe('a film stands as its weakest member', () => {
  const base = newProject({ presenter: { likeness: LIKENESS['person-with-consent'] } });
  const stranger = newVoice({ likeness: LIKENESS['person-without-consent'] });

  test('one voice without consent in the last scene decides', () => {
    const scenes = [...base.scenes, newScene({ voice: stranger.id })];
    expect(projectStanding({ ...base, voices: [...base.voices, stranger], scenes })).toBe(
      'person-without-consent',
    );
  });
  test('one recording without consent decides, its speaker’s own word lifts it, and the voice it replaces is not heard', () => {
    const entry = { hash: 'c'.repeat(64) as AssetHash, durationS: 3 } as MediaEntry;
    const recorded = (likeness: Likeness): Project => ({
      ...base,
      voices: [...base.voices, stranger],
      scenes: [
        ...base.scenes,
        { ...newScene({ voice: stranger.id }), recording: newRecording(entry, { likeness }) },
      ],
    });
    expect(projectStanding(recorded(UNCONSENTED))).toBe('person-without-consent');
    expect(projectStanding(recorded(ownLikeness('r-3')))).toBe('person-with-consent');
    expect(newRecording(entry).likeness).toEqual(UNCONSENTED);
  });
  test('someone who is neither seen nor heard does not count', () => {
    const unseen = newPresenter({ likeness: LIKENESS['person-without-consent'] });
    const project = { ...base, voices: [...base.voices, stranger], presenters: [...base.presenters, unseen] };
    expect(projectStanding(project)).toBe('person-with-consent');
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
  const permit = issuePermit(before, 'final', 'offline');
  expect(() => requirePermit(permit, { ...before, name: 'Another title' })).not.toThrow();
  const person = { ...(before.voices[0] ?? newVoice()), likeness: LIKENESS['person-without-consent'] };
  expect(() => requirePermit(permit, { ...before, voices: [person] })).toThrow(AppError);
  expect(() => requirePermit(permit, newProject())).toThrow('another film');
});
