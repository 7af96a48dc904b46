import { expect, test } from 'vitest';
import { filmShape, writeFilmFrame } from '#core/presenter/footage/film/layout.ts';
import { between, steadied } from '#core/presenter/footage/film/matte.ts';
import { MatteRefiner } from '#core/presenter/footage/film/refine.ts';
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

/** The guided filter as it is written down, everywhere and window by window: quarter-size slopes, read at half. */
function filteredEverywhere(picture: Uint8Array, matte: Matte, radius: number): Float64Array {
  const [w, h] = [WIDTH / 4, HEIGHT / 4];
  const mean = (plane: number, stride: number, side: number, x: number, y: number) => {
    let sum = 0;
    for (let j = 0; j < side; j++)
      for (let i = 0; i < side; i++) sum += picture[plane + (y * side + j) * stride + x * side + i] as number;
    return sum / side ** 2 / 255;
  };
  const inside = (value: number, count: number) => Math.min(count - 1, Math.max(0, value));
  const texel = (x: number, y: number) =>
    (matte.alpha[inside(y, matte.heightPx) * matte.widthPx + inside(x, matte.widthPx)] as number) / 255;
  const values = Array.from({ length: w * h }, (_, i) => {
    const [x, y] = [i % w, Math.floor(i / w)];
    const sx = inside(((x + 0.5) * matte.widthPx) / w - 0.5, matte.widthPx);
    const sy = inside(((y + 0.5) * matte.heightPx) / h - 0.5, matte.heightPx);
    const [l, t] = [Math.floor(sx), Math.floor(sy)];
    const [fx, fy] = [sx - l, sy - t];
    const row = (at: number) => texel(l, at) * (1 - fx) + texel(l + 1, at) * fx;
    const chroma = WIDTH * HEIGHT;
    return {
      colour: [
        mean(0, WIDTH, 4, x, y),
        mean(chroma, WIDTH / 2, 2, x, y),
        mean(chroma + chroma / 4, WIDTH / 2, 2, x, y),
      ],
      p: row(t) * (1 - fy) + row(t + 1) * fy,
    };
  });
  const window = <T>(of: readonly T[], x: number, y: number): T[] => {
    const found: T[] = [];
    for (let j = -radius; j <= radius; j++)
      for (let i = -radius; i <= radius; i++) found.push(of[inside(y + j, h) * w + inside(x + i, w)] as T);
    return found;
  };
  const average = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length;
  const slopes = values.map((_, at) => {
    const near = window(values, at % w, Math.floor(at / w));
    const mp = average(near.map(({ p }) => p));
    if (mp < 0.006 || mp > 1 - 0.006) return [0, 0, 0, mp < 0.006 ? 0 : 1];
    const middle = [0, 1, 2].map((k) => average(near.map(({ colour }) => colour[k] as number)));
    const off = near.map(({ colour, p }) => ({
      c: colour.map((value, k) => value - (middle[k] as number)),
      p: p - mp,
    }));
    // Gauss–Jordan on the 3 × 3 system, its answer in a fourth column.
    const rows = [0, 1, 2].map((a) => [
      ...[0, 1, 2].map(
        (b) => average(off.map(({ c }) => (c[a] as number) * (c[b] as number))) + (a === b ? 2e-4 : 0),
      ),
      average(off.map(({ c, p }) => (c[a] as number) * p)),
    ]);
    for (let k = 0; k < 3; k++) {
      const own = rows[k] as number[];
      rows[k] = own.map((value) => value / (own[k] as number));
      for (let other = 0; other < 3; other++)
        if (other !== k) {
          const part = (rows[other] as number[])[k] as number;
          rows[other] = (rows[other] as number[]).map(
            (v, i) => v - part * ((rows[k] as number[])[i] as number),
          );
        }
    }
    const found = rows.map((row) => row[3] as number);
    return [...found, mp - found.reduce((sum, value, k) => sum + value * (middle[k] as number), 0)];
  });
  const averaged = slopes.map((_, at) => {
    const near = window(slopes, at % w, Math.floor(at / w));
    return [0, 1, 2, 3].map((k) => average(near.map((slope) => slope[k] as number)));
  });
  return Float64Array.from({ length: 4 * w * h }, (_, out) => {
    const [x, y] = [out % (2 * w), Math.floor(out / (2 * w))];
    const [l, t] = [Math.floor(x / 2 - 0.25), Math.floor(y / 2 - 0.25)];
    const [fx, fy] = [x / 2 - 0.25 - l, y / 2 - 0.25 - t];
    const at = (i: number, j: number, k: number) =>
      (averaged[inside(j, h) * w + inside(i, w)] as number[])[k] as number;
    const of = (k: number) =>
      (at(l, t, k) * (1 - fx) + at(l + 1, t, k) * fx) * (1 - fy) +
      (at(l, t + 1, k) * (1 - fx) + at(l + 1, t + 1, k) * fx) * fy;
    const chroma = WIDTH * HEIGHT + y * (WIDTH / 2) + x;
    const value =
      of(0) * mean(0, WIDTH, 2, x, y) +
      (of(1) * (picture[chroma] as number)) / 255 +
      (of(2) * (picture[chroma + (WIDTH * HEIGHT) / 4] as number)) / 255 +
      of(3);
    return Math.min(255, Math.max(0, ((value - 0.28) * 255) / 0.64));
  });
}

test.each([
  ['in the middle', 0, 0],
  ['cut off by the picture’s corner', 70, 50],
])('a person %s is drawn along the edge alone as if all of the picture had been', (_, dx, dy) => {
  const at = (x: number, y: number) => inside(x + dx, y + dy);
  const noisy = Uint8Array.from({ length: planes.length }, (_v, i) => {
    const y = i < WIDTH * HEIGHT;
    const own = y && at(i % WIDTH, Math.floor(i / WIDTH)) ? 190 : 50;
    return (y ? own : 128) + ((i * 7919) % 31);
  });
  const alpha = Uint8ClampedArray.from({ length: 40 * 30 }, (_v, i) =>
    at((i % 40) * 4 + 4, Math.floor(i / 40) * 4 + 2) ? 255 : 0,
  );
  const matte = { widthPx: 40, heightPx: 30, alpha };
  const refiner = new MatteRefiner(WIDTH, HEIGHT);
  // What an earlier frame has left must not show.
  refiner.refine(planes, coarse(4));
  const found = refiner.refine(noisy, matte);
  const wanted = filteredEverywhere(noisy, matte, 2);
  expect(new Set(found).size).toBeGreaterThan(20);
  expect(Math.max(...wanted.map((value, i) => Math.abs(value - (found[i] as number))))).toBeLessThan(0.6);
});
