/** Where a mouth's pictures jump, they cross over as far as the jump would be seen, and no further than they mix. */
import { expect, test } from 'vitest';
import { createMouthFitter } from '#core/presenter/footage/mouth/fit-mouths.ts';
import { crossFaded } from '#core/presenter/footage/mouth/plan.ts';
import { mouthPicture, talking, trackOf } from './drawn-mouth.ts';

const FRAMES = 24;
const states = talking(FRAMES);
const fitter = createMouthFitter(trackOf(states));
states.forEach((state, i) => fitter.look(i, mouthPicture(state)));
const { bank } = fitter.finish();

/** How much is faded where frame 5 is followed by frame 15, which looks so far from frame 6, in a film that steps by 1. */
function fadeOf(apart: number): number {
  const seen = new Float32Array(2 * FRAMES);
  // As far as frame 6, then from what frame 15 is to be.
  for (let f = 0; f < FRAMES; f++) seen[2 * f + 1] = f <= 9 ? f : 6 + apart + (f - 15);
  const made = { ...bank, look: { ...bank.look, inside: 1, skin: 1, seen } };
  const source = [2, 3, 4, 5, 15, 16, 17, 18];
  const { fade, other } = crossFaded(made, source, 'skin');
  if (fade[4]! > 0) expect(other[4]).toBe(6);
  return fade[4]!;
}

test('a jump that is no more than the film’s own steps is left alone: mixing would take the grain for nothing', () => {
  expect(bank.kept.length).toBe(FRAMES);
  expect(fadeOf(0)).toBe(0);
  expect(fadeOf(0.9)).toBe(0);
});

test('a jump that would be seen is crossed over, the more the plainer it is', () => {
  const fades = [1.2, 1.5, 1.9, 4].map(fadeOf);
  expect(fades[0]).toBeGreaterThan(0);
  expect([...fades].sort((a, b) => a - b)).toEqual(fades);
  expect(fadeOf(4)).toBeCloseTo(0.25, 5);
});

test('pictures that differ much are not seen through each other', () => {
  expect(fadeOf(30)).toBe(0);
});
