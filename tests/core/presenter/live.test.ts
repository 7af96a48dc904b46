import { expect, test } from 'vitest';
import { RATE_25 } from '#core/base/time.ts';
import { animate } from '#core/motion/animate.ts';
import { MOTION_CHANNELS } from '#core/motion/track.ts';
import { illustrated } from '#core/presenter/illustrated/index.ts';
import { say } from '../motion/synthetic.ts';
import { nora, trackOf } from './pose-tools.ts';

const TURNED = { headYaw: 0.3, headPitch: -0.1, jawOpen: 0.4, bodySway: 0.05, rightWristY: 0.7 } as const;

test('a live presenter draws the very picture of a film where nothing swings', () => {
  const film = trackOf([TURNED, TURNED]);
  const live = illustrated.live(nora());
  const motion = film.values.slice(0, MOTION_CHANNELS.length);
  expect(live.draw(motion, 0.04)).toEqual(illustrated.prepare(nora(), film).draw(0));
});

test('after a jump everything swings, and comes to hang where the film has it', () => {
  const film = trackOf([{}, TURNED]);
  const width = MOTION_CHANNELS.length;
  const [rest, turned] = [film.values.slice(0, width), film.values.slice(width)];
  const still = illustrated.prepare(nora(), trackOf([TURNED])).draw(0);
  const live = illustrated.live(nora());
  live.draw(rest, 0.04);
  expect(distance(live.draw(turned, 0.04), still)).toBeGreaterThan(1);
  for (let i = 0; i < 250; i++) live.draw(turned, 0.04);
  expect(distance(live.draw(turned, 0.04), still)).toBeLessThan(0.01);
});

test('through a moving shot it is the picture of the film, until that begins to settle', () => {
  const { speech, paragraph } = say([
    { text: 'No', ipa: 'n ˈoʊ', emphasis: 2 },
    { text: 'more', ipa: 'm ˈɔ ɹ' },
    { text: 'maps!', ipa: 'm ˈæ p s', emphasis: 2 },
  ]);
  const motion = animate(speech, { paragraph, rate: RATE_25 });
  const film = illustrated.prepare(nora(), motion);
  const live = illustrated.live(nora());
  const width = MOTION_CHANNELS.length;
  for (let i = 0; i < motion.frameCount - 12; i++) {
    const picture = live.draw(motion.values.slice(i * width, (i + 1) * width), 0.04);
    expect(distance(picture, film.draw(i))).toBeLessThan(1e-3);
  }
});

test('pictures that come late, or all at once, throw nothing about', () => {
  const width = MOTION_CHANNELS.length;
  const film = trackOf([{}, TURNED]);
  const [rest, turned] = [film.values.slice(0, width), film.values.slice(width)];
  const still = illustrated.prepare(nora(), trackOf([TURNED])).draw(0);
  const live = illustrated.live(nora());
  live.draw(rest, 0);
  for (const dtS of [0, 1.5, 0, 0.3, 3]) {
    const off = distance(live.draw(turned, dtS), still);
    expect(off).toBeLessThan(60);
  }
  live.draw(turned, 5);
  expect(distance(live.draw(turned, 0.04), still)).toBeLessThan(0.05);
});

/** The largest difference between numbers of two pictures of the same parts. */
function distance(a: unknown, b: unknown): number {
  const numbers = (value: unknown): number[] => {
    if (typeof value === 'number') return [value];
    if (value === null || typeof value !== 'object') return [];
    return Object.values(ArrayBuffer.isView(value) ? [...(value as Float32Array)] : value).flatMap(numbers);
  };
  const [left, right] = [numbers(a), numbers(b)];
  expect(left).toHaveLength(right.length);
  return left.reduce((most, value, i) => Math.max(most, Math.abs(value - (right[i] as number))), 0);
}
