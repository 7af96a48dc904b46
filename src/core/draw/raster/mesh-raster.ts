/**
 * Paints a picture on a mesh into pixels in memory, anywhere: in a worker, in Node, in a test. Triangles are walked row
 * by row; a pixel belongs to the triangle that its middle lies in, and on an edge to the one right of or below it, so
 * that triangles which share an edge neither overlap nor part. What it paints is what the WebGPU compositor's shader
 * paints, to a step or two of 255.
 */
import { IDENTITY, type Affine } from '../draw-list.ts';
import {
  coarsestLevel,
  FLAT,
  greyLevel,
  LEVEL_STEPS,
  placeMesh,
  uvBox,
  type MeshShape,
  type PlacedMesh,
} from '../mesh-place.ts';
import { wordsOf, type RasterPicture } from './picture.ts';
import { LevelReadings, type LevelReading } from './readings.ts';
import { gainSpan, laySpan, mixSpan, readSpan, weighSpan } from './spans.ts';
import { unmixSpan, type EdgeReading } from './unmix-span.ts';

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
  readonly #color: Probe;
  readonly #grey: Probe | null;
  /** Of the triangle at hand. */
  readonly #planes = new Float64Array(PLANE_NUMBERS);
  #weighed = false;
  /** Neither opacity, grey, gain nor transparency: what is read is what is painted. */
  #plain = false;
  readonly #opaque: boolean;
  readonly #coarsest: number;
  /** Null where no colours are taken apart. */
  readonly #edges: EdgeReadings | null;
  #edge: EdgeReading | null = null;

  constructor(target: PixelTarget, picture: RasterPicture, shape: MeshShape, placed: PlacedMesh) {
    if (rows.colors.length < target.widthPx) rows = makeRows(target.widthPx);
    const { mesh, matte } = shape;
    this.#target = target;
    this.#shape = shape;
    this.#placed = placed;
    this.#opaque = picture.opaque;
    this.#coarsest = coarsestLevel(picture.widthPx, picture.heightPx);
    const colors = new LevelReadings(picture, placed.blur, uvBox(mesh, null));
    this.#color = new Probe(colors);
    const greys = matte === null ? null : new LevelReadings(picture, placed.blur, uvBox(mesh, matte));
    this.#grey = greys && new Probe(greys);
    this.#edges =
      shape.unmix && matte && greys && placed.blur === null
        ? { colors, greys, matte, texelU: 1 / picture.widthPx, texelV: 1 / picture.heightPx }
        : null;
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
    const { left, top, widthPx, heightPx } = this.#target;
    const xi = xy[2 * i] as number;
    const yi = xy[2 * i + 1] as number;
    const xj = xy[2 * j] as number;
    const yj = xy[2 * j + 1] as number;
    const yk = xy[2 * k + 1] as number;
    const first = Math.max(top, Math.ceil(yi - 0.5));
    const last = Math.min(top + heightPx, Math.ceil(yk - 0.5));
    if (first >= last || !this.#begin(level, i, j, k)) return;
    // Always worked out from an edge's upper end: two triangles that share it find the same places along it.
    const long = ((xy[2 * k] as number) - xi) / (yk - yi);
    const upper = (xj - xi) / (yj - yi);
    const lower = ((xy[2 * k] as number) - xj) / (yk - yj);
    for (let row = first; row < last; row++) {
      const y = row + 0.5;
      const a = xi + (y - yi) * long;
      const b = y < yj ? xi + (y - yi) * upper : xj + (y - yj) * lower;
      const start = Math.max(left, Math.ceil((a < b ? a : b) - 0.5));
      const end = Math.min(left + widthPx, Math.ceil((a < b ? b : a) - 0.5));
      if (start < end) this.#row(row, start, end - start, start + 0.5 - xi, y - yi);
    }
  }

  /** Sets out the planes of a triangle and how it is read; false when it is clear. */
  #begin(level: number, i: number, j: number, k: number): boolean {
    const { mesh, matte } = this.#shape;
    const { uvs, opacity, gain } = mesh;
    if (opacity !== null && clearAt(opacity, i) && clearAt(opacity, j) && clearAt(opacity, k)) return false;
    const planes = this.#planes;
    this.#plane(U, uvs, 2, 0, i, j, k);
    this.#plane(V, uvs, 2, 1, i, j, k);
    if (opacity !== null) this.#plane(OPACITY, opacity, 1, 0, i, j, k);
    if (gain !== null) for (let c = 0; c < 3; c++) this.#plane(GAIN + 3 * c, gain, 3, c, i, j, k);
    const full = opacity === null || (fullAt(opacity, i) && fullAt(opacity, j) && fullAt(opacity, k));
    this.#weighed = !full || matte !== null;
    this.#plain = this.#opaque && !this.#weighed && gain === null;
    this.#color.aim(level, IDENTITY, planes);
    if (matte !== null) {
      const ofGrey = greyLevel(level, this.#placed.greyShift, this.#coarsest);
      this.#grey?.aim(ofGrey, matte, planes);
      this.#edge = this.#edges && edgeReading(this.#edges, level, ofGrey);
    }
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
    const { words, stride, left, top } = this.#target;
    const at = (row - top) * stride + start - left;
    if (this.#plain) {
      this.#color.read(words, at, count, x, y);
      return;
    }
    // What counts for nothing at either end need not be read.
    let first = 0;
    let last = count;
    const { colors, weights } = rows;
    if (this.#weighed) {
      this.#weigh(count, x, y);
      while (first < last && weights[first] === 0) first++;
      while (first < last && weights[last - 1] === 0) last--;
      if (first === last) return;
    }
    this.#color.read(colors, 0, last - first, x + first, y);
    if (this.#edge !== null) this.#unmix(this.#edge, first, last - first, x + first, y);
    if (this.#shape.mesh.gain !== null) {
      const r = this.#fixed(GAIN, x + first, y, ONE);
      const g = this.#fixed(GAIN + 3, x + first, y, ONE);
      const b = this.#fixed(GAIN + 6, x + first, y, ONE);
      const [dr, dg, db] = [this.#step(GAIN, ONE), this.#step(GAIN + 3, ONE), this.#step(GAIN + 6, ONE)];
      gainSpan(colors, last - first, r, g, b, dr, dg, db);
    }
    laySpan(words, at + first, last - first, colors, this.#weighed ? weights : null, first);
  }

  #unmix(edge: EdgeReading, first: number, count: number, x: number, y: number): void {
    const planes = this.#planes;
    const at = (plane: number) =>
      (planes[plane] as number) + (planes[plane + 1] as number) * x + (planes[plane + 2] as number) * y;
    const [du, dv] = [planes[U + 1] as number, planes[V + 1] as number];
    unmixSpan(rows.colors, count, rows.greys, first, edge, at(U), at(V), du, dv);
  }

  /** How much each pixel of the row counts. */
  #weigh(count: number, x: number, y: number): void {
    const grey = this.#grey === null ? null : rows.greys;
    if (grey !== null) this.#grey?.read(grey, 0, count, x, y);
    const even = this.#shape.mesh.opacity === null;
    const opacity = even ? 256 * ONE : this.#fixed(OPACITY, x, y, 256 * ONE);
    weighSpan(rows.weights, count, opacity, even ? 0 : this.#step(OPACITY, 256 * ONE), grey);
  }

  /** The value of a plane, fixed-point. */
  #fixed(plane: number, x: number, y: number, one: number): number {
    const planes = this.#planes;
    const value = (planes[plane] as number) + (planes[plane + 1] as number) * x;
    return Math.round((value + (planes[plane + 2] as number) * y) * one) | 0;
  }

  #step(plane: number, one: number): number {
    return Math.round((this.#planes[plane + 1] as number) * one) | 0;
  }
}

type EdgeReadings = Omit<EdgeReading, 'color' | 'grey'> & {
  readonly colors: LevelReadings;
  readonly greys: LevelReadings;
};

/** Of two levels that are mixed, edges are looked at on the finer. */
function edgeReading({ colors, greys, ...rest }: EdgeReadings, level: number, ofGrey: number): EdgeReading {
  const [fine, fineGrey] = [Math.floor(level / LEVEL_STEPS), Math.floor(ofGrey / LEVEL_STEPS)];
  return { ...rest, color: colors.get(fine, fine), grey: greys.get(fineGrey, fineGrey) };
}

/** Reads a picture over a triangle: at one level, or mixed of two. */
class Probe {
  readonly #readings: LevelReadings;
  readonly #fine = new LevelProbe();
  readonly #coarse = new LevelProbe();
  /** 256ths of the coarser level. */
  #coarseness = 0;

  constructor(readings: LevelReadings) {
    this.#readings = readings;
  }

  /** @param turn from the planes' (u, v) to those that are read */
  aim(level: number, turn: Affine, planes: Float64Array): void {
    const fine = Math.floor(level / LEVEL_STEPS);
    this.#coarseness = ((level % LEVEL_STEPS) * 256) / LEVEL_STEPS;
    const coarse = this.#coarseness > 0 ? fine + 1 : fine;
    this.#fine.aim(this.#readings.get(fine, coarse), turn, planes);
    if (this.#coarseness > 0) this.#coarse.aim(this.#readings.get(coarse, coarse), turn, planes);
  }

  read(out: Int32Array, at: number, count: number, x: number, y: number): void {
    this.#fine.read(out, at, count, x, y);
    if (this.#coarseness === 0) return;
    this.#coarse.read(rows.others, 0, count, x, y);
    mixSpan(out, at, count, rows.others, this.#coarseness);
  }
}

const NOTHING: LevelReading = {
  ...{ texels: new Int32Array(1), stride: 1, lowX: 0, highX: 0, lowY: 0, highY: 0 },
  ...{ perU: 0, perV: 0, fromU: 0, fromV: 0 },
};

/** The same of one level: positions in fixed-point texels, and their steps from pixel to pixel. */
class LevelProbe {
  #reading = NOTHING;
  #x = 0;
  #xRight = 0;
  #xDown = 0;
  #y = 0;
  #yRight = 0;
  #yDown = 0;

  aim(reading: LevelReading, [a, b, c, d, e, f]: Affine, planes: Float64Array): void {
    const { perU, perV, fromU, fromV } = reading;
    const [u, uRight, uDown] = [planes[U] as number, planes[U + 1] as number, planes[U + 2] as number];
    const [v, vRight, vDown] = [planes[V] as number, planes[V + 1] as number, planes[V + 2] as number];
    this.#reading = reading;
    this.#x = (a * u + c * v + e) * perU + fromU;
    this.#xRight = (a * uRight + c * vRight) * perU;
    this.#xDown = (a * uDown + c * vDown) * perU;
    this.#y = (b * u + d * v + f) * perV + fromV;
    this.#yRight = (b * uRight + d * vRight) * perV;
    this.#yDown = (b * uDown + d * vDown) * perV;
  }

  read(out: Int32Array, at: number, count: number, right: number, down: number): void {
    const x = (this.#x + this.#xRight * right + this.#xDown * down + 0.5) | 0;
    const y = (this.#y + this.#yRight * right + this.#yDown * down + 0.5) | 0;
    readSpan(out, at, count, this.#reading, x, y, Math.round(this.#xRight) | 0, Math.round(this.#yRight) | 0);
  }
}

function clearAt(opacity: Float32Array, vertex: number): boolean {
  return (opacity[vertex] as number) <= 0;
}

function fullAt(opacity: Float32Array, vertex: number): boolean {
  return (opacity[vertex] as number) >= 1;
}
