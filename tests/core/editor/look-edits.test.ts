/** A look for one scene or for all: what is shared stays shared, what is changed alone becomes its own. */
import { describe, expect, it } from 'vitest';
import { newProject } from '#core/document/create.ts';
import {
  aspectOf,
  changePresenter,
  changeVoice,
  presenterOf,
  sizeOf,
  voiceOf,
  withFormat,
} from '#lib/editor/look-edits.ts';

const three = () => newProject({ scenes: [['One.'], ['Two.'], ['Three.']] });
const parametersOf = (project: ReturnType<typeof three>, scene: (typeof project.scenes)[number]) => {
  const presenter = presenterOf(project, scene);
  return presenter?.kind === 'illustrated' ? presenter.parameters : {};
};
const sceneAt = (project: ReturnType<typeof three>, index: number) => {
  const scene = project.scenes[index];
  if (!scene) throw new Error(`no scene ${index}`);
  return scene;
};

describe('the voice', () => {
  it('of one scene is changed for that scene alone', () => {
    const before = three();
    const second = sceneAt(before, 1);
    const after = changeVoice(before, second.id, 'scene', (voice) => ({ ...voice, engineVoice: 'rms' }));
    expect(after.scenes.map((scene) => voiceOf(after, scene)?.engineVoice)).toEqual(['slt', 'rms', 'slt']);
    expect(after.voices).toHaveLength(2);
  });

  it('of all scenes is one voice again, and the copy is gone', () => {
    const before = three();
    const second = sceneAt(before, 1);
    const mixed = changeVoice(before, second.id, 'scene', (voice) => ({ ...voice, engineVoice: 'rms' }));
    const after = changeVoice(mixed, second.id, 'all', (voice) => ({ ...voice, speed: 1.5 }));
    expect(after.scenes.map((scene) => voiceOf(after, scene)?.engineVoice)).toEqual(['rms', 'rms', 'rms']);
    expect(after.voices).toHaveLength(1);
    expect(after.voices[0]?.speed).toBe(1.5);
  });

  it('already a scene’s own is changed in place', () => {
    const before = three();
    const { id } = sceneAt(before, 0);
    const own = changeVoice(before, id, 'scene', (voice) => ({ ...voice, speed: 1.2 }));
    const again = changeVoice(own, id, 'scene', (voice) => ({ ...voice, speed: 1.3 }));
    expect(again.voices.map((voice) => voice.id)).toEqual(own.voices.map((voice) => voice.id));
  });
});

describe('the presenter', () => {
  it('changed in one scene leaves the others as they were', () => {
    const before = three();
    const { id } = sceneAt(before, 2);
    const after = changePresenter(before, id, 'scene', (p) => ({
      ...p,
      parameters: { hairColor: '#112233' },
    }));
    expect(after.scenes.map((scene) => parametersOf(after, scene)['hairColor'])).toEqual([
      undefined,
      undefined,
      '#112233',
    ]);
    expect(after.scenes[0]).toBe(before.scenes[0]);
  });

  it('keeps its place when another look is chosen for all', () => {
    const project = three();
    const placed = {
      ...project,
      scenes: project.scenes.map((scene) => ({
        ...scene,
        presenters: scene.presenters.map((place) => ({ ...place, centerX: 0.7 })),
      })),
    };
    const after = changePresenter(placed, sceneAt(placed, 0).id, 'all', (p) => ({ ...p, preset: 'other' }));
    expect(after.scenes.every((scene) => scene.presenters[0]?.centerX === 0.7)).toBe(true);
  });
});

describe('the format', () => {
  it('has even sides of the shape that was asked for', () => {
    for (const aspect of ['16:9', '9:16', '1:1'] as const)
      for (const shortPx of [720, 1080]) {
        const { widthPx, heightPx } = sizeOf(aspect, shortPx);
        expect([widthPx % 2, heightPx % 2]).toEqual([0, 0]);
        expect(Math.min(widthPx, heightPx)).toBe(shortPx);
        expect(aspectOf({ widthPx, heightPx, rate: { num: 25, den: 1 } })).toBe(aspect);
      }
    expect(sizeOf('16:9', 1080)).toEqual({ widthPx: 1920, heightPx: 1080 });
  });

  it('changes one thing at a time', () => {
    const tall = withFormat(three(), { aspect: '9:16' });
    expect(tall.format).toEqual({ widthPx: 1080, heightPx: 1920, rate: { num: 30, den: 1 } });
    const small = withFormat(tall, { shortPx: 720 });
    expect(small.format).toMatchObject({ widthPx: 720, heightPx: 1280 });
    expect(withFormat(small, { fps: 25 }).format.rate).toEqual({ num: 25, den: 1 });
  });
});
