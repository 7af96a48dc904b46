/**
 * What a frame looks like in 64 bits, for knowing a recording again after it was cropped a little, compressed or made
 * brighter. What stays the same throughout a film is taken off first: a person who consents twice at the same desk makes
 * two recordings, and only movement tells them apart. The bits are signs of the lowest frequencies of what is left.
 */
import type { Picture } from '#core/track/ports.ts';

const SIDE = 32;
const LOW = 8;

/** Luma, SIDE × SIDE. */
export type Thumbnail = Float32Array;

export function thumbnail({ rgba, widthPx, heightPx }: Picture): Thumbnail {
  const out = new Float32Array(SIDE * SIDE);
  const taps = 4;
  for (let row = 0; row < SIDE; row++)
    for (let column = 0; column < SIDE; column++) {
      let sum = 0;
      for (let down = 0; down < taps; down++)
        for (let across = 0; across < taps; across++) {
          const x = Math.floor(((column + (across + 0.5) / taps) / SIDE) * widthPx);
          const y = Math.floor(((row + (down + 0.5) / taps) / SIDE) * heightPx);
          const at = (y * widthPx + x) * 4;
          sum +=
            0.299 * (rgba[at] as number) +
            0.587 * (rgba[at + 1] as number) +
            0.114 * (rgba[at + 2] as number);
        }
      out[row * SIDE + column] = sum / (taps * taps);
    }
  return out;
}

const COSINES = Float32Array.from({ length: (LOW + 1) * SIDE }, (_, i) =>
  Math.cos((Math.PI * Math.floor(i / SIDE) * ((i % SIDE) + 0.5)) / SIDE),
);

/** @param mean of all thumbnails of the film */
export function pictureHash(one: Thumbnail, mean: Thumbnail): bigint {
  // Along rows, then down columns. The first frequency of each is light alone, which cameras change by themselves.
  const along = new Float32Array(SIDE * LOW);
  for (let row = 0; row < SIDE; row++)
    for (let k = 0; k < LOW; k++) {
      let sum = 0;
      for (let column = 0, at = row * SIDE; column < SIDE; column++, at++)
        sum += ((one[at] as number) - (mean[at] as number)) * (COSINES[(k + 1) * SIDE + column] as number);
      along[row * LOW + k] = sum;
    }
  let hash = 0n;
  for (let down = 1; down <= LOW; down++)
    for (let k = 0; k < LOW; k++) {
      let sum = 0;
      for (let row = 0; row < SIDE; row++)
        sum += (along[row * LOW + k] as number) * (COSINES[down * SIDE + row] as number);
      hash = (hash << 1n) | (sum > 0 ? 1n : 0n);
    }
  return hash;
}

export function bitsApart(a: bigint, b: bigint): number {
  let count = 0;
  for (let left = a ^ b; left > 0n; left >>= 1n) if (left & 1n) count++;
  return count;
}

export function hashText(hash: bigint): string {
  return hash.toString(16).padStart(16, '0');
}
