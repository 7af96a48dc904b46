import { expect, test } from 'vitest';
import type { DetectedFace, Picture, Square } from '#core/track/ports.ts';
import { bodySquareOf, readBody } from '#core/track/tools/body.ts';
import { cutSquare, fromSquare } from '#core/track/tools/crop.ts';
import { DETECTOR_PX, looksAt, mergeFaces, readFaces } from '#core/track/tools/detect.ts';

/** Red grows to the right, green downwards, blue is even: a crop's values say where they are from. */
function ramp(widthPx: number, heightPx: number): Picture {
  const rgba = new Uint8ClampedArray(widthPx * heightPx * 4);
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++) rgba.set([x, y, 77, 255], (y * widthPx + x) * 4);
  return { widthPx, heightPx, rgba };
}

test.each([
  ['grown', 1, 9],
  ['as it is', 1, 40],
  ['shrunk', 1, 120],
])('a turned square, %s, holds what stands at its places', (_, __, sidePx) => {
  const square: Square = { x: 100, y: 90, sidePx, turn: 0.4 };
  const side = 32;
  const out = cutSquare(ramp(200, 200), square, side).map((value) => value * 255);
  const toPicture = fromSquare(square, side);
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      const [x, y] = toPicture(column + 0.5, row + 0.5);
      const at = row * side + column;
      // A pixel's value stands at its middle.
      expect(out[at]).toBeCloseTo(x - 0.5, 2);
      expect(out[at + side * side]).toBeCloseTo(y - 0.5, 2);
      expect(out[at + 2 * side * side]).toBeCloseTo(77, 2);
    }
});

test('outside the picture is black, and the edge fades into it', () => {
  const blues = (x: number) =>
    [...cutSquare(ramp(8, 8), { x, y: 4, sidePx: 8, turn: 0 }, 8).subarray(2 * 64, 2 * 64 + 8)].map(
      (value) => Math.round(value * 2550) / 10,
    );
  expect(blues(0)).toEqual([0, 0, 0, 0, 77, 77, 77, 77]);
  expect(blues(0.5)).toEqual([0, 0, 0, 38.5, 77, 77, 77, 77]);
});

test.each([
  ['grown', 100, 90, 20],
  ['shrunk', 90, 110, 150],
  ['shrunk by more than is averaged', 100, 100, 199],
  ['half outside', 180, 15, 90],
  ['all outside', 400, 90, 60],
])('an upright square, %s, holds what a turned one holds', (_, x, y, sidePx) => {
  const upright = cutSquare(ramp(200, 200), { x, y, sidePx, turn: 0 }, 32);
  const turned = cutSquare(ramp(200, 200), { x, y, sidePx, turn: 1e-9 }, 32);
  expect(Math.max(...upright.map((value, i) => Math.abs(value - (turned[i] as number))))).toBeLessThan(1e-5);
});

test('an anchor that is sure is a face where its box says, through the look it was seen in', () => {
  const boxes = new Float32Array(896 * 16);
  const sures = new Float32Array(896);
  // Row 3, column 5 of the 16 × 16 places, its second anchor: the middle of that place is (44, 28).
  const i = (3 * 16 + 5) * 2 + 1;
  sures[i] = 0.99;
  boxes.set([2, -4, 30, 30, -8, -6, 8, -2], i * 16);
  const square: Square = { x: 500, y: 300, sidePx: 2 * DETECTOR_PX, turn: 0 };
  const [face] = readFaces(boxes, sures, square);
  expect(face?.leftPx).toBeCloseTo(500 + (46 - 64) * 2 - 30, 4);
  expect(face?.topPx).toBeCloseTo(300 + (24 - 64) * 2 - 30, 4);
  expect(face?.widthPx).toBeCloseTo(60, 4);
  expect(face?.turn).toBeCloseTo(Math.atan2(4, 16), 5);
  expect(face?.sure).toBeCloseTo(0.99, 5);
});

test('boxes of one face are one, two people are two, and the larger comes first', () => {
  const face = (leftPx: number, side: number, sure: number): DetectedFace => ({
    leftPx,
    topPx: 10,
    widthPx: side,
    heightPx: side,
    sure,
    turn: 0,
  });
  const merged = mergeFaces([face(10, 40, 0.8), face(14, 40, 0.8), face(200, 90, 0.7)]);
  expect(merged).toHaveLength(2);
  expect(merged[0]?.leftPx).toBe(200);
  expect(merged[1]?.leftPx).toBeCloseTo(12, 5);
});

test('small faces are looked for in squares that cover the whole picture', () => {
  for (const [widthPx, heightPx] of [
    [1080, 1920],
    [3840, 2160],
    [360, 288],
  ] as const)
    for (const looks of looksAt(widthPx, heightPx))
      for (const [x, y] of [
        [1, 1],
        [widthPx - 1, 1],
        [widthPx / 2, heightPx / 2],
        [1, heightPx - 1],
        [widthPx - 1, heightPx - 1],
      ] as const)
        expect(
          looks.some(
            (look) => Math.abs(x - look.x) <= look.sidePx / 2 && Math.abs(y - look.y) <= look.sidePx / 2,
          ),
        ).toBe(true);
});

test('joints come back into the picture, and the next square stands around the body', () => {
  const points = new Float32Array(39 * 5);
  points.set([128, 64, 0, 9, 9], 0); // nose
  points.set([128, 128], 33 * 5); // middle of the hips
  points.set([128, 28], 34 * 5); // the rim
  const { body, next } = readBody(points, 1, { x: 400, y: 600, sidePx: 512, turn: 0 });
  expect([...body.points.slice(0, 2)]).toEqual([400, 472]);
  expect(body.points[2]).toBeGreaterThan(0.99);
  expect(next).toEqual({ x: 400, y: 600, sidePx: 500, turn: 0 });
  // A quarter turn clockwise: the rim lies to the right of the hips.
  points.set([228, 128], 34 * 5);
  expect(readBody(points, 1, { x: 400, y: 600, sidePx: 512, turn: 0 }).next.turn).toBeCloseTo(Math.PI / 2, 6);
  const guess = bodySquareOf({ leftPx: 100, topPx: 100, widthPx: 50, heightPx: 50, sure: 1, turn: 0 });
  expect(guess.y).toBeGreaterThan(250);
});
