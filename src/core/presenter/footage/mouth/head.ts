/**
 * Where the head is on every frame: a similarity in three dimensions that lays the person's own still points (eyes, nose,
 * temples; what speech does not move) onto the landmarks. The still points' shape is the mean over the film (generalised
 * Procrustes), each frame's place is Horn's closed form ("Closed-form solution of absolute orientation using unit
 * quaternions", 1987). In the head's own frame the base of the nose is the origin, x runs along the line of the eyes, y
 * down, z away from the viewer, and one unit is the height from brow to base of the nose.
 */
import { crossed, makeRotation, rotationOfQuaternion, unitVector } from '../../../base/rotation.ts';
import type { FootageTrack } from '../../../track/footage-track.ts';
import { FACE_POINTS } from '../../../track/ports.ts';
import { smoothRows, symmetricEigen } from './algebra.ts';
import { BROW, EYE_LEFT, EYE_RIGHT, NOSE_BASE, STILL_POINTS } from './points.ts';

/** Numbers a head takes: rotation (9, row-major, head → picture), pixels a unit, place of the nose's base (3). */
export const HEAD = 13;
const SCALE = 9;
const PLACE = 10;
/** Heads move little within a frame and landmarks tremble: σ, frames. */
const STEADY_FRAMES = 1.2;

export interface Heads {
  /** frames × HEAD */
  readonly values: Float64Array<ArrayBuffer>;
  /** frames × (yaw, pitch) in radians about this film's mean head. */
  readonly turns: Float64Array<ArrayBuffer>;
}

/** The heads of a film, a little smoothed. */
export function followHead(track: FootageTrack): Heads {
  const n = STILL_POINTS.length;
  const { frameCount } = track;
  const points = new Float64Array(frameCount * n * 3);
  for (let f = 0; f < frameCount; f++)
    STILL_POINTS.forEach((point, k) => {
      for (let a = 0; a < 3; a++)
        points[(f * n + k) * 3 + a] = track.points[(f * FACE_POINTS + point) * 3 + a]!;
    });
  const still = stillShape(points, track.seen, frameCount, n);
  const raw = new Float64Array(frameCount * HEAD);
  for (let f = 0; f < frameCount; f++)
    raw.set(layOn(still, points.subarray(f * n * 3, (f + 1) * n * 3)), f * HEAD);
  const values = smoothRows(raw, HEAD, STEADY_FRAMES, track.seen);
  for (let f = 0; f < frameCount; f++) makeRotation(values.subarray(f * HEAD, f * HEAD + 9));
  return { values, turns: turnsOf(values, frameCount) };
}

/** A place of the head's own frame in the picture. @param into three numbers at `at` */
export function toPicture(
  heads: Heads,
  frame: number,
  x: number,
  y: number,
  z: number,
  into: Float64Array,
  at: number,
): void {
  const h = frame * HEAD;
  const v = heads.values;
  const s = v[h + SCALE]!;
  for (let a = 0; a < 3; a++)
    into[at + a] =
      v[h + PLACE + a]! + s * (v[h + a * 3]! * x + v[h + a * 3 + 1]! * y + v[h + a * 3 + 2]! * z);
}

/** A place of the picture in the head's own frame. */
export function toHead(
  heads: Heads,
  frame: number,
  x: number,
  y: number,
  z: number,
  into: Float64Array,
  at: number,
): void {
  const h = frame * HEAD;
  const v = heads.values;
  const s = v[h + SCALE]!;
  const [dx, dy, dz] = [x - v[h + PLACE]!, y - v[h + PLACE + 1]!, z - v[h + PLACE + 2]!];
  for (let a = 0; a < 3; a++) into[at + a] = (v[h + a]! * dx + v[h + 3 + a]! * dy + v[h + 6 + a]! * dz) / s;
}

/** Pixels a unit of the head's own frame takes. */
export function headScalePx(heads: Heads, frame: number): number {
  return heads.values[frame * HEAD + SCALE]!;
}

/** Mean of the frames' still points laid on each other, brought into the head's own frame. */
function stillShape(
  points: Float64Array,
  seen: Uint8Array,
  frameCount: number,
  n: number,
): Float64Array<ArrayBuffer> {
  const frames: number[] = [];
  const step = Math.max(1, Math.floor(frameCount / 400));
  for (let f = 0; f < frameCount; f += step) if (seen[f]) frames.push(f);
  if (frames.length === 0) frames.push(0);
  let shape = points.slice(frames[0]! * n * 3, (frames[0]! + 1) * n * 3);
  for (let round = 0; round < 3; round++) {
    shape = canonical(shape, n);
    const sum = new Float64Array(n * 3);
    for (const f of frames) {
      const own = points.subarray(f * n * 3, (f + 1) * n * 3);
      const head = layOn(shape, own);
      const back: Heads = { values: head, turns: new Float64Array(2) };
      for (let k = 0; k < n; k++) {
        const at = new Float64Array(3);
        toHead(back, 0, own[k * 3]!, own[k * 3 + 1]!, own[k * 3 + 2]!, at, 0);
        for (let a = 0; a < 3; a++) sum[k * 3 + a]! += at[a]! / frames.length;
      }
    }
    shape = sum;
  }
  return canonical(shape, n);
}

/** Turns and scales a shape of still points into the head's own frame. */
function canonical(shape: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const at = (point: number) => {
    const k = STILL_POINTS.indexOf(point) * 3;
    return [shape[k]!, shape[k + 1]!, shape[k + 2]!] as const;
  };
  const [origin, brow, left, right] = [at(NOSE_BASE), at(BROW), at(EYE_LEFT), at(EYE_RIGHT)];
  const x = unitVector([left[0] - right[0], left[1] - right[1], left[2] - right[2]]);
  const down = [origin[0] - brow[0], origin[1] - brow[1], origin[2] - brow[2]];
  const along = down[0]! * x[0]! + down[1]! * x[1]! + down[2]! * x[2]!;
  const y = unitVector(down.map((d, a) => d - along * x[a]!));
  const z = crossed(x, y);
  const height = Math.hypot(...down);
  const out = new Float64Array(n * 3);
  for (let k = 0; k < n; k++) {
    const d = [0, 1, 2].map((a) => shape[k * 3 + a]! - origin[a]!);
    [x, y, z].forEach((axis, a) => {
      out[k * 3 + a] = (d[0]! * axis[0]! + d[1]! * axis[1]! + d[2]! * axis[2]!) / height;
    });
  }
  return out;
}

/** The similarity that lays `shape` on `points`. */
function layOn(shape: Float64Array, points: Float64Array): Float64Array<ArrayBuffer> {
  const n = shape.length / 3;
  const [a, b] = [new Float64Array(3), new Float64Array(3)];
  for (let k = 0; k < n; k++)
    for (let c = 0; c < 3; c++) {
      a[c]! += shape[k * 3 + c]! / n;
      b[c]! += points[k * 3 + c]! / n;
    }
  const m = new Float64Array(9); // Σ (shape − a)(points − b)ᵀ
  let size = 0;
  for (let k = 0; k < n; k++)
    for (let i = 0; i < 3; i++) {
      const p = shape[k * 3 + i]! - a[i]!;
      size += p * p;
      for (let j = 0; j < 3; j++) m[i * 3 + j]! += p * (points[k * 3 + j]! - b[j]!);
    }
  const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = m as unknown as number[] as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  // prettier-ignore
  const q = symmetricEigen(new Float64Array([
    xx + yy + zz, yz - zy, zx - xz, xy - yx,
    yz - zy, xx - yy - zz, xy + yx, zx + xz,
    zx - xz, xy + yx, -xx + yy - zz, yz + zy,
    xy - yx, zx + xz, yz + zy, -xx - yy + zz,
  ]), 4).vectors;
  const [w, x, y, z] = [q[0]!, q[1]!, q[2]!, q[3]!];
  const r = rotationOfQuaternion(w, x, y, z);
  let fit = 0;
  for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) fit += m[i * 3 + j]! * r[j * 3 + i]!;
  const s = fit / Math.max(size, 1e-12);
  const out = new Float64Array(HEAD);
  out.set(r);
  out[SCALE] = s;
  for (let i = 0; i < 3; i++)
    out[PLACE + i] = b[i]! - s * (r[i * 3]! * a[0]! + r[i * 3 + 1]! * a[1]! + r[i * 3 + 2]! * a[2]!);
  return out;
}

function turnsOf(values: Float64Array, frameCount: number): Float64Array<ArrayBuffer> {
  const turns = new Float64Array(frameCount * 2);
  const mean = [0, 0];
  for (let f = 0; f < frameCount; f++) {
    const h = f * HEAD;
    turns[f * 2] = Math.asin(Math.max(-1, Math.min(1, values[h + 2]!)));
    turns[f * 2 + 1] = Math.atan2(-values[h + 5]!, values[h + 8]!);
    for (let a = 0; a < 2; a++) mean[a]! += turns[f * 2 + a]! / frameCount;
  }
  for (let f = 0; f < frameCount; f++) for (let a = 0; a < 2; a++) turns[f * 2 + a]! -= mean[a]!;
  return turns;
}
