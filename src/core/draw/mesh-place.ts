/**
 * Where a mesh lands and how its picture is read there: worked out once, for the rasteriser on the processor and for the
 * shader, so that they cannot disagree. Vertices stand on a grid of 1/256 pixel, as graphics cards have it. A triangle
 * that shrinks its picture reads a coarser level of its mip pyramid: a triangle's map is affine, so one level serves all
 * of it. A blur is five by five taps on the first level where those reach far enough.
 */
import { emptyBox, growBox, type Box } from './affine.ts';
import type { Affine, Mesh, MeshPicture } from './draw-list.ts';

/** What is drawn, without what it is drawn with. */
export type MeshShape = Omit<MeshPicture, 'image'>;

/** Levels are told in eighths: 0 is the picture itself, 8 half its size, 12 half-way to a quarter. */
export const LEVEL_STEPS = 8;
/** Level of a triangle that covers nothing. */
export const FLAT = 255;
/** Vertices stand on multiples of one part in so many of a pixel. */
const GRID = 256;

export interface MeshBlur {
  /** Whole level of the pyramid. */
  readonly level: number;
  /** Along the level's rows, and along its columns. */
  readonly across: BlurTaps;
  readonly down: BlurTaps;
}

export interface BlurTaps {
  /** For the texel itself, its neighbours, and the ones beyond; in 256ths: taps[0] + 2·taps[1] + 2·taps[2] = 256. */
  readonly taps: readonly [number, number, number];
  /** Texels from tap to tap. */
  readonly step: number;
}

export interface PlacedMesh {
  /** x, y of each vertex, output pixels. */
  readonly xy: Float64Array;
  /** Of each triangle, in eighths; FLAT for one without area. */
  readonly levels: Uint8Array;
  /** What the grey's level is more than its colour's, in eighths: less than nothing where it is kept at a smaller size. */
  readonly greyShift: number;
  /** Around all vertices. */
  readonly box: Box;
  /** Null where the picture is read as it is; else all triangles are read at `blur.level`. */
  readonly blur: MeshBlur | null;
}

/** @param transform mesh space → output pixels @param widthPx of the picture */
export function placeMesh(
  shape: MeshShape,
  transform: Affine,
  widthPx: number,
  heightPx: number,
): PlacedMesh {
  const { positions, uvs, indices } = shape.mesh;
  const [a, b, c, d, e, f] = transform;
  const xy = new Float64Array(positions.length);
  const box = emptyBox();
  for (let i = 0; i + 1 < xy.length; i += 2) {
    const px = positions[i] as number;
    const py = positions[i + 1] as number;
    const x = Math.round((a * px + c * py + e) * GRID) / GRID;
    const y = Math.round((b * px + d * py + f) * GRID) / GRID;
    xy[i] = x;
    xy[i + 1] = y;
    growBox(box, x, y);
  }
  const triangles = Math.floor(indices.length / 3);
  const levels = new Uint8Array(triangles);
  const coarsest = LEVEL_STEPS * coarsestLevel(widthPx, heightPx);
  let pixels = 0;
  let texels = 0;
  for (let t = 0; t < triangles; t++) {
    const on = Math.abs(doubleArea(xy, indices, t));
    const of = Math.abs(doubleArea(uvs, indices, t)) * widthPx * heightPx;
    pixels += on;
    texels += of;
    // Texels a pixel along a side are the root of those a pixel, hence half the logarithm.
    levels[t] = on > 0 ? levelOf(of / on, coarsest) : FLAT;
  }
  const blur = blurOf(shape.blurTexels, pixels > 0 ? texels / pixels : 1, coarsest / LEVEL_STEPS);
  if (blur !== null)
    for (let t = 0; t < triangles; t++) if (levels[t] !== FLAT) levels[t] = blur.level * LEVEL_STEPS;
  return { xy, levels, greyShift: blur === null ? greyShiftOf(shape.matte) : 0, box, blur };
}

function doubleArea(points: Float32Array | Float64Array, indices: Uint16Array, t: number): number {
  const i = 2 * (indices[3 * t] as number);
  const j = 2 * (indices[3 * t + 1] as number);
  const k = 2 * (indices[3 * t + 2] as number);
  const x = points[i] as number;
  const y = points[i + 1] as number;
  return (
    ((points[j] as number) - x) * ((points[k + 1] as number) - y) -
    ((points[k] as number) - x) * ((points[j + 1] as number) - y)
  );
}

function levelOf(texelsPerPixel: number, coarsest: number): number {
  if (!(texelsPerPixel > 1)) return 0;
  return Math.min(coarsest, Math.round((LEVEL_STEPS / 2) * Math.log2(texelsPerPixel)));
}

function greyShiftOf(matte: Affine | null): number {
  if (matte === null) return 0;
  const area = Math.abs(matte[0] * matte[3] - matte[1] * matte[2]);
  return area > 0 ? Math.round((LEVEL_STEPS / 2) * Math.log2(area)) : 0;
}

/** The level, in eighths, at which the grey of a colour read at `level` is read. @param coarsest whole level */
export function greyLevel(level: number, shift: number, coarsest: number): number {
  return Math.max(0, Math.min(LEVEL_STEPS * coarsest, level + shift));
}

/** The last level of a picture's pyramid: one texel. */
export function coarsestLevel(widthPx: number, heightPx: number): number {
  return Math.floor(Math.log2(Math.max(1, widthPx, heightPx)));
}

/** Whether a picture is read through a blur at all. */
export function isBlurred(blurTexels: MeshPicture['blurTexels']): boolean {
  return typeof blurTexels === 'number' ? blurTexels > 0 : blurTexels[0] > 0 || blurTexels[1] > 0;
}

/**
 * Level L reads with a variance of (4^L − 1)/4 texels more than the picture itself: that of its box and of the tent
 * between its texels. What is missing of the blur's own variance, and of the shrinking's, the taps add. The level is the
 * one that the narrower of the two directions asks for; in the wider one the taps stand further apart.
 */
function blurOf(
  blurTexels: MeshPicture['blurTexels'],
  texelsPerPixel: number,
  coarsest: number,
): MeshBlur | null {
  if (!isBlurred(blurTexels)) return null;
  const both = typeof blurTexels === 'number' ? [blurTexels, blurTexels] : blurTexels;
  const [across, down] = both.map((deviation) => Math.max(0, Math.min(deviation, 4)) ** 2) as [
    number,
    number,
  ];
  const shrinking = (Math.max(1, texelsPerPixel) - 1) / 4;
  for (let level = 0; ; level++) {
    const area = 4 ** level;
    const rest = (variance: number) => Math.max(0, (variance + shrinking - (area - 1) / 4) / area);
    if (rest(Math.min(across, down)) > MOST_VARIANCE && level < coarsest) continue;
    const blur = { level, across: tapsOf(rest(across)), down: tapsOf(rest(down)) };
    return level === 0 && blur.across.taps[1] === 0 && blur.down.taps[1] === 0 ? null : blur;
  }
}

/** More than this five taps cannot spread without becoming a box. */
const MOST_VARIANCE = 1.5;
/** Taps further apart than this would show the picture several times. */
const MOST_STEP = 3;

/** Five taps of a Gaussian whose variance, as they stand, is `variance`: the sampled curve alone would have less. */
function tapsOf(whole: number): BlurTaps {
  const step = Math.max(1, Math.min(MOST_STEP, Math.ceil(Math.sqrt(whole / MOST_VARIANCE))));
  const variance = whole / (step * step);
  let low = 0;
  let high = 8;
  for (let i = 0; i < 24; i++) {
    const middle = (low + high) / 2;
    const [near, far] = sampled(middle);
    if (2 * near + 8 * far < variance) low = middle;
    else high = middle;
  }
  const [near, far] = sampled(low);
  const one = Math.round(256 * near);
  const two = Math.round(256 * far);
  return { taps: [256 - 2 * one - 2 * two, one, two], step };
}

/** A Gaussian at one texel and at two from its middle, where all five add up to 1. */
function sampled(variance: number): readonly [number, number] {
  if (variance <= 0) return [0, 0];
  const near = Math.exp(-0.5 / variance);
  const far = Math.exp(-2 / variance);
  const sum = 1 + 2 * near + 2 * far;
  return [near / sum, far / sum];
}

/** The box of a mesh's uvs, or of where its grey lies: nothing outside of it is read. */
export function uvBox({ uvs }: Mesh, matte: Affine | null): Box {
  const box = emptyBox();
  for (let i = 0; i + 1 < uvs.length; i += 2) {
    const u = uvs[i] as number;
    const v = uvs[i + 1] as number;
    if (matte === null) growBox(box, u, v);
    else growBox(box, matte[0] * u + matte[2] * v + matte[4], matte[1] * u + matte[3] * v + matte[5]);
  }
  return box;
}

/** Bounds at a level that end on a texel's edge must not take in the next texel for a rounding error's sake. */
export const TEXEL_SLACK = 1e-3;

/** The texels, of `count` in a row or column, that the fractions `from`…`to` lie on: first and last. */
export function texelsIn(from: number, to: number, count: number): readonly [number, number] {
  const first = Math.max(0, Math.min(count - 1, Math.floor(from * count + TEXEL_SLACK)));
  const last = Math.max(first, Math.min(count - 1, Math.ceil(to * count - TEXEL_SLACK) - 1));
  return [first, last];
}
