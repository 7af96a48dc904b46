import { expect, test } from 'vitest';
import type { Picture } from '#core/track/ports.ts';
import { joinLooks, MATTE_PX, squaresAround, wholeFrame } from '#core/track/tools/matte.ts';

function picture(widthPx: number, heightPx: number): Picture {
  return { widthPx, heightPx, rgba: new Uint8ClampedArray(0) };
}

/** What the network would say of the whole picture: 1 in a box (shares of the picture), 0 elsewhere. */
function box(left: number, right: number, top: number, bottom: number): Float32Array {
  return Float32Array.from({ length: MATTE_PX * MATTE_PX }, (_, i) => {
    const [x, y] = [((i % MATTE_PX) + 0.5) / MATTE_PX, (Math.floor(i / MATTE_PX) + 0.5) / MATTE_PX];
    return x > left && x < right && y > top && y < bottom ? 1 : 0;
  });
}
const full = (value: number) => new Float32Array(MATTE_PX * MATTE_PX).fill(value);

test.each([
  ['a standing person, upright film', 1080, 1920, [0.1, 0.9, 0.15, 1], 2],
  ['a speaker in the middle of a wide film', 1920, 1080, [0.33, 0.67, 0.1, 1], 1],
  ['a reclining person, wide film', 1920, 1080, [0.1, 0.9, 0.6, 0.9], 2],
] as const)('%s is seen whole, in squares within the picture', (_, widthPx, heightPx, edges, count) => {
  const [left, right, top, bottom] = edges;
  const squares = squaresAround(box(left, right, top, bottom), picture(widthPx, heightPx));
  expect(squares).toHaveLength(count);
  for (const [u, v] of [
    [left, top],
    [right, top],
    [left, bottom],
    [right, bottom],
    [(left + right) / 2, (top + bottom) / 2],
  ] as const)
    expect(
      squares.some(
        ({ x, y, widthPx: side }) =>
          Math.abs(u * widthPx - x) <= side / 2 && Math.abs(v * heightPx - y) <= side / 2,
      ),
    ).toBe(true);
  for (const { x, y, widthPx: side, heightPx: tall } of squares) {
    expect(tall).toBe(side);
    if (side <= widthPx) expect(Math.abs(x - widthPx / 2)).toBeLessThanOrEqual((widthPx - side) / 2);
    if (side <= heightPx) expect(Math.abs(y - heightPx / 2)).toBeLessThanOrEqual((heightPx - side) / 2);
  }
});

test('squares stand still while a person sways a little, and there are none around nobody', () => {
  const film = picture(1080, 1920);
  expect(squaresAround(box(0.205, 0.705, 0.155, 1), film)).toEqual(
    squaresAround(box(0.2, 0.7, 0.15, 1), film),
  );
  expect(squaresAround(full(0.1), film)).toEqual([]);
});

test('a closer look says how much, but only near to where the whole shows somebody', () => {
  const film = picture(400, 400);
  const whole = { frame: wholeFrame(film), person: box(0, 0.5, 0, 1) };
  const closer = { frame: { x: 200, y: 200, widthPx: 400, heightPx: 200, turn: 0 }, person: full(0.8) };
  const { widthPx, heightPx, alpha } = joinLooks(film, [whole, closer]);
  const at = (x: number, y: number) =>
    alpha[Math.floor((y / 400) * heightPx) * widthPx + Math.floor((x / 400) * widthPx)];
  // Inside both; where only the whole looked; a little beyond the person; far from it; and where nobody looked closer.
  expect(at(100, 200)).toBe(204);
  expect(at(100, 20)).toBe(255);
  expect(at(205, 200)).toBe(204);
  expect(at(300, 200)).toBe(0);
  expect(at(300, 20)).toBe(0);
});
