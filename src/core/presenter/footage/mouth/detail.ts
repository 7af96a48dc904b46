/**
 * How fine a film's detail is: measured on the skin about the mouth, what a blur leaves of it, and what drawing will take
 * given back beforehand.
 */
import type { Picture } from '../../../track/ports.ts';
import { luma, type Places } from './pixels.ts';
import { RING, ringPlace, SPOKES } from './points.ts';

/** Blurs whose effect on a film's detail is measured: σ, in steps of that detail. */
export const BLURS = [0.3, 0.6, 0.9, 1.3, 1.8, 2.5] as const;

/** How fine the detail is that a mouth's sharpness is judged by, in heights of the face: finer is the codec's own. */
const DETAIL_REACH = 0.016;

/** Pixels of the film from one place to the next of those whose differences make detail. */
export function detailStepPx(unitPx: number): number {
  return Math.max(1, Math.round(DETAIL_REACH * unitPx));
}

/** Energies of second differences over some pixels along rows and along columns. */
export type Detail = readonly [across: number, down: number];

const DETAIL_SUB = 4;

/**
 * Detail of the luma of the skin about the mouth, differences over `step` pixels.
 * @param read the luma that is judged
 */
export function readDetail(picture: Picture, places: Places, step: number, read = luma): Detail {
  let [across, down, count] = [0, 0, 0];
  const margin = 3 * step + 1;
  const look = (x: number, y: number) => {
    if (x < margin || y < margin || x >= picture.widthPx - margin || y >= picture.heightPx - margin) return;
    const twice = 2 * read(picture, x, y);
    across += (read(picture, x - step, y) + read(picture, x + step, y) - twice) ** 2;
    down += (read(picture, x, y - step) + read(picture, x, y + step) - twice) ** 2;
    count++;
  };
  for (const [from, to] of DETAIL_BANDS)
    for (let k = 0; k < SPOKES; k++) {
      if (k >= 3 && k <= 7 && from !== RING.outer) continue; // the nose's base has edges of its own
      const next = (k + 1) % SPOKES;
      const corner = (ring: number, spoke: number, axis: number) =>
        places[ringPlace(ring, spoke) * 2 + axis]!;
      for (let i = 0; i < DETAIL_SUB; i++)
        for (let j = 0; j < DETAIL_SUB; j++) {
          const [u, v] = [(i + 0.5) / DETAIL_SUB, (j + 0.5) / DETAIL_SUB];
          const mix = (axis: number) =>
            (corner(from, k, axis) * (1 - u) + corner(from, next, axis) * u) * (1 - v) +
            (corner(to, k, axis) * (1 - u) + corner(to, next, axis) * u) * v;
          look(Math.round(mix(0) - 0.5), Math.round(mix(1) - 0.5));
        }
    }
  return [across / Math.max(1, count), down / Math.max(1, count)];
}

const DETAIL_BANDS = [
  [RING.outer, RING.around],
  [RING.around, RING.fold],
  [RING.fold, RING.cheek],
] as const;

/** What a blur of σ pixels along one way leaves of detail: of that along the same way, and of that upright to it. */
export function blurLeaves(
  picture: Picture,
  places: Places,
  step: number,
  sigma: number,
): readonly [own: number, other: number] {
  const reach = Math.ceil(3 * sigma);
  const taps = Array.from({ length: 2 * reach + 1 }, (_, k) => Math.exp(-0.5 * ((k - reach) / sigma) ** 2));
  const sum = taps.reduce((all, tap) => all + tap, 0);
  const smeared = (dx: number, dy: number) => (of: Picture, x: number, y: number) => {
    let value = 0;
    for (let k = -reach; k <= reach; k++) {
      const i = Math.max(0, Math.min(of.widthPx - 1, x + k * dx));
      const j = Math.max(0, Math.min(of.heightPx - 1, y + k * dy));
      value += (taps[k + reach]! / sum) * luma(of, i, j);
    }
    return value;
  };
  const plain = readDetail(picture, places, step);
  const across = readDetail(picture, places, step, smeared(1, 0));
  const down = readDetail(picture, places, step, smeared(0, 1));
  const part = (of: number, all: number) => of / Math.max(all, 1e-3);
  return [
    (part(across[0], plain[0]) + part(down[1], plain[1])) / 2,
    (part(across[1], plain[1]) + part(down[0], plain[0])) / 2,
  ];
}

/**
 * Weights of the differences to the neighbours and to the next but one, in each direction. Bilinear reading at any place
 * between two pixels leaves on the mean 2/3 + 1/3·cos ω of a wave's energy; 0.18 and −0.034 are the root of its inverse,
 * within 3 %. The rest is for what is taken later: the edge that fades into the base mixes two grains,
 * and so does the fade over a jump.
 */
const SHARPER = [0.21, -0.03] as const;

/** What drawing will take of a picture's detail, given back beforehand. */
export function sharpen(picture: Picture): Picture {
  const { widthPx, heightPx, rgba } = picture;
  const [near, far] = SHARPER;
  const middle = 1 + 2 * (near + far);
  const row = widthPx * 4;
  const pad = 8; // two pixels
  const padded = new Float32Array(row + 2 * pad);
  const across = new Float32Array(rgba.length);
  for (let from = 0; from < rgba.length; from += row) {
    for (let i = 0; i < row; i++) padded[pad + i] = rgba[from + i]!;
    for (let i = 0; i < pad; i++) {
      padded[i] = rgba[from + (i % 4)]!;
      padded[pad + row + i] = rgba[from + row - 4 + (i % 4)]!;
    }
    for (let i = 0, at = pad; i < row; i++, at++)
      across[from + i] =
        middle * padded[at]! -
        near * (padded[at - 4]! + padded[at + 4]!) -
        far * (padded[at - 8]! + padded[at + 8]!);
  }
  const out = new Uint8ClampedArray(rgba.length);
  const rowAt = (y: number) => Math.max(0, Math.min(heightPx - 1, y)) * row;
  for (let y = 0; y < heightPx; y++) {
    const [above, below] = [rowAt(y - 1), rowAt(y + 1)];
    const [farAbove, farBelow] = [rowAt(y - 2), rowAt(y + 2)];
    for (let i = 0, at = y * row; i < row; i++, at++)
      out[at] =
        middle * across[at]! -
        near * (across[above + i]! + across[below + i]!) -
        far * (across[farAbove + i]! + across[farBelow + i]!);
  }
  return { widthPx, heightPx, rgba: out };
}
