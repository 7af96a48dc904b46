import { expect, test } from 'vitest';
import { filmShape, writeFilmFrame } from '#core/presenter/footage/film/layout.ts';
import { between, MatteRefiner, steadied } from '#core/presenter/footage/film/matte.ts';
import type { Matte } from '#core/track/ports.ts';

/** Where the affine takes the middle of a colour pixel, in pixels of the film. */
function alphaPlace(shape: ReturnType<typeof filmShape>, x: number, y: number): [number, number] {
  const [a, b, c, d, e, f] = shape.layout.matte ?? [0, 0, 0, 0, 0, 0];
  const [u, v] = [(x + 0.5) / shape.widthPx, (y + 0.5) / shape.heightPx];
  return [(a * u + c * v + e) * shape.widthPx, (b * u + d * v + f) * shape.heightPx];
}

test.each([
  ['upright', 36, 64],
  ['lying', 64, 36],
  ['square', 48, 48],
])('a film that is %s holds its matte where its layout says, away from the picture', (_, width, height) => {
  const shape = filmShape(width, height, true);
  const matte = shape.matte;
  if (matte === null) throw new Error('there is no matte');
  expect(shape.heightPx % 2).toBe(0);
  expect(shape.layout.colourHeight * shape.heightPx).toBeCloseTo(height, 9);
  // Every pixel of the matte is told apart by its value.
  const alpha = Uint8ClampedArray.from({ length: matte.widthPx * matte.heightPx }, (_v, i) => (i * 37) % 256);
  const planes = new Uint8Array((width * height * 3) / 2).fill(77);
  const film = new Uint8Array((shape.widthPx * shape.heightPx * 3) / 2);
  writeFilmFrame(shape, planes, alpha, film);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [ax, ay] = alphaPlace(shape, x, y).map(Math.floor) as [number, number];
      expect(ay).toBeGreaterThan(height + 3);
      const grey = film[ay * shape.widthPx + ax] as number;
      const wanted = alpha[(y >> 1) * matte.widthPx + (x >> 1)] as number;
      expect(Math.abs(((grey - 16) * 255) / 219 - wanted)).toBeLessThan(0.7);
    }
  expect(film.subarray(0, width * height).every((value) => value === 77)).toBe(true);
});

test('an upright film lays its matte on its side, and is smaller for it', () => {
  expect(filmShape(1080, 1920, true).heightPx).toBe(2476);
  expect(filmShape(1920, 1080, true).heightPx).toBe(1628);
});

test('a person who is not cut out leaves the film as it is', () => {
  const shape = filmShape(64, 36, false);
  const planes = Uint8Array.from({ length: (64 * 36 * 3) / 2 }, (_, i) => i % 251);
  const film = new Uint8Array(planes.length);
  writeFilmFrame(shape, planes, null, film);
  expect(film).toEqual(planes);
  expect(shape.layout).toEqual({ colourHeight: 1, matte: null });
});

const WIDTH = 160;
const HEIGHT = 120;
/** A bright disc on dark ground. */
const inside = (x: number, y: number) => Math.hypot(x - 80, y - 60) < 40;
const planes = new Uint8Array((WIDTH * HEIGHT * 3) / 2).fill(128);
for (let y = 0; y < HEIGHT; y++)
  for (let x = 0; x < WIDTH; x++) planes[y * WIDTH + x] = inside(x, y) ? 200 : 40;

/** What a network makes of it: 20 × 15, a texel off to the right. */
function coarse(shift: number): Matte {
  const alpha = Uint8ClampedArray.from({ length: 20 * 15 }, (_, i) =>
    inside((i % 20) * 8 + 4 - shift, Math.floor(i / 20) * 8 + 4) ? 255 : 0,
  );
  return { widthPx: 20, heightPx: 15, alpha };
}

function wrongPixels(alpha: Uint8ClampedArray, width: number, height: number): number {
  let wrong = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const distance = Math.abs(Math.hypot(2 * x + 1 - 80, 2 * y + 1 - 60) - 40);
      if (distance > 3 && (alpha[y * width + x] as number) > 127 !== inside(2 * x + 1, 2 * y + 1)) wrong++;
    }
  return wrong;
}

test('a coarse matte that is off by half a texel is drawn where the picture has its edge', () => {
  const refiner = new MatteRefiner(WIDTH, HEIGHT);
  const fine = refiner.refine(planes, coarse(4)).slice();
  expect(fine).toHaveLength(80 * 60);
  expect(wrongPixels(fine, 80, 60)).toBe(0);
  // Stretched alone, it is wrong along the edge.
  const stretched = Uint8ClampedArray.from({ length: 80 * 60 }, (_, i) => {
    const [x, y] = [i % 80, Math.floor(i / 80)];
    return coarse(4).alpha[Math.floor(y / 4) * 20 + Math.floor(x / 4)] as number;
  });
  expect(wrongPixels(stretched, 80, 60)).toBeGreaterThan(40);
  expect(refiner.refine(planes, coarse(4))).toEqual(fine);
});

test('where a matte is all or nothing, it stays so', () => {
  const refiner = new MatteRefiner(WIDTH, HEIGHT);
  const noisy = planes.map((value, i) => value + ((i * 7919) % 23));
  for (const value of [0, 255]) {
    const flat = { widthPx: 20, heightPx: 15, alpha: new Uint8ClampedArray(300).fill(value) };
    expect(new Set(refiner.refine(noisy, flat))).toEqual(new Set([value]));
  }
});

test('between two looks a matte moves evenly; what hardly changes is averaged, what moves is not held back', () => {
  const [a, b] = [coarse(0), coarse(8)];
  const moved = a.alpha.findIndex((value, i) => value === 0 && b.alpha[i] === 255);
  expect(between(a, b, 0.25).alpha[moved]).toBe(64);
  expect(between(a, b, 0)).toBe(a);
  const trembling = { ...a, alpha: a.alpha.map((value) => (value === 0 ? 20 : value)) };
  expect(steadied(trembling, a).alpha[moved]).toBe(10);
  expect(steadied(b, a).alpha[moved]).toBe(255);
  expect(steadied(a, null)).toBe(a);
});
