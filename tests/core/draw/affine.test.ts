import { expect, test } from 'vitest';
import { intersectBoxes, invert, isEmptyBox, largestScale, multiply, pathBox } from '#core/draw/affine.ts';
import type { Affine } from '#core/draw/draw-list.ts';
import { ellipsePath } from '#core/draw/path.ts';

const turn: Affine = [Math.cos(0.7), Math.sin(0.7), -Math.sin(0.7), Math.cos(0.7), 3, -4];
const stretch: Affine = [2, 0, 0, 5, 10, 20];

test('a transform after its inverse changes nothing', () => {
  const both = multiply(turn, stretch);
  const back = invert(both);
  if (back === null) throw new Error('It has an inverse');
  multiply(back, both).forEach((value, i) => expect(value).toBeCloseTo([1, 0, 0, 1, 0, 0][i] ?? NaN, 12));
});

test('a flattened plane has no way back', () => {
  expect(invert([1, 2, 2, 4, 0, 0])).toBeNull();
});

test('the inner transform comes first', () => {
  const [, , , , x, y] = multiply(stretch, [1, 0, 0, 1, 7, 1]);
  expect([x, y]).toEqual([24, 25]);
});

test('turning does not change the largest scale', () => {
  expect(largestScale(multiply(turn, stretch))).toBeCloseTo(5, 12);
  expect(largestScale(multiply(stretch, turn))).toBeCloseTo(5, 12);
});

test('a path’s box holds it, and boxes apart have nothing in common', () => {
  const a = pathBox(ellipsePath(10, 10, 5, 3), stretch);
  expect(a).toEqual({ left: 20, top: 55, right: 40, bottom: 85 });
  expect(isEmptyBox(intersectBoxes(a, pathBox(ellipsePath(30, 10, 5, 3), stretch)))).toBe(true);
});
