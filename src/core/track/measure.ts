/**
 * What a face does, in numbers that do not depend on whose face it is or where the head is: the points of each frame
 * are taken out of the head's pose into face space, and measured there against this film's own rest.
 */
import { median, quantile } from './curves.ts';
import { MEASURES, type Measure } from './footage-track.ts';
import { smoothSizes } from './mend.ts';
import { BROWS, INNER_LIPS, LANDMARK, LIDS } from './mesh-points.ts';
import { headPose, meanFace, toFaceSpace, type HeadPose, type MeanFace } from './pose.ts';
import { FACE_POINTS } from './ports.ts';

/** Iris middle to middle of the eyeball, over the width of the open eye (anatomy: about 11 of 28 mm). */
const EYE_RADIUS = 0.4;
/** A lid that is shut still shows the mesh a gap, this part of the open one, where the film holds no blink. */
const SHUT_AT_MOST = 0.45;
const SHUT_AT_LEAST = 0.12;

/** Poses over all frames, their sizes smooth: denominators must not tremble. */
export function headPoses(
  points: Float32Array,
  seen: Uint8Array,
  fps: number,
  mean: MeanFace = meanFace(points, (i) => seen[i] === 1),
): HeadPose[] {
  const poses = Array.from(seen, (_, i) => headPose(points, i, mean));
  const sizes = smoothSizes(
    poses.map(({ scale }) => scale),
    fps,
  );
  return poses.map((pose, i) => ({ ...pose, scale: sizes[i] as number }));
}

/**
 * @param points mended, frames × FACE_POINTS × (x, y, z) @param seen from mendPoints
 * @param light @param sharpness frames each, as MEASURES has them; copied into their columns
 * @returns frames × MEASURES
 */
export function measureFaces(
  points: Float32Array,
  seen: Uint8Array,
  fps: number,
  light: Float32Array,
  sharpness: Float32Array,
): Float32Array<ArrayBuffer> {
  const count = seen.length;
  const out = new Float32Array(count * MEASURES.length);
  if (count === 0) return out;
  const mean = meanFace(points, (i) => seen[i] === 1);
  const tall = (mean[LANDMARK.chin * 3 + 1] as number) - (mean[LANDMARK.forehead * 3 + 1] as number) || 1;
  const still = new Float32Array(FACE_POINTS * 3);
  headPoses(points, seen, fps, mean).forEach((pose, i) => {
    toFaceSpace(points, i, pose, still);
    const put = (name: Measure, value: number) => (out[i * MEASURES.length + MEASURES.indexOf(name)] = value);
    put('mouthOpening', middle(INNER_LIPS.map(([upper, lower]) => y(still, lower) - y(still, upper))));
    put('mouthWidth', apart(still, LANDMARK.rightMouthCorner, LANDMARK.leftMouthCorner));
    put('blinkLeft', lidGap(still, 'left'));
    put('blinkRight', lidGap(still, 'right'));
    put('browLeft', browRise(still, 'left'));
    put('browRight', browRise(still, 'right'));
    const [left, right] = [look(still, 'left', pose), look(still, 'right', pose)];
    put('gazeYaw', (left.yaw + right.yaw) / 2);
    put('gazePitch', (left.pitch + right.pitch) / 2);
    put('headYaw', pose.yaw);
    put('headPitch', pose.pitch);
    put('headRoll', pose.roll);
    put('faceX', pixelMiddle(points, i, 0));
    put('faceY', pixelMiddle(points, i, 1));
    put('faceHeightPx', pose.scale * tall);
    put('light', light[i] ?? 0);
    put('sharpness', sharpness[i] ?? 0);
  });
  const column = (
    name: Measure,
    to: (values: Float64Array, good: Float64Array) => (value: number) => number,
  ) => {
    const at = MEASURES.indexOf(name);
    const values = Float64Array.from({ length: count }, (_, i) => out[i * MEASURES.length + at] as number);
    const good = values.filter((_, i) => seen[i] === 1);
    const map = to(values, good.length > 0 ? good : values);
    values.forEach((value, i) => (out[i * MEASURES.length + at] = map(value)));
  };
  for (const name of ['blinkLeft', 'blinkRight'] as const)
    column(name, (_, good) => {
      const open = quantile(good, 0.85);
      const shut = Math.min(SHUT_AT_MOST * open, Math.max(SHUT_AT_LEAST * open, quantile(good, 0.005)));
      return (gap) => Math.min(1, Math.max(0, (open - gap) / (open - shut)));
    });
  for (const name of ['browLeft', 'browRight', 'gazePitch'] as const)
    column(name, (_, good) => {
      const rest = median(good);
      return (value) => value - rest;
    });
  return out;
}

const x = (points: Float32Array, point: number) => points[point * 3] as number;
const y = (points: Float32Array, point: number) => points[point * 3 + 1] as number;
const z = (points: Float32Array, point: number) => points[point * 3 + 2] as number;
const middle = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function apart(points: Float32Array, a: number, b: number): number {
  return Math.hypot(x(points, a) - x(points, b), y(points, a) - y(points, b));
}

function corners(side: 'left' | 'right'): readonly [outer: number, inner: number] {
  return side === 'left'
    ? [LANDMARK.leftEyeOuter, LANDMARK.leftEyeInner]
    : [LANDMARK.rightEyeOuter, LANDMARK.rightEyeInner];
}

function lidGap(points: Float32Array, side: 'left' | 'right'): number {
  const gap = middle(LIDS[side].map(([upper, lower]) => y(points, lower) - y(points, upper)));
  return gap / (apart(points, ...corners(side)) || 1);
}

/** Height of the brow over the corners of its eye: y runs down. */
function browRise(points: Float32Array, side: 'left' | 'right'): number {
  return (
    middle(corners(side).map((point) => y(points, point))) -
    middle(BROWS[side].map((point) => y(points, point)))
  );
}

/** How far the iris stands from the middle of its eye, as angles of the eyeball. */
function look(
  points: Float32Array,
  side: 'left' | 'right',
  { rotation }: HeadPose,
): { yaw: number; pitch: number } {
  const [outer, inner] = corners(side);
  const iris = side === 'left' ? LANDMARK.leftIris : LANDMARK.rightIris;
  // The depth of an iris is a guess: it is moved along the line of sight onto the plane of the eye's corners.
  const along = ((z(points, outer) + z(points, inner)) / 2 - z(points, iris)) / (rotation[8] as number);
  const width = apart(points, outer, inner) || 1;
  const angle = (at: typeof x, slope: number) => {
    const off = at(points, iris) + along * slope - (at(points, outer) + at(points, inner)) / 2;
    return Math.asin(Math.max(-1, Math.min(1, off / width / EYE_RADIUS)));
  };
  return { yaw: angle(x, rotation[6] as number), pitch: angle(y, rotation[7] as number) };
}

function pixelMiddle(points: Float32Array, frame: number, axis: 0 | 1): number {
  const at = (point: number) => points[(frame * FACE_POINTS + point) * 3 + axis] as number;
  return (at(LANDMARK.forehead) + at(LANDMARK.chin)) / 2;
}
