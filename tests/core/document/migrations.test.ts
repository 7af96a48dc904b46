import { describe, expect, test } from 'vitest';
import { AppError } from '#core/base/errors.ts';
import { draftFromText, migrate, MIGRATIONS, type Migration } from '#core/document/migrations.ts';
import { PROJECT_SCHEMA_VERSION, type Project } from '#core/document/project.ts';
import { paragraphText } from '#core/document/script.ts';
import { decodeProject } from '#shared/project-codec.ts';
import { everythingProject, copyOf } from './samples.ts';

/** One real document of every version there has been. A new migration needs the document it starts from. */
const DOCUMENTS: readonly unknown[] = [
  {
    schema: 0,
    name: 'Draft',
    voice: 'rms',
    presenter: 'nora',
    scenes: [{ text: 'One.\n\nTwo\nlines.', background: '#102030' }, { text: '' }],
  },
  versionOne(copyOf(everythingProject()) as Project),
  versionTwo(copyOf(everythingProject()) as Project),
  copyOf(everythingProject()),
];

/** As it was before presenters could be cut out of a background of their own. */
function versionTwo(project: Project): Record<string, unknown> {
  const scenes = project.scenes.map((scene) => ({
    ...scene,
    presenters: scene.presenters.map(({ cutOut: _, ...place }) => place),
  }));
  return { ...project, schema: 2, scenes };
}

/** As it was before scenes could be spoken by a recording. */
function versionOne(project: Project): unknown {
  const { scenes: second } = versionTwo(project);
  const scenes = (second as Project['scenes']).map(({ recording: _, ...scene }) => scene);
  const media = project.media.filter((entry) => entry.kind !== 'sound');
  return { ...project, schema: 1, scenes, media };
}

test('migrations are numbered without gaps, from 1 to the current version', () => {
  expect(MIGRATIONS.map((m) => m.to)).toEqual(
    Array.from({ length: PROJECT_SCHEMA_VERSION }, (_, i) => i + 1),
  );
});

test('every migration is called by a document of the version before it, and all lead to valid projects', () => {
  const called = new Set<number>();
  const watched: Migration[] = MIGRATIONS.map((migration) => ({
    ...migration,
    up: (document) => {
      called.add(migration.to);
      expect(document['schema']).toBe(migration.to - 1);
      return migration.up(document);
    },
  }));
  expect(DOCUMENTS.length).toBe(PROJECT_SCHEMA_VERSION + 1);
  DOCUMENTS.forEach((document, version) => {
    const { document: current, from } = migrate(document, watched);
    expect(from).toBe(version);
    const decoded = decodeProject(current);
    expect(decoded.notes).toEqual([]);
    expect(decoded.project.schema).toBe(PROJECT_SCHEMA_VERSION);
  });
  expect([...called]).toEqual(MIGRATIONS.map((m) => m.to));
});

test('a current document passes through migration unchanged', () => {
  const document = copyOf(everythingProject());
  expect(migrate(document).document).toEqual(document);
});

test('a draft keeps its words, voice and background', () => {
  const { project } = decodeProject(DOCUMENTS[0]);
  expect(project.scenes.map((scene) => scene.script.paragraphs.map(paragraphText))).toEqual([
    ['One.', 'Two lines.'],
    [''],
  ]);
  expect(project.voices[0]?.engineVoice).toBe('rms');
  expect(project.scenes[0]?.background).toEqual({ kind: 'color', color: '#102030' });
});

test('plain text becomes a project: dashes divide scenes, blank lines paragraphs, the first line names it', () => {
  const { project } = decodeProject(
    draftFromText('\uFEFFHello all.\r\n\r\nMore.\r\n\r\n---\r\n\r\nSecond scene.\r\n'),
  );
  expect(project.name).toBe('Hello all.');
  expect(project.scenes.map((scene) => scene.script.paragraphs.map(paragraphText))).toEqual([
    ['Hello all.', 'More.'],
    ['Second scene.'],
  ]);
});

describe('what is not a project of ours is refused with a code and a sentence', () => {
  test.each([
    ['a list', [], 'invalid-input'],
    ['nothing', null, 'invalid-input'],
    ['a document without a version', { scenes: [] }, 'invalid-input'],
    ['a fractional version', { schema: 0.5 }, 'invalid-input'],
    ['a negative version', { schema: -1 }, 'invalid-input'],
    ['a later version', { schema: PROJECT_SCHEMA_VERSION + 1 }, 'newer-version'],
  ])('%s', (_, document, code) => {
    let error: unknown;
    try {
      migrate(document);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).code).toBe(code);
    expect((error as AppError).message).toMatch(/\.$/);
  });
});
