/**
 * What is read off the pixels of one frame: the look of the mouth, the colour of the skin about it, how fine its detail
 * is, and the lower face cut out. All of it is sampled by the mesh, so that the same numbers mean the same spots of skin.
 */
import type { Picture } from '../../../track/ports.ts';
import { across, MOUTH_MESH, RING, ringPlace, SPOKES } from './points.ts';

/** Places of MOUTH_MESH whose colour is kept: where a mouth is set into another frame. */
export const SKIN_PLACES: readonly number[] = [
  ...new Set(
    [RING.fold, RING.cheek, RING.within].flatMap((ring) =>
      Array.from({ length: SPOKES }, (_, k) => ringPlace(ring, k)),
    ),
  ),
];

/** Inside: columns between the corners × rows between the lips. */
const INSIDE = { columns: 11, rows: 6 } as const;
/** Rings between which the skin is looked at, and where between them. */
const SKIN_BANDS = [
  [RING.inner, RING.outer, 0.3],
  [RING.inner, RING.outer, 0.8],
  [RING.outer, RING.around, 0.5],
  [RING.around, RING.fold, 0.2],
  [RING.around, RING.fold, 0.8],
  [RING.fold, RING.cheek, 0.6],
] as const;
export const INSIDE_SAMPLES = INSIDE.columns * INSIDE.rows;
export const SKIN_SAMPLES = SKIN_BANDS.length * SPOKES;
/** Half sides of what one sample averages, in heights of the face. */
const INSIDE_REACH = 0.02;
const SKIN_REACH = 0.035;
const COLOUR_REACH = 0.06;

/** Places of a frame's mesh in the picture, MOUTH_MESH × (x, y). */
export type Places = Float32Array;

/** Colours between the lips and about them, (INSIDE_SAMPLES + SKIN_SAMPLES) × (r, g, b). */
export function readLook(picture: Picture, places: Places, unitPx: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array((INSIDE_SAMPLES + SKIN_SAMPLES) * 3);
  let at = 0;
  const put = (x: number, y: number, reach: number) => {
    average(picture, x, y, Math.max(0.5, reach * unitPx), out, at);
    at += 3;
  };
  for (let row = 0; row < INSIDE.rows; row++)
    for (let column = 0; column < INSIDE.columns; column++) {
      // From just inside one corner to just inside the other, along both lips.
      const along = 0.6 + (column / (INSIDE.columns - 1)) * 8.8;
      const [k, part] = [Math.floor(along), along % 1];
      const down = (row + 0.5) / INSIDE.rows;
      const mix = (axis: number) => {
        const spoke = (s: number) => places[ringPlace(RING.inner, s) * 2 + axis]!;
        const upper = spoke(k) * (1 - part) + spoke(k + 1) * part;
        const lower = spoke(across(k)) * (1 - part) + spoke(across(k + 1)) * part;
        return upper * (1 - down) + lower * down;
      };
      put(mix(0), mix(1), INSIDE_REACH);
    }
  for (const [from, to, part] of SKIN_BANDS)
    for (let k = 0; k < SPOKES; k++) {
      const [a, b] = [ringPlace(from, k) * 2, ringPlace(to, k) * 2];
      put(
        places[a]! * (1 - part) + places[b]! * part,
        places[a + 1]! * (1 - part) + places[b + 1]! * part,
        SKIN_REACH,
      );
    }
  return out;
}

/** SKIN_PLACES × (r, g, b), 0…255. */
export function readSkin(picture: Picture, places: Places, unitPx: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(SKIN_PLACES.length * 3);
  SKIN_PLACES.forEach((place, k) => {
    average(picture, places[place * 2]!, places[place * 2 + 1]!, COLOUR_REACH * unitPx, out, k * 3);
  });
  return out;
}

/**
 * Laplacian energy of the luma of the skin about the mouth, as it is and after blurs of σ = each of `blurs` pixels:
 * 1 + blurs numbers.
 */
export function readDetail(picture: Picture, places: Places, blurs: readonly number[]): number[] {
  const sums = new Array<number>(blurs.length + 1).fill(0);
  let count = 0;
  const sub = 4;
  for (const [from, to] of [
    [RING.around, RING.fold],
    [RING.fold, RING.cheek],
  ] as const)
    for (let k = 0; k < SPOKES; k++) {
      if (k >= 3 && k <= 7) continue; // the nose's base has edges of its own
      const next = (k + 1) % SPOKES;
      const corner = (ring: number, spoke: number, axis: number) =>
        places[ringPlace(ring, spoke) * 2 + axis]!;
      for (let i = 0; i < sub; i++)
        for (let j = 0; j < sub; j++) {
          const [u, v] = [(i + 0.5) / sub, (j + 0.5) / sub];
          const mix = (axis: number) =>
            (corner(from, k, axis) * (1 - u) + corner(from, next, axis) * u) * (1 - v) +
            (corner(to, k, axis) * (1 - u) + corner(to, next, axis) * u) * v;
          const [x, y] = [Math.round(mix(0) - 0.5), Math.round(mix(1) - 0.5)];
          if (x < 8 || y < 8 || x >= picture.widthPx - 8 || y >= picture.heightPx - 8) continue;
          sums[0]! += laplacian(picture, x, y) ** 2;
          blurs.forEach((sigma, b) => (sums[b + 1]! += blurredLaplacian(picture, x, y, sigma) ** 2));
          count++;
        }
    }
  return sums.map((sum) => sum / Math.max(1, count));
}

/** Where a box of the picture begins, and how many pixels of its own a pixel of the picture has. */
export interface CropPlace {
  readonly x: number;
  readonly y: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly scale: number;
}

/** Cuts a box out: pixel for pixel at scale 1, else every pixel the mean of what it covers. */
export function cutOut(picture: Picture, { x, y, widthPx, heightPx, scale }: CropPlace): Picture {
  const rgba = new Uint8ClampedArray(widthPx * heightPx * 4);
  const inside = (v: number, end: number) => Math.max(0, Math.min(end - 1, v));
  const reach = 1 / scale;
  for (let j = 0; j < heightPx; j++)
    for (let i = 0; i < widthPx; i++) {
      const at = (j * widthPx + i) * 4;
      if (scale === 1) {
        const from = (inside(y + j, picture.heightPx) * picture.widthPx + inside(x + i, picture.widthPx)) * 4;
        for (let c = 0; c < 3; c++) rgba[at + c] = picture.rgba[from + c]!;
      } else areaMean(picture, x + i * reach, y + j * reach, reach, rgba, at);
      rgba[at + 3] = 255;
    }
  return { widthPx, heightPx, rgba };
}

/** The mesh's box in the picture: left, top, right, bottom. */
export function boxOf(places: Places): readonly [number, number, number, number] {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let k = 0; k < MOUTH_MESH.length; k++) {
    if (!DRAWN.has(k)) continue;
    left = Math.min(left, places[k * 2]!);
    right = Math.max(right, places[k * 2]!);
    top = Math.min(top, places[k * 2 + 1]!);
    bottom = Math.max(bottom, places[k * 2 + 1]!);
  }
  return [left, top, right, bottom];
}

/** Places that are ever read from a packed picture: all rings but the jaw's own. */
const DRAWN = new Set(
  Array.from({ length: RING.jaw }, (_, ring) =>
    Array.from({ length: SPOKES }, (_, k) => ringPlace(ring, k)),
  ).flat(),
);

function average(
  picture: Picture,
  x: number,
  y: number,
  reach: number,
  into: Float32Array,
  at: number,
): void {
  const { widthPx, heightPx, rgba } = picture;
  const left = Math.max(0, Math.min(widthPx - 1, Math.round(x - reach)));
  const right = Math.max(left + 1, Math.min(widthPx, Math.round(x + reach)));
  const top = Math.max(0, Math.min(heightPx - 1, Math.round(y - reach)));
  const bottom = Math.max(top + 1, Math.min(heightPx, Math.round(y + reach)));
  let [r, g, b] = [0, 0, 0];
  for (let j = top; j < bottom; j++)
    for (let i = left, p = (j * widthPx + left) * 4; i < right; i++, p += 4) {
      r += rgba[p]!;
      g += rgba[p + 1]!;
      b += rgba[p + 2]!;
    }
  const n = (right - left) * (bottom - top);
  into[at] = r / n;
  into[at + 1] = g / n;
  into[at + 2] = b / n;
}

function areaMean(
  picture: Picture,
  x: number,
  y: number,
  reach: number,
  into: Uint8ClampedArray,
  at: number,
): void {
  const sum = [0, 0, 0];
  let total = 0;
  for (let j = Math.floor(y); j < y + reach; j++)
    for (let i = Math.floor(x); i < x + reach; i++) {
      const w = (Math.min(i + 1, x + reach) - Math.max(i, x)) * (Math.min(j + 1, y + reach) - Math.max(j, y));
      if (w <= 0) continue;
      const px = Math.max(0, Math.min(picture.widthPx - 1, i));
      const py = Math.max(0, Math.min(picture.heightPx - 1, j));
      const p = (py * picture.widthPx + px) * 4;
      for (let c = 0; c < 3; c++) sum[c]! += w * picture.rgba[p + c]!;
      total += w;
    }
  for (let c = 0; c < 3; c++) into[at + c] = sum[c]! / total;
}

function luma({ rgba, widthPx }: Picture, x: number, y: number): number {
  const p = (y * widthPx + x) * 4;
  return 0.299 * rgba[p]! + 0.587 * rgba[p + 1]! + 0.114 * rgba[p + 2]!;
}

function laplacian(picture: Picture, x: number, y: number): number {
  return (
    luma(picture, x - 1, y) +
    luma(picture, x + 1, y) +
    luma(picture, x, y - 1) +
    luma(picture, x, y + 1) -
    4 * luma(picture, x, y)
  );
}

/** The same after a Gaussian blur, worked out at this one pixel. */
function blurredLaplacian(picture: Picture, x: number, y: number, sigma: number): number {
  const reach = Math.ceil(3 * sigma);
  let sum = 0;
  let weights = 0;
  for (let j = -reach; j <= reach; j++)
    for (let i = -reach; i <= reach; i++) {
      const w = Math.exp((-0.5 * (i * i + j * j)) / (sigma * sigma));
      weights += w;
      sum += w * laplacian(picture, x + i, y + j);
    }
  return sum / weights;
}
