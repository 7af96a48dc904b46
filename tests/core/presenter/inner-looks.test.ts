/** What is measured between a driver's lips decides which of the twin's own insides is seen, and nothing else. */
import { expect, test } from 'vitest';
import { createMouthFitter } from '#core/presenter/footage/mouth/fit-mouths.ts';
import { chooseMouths } from '#core/presenter/footage/mouth/plan.ts';
import { LOOK_VALUES } from '#core/track/tools/inner-mouth.ts';
import { mouthPicture, talking, trackOf } from './drawn-mouth.ts';

const FRAMES = 60;
const HELD = 44;

test('a driver’s inside is looked for among the twin’s own', () => {
  const states = talking(FRAMES);
  const track = trackOf(states);
  const usable = Uint8Array.from({ length: FRAMES }, (_, f) => (f < HELD ? 1 : 0));
  const fitter = createMouthFitter(track, { usable });
  states.forEach((state, i) => fitter.look(i, mouthPicture(state)));
  const { bank, track: laid } = fitter.finish();
  const fit = { track: laid, bank, layout: { colourHeight: 1, matte: null } };
  const frame = Uint32Array.from({ length: FRAMES - HELD }, (_, i) => HELD + i);
  const path = { frame, other: frame, mix: new Float32Array(frame.length) };
  const targets = bank.coefficients.slice(HELD * bank.space.spread.length);
  // Stretches of ten frames show one of two insides, as far apart as teeth and dark are.
  const kind = (f: number) => Math.floor(f / 10) % 2;
  const film = new Float32Array(FRAMES * LOOK_VALUES);
  for (let f = 0; f < FRAMES; f++) film[f * LOOK_VALUES] = kind(f) === 0 ? -40 : 40;
  const shown = (wanted: 0 | 1) => {
    const looks = new Float32Array(frame.length * LOOK_VALUES);
    for (let i = 0; i < frame.length; i++) looks[i * LOOK_VALUES] = wanted === 0 ? -40 : 40;
    return chooseMouths(fit, targets, path, { film, wanted: looks });
  };
  const alone = chooseMouths(fit, targets, path);
  for (const wanted of [0, 1] as const) {
    const plan = shown(wanted);
    const right = Array.from(plan.inside.source, (k) => kind(bank.kept[k] as number) === wanted);
    // Where the lips are shut nothing is seen, and it does not matter.
    expect(right.filter(Boolean).length / right.length).toBeGreaterThan(0.7);
    expect(plan.lips).toEqual(alone.lips);
  }
});
