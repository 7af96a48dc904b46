import { describe, expect, test } from 'vitest';
import type { AssetHash, PresenterId, VoiceId } from '#core/base/ids.ts';
import { newParagraph, newProject } from '#core/document/create.ts';
import { PROJECT_LIMITS } from '#core/document/limits.ts';
import type { Project, Recording, Scene } from '#core/document/project.ts';
import { inspectProject, problemSentence, repairProject, validateProject } from '#core/document/validate.ts';
import { CLIP, everythingProject, RED, SOUND } from './samples.ts';

function withScene(index: number, change: Partial<Scene>): Project {
  const project = everythingProject();
  const scene = project.scenes[index];
  if (scene === undefined) throw new Error('no such scene');
  return { ...project, scenes: project.scenes.with(index, { ...scene, ...change }) };
}

function recorded(): Recording {
  const recording = everythingProject().scenes[1]?.recording;
  if (!recording) throw new Error('no recording in the sample');
  return recording;
}

test('new projects and the one with everything have no problems, and come back as the same value', () => {
  for (const project of [newProject(), everythingProject()]) {
    expect(validateProject(project)).toEqual([]);
    expect(inspectProject(project).project).toBe(project);
  }
});

const broken: readonly (readonly [string, () => Project, RegExp])[] = [
  ['no scene', () => ({ ...newProject(), scenes: [] }), /^Script: The project has no scene/],
  ['no voice', () => ({ ...everythingProject(), voices: [] }), /^Voices: The project has no voice/],
  [
    'an odd width',
    () => ({ ...newProject(), format: { ...newProject().format, widthPx: 1279 } }),
    /1280 × 1080 now/,
  ],
  [
    'a huge height',
    () => ({ ...newProject(), format: { ...newProject().format, heightPx: 1e9 } }),
    /1920 × 4096 now/,
  ],
  [
    'a frame rate of nothing',
    () => ({ ...newProject(), format: { ...newProject().format, rate: { num: 25, den: 0 } } }),
    /frame rate/,
  ],
  ['an unknown voice in a scene', () => withScene(1, { voice: 'nobody' as VoiceId }), /^Scene 2: Its voice/],
  [
    'an unknown presenter in a scene',
    () =>
      withScene(1, {
        presenters: [
          { presenter: 'nobody' as PresenterId, framing: 'close', centerX: 0.5, scale: 1, cutOut: false },
        ],
      }),
    /^Scene 2: Its presenter.*stands in/,
  ],
  [
    'a scene without paragraphs',
    () => withScene(0, { script: { paragraphs: [] } }),
    /^Scene 1: It has no paragraph/,
  ],
  [
    'a background that is not in the project',
    () => ({ ...everythingProject(), media: everythingProject().media.filter((m) => m.hash !== CLIP) }),
    /^Scene 3: The video behind it is not/,
  ],
  [
    'a video where a picture should be',
    () =>
      withScene(0, {
        background: { kind: 'image', asset: CLIP, fit: 'cover', crop: { x: 0, y: 0, width: 1, height: 1 } },
      }),
    /^Scene 1: The image behind it/,
  ],
  [
    'a crop that hangs over',
    () =>
      withScene(1, {
        background: { kind: 'image', asset: RED, fit: 'cover', crop: { x: 0.5, y: 0, width: 1, height: 1 } },
      }),
    /^Scene 2: The crop/,
  ],
  [
    'a pause of a day',
    () => withScene(2, { script: { paragraphs: [newParagraph([{ kind: 'pause', durationS: 86_400 }])] } }),
    /^Scene 3, paragraph 1: Its pause of 86400/,
  ],
  [
    'a cross-fade of an hour',
    () => withScene(1, { transition: { kind: 'cross-fade', durationS: 3600 } }),
    /^Scene 2: Its cross-fade/,
  ],
  [
    'a recording that is gone',
    () => ({ ...everythingProject(), media: everythingProject().media.filter((m) => m.hash !== SOUND) }),
    /^Scene 2: The recording that speaks it.*Its voice speaks instead/,
  ],
  [
    'a recording that is a picture',
    () => withScene(1, { recording: { ...recorded(), asset: RED } }),
    /^Scene 2: The recording that speaks it/,
  ],
  [
    'a part of a recording beyond its end',
    () => withScene(1, { recording: { ...recorded(), startS: 12.4, endS: 90 } }),
    /^Scene 2: The part of its recording/,
  ],
  ['a logo that is gone', () => ({ ...everythingProject(), media: [] }), /^Logo: Its image/],
  [
    'one medium twice',
    () => ({ ...everythingProject(), media: [...everythingProject().media, ...everythingProject().media] }),
    /listed twice/,
  ],
  [
    'captions of giant size',
    () => ({ ...newProject(), captions: { ...newProject().captions, sizeFraction: 2 } }),
    /^Captions: Its size/,
  ],
];

describe.each(broken)('a project with %s', (_, make, sentence) => {
  test('is told in a sentence that names the place, and mended so that nothing is left to mend', () => {
    const project = make();
    const { project: mended, notes, unsolved } = repairProject(project);
    expect(notes.join('\n')).toMatch(new RegExp(sentence.source, 'm'));
    expect(unsolved).toEqual([]);
    expect(validateProject(mended)).toEqual([]);
  });
});

test('ids used twice are told apart, in scenes, paragraphs and layers', () => {
  const project = everythingProject();
  const doubled = { ...project, scenes: [...project.scenes, ...project.scenes] };
  const { project: mended } = repairProject(doubled);
  const ids = mended.scenes.flatMap((scene) => [
    scene.id,
    ...scene.script.paragraphs.map((p) => p.id),
    ...scene.layers.map((l) => l.id),
  ]);
  expect(new Set(ids).size).toBe(ids.length);
  expect(mended.scenes.slice(0, 4)).toEqual(project.scenes);
});

test('a voice and a character that this device does not have are replaced, and a person stays a person', () => {
  const project = everythingProject();
  const inventory = { voices: [{ engine: 'flite', engineVoice: 'slt' }], presets: ['other'] };
  const { project: mended, notes } = repairProject(
    { ...project, voices: project.voices.map((v) => ({ ...v, engine: 'elsewhere' })) },
    inventory,
  );
  expect(mended.voices.every((v) => v.engine === 'flite' && v.engineVoice === 'slt')).toBe(true);
  expect(mended.voices.map((v) => v.likeness)).toEqual(project.voices.map((v) => v.likeness));
  expect(notes.filter((note) => note.startsWith('Presenter')).length).toBe(2);
});

test('media whose bytes are gone are taken out everywhere they were shown', () => {
  const { project, notes } = repairProject(everythingProject(), { media: new Set<AssetHash>([CLIP]) });
  expect(project.media.map((m) => m.hash)).toEqual([CLIP]);
  expect(project.brand.logo).toBeNull();
  expect(project.scenes[1]?.layers.map((l) => l.kind)).toEqual(['text']);
  expect(notes.length).toBeGreaterThanOrEqual(4);
});

test('a paragraph too long to speak is told, and its words are left alone', () => {
  const words = 'word '.repeat(PROJECT_LIMITS.paragraphCharacters / 4);
  const project = newProject({ scenes: [['Short.', words]] });
  const { project: kept, unsolved } = repairProject(project);
  expect(kept).toBe(project);
  expect(unsolved.map(problemSentence)).toEqual([
    expect.stringMatching(/^Scene 1, paragraph 2: It has 12500/),
  ]);
});
