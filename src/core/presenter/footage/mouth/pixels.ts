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

/** Rings whose colours are foretold place by place, and half sides of what is averaged there, in heights of the face. */
const LIP_RINGS = [
  [RING.inner, 0.02],
  [RING.outer, 0.02],
  [RING.around, 0.03],
  [RING.fold, 0.05],
  [RING.cheek, 0.06],
] as const;
const LIP_REACH = new Map<number, number>();
for (const [ring, reach] of LIP_RINGS)
  for (let k = 0; k < SPOKES; k++) {
    const place = ringPlace(ring, k);
    if (!LIP_REACH.has(place)) LIP_REACH.set(place, reach);
  }
export const LIP_PLACES: readonly number[] = [...LIP_REACH.keys()];
export const LIP_NUMBERS = LIP_PLACES.length * 3;

/** Half a side of what is averaged at one of LIP_PLACES, heights of the face. */
export function lipReach(place: number): number {
  return LIP_REACH.get(place)!;
}

/**
 * Inside: columns between the corners × rows, half of them told by how far they are below the upper lip (teeth of the
 * skull), half by how far above the lower one, in heights of the face, and never beyond the middle.
 */
const INSIDE = { columns: 11, offsets: [0.025, 0.065, 0.12] } as const;
/** Rings between which the skin is looked at, and where between them. */
const SKIN_BANDS = [
  [RING.inner, RING.outer, 0.3],
  [RING.inner, RING.outer, 0.8],
  [RING.outer, RING.around, 0.5],
  [RING.around, RING.fold, 0.2],
  [RING.around, RING.fold, 0.8],
  [RING.fold, RING.cheek, 0.6],
] as const;
const INSIDE_ROWS = 2 * INSIDE.offsets.length;
/** From just inside one corner to just inside the other: the spokes of the first column and of the last. */
const INSIDE_SPOKES = [0.6, 9.4] as const;
export const INSIDE_SAMPLES = INSIDE.columns * INSIDE_ROWS;
export const SKIN_SAMPLES = SKIN_BANDS.length * SPOKES;
/** Half sides of what one sample averages, in heights of the face. */
const INSIDE_REACH = 0.02;
const SKIN_REACH = 0.035;
/** The same of a place whose light is read. */
export const COLOUR_REACH = 0.06;

/** Places of a frame's mesh in the picture, MOUTH_MESH × (x, y). */
export type Places = Float32Array;

/** Where the skin's look is read: between two places of the mesh. */
const SKIN_AT = SKIN_BANDS.flatMap(([from, to, part]) =>
  Array.from({ length: SPOKES }, (_, k) => ({ from: ringPlace(from, k), to: ringPlace(to, k), part })),
);

/** Where the inside's look is read: `part` of the way from a spoke to the next, on the upper lip and the lower. */
const INSIDE_AT = Array.from({ length: INSIDE.columns }, (_, column) => {
  const [first, last] = INSIDE_SPOKES;
  const along = first + (column / (INSIDE.columns - 1)) * (last - first);
  const k = Math.floor(along);
  return {
    part: along % 1,
    upper: [ringPlace(RING.inner, k), ringPlace(RING.inner, k + 1)] as const,
    lower: [ringPlace(RING.inner, across(k)), ringPlace(RING.inner, across(k + 1))] as const,
  };
});

/** Colours between the lips and about them, (INSIDE_SAMPLES + SKIN_SAMPLES) × (r, g, b). */
export function readLook(picture: Picture, places: Places, unitPx: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array((INSIDE_SAMPLES + SKIN_SAMPLES) * 3);
  let sample = 0;
  const put = (x: number, y: number, reach: number) => {
    average(picture, x, y, Math.max(0.5, reach * unitPx), out, 3 * sample++);
  };
  const between = (a: number, b: number, part: number, axis: number) =>
    places[a * 2 + axis]! * (1 - part) + places[b * 2 + axis]! * part;
  for (let row = 0; row < INSIDE_ROWS; row++) {
    const fromBelow = row >= INSIDE.offsets.length;
    const offset = INSIDE.offsets[fromBelow ? INSIDE_ROWS - 1 - row : row]! * unitPx;
    for (const { upper, lower, part } of INSIDE_AT) {
      const [ux, uy] = [between(...upper, part, 0), between(...upper, part, 1)];
      const [lx, ly] = [between(...lower, part, 0), between(...lower, part, 1)];
      const gap = Math.hypot(lx - ux, ly - uy);
      const way = Math.min(0.5, offset / Math.max(gap, 1e-3));
      const down = fromBelow ? 1 - way : way;
      put(ux + down * (lx - ux), uy + down * (ly - uy), INSIDE_REACH);
    }
  }
  for (const { from, to, part } of SKIN_AT)
    put(between(from, to, part, 0), between(from, to, part, 1), SKIN_REACH);
  return out;
}

/**
 * What was read between the lips at some place there: a value of each of INSIDE_SAMPLES, `stride` apart.
 * @param spoke 0 (the corner on the left) … SPOKES ÷ 2
 * @param way down from the upper lip, in parts of the gap @param gap how tall it is there, in heights of the face
 */
export function insideAt(
  values: Float32Array,
  stride: number,
  offset: number,
  spoke: number,
  way: number,
  gap: number,
): number {
  const [first, last] = INSIDE_SPOKES;
  const along = ((spoke - first) / (last - first)) * (INSIDE.columns - 1);
  const column = Math.max(0, Math.min(INSIDE.columns - 2, Math.floor(along)));
  const across = Math.max(0, Math.min(1, along - column));
  const at = (row: number) => {
    const v = (row * INSIDE.columns + column) * stride + offset;
    return values[v]! * (1 - across) + values[v + stride]! * across;
  };
  const wayOf = (row: number) => {
    const below = row >= INSIDE.offsets.length;
    const part = Math.min(0.5, INSIDE.offsets[below ? INSIDE_ROWS - 1 - row : row]! / Math.max(gap, 1e-3));
    return below ? 1 - part : part;
  };
  let row = 0;
  while (row < INSIDE_ROWS - 2 && wayOf(row + 1) < way) row++;
  const [from, to] = [wayOf(row), wayOf(row + 1)];
  const down = to - from > 1e-6 ? Math.max(0, Math.min(1, (way - from) / (to - from))) : 0.5;
  return at(row) * (1 - down) + at(row + 1) * down;
}

const TEETH_ROWS = 16;
/** Luma, 0…255: less than this between the brightest and the darkest tells no teeth from dark. */
const TEETH_CONTRAST = 24;

/**
 * How far down the upper teeth reach, in parts of the gap between the lips: 0 where none are seen, 1 where the gap is
 * all teeth, or nothing but them can be told. The middle of five columns.
 */
export function readTeeth(picture: Picture, places: Places): number {
  const columns = [3, 4, 5, 6, 7].map((spoke) => {
    const [u, l] = [ringPlace(RING.inner, spoke) * 2, ringPlace(RING.inner, across(spoke)) * 2];
    const values = Array.from({ length: TEETH_ROWS }, (_, row) => {
      const t = (row + 0.5) / TEETH_ROWS;
      const at = (axis: number, end: number) =>
        Math.max(0, Math.min(end - 1, Math.floor(places[u + axis]! * (1 - t) + places[l + axis]! * t)));
      return luma(picture, at(0, picture.widthPx), at(1, picture.heightPx));
    });
    const [low, high] = [Math.min(...values), Math.max(...values.slice(0, TEETH_ROWS / 2))];
    if (high - low < TEETH_CONTRAST) return 1;
    const bright = (value: number) => value > (low + high) / 2;
    const first = values.findIndex(bright);
    // Under the lip lies a shadow; what begins lower is a tongue, or the other teeth.
    if (first > 0.35 * TEETH_ROWS) return 0;
    const length = values.slice(first).findIndex((value) => !bright(value));
    return length < 0 ? 1 : (first + length) / TEETH_ROWS;
  });
  return columns.sort((a, b) => a - b)[2]!;
}

/** Brings a look into other light. @param gain MOUTH_MESH × (r, g, b) */
export function lightLook(look: Float32Array, gain: Float32Array): void {
  const scale = (sample: number, a: number, b: number, part: number) => {
    for (let c = 0; c < 3; c++)
      look[sample * 3 + c]! *= gain[a * 3 + c]! * (1 - part) + gain[b * 3 + c]! * part;
  };
  for (let s = 0; s < INSIDE_SAMPLES; s++) {
    const { upper, lower, part } = INSIDE_AT[s % INSIDE.columns]!;
    scale(s, ...(s < INSIDE_SAMPLES / 2 ? upper : lower), part);
  }
  SKIN_AT.forEach(({ from, to, part }, s) => {
    scale(INSIDE_SAMPLES + s, from, to, part);
  });
}

/** LIP_PLACES × (r, g, b), 0…255. */
export function readLips(picture: Picture, places: Places, unitPx: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(LIP_NUMBERS);
  LIP_PLACES.forEach((place, k) => {
    const reach = Math.max(0.5, lipReach(place) * unitPx);
    // The edge of the lips shows what is between them.
    const outwards = k < SPOKES ? 0.3 : 0;
    const next = k < SPOKES ? ringPlace(RING.outer, k) : place;
    const at = (axis: number) =>
      places[place * 2 + axis]! * (1 - outwards) + places[next * 2 + axis]! * outwards;
    average(picture, at(0), at(1), reach, out, k * 3);
  });
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

export function luma({ rgba, widthPx }: Picture, x: number, y: number): number {
  const p = (y * widthPx + x) * 4;
  return 0.299 * rgba[p]! + 0.587 * rgba[p + 1]! + 0.114 * rgba[p + 2]!;
}
