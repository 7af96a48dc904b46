/**
 * Paints a picture on a mesh into pixels in memory, anywhere: in a worker, in Node, in a test. Triangles are walked row
 * by row; a pixel belongs to the triangle that its middle lies in, and on an edge to the one right of or below it, so
 * that triangles which share an edge neither overlap nor part. What it paints is what the WebGPU compositor's shader
 * paints, to a step or two of 255.
 */
import { IDENTITY, type Affine } from '../draw-list.ts';
import { FLAT, LEVEL_STEPS, placeMesh, uvBox, type MeshShape, type PlacedMesh } from '../mesh-place.ts';
import { wordsOf, type RasterPicture } from './picture.ts';
import { LevelReadings, type LevelReading } from './readings.ts';
import { gainSpan, laySpan, mixSpan, readSpan, weighSpan } from './spans.ts';

/** RGBA pixels, straight alpha, that are painted on. */
export interface PixelTarget {
  readonly words: Int32Array;
  /** Words from one row to the next. */
  readonly stride: number;
  /** Of the first word's pixel, where the target is a part of a larger picture. */
  readonly left: number;
  readonly top: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** @param rgba row-major, four bytes a pixel, beginning on a multiple of four bytes in its buffer; painted in place */
export function pixelTarget(
  rgba: Uint8ClampedArray | Uint8Array,
  widthPx: number,
  heightPx: number,
): PixelTarget {
  if (rgba.byteOffset % 4 !== 0) throw new RangeError('Pixels must begin on a multiple of four bytes');
  return { words: wordsOf(rgba, widthPx * heightPx), stride: widthPx, left: 0, top: 0, widthPx, heightPx };
}

const ONE = 65536;

/**
 * Paints `shape` over what is on `target`, clipped to it.
 * @param transform mesh space → pixels
 */
export function paintMesh(
  target: PixelTarget,
  picture: RasterPicture,
  shape: MeshShape,
  transform: Affine = IDENTITY,
): void {
  const placed = placeMesh(shape, transform, picture.widthPx, picture.heightPx);
  paintPlaced(target, picture, shape, placed);
}

/** The same for a mesh that has been placed already. */
export function paintPlaced(
  target: PixelTarget,
  picture: RasterPicture,
  shape: MeshShape,
  placed: PlacedMesh,
): void {
  const painter = new Painter(target, picture, shape, placed);
  for (let t = 0; t < placed.levels.length; t++) painter.triangle(t);
}

/** Rows of words between reading and laying down; as wide as the widest target so far. */
let rows = makeRows(0);
function makeRows(widthPx: number) {
  const row = () => new Int32Array(widthPx);
  return { colors: row(), others: row(), greys: row(), weights: row() };
}

/** Values that run linearly over a triangle, each three numbers: at its first corner, and what a pixel right or down adds. */
const U = 0;
const V = 3;
const OPACITY = 6;
const GAIN = 9;
const PLANE_NUMBERS = 18;

class Painter {
  readonly #target: PixelTarget;
  readonly #shape: MeshShape;
  readonly #placed: PlacedMesh;
  readonly #opaque: boolean;
  readonly #own: LevelReadings;
  readonly #grey: LevelReadings | null;
  readonly #planes = new Float64Array(PLANE_NUMBERS);
  // The triangle at hand: how it is read, and 256ths of its coarser level.
  #fine: LevelReading;
  #coarse: LevelReading;
  #fineGrey: LevelReading | null = null;
  #coarseGrey: LevelReading | null = null;
  #coarseness = 0;
  #weighed = false;

  constructor(target: PixelTarget, picture: RasterPicture, shape: MeshShape, placed: PlacedMesh) {
    if (rows.colors.length < target.widthPx) rows = makeRows(target.widthPx);
    const { mesh, matte } = shape;
    this.#target = target;
    this.#shape = shape;
    this.#placed = placed;
    this.#opaque = picture.opaque;
    this.#own = new LevelReadings(picture, placed.blur, uvBox(mesh, null));
    this.#grey = matte === null ? null : new LevelReadings(picture, placed.blur, uvBox(mesh, matte));
    this.#fine = this.#coarse = this.#own.get(placed.blur?.level ?? 0, placed.blur?.level ?? 0);
  }

  triangle(t: number): void {
    const level = this.#placed.levels[t] as number;
    if (level === FLAT) return;
    const { xy } = this.#placed;
    const { indices } = this.#shape.mesh;
    // From the top down: i, j, k.
    let i = indices[3 * t] as number;
    let j = indices[3 * t + 1] as number;
    let k = indices[3 * t + 2] as number;
    if ((xy[2 * j + 1] as number) < (xy[2 * i + 1] as number)) [i, j] = [j, i];
    if ((xy[2 * k + 1] as number) < (xy[2 * i + 1] as number)) [i, k] = [k, i];
    if ((xy[2 * k + 1] as number) < (xy[2 * j + 1] as number)) [j, k] = [k, j];
    const target = this.#target;
    const xi = xy[2 * i] as number;
    const yi = xy[2 * i + 1] as number;
    const xj = xy[2 * j] as number;
    const yj = xy[2 * j + 1] as number;
    const xk = xy[2 * k] as number;
    const yk = xy[2 * k + 1] as number;
    const top = Math.max(target.top, Math.ceil(yi - 0.5));
    const bottom = Math.min(target.top + target.heightPx, Math.ceil(yk - 0.5));
    if (top >= bottom || !this.#begin(level, i, j, k)) return;
    for (let row = top; row < bottom; row++) {
      const y = row + 0.5;
      const long = xi + ((y - yi) * (xk - xi)) / (yk - yi);
      const short =
        y < yj ? xi + ((y - yi) * (xj - xi)) / (yj - yi) : xj + ((y - yj) * (xk - xj)) / (yk - yj);
      const start = Math.max(target.left, Math.ceil((long < short ? long : short) - 0.5));
      const end = Math.min(target.left + target.widthPx, Math.ceil((long < short ? short : long) - 0.5));
      if (start < end) this.#row(row, start, end - start, start + 0.5 - xi, y - yi);
    }
  }

  /** Sets out the planes and readings of a triangle; false when it is clear. */
  #begin(level: number, i: number, j: number, k: number): boolean {
    const { mesh } = this.#shape;
    const { uvs, opacity, gain } = mesh;
    if (opacity !== null && clearAt(opacity, i) && clearAt(opacity, j) && clearAt(opacity, k)) return false;
    this.#plane(U, uvs, 2, 0, i, j, k);
    this.#plane(V, uvs, 2, 1, i, j, k);
    if (opacity !== null) this.#plane(OPACITY, opacity, 1, 0, i, j, k);
    if (gain !== null) for (let c = 0; c < 3; c++) this.#plane(GAIN + 3 * c, gain, 3, c, i, j, k);
    const full = opacity === null || (fullAt(opacity, i) && fullAt(opacity, j) && fullAt(opacity, k));
    this.#weighed = !full || this.#grey !== null;
    const fine = Math.floor(level / LEVEL_STEPS);
    this.#coarseness = ((level % LEVEL_STEPS) * 256) / LEVEL_STEPS;
    const coarse = this.#coarseness > 0 ? fine + 1 : fine;
    this.#fine = this.#own.get(fine, coarse);
    this.#coarse = this.#own.get(coarse, coarse);
    this.#fineGrey = this.#grey === null ? null : this.#grey.get(fine, coarse);
    this.#coarseGrey = this.#grey === null ? null : this.#grey.get(coarse, coarse);
    return true;
  }

  #plane(
    plane: number,
    values: Float32Array,
    stride: number,
    offset: number,
    i: number,
    j: number,
    k: number,
  ): void {
    const { xy } = this.#placed;
    const x = xy[2 * i] as number;
    const y = xy[2 * i + 1] as number;
    const jx = (xy[2 * j] as number) - x;
    const jy = (xy[2 * j + 1] as number) - y;
    const kx = (xy[2 * k] as number) - x;
    const ky = (xy[2 * k + 1] as number) - y;
    const area = jx * ky - kx * jy;
    const first = values[stride * i + offset] as number;
    const toJ = (values[stride * j + offset] as number) - first;
    const toK = (values[stride * k + offset] as number) - first;
    this.#planes[plane] = first;
    this.#planes[plane + 1] = (toJ * ky - toK * jy) / area;
    this.#planes[plane + 2] = (toK * jx - toJ * kx) / area;
  }

  /** `count` pixels of one row from column `start` on; (x, y) leads from the triangle's first corner to the first of them. */
  #row(row: number, start: number, count: number, x: number, y: number): void {
    const planes = this.#planes;
    const { matte, mesh } = this.#shape;
    const { words, stride, left, top } = this.#target;
    const { colors, greys, weights } = rows;
    const at = (row - top) * stride + start - left;
    const ux = planes[U + 1] as number;
    const vx = planes[V + 1] as number;
    const u = (planes[U] as number) + ux * x + (planes[U + 2] as number) * y;
    const v = (planes[V] as number) + vx * x + (planes[V + 2] as number) * y;
    if (this.#opaque && !this.#weighed && mesh.gain === null) {
      this.#read(words, at, count, this.#fine, this.#coarse, u, v, ux, vx);
      return;
    }
    this.#read(colors, 0, count, this.#fine, this.#coarse, u, v, ux, vx);
    if (mesh.gain !== null) {
      const r = this.#fixed(GAIN, x, y, ONE);
      const g = this.#fixed(GAIN + 3, x, y, ONE);
      const b = this.#fixed(GAIN + 6, x, y, ONE);
      gainSpan(colors, count, r, g, b, this.#step(GAIN), this.#step(GAIN + 3), this.#step(GAIN + 6));
    }
    if (!this.#weighed) {
      laySpan(words, at, count, colors, null);
      return;
    }
    let grey: Int32Array | null = null;
    if (matte !== null && this.#fineGrey !== null && this.#coarseGrey !== null) {
      const [a, b, c, d, e, f] = matte;
      const mu = a * u + c * v + e;
      const mv = b * u + d * v + f;
      grey = greys;
      this.#read(greys, 0, count, this.#fineGrey, this.#coarseGrey, mu, mv, a * ux + c * vx, b * ux + d * vx);
    }
    const opacity = mesh.opacity === null ? 256 * ONE : this.#fixed(OPACITY, x, y, 256 * ONE);
    const dOpacity = mesh.opacity === null ? 0 : 256 * this.#step(OPACITY);
    weighSpan(weights, count, opacity, dOpacity, grey);
    laySpan(words, at, count, colors, weights);
  }

  /** The value of a plane, fixed-point. */
  #fixed(plane: number, x: number, y: number, one: number): number {
    const [first, right, down] = [
      this.#planes[plane] as number,
      this.#planes[plane + 1] as number,
      this.#planes[plane + 2] as number,
    ];
    return Math.round((first + right * x + down * y) * one) | 0;
  }

  #step(plane: number): number {
    return Math.round((this.#planes[plane + 1] as number) * ONE) | 0;
  }

  /** Texels from (u, v) on, in fractions of the picture: of one level, or mixed of two. */
  #read(
    out: Int32Array,
    at: number,
    count: number,
    fine: LevelReading,
    coarse: LevelReading,
    u: number,
    v: number,
    ux: number,
    vx: number,
  ): void {
    readLevel(out, at, count, fine, u, v, ux, vx);
    if (this.#coarseness === 0) return;
    readLevel(rows.others, 0, count, coarse, u, v, ux, vx);
    mixSpan(out, at, count, rows.others, this.#coarseness);
  }
}

function clearAt(opacity: Float32Array, vertex: number): boolean {
  return (opacity[vertex] as number) <= 0;
}

function fullAt(opacity: Float32Array, vertex: number): boolean {
  return (opacity[vertex] as number) >= 1;
}

function readLevel(
  out: Int32Array,
  at: number,
  count: number,
  reading: LevelReading,
  u: number,
  v: number,
  ux: number,
  vx: number,
): void {
  const { perU, perV, fromU, fromV } = reading;
  const x = Math.round(u * perU + fromU) | 0;
  const y = Math.round(v * perV + fromV) | 0;
  readSpan(out, at, count, reading, x, y, Math.round(ux * perU) | 0, Math.round(vx * perV) | 0);
}
