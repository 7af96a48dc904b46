/** The rasteriser against pixels that are known without it. Tolerances are in steps of 255. */
import { expect, test } from 'vitest';
import { IDENTITY, type Affine, type Mesh } from '#core/draw/draw-list.ts';
import { quadMesh } from '#core/draw/mesh.ts';
import type { MeshShape } from '#core/draw/mesh-place.ts';
import { paintMesh, pixelTarget } from '#core/draw/raster/mesh-raster.ts';
import { RasterPicture } from '#core/draw/raster/picture.ts';

type Pixel = readonly [number, number, number, number];
type Paint = (x: number, y: number) => Pixel;

function pixels(widthPx: number, heightPx: number, paint: Paint): Uint8ClampedArray {
  const data = new Uint8ClampedArray(widthPx * heightPx * 4);
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++) data.set(paint(x, y), 4 * (y * widthPx + x));
  return data;
}
function picture(widthPx: number, heightPx: number, paint: Paint): RasterPicture {
  return new RasterPicture(pixels(widthPx, heightPx, paint), widthPx, heightPx);
}
function shape(mesh: Mesh, more: Partial<MeshShape> = {}): MeshShape {
  return { mesh, matte: null, blurTexels: 0, ...more };
}
/** What `paint` leaves on `ground`, by pixel. */
function painted(
  size: number,
  ground: Pixel,
  paint: (target: ReturnType<typeof pixelTarget>) => void,
): (x: number, y: number) => number[] {
  const data = pixels(size, size, () => ground);
  paint(pixelTarget(data, size, size));
  return (x, y) => [...data.slice(4 * (y * size + x), 4 * (y * size + x) + 4)];
}
function expectNear(actual: readonly number[], wanted: readonly number[], steps: number): void {
  const off = Math.max(...actual.map((value, i) => Math.abs(value - (wanted[i] ?? NaN))));
  if (!(off <= steps)) expect(actual).toEqual(wanted);
}

/** A quad of `n` × `n` cells whose inner vertices are shaken: a mesh in earnest, over the same square. */
function shakenGrid(n: number, size: number, opacity: number | null): Mesh {
  const positions: number[] = [];
  const indices: number[] = [];
  let seed = 7;
  const shake = () => ((seed = (seed * 16807) % 2147483647) / 2147483647 - 0.5) * (size / n) * 0.7;
  for (let y = 0; y <= n; y++)
    for (let x = 0; x <= n; x++) {
      const inner = x > 0 && y > 0 && x < n && y < n;
      positions.push((x / n) * size + (inner ? shake() : 0), (y / n) * size + (inner ? shake() : 0));
    }
  for (let y = 0; y < n; y++)
    for (let x = 0; x < n; x++) {
      const a = y * (n + 1) + x;
      const corners = [a, a + 1, a + n + 1, a + n + 2] as const;
      // Diagonals this way and that, and windings too.
      if ((x + y) % 2 === 0)
        indices.push(corners[0], corners[1], corners[2], corners[1], corners[2], corners[3]);
      else indices.push(corners[0], corners[1], corners[3], corners[3], corners[2], corners[0]);
    }
  return {
    positions: new Float32Array(positions),
    uvs: new Float32Array(positions.map((value) => value / size)),
    opacity: opacity === null ? null : new Float32Array((n + 1) ** 2).fill(opacity),
    gain: null,
    indices: new Uint16Array(indices),
  };
}

const GREY: Pixel = [100, 100, 100, 255];
const ramp: Paint = (x, y) => [4 * x, 4 * y, 255 - 2 * x - 2 * y, 255];

test('a picture on whole pixels at its own size is copied as it is', () => {
  const at = painted(64, GREY, (target) =>
    paintMesh(target, picture(40, 30, ramp), shape(quadMesh({ x: 8, y: 16, width: 40, height: 30 }))),
  );
  for (const [x, y] of [
    [0, 0],
    [39, 0],
    [20, 11],
    [0, 29],
    [38, 28],
  ] as const)
    expectNear(at(8 + x, 16 + y), ramp(x, y), 1);
  for (const [x, y] of [
    [7, 16],
    [8, 15],
    [48, 20],
    [20, 46],
  ] as const)
    expect(at(x, y)).toEqual(GREY);
});

test('between texels it is read linearly', () => {
  // A ramp read linearly is the ramp, wherever it lies.
  const turn: Affine = [0.8, 0.3, -0.2, 0.9, 11.3, 3.7];
  const at = painted(64, GREY, (target) =>
    paintMesh(target, picture(40, 30, ramp), shape(quadMesh({ x: 0, y: 0, width: 50, height: 40 })), turn),
  );
  const det = 0.8 * 0.9 + 0.2 * 0.3;
  let seen = 0;
  for (let y = 0; y < 64; y++)
    for (let x = 0; x < 64; x++) {
      const px = x + 0.5 - 11.3;
      const py = y + 0.5 - 3.7;
      const tx = ((0.9 * px + 0.2 * py) / det) * (40 / 50) - 0.5;
      const ty = ((-0.3 * px + 0.8 * py) / det) * (30 / 40) - 0.5;
      if (tx < 1 || ty < 1 || tx > 38 || ty > 28) continue;
      seen++;
      expectNear(at(x, y), ramp(tx, ty), 1.6);
    }
  expect(seen).toBeGreaterThan(800);
});

test.each([
  ['a grid', IDENTITY],
  ['a turned grid', [0.83, 0.41, -0.37, 0.9, 15.21, -3.4] as Affine],
])('%s paints shared edges once: at half opacity it equals one quad', (_, transform) => {
  const source = picture(48, 48, () => [220, 60, 10, 255]);
  const half = { ...quadMesh({ x: 0, y: 0, width: 48, height: 48 }), opacity: new Float32Array(4).fill(0.5) };
  const one = painted(64, GREY, (target) => paintMesh(target, source, shape(half), transform));
  const many = painted(64, GREY, (target) =>
    paintMesh(target, source, shape(shakenGrid(9, 48, 0.5)), transform),
  );
  let inside = 0;
  for (let y = 0; y < 64; y++)
    for (let x = 0; x < 64; x++) {
      expect(many(x, y)).toEqual(one(x, y));
      if (one(x, y)[0] === 160) inside++;
    }
  expect(inside).toBeGreaterThan(1500);
});

test('opacity and gain run linearly from vertex to vertex', () => {
  const mesh: Mesh = {
    ...quadMesh({ x: 0, y: 0, width: 64, height: 64 }),
    opacity: new Float32Array([0, 1, 0, 1]),
    gain: new Float32Array([1, 0.5, 2, 1, 0.5, 2, 1, 1.5, 2, 1, 1.5, 2]),
  };
  const source = picture(4, 4, () => [200, 100, 90, 255]);
  const at = painted(64, GREY, (target) => paintMesh(target, source, shape(mesh)));
  for (const [x, y] of [
    [3, 5],
    [30, 40],
    [60, 10],
    [50, 63],
  ] as const) {
    const o = (x + 0.5) / 64;
    const g = 0.5 + (y + 0.5) / 64;
    const over = (value: number) => value * o + 100 * (1 - o);
    expectNear(at(x, y), [over(200), over(100 * g), over(180), 255], 1.5);
  }
});

test('what is brightened does not wrap around, and what is transparent stays so', () => {
  const mesh: Mesh = {
    ...quadMesh({ x: 0, y: 0, width: 8, height: 8 }),
    gain: new Float32Array(12).fill(3),
  };
  const source = picture(8, 8, (x) => (x < 4 ? [200, 10, 0, 255] : [200, 10, 0, 0]));
  const at = painted(8, [0, 0, 0, 0], (target) => paintMesh(target, source, shape(mesh)));
  expectNear(at(1, 1), [255, 30, 0, 255], 1);
  expect(at(6, 1)[3]).toBe(0);
});

test('a matte is the grey that lies elsewhere in the picture', () => {
  // Colour above; below it the grey that is its alpha.
  const source = picture(32, 64, (x, y) => (y < 32 ? [250, 130, 20, 255] : [8 * x, 8 * x, 8 * x, 255]));
  const mesh = quadMesh({ x: 0, y: 0, width: 32, height: 32 }, { x: 0, y: 0, width: 1, height: 0.5 });
  const matte: Affine = [1, 0, 0, 1, 0, 0.5];
  const on = painted(32, GREY, (target) => paintMesh(target, source, shape(mesh, { matte })));
  const clear = painted(32, [0, 0, 0, 0], (target) => paintMesh(target, source, shape(mesh, { matte })));
  for (const x of [0, 3, 16, 31])
    for (const y of [0, 16, 31]) {
      const alpha = (8 * x) / 255;
      const over = (value: number) => value * alpha + 100 * (1 - alpha);
      expectNear(on(x, y), [over(250), over(130), over(20), 255], 1.5);
      if (x > 0) expectNear(clear(x, y), [250, 130, 20, 8 * x], 1.5);
    }
});

test('a matte that is kept small is read at its own size, not at that of the colour', () => {
  // Half as wide and high as the colour; its edge is one texel of its own, two of the colour.
  const source = picture(64, 96, (x, y) =>
    y < 64 ? [255, 255, 255, 255] : x < 16 ? [0, 0, 0, 255] : [255, 255, 255, 255],
  );
  const mesh = quadMesh({ x: 0, y: 0, width: 32, height: 32 }, { x: 0, y: 0, width: 1, height: 64 / 96 });
  const matte: Affine = [0.5, 0, 0, 0.5, 0, 64 / 96];
  const at = painted(32, [0, 0, 0, 255], (target) => paintMesh(target, source, shape(mesh, { matte })));
  expect(at(15, 16)[0]).toBe(0);
  expect(at(16, 16)[0]).toBe(255);
});

test('what a matte’s edge mixes is taken apart: on another ground nothing of what stood behind is left', () => {
  // A dark person before a light wall; over ten pixels one turns into the other.
  const [person, wall, ground] = [[60, 40, 30] as const, [230, 220, 200] as const, [10, 12, 60] as const];
  const shareAt = (x: number) => Math.max(0, Math.min(1, (x - 24) / 10));
  const mixed = (x: number, c: number) => shareAt(x) * person[c]! + (1 - shareAt(x)) * wall[c]!;
  const source = picture(64, 96, (x, y) => {
    if (y < 64) return [mixed(x, 0), mixed(x, 1), mixed(x, 2), 255];
    const grey = 255 * shareAt(2 * x + 0.5);
    return [grey, grey, grey, 255];
  });
  const mesh = quadMesh({ x: 0, y: 0, width: 64, height: 64 }, { x: 0, y: 0, width: 1, height: 64 / 96 });
  const matte: Affine = [0.5, 0, 0, 0.5, 0, 64 / 96];
  const on = (unmix: boolean) =>
    painted(64, [...ground, 255], (target) => paintMesh(target, source, shape(mesh, { matte, unmix })));
  const [apart, plain] = [on(true), on(false)];
  const off = (at: ReturnType<typeof on>) =>
    Array.from({ length: 12 }, (_, k) => {
      const [x, share] = [23 + k, shareAt(23 + k)];
      return Math.max(
        ...[0, 1, 2].map((c) => Math.abs(at(x, 32)[c]! - (share * person[c]! + (1 - share) * ground[c]!))),
      );
    });
  expect(Math.max(...off(plain))).toBeGreaterThan(35);
  expect(Math.max(...off(apart))).toBeLessThan(12);
  // Where there is nothing to take apart, nothing changes.
  for (const x of [0, 12, 22, 36, 50, 63]) expect(apart(x, 32)).toEqual(plain(x, 32));
});

test('nothing outside of a mesh’s own part of the picture is read, whatever the size, level or blur', () => {
  const source = picture(64, 64, (_, y) => (y < 32 ? [0, 200, 0, 255] : [255, 0, 0, 255]));
  for (const [size, blurTexels] of [
    [9, 0],
    [32, 0],
    [50, 0],
    [50, 1],
    [50, 4],
    [9, 2],
  ] as const) {
    const mesh = quadMesh({ x: 0, y: 0, width: size, height: size }, { x: 0, y: 0, width: 1, height: 0.5 });
    const at = painted(64, GREY, (target) => paintMesh(target, source, shape(mesh, { blurTexels })));
    for (let y = 0; y < size; y++) expectNear(at(3, y), [0, 200, 0, 255], 1);
  }
});

test('a picture that shrinks is averaged, not sampled', () => {
  // Lines one texel wide: sampled they would come out black, white or striped.
  const source = picture(256, 256, (x) => (x % 2 === 0 ? [0, 0, 0, 255] : [255, 255, 255, 255]));
  for (const size of [128, 100, 64, 37, 20]) {
    const mesh = quadMesh({ x: 0, y: 0, width: size, height: size });
    const at = painted(128, GREY, (target) => paintMesh(target, source, shape(mesh)));
    for (let x = 1; x < size - 1; x++) expectNear(at(x, size >> 1), [128, 128, 128, 255], size > 90 ? 24 : 4);
  }
});

test.each([0.5, 1, 1.6, 2.5, 3, 4])(
  'a blur of %s texels spreads an edge as a Gaussian does',
  (blurTexels) => {
    // The edge's slope is the kernel. A coarse level sees edges in places of its own: eight of them are looked at.
    const moments = [0, 0, 0] as [number, number, number];
    for (let shift = 0; shift < 8; shift++) {
      const source = picture(128, 16, (x) => (x < 60 + shift ? [0, 0, 0, 255] : [240, 240, 240, 255]));
      const mesh = quadMesh({ x: 0, y: 0, width: 128, height: 16 });
      const at = painted(128, GREY, (target) => paintMesh(target, source, shape(mesh, { blurTexels })));
      for (let x = 30; x < 98; x++) {
        const slope = (at(x, 8)[0] as number) - (at(x - 1, 8)[0] as number);
        expect(slope).toBeGreaterThanOrEqual(0);
        for (const power of [0, 1, 2] as const) moments[power] += (slope / 8) * (x - 60 - shift) ** power;
      }
    }
    const [mass, first, second] = moments;
    expectNear([mass], [240], 1);
    expectNear([first / mass], [0], 0.06);
    const deviation = Math.sqrt(second / mass - (first / mass) ** 2);
    expect(Math.abs(deviation / blurTexels - 1)).toBeLessThan(0.06);
  },
);

test.each([
  [0.8, 0],
  [2, 0.6],
  [3.4, 1],
  [4, 3],
] as const)(
  'a blur of %s texels along one way and %s along the other spreads each edge by its own',
  (long, short) => {
    // Two edges, one upright and one level, read in two pictures; and the same with the ways exchanged.
    const mesh = quadMesh({ x: 0, y: 0, width: 128, height: 128 });
    const edge = (upright: boolean, blurTexels: readonly [number, number]) => {
      let [mass, first, second] = [0, 0, 0];
      for (let shift = 0; shift < 8; shift++) {
        const source = picture(128, 128, (x, y) =>
          (upright ? x : y) < 60 + shift ? [0, 0, 0, 255] : [240, 240, 240, 255],
        );
        const at = painted(128, GREY, (target) => paintMesh(target, source, shape(mesh, { blurTexels })));
        for (let k = 30; k < 98; k++) {
          const value = (place: number) => (upright ? at(place, 64) : at(64, place))[0] as number;
          const slope = value(k) - value(k - 1);
          mass += slope;
          first += slope * (k - 60 - shift);
          second += slope * (k - 60 - shift) ** 2;
        }
      }
      return Math.sqrt(Math.max(0, second / mass - (first / mass) ** 2));
    };
    for (const [across, down] of [
      [long, short],
      [short, long],
    ] as const) {
      expect(Math.abs(edge(true, [across, down]) - across)).toBeLessThan(0.06 * long);
      expect(Math.abs(edge(false, [across, down]) - down)).toBeLessThan(0.06 * long);
    }
  },
);

test('later triangles lie over earlier ones, and translucent over translucent is the painter’s sum', () => {
  const mesh: Mesh = {
    positions: new Float32Array([0, 0, 16, 0, 0, 16, 0, 0, 16, 0, 0, 16]),
    uvs: new Float32Array([0, 0, 0.4, 0, 0, 0.4, 0.6, 0, 1, 0, 0.6, 0.4]),
    opacity: new Float32Array([0.5, 0.5, 0.5, 0.25, 0.25, 0.25]),
    gain: null,
    indices: new Uint16Array([0, 1, 2, 3, 4, 5]),
  };
  const source = picture(32, 32, (x) => (x < 16 ? [200, 0, 0, 255] : [0, 0, 240, 255]));
  const at = painted(16, [0, 0, 0, 0], (target) => paintMesh(target, source, shape(mesh)));
  const alpha = 0.25 + 0.75 * 0.5;
  expectNear(at(3, 3), [(200 * 0.375) / alpha, 0, (240 * 0.25) / alpha, 255 * alpha], 2);
});

test('a picture’s own transparency is kept, on glass and on ground', () => {
  const source = picture(16, 16, () => [240, 120, 60, 64]);
  const mesh = quadMesh({ x: 0, y: 0, width: 16, height: 16 });
  const glass = painted(16, [0, 0, 0, 0], (target) => paintMesh(target, source, shape(mesh)));
  expectNear(glass(8, 8), [240, 120, 60, 64], 3);
  const ground = painted(16, GREY, (target) => paintMesh(target, source, shape(mesh)));
  const over = (value: number) => value * (64 / 255) + 100 * (191 / 255);
  expectNear(ground(8, 8), [over(240), over(120), over(60), 255], 1.5);
});

test('no pair of colours, alpha and opacity runs over into another channel', () => {
  const mesh = quadMesh({ x: 0, y: 0, width: 16, height: 16 });
  for (const alpha of [1, 2, 60, 127, 128, 129, 200, 254, 255])
    for (const opacity of [0.01, 0.2, 0.5, 0.77, 0.99, 1]) {
      const source = picture(16, 16, (x) => (x < 8 ? [255, 0, 255, alpha] : [0, 255, 0, alpha]));
      const faded = { ...mesh, opacity: new Float32Array(4).fill(opacity) };
      const share = (alpha / 255) * opacity;
      for (const ground of [255, 0, 90]) {
        const at = painted(16, [ground, ground, ground, 255], (target) =>
          paintMesh(target, source, shape(faded)),
        );
        const [on, off] = [255 * share + ground * (1 - share), ground * (1 - share)];
        expectNear(at(2, 3), [on, off, on, 255], 2);
        expectNear(at(12, 3), [off, on, off, 255], 2);
      }
    }
});

test('a part of a picture is painted as the whole would be', () => {
  const paint: Paint = (x, y) => [(x * 37) % 256, (y * 53) % 256, (x * y) % 256, 255];
  const whole = picture(96, 64, paint);
  const part = new RasterPicture(
    pixels(48, 40, (x, y) => paint(x + 16, y + 8)),
    48,
    40,
    { left: 16, top: 8, fullWidthPx: 96, fullHeightPx: 64 },
  );
  const source = { x: 24 / 96, y: 16 / 64, width: 32 / 96, height: 24 / 64 };
  for (const size of [20, 32, 60]) {
    const mesh = quadMesh({ x: 1.3, y: 0.6, width: size, height: size }, source);
    const [a, b] = [whole, part].map((from) =>
      painted(64, GREY, (target) => paintMesh(target, from, shape(mesh))),
    ) as [(x: number, y: number) => number[], (x: number, y: number) => number[]];
    for (let i = 0; i < 64 * 64; i++) expect(b(i % 64, i >> 6)).toEqual(a(i % 64, i >> 6));
  }
});

test('what lies outside of the target, is flat or is one texel wide does no harm', () => {
  const source = picture(1, 1, () => [10, 200, 30, 255]);
  const mesh: Mesh = {
    positions: new Float32Array([-500, -500, 900, -500, -500, 900, 5, 5, 5, 5, 9, 9]),
    uvs: new Float32Array(12),
    opacity: null,
    gain: null,
    indices: new Uint16Array([0, 1, 2, 3, 4, 5]),
  };
  const at = painted(16, GREY, (target) => paintMesh(target, source, shape(mesh)));
  for (const [x, y] of [
    [0, 0],
    [15, 0],
    [15, 15],
  ] as const)
    expect(at(x, y)).toEqual([10, 200, 30, 255]);
});
