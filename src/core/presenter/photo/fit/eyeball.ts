/**
 * What is seen between the lids: a small mesh that reaches a little under them, with points around the iris so that it
 * can be moved as a whole.
 */
import type { PhotoTrack } from '../../../track/photo-track.ts';
import { lerpPoint } from '../curve.ts';
import { mean, pointOf, type Vec3 } from '../face-frame.ts';
import type { EyeMesh } from '../fit.ts';
import { EYES } from '../landmarks.ts';
import { delaunay } from './delaunay.ts';

/** Rings around the iris, parts of its radius, and how many points each has. */
const RINGS = [
  [0.55, 6],
  [1.05, 12],
  [1.5, 12],
  [2.1, 12],
] as const;
/** How far under the lids it reaches, parts of the way out from its middle. */
const UNDER = 1.3;

export function fitEyeball(
  track: PhotoTrack,
  side: 'right' | 'left',
  upper: readonly Vec3[],
  lower: readonly Vec3[],
): Pick<EyeMesh, 'ball' | 'ballIndices' | 'iris'> {
  const contour = [...upper, ...lower.slice(1, -1).toReversed()];
  const middle = mean(contour);
  const [outer, inner] = [upper[0] as Vec3, upper.at(-1) as Vec3];
  const widthPx = Math.hypot(outer[0] - inner[0], outer[1] - inner[1]);
  const iris = findIris(track, side, widthPx, middle);
  const points: Vec3[] = [];
  const offer = (p: Vec3) => {
    if (points.every((q) => Math.hypot(q[0] - p[0], q[1] - p[1]) > 0.035 * widthPx)) points.push(p);
  };
  const rim = contour.map((p) => lerpPoint(middle, p, UNDER));
  rim.forEach(offer);
  const within = ([x, y]: Vec3) => {
    let odd = false;
    for (let i = 0, j = rim.length - 1; i < rim.length; j = i++) {
      const [xi, yi] = rim[i] as Vec3;
      const [xj, yj] = rim[j] as Vec3;
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd;
    }
    return odd;
  };
  const [x, y, radius] = iris;
  offer([x, y, middle[2]]);
  for (const [reach, count] of RINGS)
    for (let n = 0; n < count; n++) {
      const angle = (2 * Math.PI * (n + reach)) / count;
      const p: Vec3 = [x + reach * radius * Math.cos(angle), y + reach * radius * Math.sin(angle), middle[2]];
      if (within(p)) offer(p);
    }
  const xy = points.flatMap(([px, py]) => [px, py]);
  const ball = new Float32Array(points.length * 3);
  points.forEach((p, i) => ball.set(p, 3 * i));
  return { ball, ballIndices: Uint16Array.from(delaunay(xy)), iris };
}

/** An iris is about two fifths of the eye's width; what was tracked is believed where it agrees. */
function findIris(
  track: PhotoTrack,
  side: 'right' | 'left',
  widthPx: number,
  middle: Vec3,
): readonly [number, number, number] {
  const [center, ...edge] = EYES[side].iris.map((index) => pointOf(track, index));
  const usual = 0.2 * widthPx;
  if (!center) return [middle[0], middle[1], usual];
  const seen =
    edge.reduce((sum, p) => sum + Math.hypot(p[0] - center[0], p[1] - center[1]), 0) /
    Math.max(1, edge.length);
  const radius = seen > 0.7 * usual && seen < 1.5 * usual ? seen : usual;
  return [center[0], center[1], radius];
}
