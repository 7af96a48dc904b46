import { expect, test } from 'vitest';
import type { Project } from '#core/document/project.ts';
import { FULL_CROP } from '#core/document/project.ts';
import type { DrawLayer, DrawList } from '#core/draw/draw-list.ts';
import type { FramePlan } from '#core/frame/frame-plan.ts';
import { planFilm } from '#core/frame/plan.ts';
import { presenterTransform } from '#core/frame/presenter-layers.ts';
import { FILM_ASSET, sketchFilm, tools, type FilmSketch } from './fakes.ts';

function plan(sketch: FilmSketch, more = tools): Promise<FramePlan> {
  const { project, shots } = sketchFilm(sketch);
  return planFilm(project, shots, more);
}
function names(list: DrawList): string[] {
  return list.layers.map(({ name }) => name);
}
function layerOf(list: DrawList, name: string): DrawLayer {
  const found = list.layers.find((layer) => layer.name === name);
  if (found === undefined) throw new Error(`No layer “${name}” among ${names(list).join(', ')}`);
  return found;
}
/** Everything shown in one shot, frame by frame. */
function pictures(film: FramePlan, shot: number): DrawList[] {
  const span = film.shots[shot];
  if (span === undefined) throw new Error(`No shot ${shot}`);
  return Array.from({ length: span.frameCount }, (_, i) => film.at(span.startFrame + i));
}
function videoBackground(project: Project): Project {
  const media = {
    hash: FILM_ASSET,
    name: 'film.mp4',
    mime: 'video/mp4',
    bytes: 1,
    kind: 'video' as const,
    widthPx: 400,
    heightPx: 400,
    durationS: 3,
  };
  const background = {
    kind: 'video' as const,
    asset: FILM_ASSET,
    fit: 'cover' as const,
    crop: FULL_CROP,
    startS: 1,
  };
  return { ...project, media: [media], scenes: project.scenes.map((scene) => ({ ...scene, background })) };
}

const SECOND = 'Four five six, seven eight.';
const NEXT_SCENE = ['Nine ten.', 'Eleven twelve.'];
const TEXTS = [['One two three.', SECOND], NEXT_SCENE];
const LONGER = [['One two thirty-three hundred and some more.', SECOND], NEXT_SCENE];
const FADE = { kind: 'cross-fade', durationS: 0.4 } as const;

test('shots lie end to end and cover the film', async () => {
  const film = await plan({ scenes: TEXTS });
  let next = 0;
  for (const { startFrame, frameCount } of film.shots) {
    expect(startFrame).toBe(next);
    next += frameCount;
  }
  expect(film.frameCount).toBe(next);
  expect(() => film.at(next)).toThrow(RangeError);
  expect(() => film.at(-1)).toThrow(RangeError);
  expect(() => film.at(0.5)).toThrow(RangeError);
});

test.each([
  ['cuts', undefined],
  ['cross-fades', FADE],
])(
  'with %s, a longer word early on moves what comes after it and changes nothing of it',
  async (_, transition) => {
    const more = transition === undefined ? {} : { transition };
    const before = await plan({ scenes: TEXTS, ...more });
    const after = await plan({ scenes: LONGER, ...more });
    expect(after.shots[1]?.startFrame).toBeGreaterThan(before.shots[1]?.startFrame ?? 0);
    expect(after.shots[0]?.pictureKey).not.toBe(before.shots[0]?.pictureKey);
    for (const shot of [1, 2, 3]) {
      expect(after.shots[shot]?.pictureKey).toBe(before.shots[shot]?.pictureKey);
      expect(pictures(after, shot)).toEqual(pictures(before, shot));
    }
  },
);

test('a video behind a scene runs on from paragraph to paragraph, loops, and starts anew with the next scene', async () => {
  const film = await plan({ scenes: TEXTS, change: videoBackground });
  const times = film.shots.slice(0, 2).flatMap((_, shot) =>
    pictures(film, shot).map((list) => {
      const layer = layerOf(list, 'background');
      return layer.kind === 'image' ? layer.image.timeS : NaN;
    }),
  );
  times.forEach((timeS, i) => expect(timeS).toBeCloseTo(1 + ((i / 25) % 2), 9));
  expect(times.length / 25).toBeGreaterThan(2);
  const second = layerOf(film.at(film.shots[2]?.startFrame ?? 0), 'background');
  expect(second.kind === 'image' && second.image.timeS).toBe(1);
});

test('behind a video a longer paragraph changes the pictures after it in its own scene, and no others', async () => {
  const before = await plan({ scenes: TEXTS, change: videoBackground });
  const after = await plan({ scenes: LONGER, change: videoBackground });
  const same = before.shots.map(({ pictureKey }, i) => pictureKey === after.shots[i]?.pictureKey);
  expect(same).toEqual([false, false, true, true]);
});

test('a cross-fade holds the last picture of the scene before and brings the new scene in as one', async () => {
  const film = await plan({ scenes: TEXTS, transition: FADE });
  const start = film.shots[2]?.startFrame ?? 0;
  const opacities = Array.from({ length: 12 }, (_, i) => {
    const fade = film.at(start + i).layers.find(({ name }) => name === 'fade');
    return fade?.opacity ?? 1;
  });
  expect(opacities.slice(0, 10)).toEqual(Array.from({ length: 10 }, (_, i) => (i + 1) / 11));
  expect(opacities.slice(10)).toEqual([1, 1]);
  const last = film
    .at(start - 1)
    .layers.filter(({ name }) => name === 'background' || name === 'presenter-0');
  const held = film.at(start).layers.slice(0, last.length);
  expect(held.map((layer) => ({ ...layer, key: null }))).toEqual(
    last.map((layer) => ({ ...layer, key: null })),
  );
  expect(held.some((layer) => layer.kind === 'vector' && layer.key !== null)).toBe(true);
  expect(names(film.at(0))).not.toContain('fade');
});

test.each<[string, (project: Project) => Project]>([
  ['caption size', (p) => ({ ...p, captions: { ...p.captions, sizeFraction: 0.07 } })],
  ['captions off', (p) => ({ ...p, captions: { ...p.captions, enabled: false } })],
  ['format', (p) => ({ ...p, format: { ...p.format, widthPx: 360 } })],
  [
    'background',
    (p) => ({
      ...p,
      scenes: p.scenes.map((s) => ({ ...s, background: { kind: 'color', color: '#102030' } as const })),
    }),
  ],
  [
    'placement',
    (p) => ({
      ...p,
      scenes: p.scenes.map((s) => ({
        ...s,
        presenters: s.presenters.map((placed) => ({ ...placed, centerX: 0.21 })),
      })),
    }),
  ],
])('another %s is another picture', async (_, change) => {
  const plain = await plan({ scenes: TEXTS });
  const changed = await plan({ scenes: TEXTS, change });
  plain.shots.forEach(({ pictureKey }, i) => expect(changed.shots[i]?.pictureKey).not.toBe(pictureKey));
});

test('a new name or a later save is the same picture', async () => {
  const plain = await plan({ scenes: TEXTS });
  const renamed = await plan({ scenes: TEXTS, change: (p) => ({ ...p, name: 'Other', updatedAt: 'later' }) });
  expect(renamed.shots).toEqual(plain.shots);
});

test('the permit’s mark is the last thing on every frame, and part of every key', async () => {
  const marked = await plan({ scenes: TEXTS, transition: FADE }, { ...tools, mark: 'Draft' });
  const plain = await plan({ scenes: TEXTS, transition: FADE });
  for (let i = 0; i < marked.frameCount; i++) expect(names(marked.at(i)).at(-1)).toBe('mark');
  plain.shots.forEach(({ pictureKey }, i) => expect(marked.shots[i]?.pictureKey).not.toBe(pictureKey));
});

test('a presenter fills the height of a wide frame and the width of a narrow one, standing on its lower edge', () => {
  const { shots } = sketchFilm({ scenes: TEXTS });
  const prepared = shots[0]?.presenters[0];
  if (prepared === undefined) throw new Error('The sketch has a presenter');
  const rate = { num: 25, den: 1 };
  const placed = { ...prepared, placement: { ...prepared.placement, centerX: 0.5, scale: 1 } };
  expect(presenterTransform(placed, { widthPx: 1920, heightPx: 1080, rate })).toEqual([
    5.4, 0, 0, 5.4, 960, 540,
  ]);
  const [scale, , , , x, y] = presenterTransform(placed, { widthPx: 400, heightPx: 1920, rate });
  expect([scale, x, y]).toEqual([4, 200, 1520]);
});

test('media that the project does not list is refused in a sentence', async () => {
  const sketch: FilmSketch = { scenes: TEXTS, change: (p) => ({ ...videoBackground(p), media: [] }) };
  await expect(plan(sketch)).rejects.toMatchObject({ code: 'invalid-input' });
});

test('a film without paragraphs has no frames', async () => {
  expect((await plan({ scenes: [] })).frameCount).toBe(0);
});
