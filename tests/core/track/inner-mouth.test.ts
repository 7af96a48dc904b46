import { expect, test } from 'vitest';
import { FACE_POINTS, type Picture } from '#core/track/ports.ts';
import { UNROLLED, unrollMouth } from '#core/track/tools/inner-mouth.ts';

const INNER = [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95];
const OUTER = [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146];
const WIDE = 120;

/** A mouth of ellipses around (100, 100), corners at ±60, turned about its middle. */
function mouth(innerGap: number, turn: number): Float32Array {
  const points = new Float32Array(FACE_POINTS * 3);
  for (const [lip, gap] of [
    [INNER, innerGap],
    [OUTER, innerGap + 40],
  ] as const)
    lip.forEach((point, k) => {
      const angle = (k / 20) * 2 * Math.PI;
      const [x, y] = [(-WIDE / 2) * Math.cos(angle), (-gap / 2) * Math.sin(angle)];
      points[3 * point] = 100 + x * Math.cos(turn) - y * Math.sin(turn);
      points[3 * point + 1] = 100 + x * Math.sin(turn) + y * Math.cos(turn);
    });
  return points;
}

/** Red tells how far to the right along the mouth's own axis, green how far down it, 1 a pixel about 128. */
function ruled(turn: number): Picture {
  const side = 200;
  const rgba = new Uint8ClampedArray(side * side * 4);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const [dx, dy] = [x + 0.5 - 100, y + 0.5 - 100];
      rgba.set(
        [
          128 + dx * Math.cos(turn) + dy * Math.sin(turn),
          128 - dx * Math.sin(turn) + dy * Math.cos(turn),
          50,
          255,
        ],
        (y * side + x) * 4,
      );
    }
  return { widthPx: side, heightPx: side, rgba };
}

test.each([
  [30, 0],
  [30, 0.5],
  [12, -0.3],
])('a mouth %i px open, turned by %f, is unrolled from lip to lip and from corner to corner', (gap, turn) => {
  const planes = unrollMouth(ruled(turn), mouth(gap, turn));
  const { rows, columns, lipRows } = UNROLLED;
  const across = (row: number, column: number) => 255 * (planes[row * columns + column] as number) - 128;
  const down = (row: number, column: number) =>
    255 * (planes[rows * columns + row * columns + column] as number) - 128;
  const middle = columns / 2;
  // Evenly from the upper lip's inner edge to the lower lip's, and beyond them through the lips.
  const between = rows - 2 * lipRows;
  for (const row of [lipRows, rows / 2, rows - lipRows - 1])
    expect(Math.abs(down(row, middle) - ((row - lipRows + 0.5) / between - 0.5) * gap)).toBeLessThan(1.2);
  expect(down(0, middle)).toBeLessThan(-gap / 2 - 10);
  expect(down(rows - 1, middle)).toBeGreaterThan(gap / 2 + 10);
  for (let column = 1; column < columns; column++)
    expect(across(rows / 2, column)).toBeGreaterThan(across(rows / 2, column - 1));
  expect(Math.abs(across(rows / 2, 0) + across(rows / 2, columns - 1))).toBeLessThan(2);
});

test('what lies outside the picture is black', () => {
  const points = mouth(30, 0).map((value, i) => (i % 3 === 0 && value !== 0 ? value - 100 : value));
  const planes = unrollMouth(ruled(0), points);
  expect(planes[(UNROLLED.rows / 2) * UNROLLED.columns]).toBe(0);
  expect(planes[(UNROLLED.rows / 2) * UNROLLED.columns + UNROLLED.columns - 2]).toBeGreaterThan(0);
});
