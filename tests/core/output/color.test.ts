import { expect, test } from 'vitest';
import { seededRandom } from '#core/base/hashing.ts';
import { i420Bytes, i420ToHalfRgba, rgbaToI420 } from '#core/output/color.ts';

/** The standard's own equations, in floating point. */
function toRgb(y: number, u: number, v: number): [number, number, number] {
  const luma = ((y - 16) * 255) / 219;
  const cb = ((u - 128) * 255) / 224;
  const cr = ((v - 128) * 255) / 224;
  return [luma + 1.5748 * cr, luma - 0.1873 * cb - 0.4681 * cr, luma + 1.8556 * cb];
}

test('flat patches come back within 2/255 through the BT.709 equations', () => {
  const random = seededRandom(5);
  for (let round = 0; round < 300; round++) {
    const color = [random(), random(), random()].map((x) => Math.round(x * 255));
    const rgba = new Uint8ClampedArray(16);
    for (let p = 0; p < 4; p++) rgba.set([...color, 255], p * 4);
    const [y = 0, , , , u = 0, v = 0] = rgbaToI420(rgba, 2, 2);
    toRgb(y, u, v).forEach((value, i) =>
      expect(Math.abs(value - (color[i] as number))).toBeLessThanOrEqual(2),
    );
  }
});

test('white, black and the primaries land on the code values that BT.709 names', () => {
  const patch = (r: number, g: number, b: number) => {
    const rgba = new Uint8ClampedArray(16);
    for (let p = 0; p < 4; p++) rgba.set([r, g, b, 255], p * 4);
    const out = rgbaToI420(rgba, 2, 2);
    return [out[0], out[4], out[5]];
  };
  expect(patch(255, 255, 255)).toEqual([235, 128, 128]);
  expect(patch(0, 0, 0)).toEqual([16, 128, 128]);
  expect(patch(255, 0, 0)).toEqual([63, 102, 240]);
  expect(patch(0, 255, 0)).toEqual([173, 42, 26]);
  expect(patch(0, 0, 255)).toEqual([32, 240, 118]);
});

test('planes follow one another and fill the buffer', () => {
  const out = rgbaToI420(new Uint8ClampedArray(6 * 4 * 4), 6, 4);
  expect(out.length).toBe(i420Bytes(6, 4));
  expect([...out.subarray(0, 24)].every((y) => y === 16)).toBe(true);
  expect([...out.subarray(24)].every((c) => c === 128)).toBe(true);
});

test('half a picture comes back from planes: each pixel the mean of four, within 2/255', () => {
  const random = seededRandom(6);
  const [width, height] = [8, 6];
  const rgba = new Uint8ClampedArray(width * height * 4);
  const means: number[][] = [];
  for (let y = 0; y < height; y += 2)
    for (let x = 0; x < width; x += 2) {
      const colour = [random(), random(), random()].map((value) => Math.round(20 + 215 * value));
      // Brightness differs within the four, colour does not: that is what 4:2:0 keeps.
      const [plus, minus] = [6, -6];
      [plus, minus, minus, plus].forEach((off, i) => {
        const at = ((y + (i >> 1)) * width + x + (i & 1)) * 4;
        rgba.set([...colour.map((value) => value + off), 255], at);
      });
      means.push(colour);
    }
  const half = i420ToHalfRgba(rgbaToI420(rgba, width, height), width, height);
  expect(half).toHaveLength((width / 2) * (height / 2) * 4);
  means.forEach((colour, i) => {
    colour.forEach((value, k) => {
      expect(Math.abs((half[4 * i + k] as number) - value)).toBeLessThanOrEqual(2);
    });
    expect(half[4 * i + 3]).toBe(255);
  });
});
