import { expect, test } from 'vitest';
import type { AssetHash } from '#core/base/ids.ts';
import type { Background, MediaEntry } from '#core/document/project.ts';
import { quadMesh } from '#core/draw/mesh.ts';
import { lit, matchLight } from '#core/frame/lit.ts';
import { cellsOf, colorAt, lookSize, pictureLook } from '#core/frame/picture-look.ts';
import { stageLight } from '#core/frame/stage-light.ts';

const FORMAT = { widthPx: 1920, heightPx: 1080, rate: { num: 25, den: 1 } };
const HASH = 'a'.repeat(64) as AssetHash;
const at = (centerX: number) => ({ centerX, halfWidth: 0.15 });
const media = (kind: 'image' | 'video', durationS: number | null): MediaEntry => ({
  ...{ hash: HASH, name: 'street', mime: '', bytes: 1, kind, widthPx: 320, heightPx: 180, durationS },
});
const image: Background = {
  ...{ kind: 'image', asset: HASH, fit: 'cover', crop: { x: 0, y: 0, width: 1, height: 1 } },
};

/** Moments of plain columns, each a function of x from 0 to 1. */
async function lookOf(timesS: readonly number[], color: (moment: number, x: number) => readonly number[]) {
  const { columns, rows } = lookSize(320, 180);
  const rgb = new Uint8Array(timesS.length * columns * rows * 3);
  let k = 0;
  for (let m = 0; m < timesS.length; m++)
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++, k += 3) rgb.set(color(m, (c + 0.5) / columns), k);
  return pictureLook({ columns, rows, timesS, rgb });
}

test('a colour lights as itself, and a gradient as it is where the presenter stands', () => {
  const color = { kind: 'color', color: '#ff8000' } as const;
  expect(stageLight(color, FORMAT, at(0.2), null)?.(0)).toEqual({ color: [1, 128 / 255, 0], fromRight: 0 });
  const gradient = { kind: 'gradient', from: '#000000', to: '#ffffff', angleDeg: 0 } as const;
  const light = (centerX: number) => stageLight(gradient, FORMAT, at(centerX), null)!(0);
  expect(light(0.35).color[0]).toBeCloseTo(0.35, 1);
  expect(light(0.65).color[0]).toBeCloseTo(0.65, 1);
  // The bright end is the right one.
  expect(light(0.5).fromRight).toBeGreaterThan(0.2);
});

test('a picture lights as it is about the presenter, and from its brighter side', async () => {
  const look = await lookOf([0], (_, x) => (x < 0.5 ? [20, 30, 60] : [250, 200, 150]));
  const seen = { look, media: media('image', null) };
  const left = stageLight(image, FORMAT, at(0.2), seen)!(0);
  const right = stageLight(image, FORMAT, at(0.8), seen)!(0);
  expect(left.color[2]).toBeGreaterThan(left.color[0]);
  expect(right.color[0]).toBeGreaterThan(right.color[2]);
  expect(stageLight(image, FORMAT, at(0.5), seen)!(0).fromRight).toBeGreaterThan(0.4);
  // What was not looked at says nothing.
  expect(stageLight(image, FORMAT, at(0.5), null)).toBeNull();
});

test('a film’s light follows its cut within a second, without a step', async () => {
  const look = await lookOf([0, 4, 4.04, 8], (m) => (m < 2 ? [30, 30, 30] : [220, 220, 220]));
  const film: Background = { ...image, kind: 'video', startS: 0 };
  const light = stageLight(film, FORMAT, at(0.5), { look, media: media('video', 8) })!;
  const luma = Array.from({ length: 200 }, (_, i) => light(i).color[1]);
  expect(luma[75]).toBeCloseTo(30 / 255, 2);
  expect(luma[125]).toBeCloseTo(220 / 255, 2);
  const steps = luma.slice(1).map((value, i) => Math.abs(value - luma[i]!));
  expect(Math.max(...steps)).toBeLessThan(0.2);
  // The same frame twice is the same light, to the last bit.
  expect(light(101)).toEqual(light(101));
});

test('cells are mean colours, and between them and moments it is interpolated', async () => {
  const rgba = new Uint8ClampedArray(4 * 4 * 2).map((_, i) => ((i >> 2) % 4 < 2 ? 0 : 200));
  expect([...cellsOf(rgba, 4, 2, { columns: 2, rows: 1 })]).toEqual([0, 0, 0, 200, 200, 200]);
  const look = await pictureLook({
    columns: 2,
    rows: 1,
    timesS: [0, 2],
    rgb: Uint8Array.of(0, 0, 0, 200, 200, 200, 100, 100, 100, 100, 100, 100),
  });
  expect(colorAt(look, 0, 0.5, 0.5)[0]).toBeCloseTo(100 / 255);
  expect(colorAt(look, 1, 0, 0.5)[0]).toBeCloseTo(50 / 255);
  expect(colorAt(look, 99, 1, 0.5)[0]).toBeCloseTo(100 / 255);
});

test('who stands where they stood keeps their light', () => {
  for (const gain of matchLight([0.6, 0.5, 0.4], [0.6, 0.5, 0.4])) expect(gain).toBeCloseTo(1);
});

test('light follows the background, gently', () => {
  const room = [0.6, 0.58, 0.55] as const;
  const night = matchLight(room, [0.05, 0.07, 0.16]);
  const snow = matchLight(room, [0.97, 0.97, 1]);
  const sunset = matchLight(room, [0.9, 0.5, 0.3]);
  for (const gain of [...night, ...snow, ...sunset]) {
    expect(gain).toBeGreaterThan(0.7);
    expect(gain).toBeLessThan(1.15);
  }
  expect(night[1]).toBeLessThan(0.9);
  expect(night[2]).toBeGreaterThan(night[0]);
  expect(snow[1]).toBeGreaterThan(1);
  expect(sunset[0]).toBeGreaterThan(sunset[2]);
});

test('a part is lit by one straight ramp, whatever its own shape', () => {
  const box = { x: 100, y: 0, width: 200, height: 200 };
  const light = { color: [0.5, 0.5, 0.5], fromRight: 0.4 } as const;
  const gainsOf = (x: number, width: number) => {
    const part = {
      kind: 'mesh',
      ...{ opacity: 1, matte: null, blurTexels: 0 },
      image: { asset: HASH, kind: 'video', timeS: 0 },
      mesh: quadMesh({ x, y: 0, width, height: 100 }),
    } as const;
    const shown = lit(part, [0.5, 0.5, 0.5], light, box);
    if (shown.kind !== 'mesh') throw new Error('A mesh stays one.');
    const { positions, gain } = shown.mesh;
    return Array.from(
      { length: positions.length / 2 },
      (_, i) => [positions[2 * i]!, gain![3 * i]!] as const,
    );
  };
  const film = gainsOf(0, 400);
  const mouth = gainsOf(180, 50);
  const [x0, g0] = film[0]!;
  const [x1, g1] = film.find(([x]) => x !== x0)!;
  expect(g1).toBeGreaterThan(g0);
  for (const [x, g] of mouth) expect(g).toBeCloseTo(g0 + ((g1 - g0) * (x - x0)) / (x1 - x0), 4);
});

test('of a picture that turns into another, both are lit', () => {
  const light = { color: [0.1, 0.1, 0.2], fromRight: 0 } as const;
  const side = {
    ...{ matte: null, blurTexels: 0 },
    image: { asset: HASH, kind: 'video', timeS: 0 },
    mesh: quadMesh({ x: 0, y: 0, width: 80, height: 100 }),
  } as const;
  const room = { x: 0, y: 0, width: 80, height: 100 };
  const shown = lit({ kind: 'dissolve', from: side, to: side, share: 0.3 }, [0.5, 0.5, 0.5], light, room);
  if (shown.kind !== 'dissolve') throw new Error('A dissolve stays one.');
  expect(shown.share).toBe(0.3);
  expect([...shown.to.mesh.gain!]).toEqual([...shown.from.mesh.gain!]);
  expect(shown.from.mesh.gain![0]).toBeLessThan(0.98);
});
