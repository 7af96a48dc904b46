/** Deeper film colours agree with the quick ones, keep what a mean of four pixels knows, and come back as they were. */
import { expect, test } from 'vitest';
import { seededRandom } from '#core/base/hashing.ts';
import { rgbaToI420 } from '#core/output/color.ts';
import { yuvToRgba } from '#core/output/color-back.ts';
import { planesBytes, rgbaToPlanes, type PlaneFormat } from '#core/output/film-planes.ts';

const PLAIN: PlaneFormat = { chroma: '420', bits: 8, alpha: false, supersample: 1 };
const [W, H] = [16, 8];

function noise(widthPx: number, heightPx: number, alpha = false): Uint8ClampedArray {
  const random = seededRandom(7);
  return Uint8ClampedArray.from({ length: widthPx * heightPx * 4 }, (_, i) =>
    i % 4 === 3 && !alpha ? 255 : Math.floor(random() * 256),
  );
}
const deep = (bytes: Uint8Array<ArrayBuffer>) => new Uint16Array(bytes.buffer);

test('ten bits are the eight of the quick way, finer', () => {
  const rgba = noise(W, H);
  const quick = rgbaToI420(rgba, W, H);
  const ten = deep(rgbaToPlanes(rgba, W, H, { ...PLAIN, bits: 10 }));
  expect(ten.length).toBe(quick.length);
  quick.forEach((value, i) => expect(Math.abs((ten[i] as number) / 4 - value)).toBeLessThanOrEqual(0.63));
});

test('white, black and grey stand where the standard puts them', () => {
  for (const [light, y] of [
    [0, 64],
    [255, 940],
  ] as const) {
    const rgba = new Uint8ClampedArray(W * H * 4).fill(light);
    const planes = deep(rgbaToPlanes(rgba, W, H, { ...PLAIN, chroma: '444', bits: 10 }));
    expect([planes[0], planes[W * H], planes[2 * W * H]]).toEqual([y, 512, 512]);
  }
});

test('what is drawn at twice the size keeps the bits that its mean has', () => {
  // Three pixels of four at 100, one at 101: a quarter of a step of eight bits.
  const rgba = new Uint8ClampedArray(2 * W * 2 * H * 4).fill(100);
  for (let y = 0; y < 2 * H; y += 2)
    for (let x = 0; x < 2 * W; x += 2) rgba.fill(101, (y * 2 * W + x) * 4, (y * 2 * W + x) * 4 + 3);
  const planes = deep(rgbaToPlanes(rgba, W, H, { ...PLAIN, bits: 10, supersample: 2 }));
  expect(planes[0]).toBe(Math.round(4 * (16 + (219 / 255) * 100.25)));
});

test('what is seen through has no say in the colours beside it', () => {
  const rgba = new Uint8ClampedArray(W * H * 4);
  for (let i = 0; i < W * H; i += 2) rgba.set([200, 40, 40, 255], i * 4); // the others are black glass
  const format = { ...PLAIN, alpha: true };
  const planes = rgbaToPlanes(rgba, W, H, format);
  const opaque = rgbaToI420(
    new Uint8ClampedArray(W * H * 4).map((_, i) => [200, 40, 40, 255][i % 4] as number),
    W,
    H,
  );
  expect(planes[W * H]).toBe(opaque[W * H]);
  expect([...planes.subarray(planesBytes(W, H, PLAIN)).subarray(0, 4)]).toEqual([255, 0, 255, 0]);
});

test('there and back, smooth colours are the same to a step or two', () => {
  const [w, h] = [32, 16];
  const rgba = Uint8ClampedArray.from({ length: w * h * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : 90 + 2 * ((i >> 2) % w) + 3 * (i % 4) + Math.floor((i >> 2) / w),
  );
  const planes = rgbaToI420(rgba, w, h);
  const out = new Uint8ClampedArray(w * h * 4);
  const plane = (offset: number, stride: number) => ({ samples: planes, offset, stride, step: 1 });
  yuvToRgba({ y: plane(0, w), u: plane(w * h, w / 2), v: plane((w * h * 5) / 4, w / 2) }, w, h, {
    matrix: 'bt709',
    fullRange: false,
    bits: 8,
    out,
  });
  out.forEach((value, i) => expect(Math.abs(value - (rgba[i] as number))).toBeLessThanOrEqual(3));
});
