/**
 * Where a head is and how it is turned: a rigid fit of the points that turn with the skull to the person's own mean
 * face. Closed form with unit quaternions (Horn, "Closed-form solution of absolute orientation using unit quaternions",
 * J. Opt. Soc. Am. A 4, 1987); the mean face by alternating fits and means (generalised Procrustes).
 *
 * Face space: x to the picture's right when the face looks at the viewer, y down, z away from the viewer, zero at the
 * middle of the stable points, one unit from brow to base of the nose. A pose takes it to pixels: p = scale · R q + t.
 */
import { largestEigenvector4 } from './eigen.ts';
import { LANDMARK, MIRRORED, STABLE } from './mesh-points.ts';
import { FACE_POINTS } from './ports.ts';

/** FACE_POINTS × (x, y, z) in face space. */
export type MeanFace = Float32Array<ArrayBuffer>;

export interface HeadPose {
  /** Row-major 3 × 3, face space to picture: Rz(roll) · Ry(yaw) · Rx(pitch). */
  readonly rotation: readonly number[];
  /** Pixels: where the middle of the stable points lies. */
  readonly x: number;
  readonly y: number;
  readonly z: number;
  /** Pixels for one unit of face space. */
  readonly scale: number;
  /** Radians, signs as in MOTION_CHANNELS. */
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
}

const VALUES = FACE_POINTS * 3;

/** @param points frames × FACE_POINTS × (x, y, z) @param mean meanFace of the same person (or any face, for less) */
export function headPose(points: Float32Array, frame: number, mean: MeanFace): HeadPose {
  return fit(mean, 0, points, frame * VALUES);
}

/** Pixels of a frame to face space: what is left when the head is held still. `out` is FACE_POINTS × (x, y, z). */
export function toFaceSpace(
  points: Float32Array,
  frame: number,
  pose: HeadPose,
  out = new Float32Array(VALUES),
): Float32Array<ArrayBuffer> {
  const r = pose.rotation as RotationRows;
  for (let at = 0, from = frame * VALUES; at < VALUES; at += 3, from += 3) {
    const x = ((points[from] as number) - pose.x) / pose.scale;
    const y = ((points[from + 1] as number) - pose.y) / pose.scale;
    const z = ((points[from + 2] as number) - pose.z) / pose.scale;
    out[at] = r[0] * x + r[3] * y + r[6] * z;
    out[at + 1] = r[1] * x + r[4] * y + r[7] * z;
    out[at + 2] = r[2] * x + r[5] * y + r[8] * z;
  }
  return out;
}

/**
 * The person's own mean face, over at most MEAN_FRAMES of the frames that `good` says were seen well.
 * @throws RangeError when there is no frame at all
 */
export function meanFace(points: Float32Array, good: (frame: number) => boolean = () => true): MeanFace {
  const count = Math.floor(points.length / VALUES);
  if (count === 0) throw new RangeError('A mean face needs a frame.');
  const all = Array.from({ length: count }, (_, i) => i);
  const seen = all.filter(good);
  const usable = seen.length > 0 ? seen : all;
  const step = Math.max(1, usable.length / MEAN_FRAMES);
  const frames = Array.from(
    { length: Math.min(usable.length, MEAN_FRAMES) },
    (_, i) => usable[Math.floor(i * step)] as number,
  );
  let mean = upright(points, (frames[frames.length >> 1] as number) * VALUES);
  for (let round = 0; round < 3; round++) {
    const sum = new Float64Array(VALUES);
    const inFace = new Float32Array(VALUES);
    for (const frame of frames) {
      toFaceSpace(points, frame, headPose(points, frame, mean), inFace);
      for (let i = 0; i < VALUES; i++) sum[i] = (sum[i] as number) + (inFace[i] as number) / frames.length;
    }
    mean = upright(Float32Array.from(sum), 0);
  }
  return mean;
}
const MEAN_FRAMES = 120;

/**
 * How a single face is turned, with nothing known of the person: sideways from points that lie opposite each other,
 * upright from forehead to chin (on a face that looks at the viewer both are equally far away).
 */
export function poseOfFace(points: Float32Array, frame = 0): HeadPose {
  return headPose(points, frame, upright(points, frame * VALUES));
}

/** One face taken into face space by its own symmetry. */
function upright(points: Float32Array, offset: number): MeanFace {
  const at = (point: number): Vector => [
    points[offset + point * 3] as number,
    points[offset + point * 3 + 1] as number,
    points[offset + point * 3 + 2] as number,
  ];
  let across: Vector = [0, 0, 0];
  for (const [right, left] of MIRRORED) across = plus(across, unit(minus(at(left), at(right))));
  const x = unit(across);
  const fall = minus(at(LANDMARK.chin), at(LANDMARK.forehead));
  const y = unit(minus(fall, times(x, dot(fall, x))));
  const z = cross(x, y);
  const middle = times(STABLE.map(at).reduce(plus), 1 / STABLE.length);
  const height = length(minus(at(LANDMARK.noseBase), at(LANDMARK.brow))) || 1;
  const out = new Float32Array(VALUES);
  for (let point = 0; point < FACE_POINTS; point++) {
    const from = times(minus(at(point), middle), 1 / height);
    out.set([dot(from, x), dot(from, y), dot(from, z)], point * 3);
  }
  return out;
}

/** Similarity that takes `a` (face space) to `b` (pixels), over the stable points. */
function fit(a: Float32Array, aOffset: number, b: Float32Array, bOffset: number): HeadPose {
  const [ma, mb] = [middleOf(a, aOffset), middleOf(b, bOffset)];
  const s = new Float64Array(9);
  let [spreadA, spreadB] = [0, 0];
  for (const point of STABLE)
    for (let i = 0; i < 3; i++) {
      const from = (a[aOffset + point * 3 + i] as number) - (ma[i] as number);
      spreadA += from * from;
      spreadB += ((b[bOffset + point * 3 + i] as number) - (mb[i] as number)) ** 2;
      for (let j = 0; j < 3; j++)
        s[i * 3 + j] =
          (s[i * 3 + j] as number) + from * ((b[bOffset + point * 3 + j] as number) - (mb[j] as number));
    }
  const rotation = rotationOf(s);
  const scale = Math.sqrt(spreadB / (spreadA || 1)) || 1;
  const r = rotation as RotationRows;
  const [x, y, z] = [0, 1, 2].map(
    (row) =>
      (mb[row] as number) -
      scale *
        ((r[row * 3] as number) * ma[0] +
          (r[row * 3 + 1] as number) * ma[1] +
          (r[row * 3 + 2] as number) * ma[2]),
  ) as Vector;
  return {
    rotation,
    x,
    y,
    z,
    scale,
    yaw: Math.asin(Math.max(-1, Math.min(1, r[6]))),
    pitch: Math.atan2(r[7], r[8]),
    roll: Math.atan2(r[3], r[0]),
  };
}

/** Horn's 4 × 4 matrix of the nine sums of products; its largest eigenvector is the rotation as a quaternion. */
function rotationOf(s: Float64Array): readonly number[] {
  const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = s as unknown as RotationRows;
  const [w, x, y, z] = largestEigenvector4([
    [xx + yy + zz, yz - zy, zx - xz, xy - yx],
    [yz - zy, xx - yy - zz, xy + yx, zx + xz],
    [zx - xz, xy + yx, yy - xx - zz, yz + zy],
    [xy - yx, zx + xz, yz + zy, zz - xx - yy],
  ]);
  return [
    w * w + x * x - y * y - z * z,
    2 * (x * y - w * z),
    2 * (x * z + w * y),
    2 * (x * y + w * z),
    w * w - x * x + y * y - z * z,
    2 * (y * z - w * x),
    2 * (x * z - w * y),
    2 * (y * z + w * x),
    w * w - x * x - y * y + z * z,
  ];
}

type Vector = [number, number, number];
type RotationRows = [number, number, number, number, number, number, number, number, number];

function middleOf(points: Float32Array, offset: number): Vector {
  const sum: Vector = [0, 0, 0];
  for (const point of STABLE)
    for (let i = 0; i < 3; i++) sum[i as 0 | 1 | 2] += points[offset + point * 3 + i] as number;
  return times(sum, 1 / STABLE.length);
}

const plus = (a: Vector, b: Vector): Vector => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
const minus = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const times = (a: Vector, by: number): Vector => [a[0] * by, a[1] * by, a[2] * by];
const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const length = (a: Vector): number => Math.hypot(a[0], a[1], a[2]);
const unit = (a: Vector): Vector => times(a, 1 / (length(a) || 1));
const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
