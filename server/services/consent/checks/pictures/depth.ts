/**
 * Whether a head that turns is a head or a sheet. All that a flat picture can do before a camera, however it is moved and
 * bent about straight lines of sight, is a homography; a nose before cheeks moves otherwise. What the best homography
 * leaves over between two frames, in parts of the face's size, is depth.
 */
import { FACE_POINTS } from '#core/track/ports.ts';

/** Points of the skull at different depths: nose, brow, temples, cheeks, eye corners. */
const POINTS = [
  1, 2, 4, 5, 6, 9, 10, 33, 133, 168, 195, 197, 234, 263, 362, 454, 127, 356, 21, 251, 54, 284, 103, 332,
];

/** Root mean square of what is left over, in parts of the face's height. 0 where the fit fails. */
export function leftOverOfPlane(a: Float32Array, b: Float32Array): number {
  const [from, to] = [normalised(a), normalised(b)];
  const h = homography(from, to);
  if (!h) return 0;
  let sum = 0;
  from.forEach(([x, y], i) => {
    const w = h[6] * x + h[7] * y + 1;
    const [wantedX, wantedY] = to[i] as readonly [number, number];
    sum +=
      ((h[0] * x + h[1] * y + h[2]) / w - wantedX) ** 2 + ((h[3] * x + h[4] * y + h[5]) / w - wantedY) ** 2;
  });
  return Math.sqrt(sum / from.length);
}

/** Middle at zero, the face from brow to chin one high. */
function normalised(points: Float32Array): readonly (readonly [number, number])[] {
  const at = (point: number) => [points[point * 3] as number, points[point * 3 + 1] as number] as const;
  const all = POINTS.map(at);
  const x = all.reduce((sum, one) => sum + one[0], 0) / all.length;
  const y = all.reduce((sum, one) => sum + one[1], 0) / all.length;
  const [top, bottom] = [at(10), at(152)];
  const size = Math.hypot(bottom[0] - top[0], bottom[1] - top[1]) || 1;
  return all.map(([px, py]) => [(px - x) / size, (py - y) / size]);
}

type Homography = readonly [number, number, number, number, number, number, number, number];

/** Least squares of the eight unknowns, the direct linear way. */
function homography(
  from: readonly (readonly [number, number])[],
  to: readonly (readonly [number, number])[],
): Homography | null {
  const sums = Array.from({ length: 8 }, () => new Float64Array(9));
  const add = (row: readonly number[], value: number) => {
    for (let i = 0; i < 8; i++) {
      const into = sums[i] as Float64Array;
      for (let j = 0; j < 8; j++) into[j] = (into[j] as number) + (row[i] as number) * (row[j] as number);
      into[8] = (into[8] as number) + (row[i] as number) * value;
    }
  };
  from.forEach(([x, y], i) => {
    const [u, v] = to[i] as readonly [number, number];
    add([x, y, 1, 0, 0, 0, -u * x, -u * y], u);
    add([0, 0, 0, x, y, 1, -v * x, -v * y], v);
  });
  return solve(sums) as Homography | null;
}

/** Gauss's elimination with pivots. */
function solve(rows: Float64Array[]): readonly number[] | null {
  const size = rows.length;
  for (let column = 0; column < size; column++) {
    let best = column;
    for (let row = column + 1; row < size; row++)
      if (Math.abs(rows[row]?.[column] as number) > Math.abs(rows[best]?.[column] as number)) best = row;
    [rows[column], rows[best]] = [rows[best] as Float64Array, rows[column] as Float64Array];
    const pivot = rows[column] as Float64Array;
    if (Math.abs(pivot[column] as number) < 1e-12) return null;
    for (let row = 0; row < size; row++) {
      if (row === column) continue;
      const other = rows[row] as Float64Array;
      const factor = (other[column] as number) / (pivot[column] as number);
      for (let k = column; k <= size; k++) other[k] = (other[k] as number) - factor * (pivot[k] as number);
    }
  }
  return rows.map((row, i) => (row[size] as number) / (row[i] as number));
}

export interface DepthSigns {
  /** What a plane leaves over between the frames that are turned most differently. */
  readonly leftOver: number;
  /** How differently, radians. */
  readonly turned: number;
}

/** The mean over a few pairs: the frames turned most to one side against those turned most to the other. */
export function depthSigns(
  frames: readonly { readonly points: Float32Array | null; readonly yaw: number; readonly pitch: number }[],
): DepthSigns | null {
  const seen = frames.filter(
    (frame): frame is typeof frame & { readonly points: Float32Array } =>
      frame.points !== null && frame.points.length === FACE_POINTS * 3,
  );
  if (seen.length < 12) return null;
  const of = (angle: 'yaw' | 'pitch') => {
    const sorted = seen.toSorted((a, b) => a[angle] - b[angle]);
    // A few percent in from the ends: single frames may be wrong.
    const [low, high] = [0.04, 0.96].map((share) => Math.floor(share * (sorted.length - 1)));
    const ends = [0, 1, 2].map((i) => [sorted[(low as number) + i], sorted[(high as number) - i]] as const);
    const pairs = ends.flatMap(([a, b]) => (a && b ? [[a, b] as const] : []));
    return {
      leftOver: pairs.reduce((sum, [a, b]) => sum + leftOverOfPlane(a.points, b.points), 0) / pairs.length,
      turned: Math.abs((sorted[high as number]?.[angle] ?? 0) - (sorted[low as number]?.[angle] ?? 0)),
    };
  };
  const [yaw, pitch] = [of('yaw'), of('pitch')];
  return yaw.turned >= pitch.turned ? yaw : pitch;
}
