import { expect, test } from 'vitest';
import { newParagraph, newProject } from '#core/document/create.ts';
import { planFilm } from '#core/frame/plan.ts';
import { planLive } from '#core/frame/live-plan.ts';
import { restPose } from '#core/motion/rest-pose.ts';
import { MOTION_CHANNELS } from '#core/motion/track.ts';
import { presenterKind } from '#core/presenter/index.ts';
import type { Scene } from '#core/document/project.ts';
import type { CacheKey } from '#core/base/ids.ts';
import { tools } from './fakes.ts';

test('a live stage at rest is the film’s own picture of that scene at rest', async () => {
  const project = newProject();
  const scene = project.scenes[0] as Scene;
  const motion = {
    rate: project.format.rate,
    frameCount: 2,
    values: Float32Array.from([...restPose(), ...restPose()]),
    gestures: [],
    cues: { speech: [], accents: [] },
  };
  const presenters = scene.presenters.map((placement) => {
    const presenter = project.presenters.find(({ id }) => id === placement.presenter);
    if (!presenter) throw new Error('A new project has its presenter.');
    const kind = presenterKind(presenter);
    const track = kind.prepare(presenter, motion, null, { cutOut: false });
    return { presenter, placement, kind, data: null, track };
  });
  expect(presenters).toHaveLength(1);
  const film = await planFilm(
    project,
    [{ scene, paragraph: newParagraph(), words: [], frameCount: 2, presenters, speechKey: 'k' as CacheKey }],
    tools,
  );
  expect(planLive(scene, project, tools, { dataOf: () => null }).next(restPose(), 0)).toEqual(film.at(0));
});

test('what is said moves the presenter and nothing else', () => {
  const project = newProject();
  const stage = planLive(
    project.scenes[0] as Scene,
    project,
    { ...tools, mark: 'Draft' },
    { dataOf: () => null },
  );
  const open = restPose();
  open[MOTION_CHANNELS.indexOf('jawOpen')] = 0.6;
  const [before, after] = [stage.next(restPose(), 0), stage.next(open, 0.04)];
  const changed = after.layers.filter(
    (layer, i) => JSON.stringify(layer) !== JSON.stringify(before.layers[i]),
  );
  expect(changed.map(({ name }) => name)).toEqual(['presenter-0']);
  expect(after.layers.at(-1)?.name).toBe('mark');
});
