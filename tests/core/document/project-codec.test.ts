import { describe, expect, test } from 'vitest';
import { AppError } from '#core/base/errors.ts';
import { newParagraph, newProject } from '#core/document/create.ts';
import { PROJECT_LIMITS } from '#core/document/limits.ts';
import { PROJECT_SCHEMA_VERSION } from '#core/document/project.ts';
import type { Paragraph } from '#core/document/script.ts';
import { decodeProject, encodeProject, parseProject } from '#shared/project-codec.ts';
import { fuzzProjects } from './project-fuzz.ts';
import { copyOf, everythingProject } from './samples.ts';

function refusal(work: () => unknown): AppError {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

/** The project with everything, one place in it changed. */
function changed(path: string, value: unknown): unknown {
  const root = copyOf(everythingProject());
  const keys = path.split('.');
  const last = keys.pop() as string;
  let place = root as Record<string, unknown>;
  for (const key of keys) place = place[key] as Record<string, unknown>;
  if (value === undefined) Reflect.deleteProperty(place, last);
  else place[last] = value;
  return root;
}

test('every field survives being written and read', () => {
  for (const project of [newProject(), everythingProject()])
    expect(parseProject(encodeProject(project))).toEqual({
      project,
      notes: [],
      from: PROJECT_SCHEMA_VERSION,
    });
});

test('the same project always gives the same text', () => {
  const project = everythingProject();
  const reversed = Object.fromEntries(Object.entries(project).reverse()) as typeof project;
  expect(encodeProject(reversed)).toBe(encodeProject(project));
});

test('fields that are not ours are dropped', () => {
  expect(decodeProject({ ...everythingProject(), evil: 1 }).project).not.toHaveProperty('evil');
});

describe('a refusal names the place', () => {
  test.each([
    [
      'scenes.1.script.paragraphs.0.content.0.text',
      5,
      'Scene 2, paragraph 1, part 1: “text” should be string, but is 5.',
    ],
    ['scenes.1.background.fit', 'stretch', /^Scene 2: “background → fit” should be .*but is "stretch"\.$/],
    ['scenes.1.layers.0.color', 'red', 'Scene 2, layer 1: “color” does not look right ("red").'],
    ['scenes.2.voice', undefined, 'Scene 3: “voice” is missing.'],
    ['scenes.1.script.paragraphs.0.emotion', 'furious', /^Scene 2, paragraph 1: “emotion” should be/],
    ['voices.1.speed', '1', 'Voice 2: “speed” should be number, but is "1".'],
    ['media.0.hash', '../../etc/passwd', 'Media file 1: “hash” does not look right ("../../etc/passwd").'],
    ['media.1.mime', 'text/html"><script>', /^Media file 2: “mime” does not look right/],
    ['name', 'x'.repeat(201), 'This project: “name” is too long; 200 is the most.'],
    ['createdAt', '2026-02-31', /^This project: “createdAt” does not look right/],
    ['createdAt', '2026-13-01T00:00:00Z', /^This project: “createdAt” does not look right/],
    ['scenes', {}, /^This project: “scenes” should be/],
  ])('%s = %j', (path, value, sentence) => {
    const error = refusal(() => decodeProject(changed(path, value)));
    expect(error.code).toBe('invalid-input');
    expect(error.message).toMatch(sentence);
  });
});

describe('hostile size and shape are refused before they cost anything', () => {
  test('nesting', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(refusal(() => decodeProject({ schema: 1, deep })).message).toMatch('too deeply');
  });
  test('text', () => {
    const text = `"${'x'.repeat(PROJECT_LIMITS.jsonCharacters)}"`;
    expect(refusal(() => parseProject(text)).message).toMatch('too large');
  });
  test('parts', () => {
    const many = Array.from({ length: 1_000_001 }, () => 0);
    expect(refusal(() => decodeProject({ schema: 1, many })).message).toMatch('too many parts');
  });
  test('scenes', () => {
    const scenes = Array.from({ length: PROJECT_LIMITS.scenes + 1 }, () => everythingProject().scenes[0]);
    expect(refusal(() => decodeProject({ ...everythingProject(), scenes })).message).toMatch(
      '“scenes” is too long',
    );
  });
  test('names that reach into prototypes', () => {
    const text = encodeProject(everythingProject()).replace('"hair"', '"__proto__"');
    expect(refusal(() => parseProject(text)).message).toMatch('“__proto__”, which is not allowed');
  });
});

test('whatever a person pastes opens again: a thousand paragraphs, an endless one, and more than is made for', () => {
  const project = everythingProject();
  const scene = project.scenes[0] as (typeof project.scenes)[number];
  const saying = (...paragraphs: Paragraph[]) =>
    parseProject(encodeProject({ ...project, scenes: [{ ...scene, script: { paragraphs } }] }));
  const many = Array.from({ length: 1000 }, () => newParagraph('A line.'));
  expect(saying(...many).notes).toEqual([]);
  const endless = newParagraph('word '.repeat(150_000));
  const { project: opened, notes } = saying(endless);
  expect(opened.scenes[0]?.script.paragraphs).toEqual([endless]);
  expect(notes).toEqual([expect.stringMatching(/Divide it\./), expect.stringMatching(/Divide it in two/)]);
});

test('text that is not JSON is called damaged', () => {
  expect(refusal(() => parseProject('{"schema":1,')).code).toBe('corrupt-file');
});

test('hundreds of mutated documents are refused with a sentence or come out valid and stable', () => {
  const accepted = fuzzProjects(300);
  // Both must happen, or the mutations would show nothing.
  expect(accepted).toBeGreaterThan(20);
  expect(accepted).toBeLessThan(280);
});
