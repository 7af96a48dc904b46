/** A packed mouth is sharpened by about what reading it between its pixels takes. */
import { expect, test } from 'vitest';
import { sharpen } from '#core/presenter/footage/mouth/detail.ts';

const SIZE = 96;
const GREY = 128;

/** A wave of `perPx` radians a pixel along x or y. */
function wave(perPx: number, upright: boolean) {
  const rgba = new Uint8ClampedArray(SIZE * SIZE * 4);
  for (let y = 0; y < SIZE; y++)
    for (let x = 0; x < SIZE; x++) {
      const value = GREY + 50 * Math.sin(perPx * (upright ? y : x) + 0.4);
      rgba.set([value, value, value, 255], (y * SIZE + x) * 4);
    }
  return { widthPx: SIZE, heightPx: SIZE, rgba };
}

/** Energy of what is read `t` of the way from each pixel to the next, rim left out, mean over t. */
function readEnergy(rgba: Uint8ClampedArray, upright: boolean, offsets: readonly number[]): number {
  let [sum, count] = [0, 0];
  const step = upright ? SIZE * 4 : 4;
  for (const t of offsets)
    for (let y = 4; y < SIZE - 4; y++)
      for (let x = 4; x < SIZE - 4; x++) {
        const at = (y * SIZE + x) * 4;
        sum += (rgba[at]! * (1 - t) + rgba[at + step]! * t - GREY) ** 2;
        count++;
      }
  return sum / count;
}

const ANYWHERE = Array.from({ length: 16 }, (_, k) => (k + 0.5) / 16);

test.each([
  [0.25, 'along rows', false],
  [0.5, 'along rows', false],
  [0.75, 'along rows', false],
  [0.25, 'along columns', true],
  [0.5, 'along columns', true],
  [0.75, 'along columns', true],
] as const)('a wave of %s π a pixel %s has its energy, and up to a fifth more', (part, _name, upright) => {
  const picture = wave(part * Math.PI, upright);
  const whole = readEnergy(picture.rgba, upright, [0]);
  expect(readEnergy(picture.rgba, upright, ANYWHERE) / whole).toBeLessThan(0.92);
  const given = readEnergy(sharpen(picture).rgba, upright, ANYWHERE) / whole;
  expect(given).toBeGreaterThan(0.99);
  expect(given).toBeLessThan(1.21);
});

test('what is even stays as it is, to the rim', () => {
  const picture = { widthPx: 5, heightPx: 3, rgba: new Uint8ClampedArray(60).fill(77) };
  expect(sharpen(picture).rgba).toEqual(picture.rgba);
});
