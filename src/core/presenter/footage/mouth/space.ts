/**
 * Where the lips and the jaw of one person can be. A mouth shape is the places of MOUTH_POINTS on a head that looks
 * straight ahead: origin at the base of the nose, x to the picture's right along the line of the eyes, y down, in
 * heights of the face (brow to base of the nose), the head's turn taken out by its own three dimensions. A person's
 * shapes lie near a plane of few dimensions, found by principal components; a shape is a row of coefficients there.
 * What the tracker adds as the head turns (landmarks of an outline slide) is told apart by regression on the turn. The
 * whole mesh of the lower face follows from the coefficients by a linear map of its own, in three dimensions.
 */
import type { FootageTrack } from '../../../track/footage-track.ts';
import { FACE_POINTS } from '../../../track/ports.ts';
import { principal, ridge, smoothRows } from './algebra.ts';
import { toHead, type Heads } from './head.ts';
import { MOUTH_MESH, MOUTH_POINTS, placeInMesh } from './points.ts';

export interface MouthSpace {
  /** Landmark numbers, in the order of a shape's coordinates. */
  readonly points: readonly number[];
  /** 2 × points */
  readonly mean: Float32Array<ArrayBuffer>;
  /** dimensions × (2 × points), orthonormal rows, the widest first. */
  readonly basis: Float32Array<ArrayBuffer>;
  /** dimensions: standard deviation in this footage. */
  readonly spread: Float32Array<ArrayBuffer>;
  /** (yaw, pitch) × (2 × points): what a radian of either adds to the places. */
  readonly turn: Float32Array<ArrayBuffer>;
  /** 3 × MOUTH_MESH: the lower face's mean, head's own frame. */
  readonly meshMean: Float32Array<ArrayBuffer>;
  /** dimensions × (3 × MOUTH_MESH) */
  readonly meshBasis: Float32Array<ArrayBuffer>;
  /** (yaw, pitch) × (3 × MOUTH_MESH) */
  readonly meshTurn: Float32Array<ArrayBuffer>;
}

const MOST_DIMENSIONS = 16;
const VARIANCE_HELD = 0.999;
/** Landmarks tremble by themselves: what is left after this moves the mouth. σ, frames. */
export const TARGET_SMOOTH_FRAMES = 0.8;

export function mouthDimensions(space: MouthSpace): number {
  return space.spread.length;
}

/** The lower face of every frame in the head's own frame, frames × MOUTH_MESH × 3, trembling smoothed out. */
export function lowerFaces(track: FootageTrack, heads: Heads): Float64Array<ArrayBuffer> {
  const columns = MOUTH_MESH.length * 3;
  const faces = new Float64Array(track.frameCount * columns);
  for (let f = 0; f < track.frameCount; f++)
    MOUTH_MESH.forEach((point, place) => {
      const p = (f * FACE_POINTS + point) * 3;
      const [x, y, z] = [track.points[p]!, track.points[p + 1]!, track.points[p + 2]!];
      toHead(heads, f, x, y, z, faces, f * columns + place * 3);
    });
  return smoothRows(faces, columns, TARGET_SMOOTH_FRAMES, track.seen);
}

/** @param faces as lowerFaces gives them @param usable frames: above 0 where the fit may learn from the frame */
export function fitMouthSpace(
  faces: Float64Array,
  turns: Float64Array,
  usable: ArrayLike<number>,
): MouthSpace {
  const columns = MOUTH_MESH.length * 3;
  const frameCount = faces.length / columns;
  const frames = Array.from({ length: frameCount }, (_, f) => f).filter((f) => usable[f]! > 0);
  const shapes = new Float64Array(frames.length * MOUTH_POINTS.length * 2);
  frames.forEach((f, r) => shapes.set(shapeOf(faces, f), r * MOUTH_POINTS.length * 2));
  const n = MOUTH_POINTS.length * 2;
  const inputs = (f: number) => [1, turns[f * 2]!, turns[f * 2 + 1]!];
  const design = Float64Array.from(frames.flatMap(inputs));
  // A turn of a third of a radian must be seen to be believed.
  const weak = 0.01 * frames.length;
  const byTurn = ridge(design, shapes, frames.length, 3, n, [0, weak, weak]);
  const rest = shapes.slice();
  for (let r = 0; r < frames.length; r++)
    for (let k = 0; k < n; k++)
      for (let i = 0; i < 3; i++) rest[r * n + k]! -= design[r * 3 + i]! * byTurn[i * n + k]!;
  const { basis, variance } = principal(
    rest,
    n,
    new Float64Array(frames.length).fill(1),
    MOST_DIMENSIONS,
    VARIANCE_HELD,
  );
  const plain = {
    points: MOUTH_POINTS,
    mean: Float32Array.from(byTurn.subarray(0, n)),
    basis: Float32Array.from(basis),
    spread: Float32Array.from(variance, (v) => Math.sqrt(Math.max(v, 1e-10))),
    turn: Float32Array.from(byTurn.subarray(n)),
  };
  return { ...plain, ...meshMap(faces, turns, frames, plain) };
}

/** Coefficients of frames' shapes, frames × dimensions. */
export function measureMouths(
  space: Pick<MouthSpace, 'mean' | 'basis' | 'spread' | 'turn'>,
  faces: Float64Array,
  turns: Float64Array,
): Float32Array<ArrayBuffer> {
  const n = space.mean.length;
  const dimensions = space.spread.length;
  const frameCount = turns.length / 2;
  const out = new Float32Array(frameCount * dimensions);
  for (let f = 0; f < frameCount; f++) {
    const shape = shapeOf(faces, f);
    for (let k = 0; k < n; k++)
      shape[k]! -= space.mean[k]! + turns[f * 2]! * space.turn[k]! + turns[f * 2 + 1]! * space.turn[n + k]!;
    for (let d = 0; d < dimensions; d++) {
      let s = 0;
      for (let k = 0; k < n; k++) s += shape[k]! * space.basis[d * n + k]!;
      out[f * dimensions + d] = s;
    }
  }
  return out;
}

/** The lower face that a row of coefficients makes, 3 × MOUTH_MESH, on a head turned by (yaw, pitch). */
export function mouthMesh(
  space: MouthSpace,
  coefficients: ArrayLike<number>,
  row: number,
  yaw: number,
  pitch: number,
  into: Float64Array,
): void {
  const n = space.meshMean.length;
  const dimensions = space.spread.length;
  for (let k = 0; k < n; k++)
    into[k] = space.meshMean[k]! + yaw * space.meshTurn[k]! + pitch * space.meshTurn[n + k]!;
  for (let d = 0; d < dimensions; d++) {
    const c = coefficients[row * dimensions + d]!;
    for (let k = 0; k < n; k++) into[k]! += c * space.meshBasis[d * n + k]!;
  }
}

/** Pairs of the inner lips, upper and lower, whose mean gap is the opening; and the corners. */
const GAPS = [
  [13, 14],
  [82, 87],
  [312, 317],
] as const;
const CORNERS = [61, 291] as const;

/** Inner lips apart, and corner to corner, in heights of the face: MEASURES' mouthOpening and mouthWidth. */
export function lipsOf(
  space: MouthSpace,
  coefficients: ArrayLike<number>,
  row: number,
): { readonly opening: number; readonly width: number } {
  const opening = openingForm(space);
  const width = widthForm(space);
  const dimensions = space.spread.length;
  let [open, wide] = [opening.rest, width.rest];
  for (let d = 0; d < dimensions; d++) {
    const c = coefficients[row * dimensions + d]!;
    open += c * opening.by[d]!;
    wide += c * width.by[d]!;
  }
  return { opening: open, width: wide };
}

/** Opening = rest + Σ by[d] · c[d]: linear, so that a target can be put where it must be. */
export function openingForm(space: MouthSpace): { readonly rest: number; readonly by: Float64Array } {
  return linearForm(space, (at) => {
    let sum = 0;
    for (const [upper, lower] of GAPS) sum += at(lower, 1) - at(upper, 1);
    return sum / GAPS.length;
  });
}

/** Corner to corner along the line of the eyes. */
export function widthForm(space: MouthSpace): { readonly rest: number; readonly by: Float64Array } {
  return linearForm(space, (at) => at(CORNERS[1], 0) - at(CORNERS[0], 0));
}

/** The nearest row of coefficients (each dimension by its spread) whose opening is `opening`; changed in place. */
export function setOpening(
  space: MouthSpace,
  coefficients: Float32Array,
  row: number,
  opening: number,
): void {
  const { rest, by } = openingForm(space);
  const dimensions = space.spread.length;
  let [now, norm] = [rest, 0];
  for (let d = 0; d < dimensions; d++) {
    now += coefficients[row * dimensions + d]! * by[d]!;
    norm += (by[d]! * space.spread[d]!) ** 2;
  }
  if (norm < 1e-12) return;
  for (let d = 0; d < dimensions; d++)
    coefficients[row * dimensions + d]! += ((opening - now) * by[d]! * space.spread[d]! ** 2) / norm;
}

function linearForm(
  space: MouthSpace,
  value: (at: (point: number, axis: number) => number) => number,
): { readonly rest: number; readonly by: Float64Array } {
  const n = space.mean.length;
  const reader = (values: Float32Array, offset: number) => (point: number, axis: number) =>
    values[offset + space.points.indexOf(point) * 2 + axis]!;
  return {
    rest: value(reader(space.mean, 0)),
    by: Float64Array.from(space.spread, (_, d) => value(reader(space.basis, d * n))),
  };
}

function shapeOf(faces: Float64Array, frame: number): Float64Array<ArrayBuffer> {
  const base = frame * MOUTH_MESH.length * 3;
  const shape = new Float64Array(MOUTH_POINTS.length * 2);
  MOUTH_POINTS.forEach((point, k) => {
    const p = base + placeInMesh(point) * 3;
    shape[k * 2] = faces[p]!;
    shape[k * 2 + 1] = faces[p + 1]!;
  });
  return shape;
}

function meshMap(
  faces: Float64Array,
  turns: Float64Array,
  frames: readonly number[],
  space: Pick<MouthSpace, 'mean' | 'basis' | 'spread' | 'turn'>,
): Pick<MouthSpace, 'meshMean' | 'meshBasis' | 'meshTurn'> {
  const n = MOUTH_MESH.length * 3;
  const dimensions = space.spread.length;
  const coefficients = measureMouths(space, faces, turns);
  const inputs = 3 + dimensions;
  const x = new Float64Array(frames.length * inputs);
  const y = new Float64Array(frames.length * n);
  frames.forEach((f, r) => {
    x.set([1, turns[f * 2]!, turns[f * 2 + 1]!], r * inputs);
    for (let d = 0; d < dimensions; d++) x[r * inputs + 3 + d] = coefficients[f * dimensions + d]!;
    y.set(faces.subarray(f * n, (f + 1) * n), r * n);
  });
  const weak = 0.01 * frames.length;
  // Each dimension is believed as far as it moves: a hundredth of its own variance as penalty.
  const penalty = [0, weak, weak, ...Array.from(space.spread, (s) => 0.01 * frames.length * s * s)];
  const map = Float32Array.from(ridge(x, y, frames.length, inputs, n, penalty));
  return { meshMean: map.slice(0, n), meshTurn: map.slice(n, 3 * n), meshBasis: map.slice(3 * n) };
}
