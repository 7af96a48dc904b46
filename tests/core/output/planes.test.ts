import { expect, test } from 'vitest';
import { uprightPlane, type Plane, type QuarterTurns } from '#core/output/planes.ts';

/** 4 × 2, stored with a gap after each row and a byte between samples, as interleaved chroma is. */
const WIDTH = 4;
const HEIGHT = 2;
const STORED = new Uint8Array(40).fill(99);
const stored: Plane = { bytes: STORED, offset: 3, stride: 12, step: 2, width: WIDTH, height: HEIGHT };
for (let y = 0; y < HEIGHT; y++) for (let x = 0; x < WIDTH; x++) STORED[3 + 12 * y + 2 * x] = 10 * y + x;

function upright(turn: QuarterTurns, width: number, height: number): number[][] {
  const out = new Uint8Array(5 + width * height);
  uprightPlane(stored, turn, out, 5, width, height);
  return Array.from({ length: height }, (_, y) => [...out.subarray(5 + y * width, 5 + (y + 1) * width)]);
}

test('a plane is copied out of its gaps', () => {
  expect(upright(0, 4, 2)).toEqual([
    [0, 1, 2, 3],
    [10, 11, 12, 13],
  ]);
});

test('a quarter turn clockwise brings the left column to the top, from the bottom on', () => {
  expect(upright(90, 2, 4)).toEqual([
    [10, 0],
    [11, 1],
    [12, 2],
    [13, 3],
  ]);
  expect(upright(180, 4, 2)).toEqual([
    [13, 12, 11, 10],
    [3, 2, 1, 0],
  ]);
  expect(upright(270, 2, 4)).toEqual([
    [3, 13],
    [2, 12],
    [1, 11],
    [0, 10],
  ]);
});

test('halving takes the mean of four, turned or not', () => {
  expect(upright(0, 2, 1)).toEqual([[6, 8]]);
  expect(upright(90, 1, 2)).toEqual([[6], [8]]);
});

test('other sizes keep a slope a slope and a flat plane flat', () => {
  const bytes = Uint8Array.from({ length: 300 * 40 }, (_, i) => Math.floor((i % 300) * 0.8));
  const out = new Uint8Array(170 * 31);
  uprightPlane({ bytes, offset: 0, stride: 300, step: 1, width: 300, height: 40 }, 0, out, 0, 170, 31);
  for (let x = 0; x < 170; x++)
    expect(Math.abs((out[5 * 170 + x] as number) - ((x + 0.5) * (300 / 170) - 0.5) * 0.8)).toBeLessThan(1.2);
  const flat = new Uint8Array(90 * 50).fill(77);
  const small = new Uint8Array(20 * 11);
  uprightPlane({ bytes: flat, offset: 0, stride: 90, step: 1, width: 90, height: 50 }, 180, small, 0, 20, 11);
  expect(new Set(small)).toEqual(new Set([77]));
});
