/** The light of a frame: what comes back from the skin of the face, and from all that is around the person. */
import type { Picture, Square } from '#core/track/ports.ts';

/** Mean red, green and blue, linear, 0…1. */
export type Light = readonly [number, number, number];

/** Skin that neither lids, lips nor hair come over. */
const SKIN = [
  151, 108, 337, 69, 299, 9, 50, 280, 117, 346, 205, 425, 118, 347, 6, 197, 195, 5, 199, 200, 175,
];
/** Taps a side around each of them. */
const TAPS = 3;

const LINEAR = Float32Array.from({ length: 256 }, (_, level) => {
  const value = level / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});

export function lightOfSkin({ rgba, widthPx, heightPx }: Picture, points: Float32Array): Light {
  const at = (point: number, axis: number) => points[point * 3 + axis] as number;
  const reach = Math.hypot(at(152, 0) - at(10, 0), at(152, 1) - at(10, 1)) * 0.02;
  const sum: [number, number, number] = [0, 0, 0];
  let pixels = 0;
  for (const point of SKIN)
    for (let down = -TAPS; down <= TAPS; down++)
      for (let across = -TAPS; across <= TAPS; across++) {
        const x = Math.round(at(point, 0) + (across / TAPS) * reach);
        const y = Math.round(at(point, 1) + (down / TAPS) * reach);
        if (x < 0 || y < 0 || x >= widthPx || y >= heightPx) continue;
        const from = (y * widthPx + x) * 4;
        for (let c = 0; c < 3; c++) sum[c as 0 | 1 | 2] += LINEAR[rgba[from + c] as number] as number;
        pixels++;
      }
  return pixels === 0 ? sum : [sum[0] / pixels, sum[1] / pixels, sum[2] / pixels];
}

/** Of a grid over the frame, without the head and what is below it. */
export function lightAround({ rgba, widthPx, heightPx }: Picture, face: Square | null): Light {
  const step = Math.max(2, Math.round(widthPx / 48));
  const sum: [number, number, number] = [0, 0, 0];
  let pixels = 0;
  for (let y = step >> 1; y < heightPx; y += step)
    for (let x = step >> 1; x < widthPx; x += step) {
      if (face && Math.abs(x - face.x) < face.sidePx * 0.7 && y > face.y - face.sidePx * 0.8) continue;
      const from = (y * widthPx + x) * 4;
      for (let c = 0; c < 3; c++) sum[c as 0 | 1 | 2] += LINEAR[rgba[from + c] as number] as number;
      pixels++;
    }
  return pixels === 0 ? sum : [sum[0] / pixels, sum[1] / pixels, sum[2] / pixels];
}

const LEVEL_PX = 96;

/** Mean squared Laplacian of the face's luma over its squared mean × 1000: how sharp it is, whatever the light. */
export function sharpnessOf({ rgba, widthPx, heightPx }: Picture, { x, y, sidePx }: Square): number {
  const luma = new Float32Array(LEVEL_PX * LEVEL_PX);
  const step = sidePx / 1.5 / LEVEL_PX;
  let mean = 0;
  for (let row = 0; row < LEVEL_PX; row++)
    for (let column = 0; column < LEVEL_PX; column++) {
      const px = Math.round(x + (column - LEVEL_PX / 2) * step);
      const py = Math.round(y + (row - LEVEL_PX / 2) * step);
      if (px < 0 || py < 0 || px >= widthPx || py >= heightPx) continue;
      const at = (py * widthPx + px) * 4;
      const value =
        0.2126 * (rgba[at] as number) + 0.7152 * (rgba[at + 1] as number) + 0.0722 * (rgba[at + 2] as number);
      luma[row * LEVEL_PX + column] = value;
      mean += value / luma.length;
    }
  let sum = 0;
  for (let row = 1; row < LEVEL_PX - 1; row++)
    for (let column = 1; column < LEVEL_PX - 1; column++) {
      const at = row * LEVEL_PX + column;
      const laplacian =
        4 * (luma[at] as number) -
        (luma[at - 1] as number) -
        (luma[at + 1] as number) -
        (luma[at - LEVEL_PX] as number) -
        (luma[at + LEVEL_PX] as number);
      sum += laplacian * laplacian;
    }
  return (1000 * sum) / luma.length / Math.max(1, mean * mean);
}
