/** What a chosen mouth is foretold to lack is given to it as far as that is true of frames it was not learned from. */
import { expect, test } from 'vitest';
import { fitLook, foretellLooks } from '#core/presenter/footage/mouth/look.ts';
import {
  INSIDE_SAMPLES,
  LIP_NUMBERS,
  LIP_PLACES,
  SKIN_SAMPLES,
} from '#core/presenter/footage/mouth/pixels.ts';
import { MOUTH_MESH } from '#core/presenter/footage/mouth/points.ts';
import { believedOf, retouch } from '#core/presenter/footage/mouth/retouch.ts';

/** Numbers about zero that repeat with nothing. */
function noise(count: number, seed: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return 20 * (state / 2 ** 32 - 0.5);
  });
}

test('as much is believed as is true', () => {
  const off = noise(20_000, 1);
  const chance = noise(20_000, 2);
  expect(
    believedOf(
      off,
      off.map((v, k) => 0.6 * v + chance[k]!),
    ),
  ).toBeCloseTo(0.6, 1);
  expect(
    believedOf(
      off,
      off.map((v) => 1.7 * v),
    ),
  ).toBe(1);
});

test('nothing is believed where it foretells nothing, or the contrary', () => {
  const off = noise(20_000, 1);
  expect(believedOf(off, noise(20_000, 3))).toBe(0);
  // A hundredth of what is off is less than chance gives.
  expect(
    believedOf(
      off,
      noise(20_000, 3).map((v, k) => v + 0.1 * off[k]!),
    ),
  ).toBe(0);
  expect(
    believedOf(
      off,
      off.map((v) => -v),
    ),
  ).toBe(0);
  expect(believedOf(new Float64Array(30), new Float64Array(30))).toBe(0);
});

const FRAMES = 60;

/** A mouth whose every place is foretold to be 120, and whose pictures show 100. */
function face(believed: number) {
  const open = Array.from({ length: FRAMES }, (_, f) => 0.1 + 0.1 * Math.sin(f * 0.31));
  const coefficients = Float32Array.from(open);
  const turns = new Float64Array(FRAMES * 2);
  const looks = new Float32Array(FRAMES * (INSIDE_SAMPLES + SKIN_SAMPLES) * 3).map((_, k) => 90 + (k % 7));
  const look = fitLook(looks, open, coefficients, turns, new Uint8Array(FRAMES).fill(1));
  const centres = look.foretell.centres.length / look.foretell.scale.length;
  return {
    foretold: foretellLooks(look, coefficients, turns),
    look: {
      ...look,
      retouch: {
        seen: new Uint8Array(FRAMES * LIP_NUMBERS).fill(100),
        weights: new Float32Array(centres * LIP_NUMBERS),
        mean: new Float32Array(LIP_NUMBERS).fill(120),
        believed,
      },
    },
  };
}

test('a picture that shows too little is brought on by what is believed, and never by more than a third', () => {
  const none = new Float32Array(MOUTH_MESH.length * 3).fill(1);
  const gainOf = ({ look, foretold }: ReturnType<typeof face>, tone = none) => {
    const gain = none.slice();
    retouch(gain, tone, look, 5, foretold, 30);
    return gain[LIP_PLACES[40]! * 3]!;
  };
  expect(gainOf(face(0.5))).toBeCloseTo(1.1, 3);
  // What its tone has given already is not given again.
  expect(
    gainOf(
      face(0.5),
      none.map((v) => 1.2 * v),
    ),
  ).toBeCloseTo(1, 3);
  expect(
    gainOf(
      face(1),
      none.map((v) => 0.5 * v),
    ),
  ).toBeCloseTo(1.3, 3);
  const { retouch: _, ...older } = face(1).look;
  expect(gainOf({ ...face(1), look: older } as ReturnType<typeof face>)).toBe(1);
});
