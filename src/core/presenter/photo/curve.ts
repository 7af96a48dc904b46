/** A line through points, read by how far along it one is. */
import type { Vec3 } from './face-frame.ts';

/**
 * The line through `points` (Catmull and Rom, centripetal enough for landmarks that are evenly spread), as `count`
 * points at equal distances along it, the ends included.
 */
export function resample(points: readonly Vec3[], count: number): Vec3[] {
  const fine: Vec3[] = [];
  const STEPS = 8;
  for (let i = 0; i + 1 < points.length; i++) {
    const b = points[i] as Vec3;
    const c = points[i + 1] as Vec3;
    const a = points[i - 1] ?? mirror(b, c);
    const d = points[i + 2] ?? mirror(c, b);
    for (let s = 0; s < STEPS; s++) fine.push(spline(a, b, c, d, s / STEPS));
  }
  fine.push(points.at(-1) as Vec3);
  const along = [0];
  for (let i = 1; i < fine.length; i++) {
    const [p, q] = [fine[i - 1] as Vec3, fine[i] as Vec3];
    along.push((along[i - 1] as number) + Math.hypot(q[0] - p[0], q[1] - p[1]));
  }
  const total = along.at(-1) as number;
  let i = 0;
  return Array.from({ length: count }, (_, n): Vec3 => {
    const want = (total * n) / (count - 1);
    while (i < fine.length - 2 && (along[i + 1] as number) < want) i++;
    const [from, to] = [along[i] as number, along[i + 1] as number];
    return lerpPoint(
      fine[i] as Vec3,
      fine[i + 1] as Vec3,
      Math.min(1, Math.max(0, (want - from) / Math.max(1e-9, to - from))),
    );
  });
}

export function lerpPoint(a: Vec3, b: Vec3, t: number): Vec3 {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
}
function mirror(about: Vec3, p: Vec3): Vec3 {
  return [2 * about[0] - p[0], 2 * about[1] - p[1], 2 * about[2] - p[2]];
}
function spline(a: Vec3, b: Vec3, c: Vec3, d: Vec3, t: number): Vec3 {
  const at = (k: 0 | 1 | 2) =>
    0.5 *
    (2 * b[k] +
      (c[k] - a[k]) * t +
      (2 * a[k] - 5 * b[k] + 4 * c[k] - d[k]) * t * t +
      (3 * b[k] - a[k] - 3 * c[k] + d[k]) * t * t * t);
  return [at(0), at(1), at(2)];
}

/** 0 at `from`, 1 at `to` (which may be the smaller), with level ends. */
export function smoothstep(from: number, to: number, x: number): number {
  const t = Math.min(1, Math.max(0, (x - from) / (to - from)));
  return t * t * (3 - 2 * t);
}
export function clamp(x: number, low: number, high: number): number {
  return x < low ? low : x > high ? high : x;
}
export function bell(x: number, width: number): number {
  const t = x / width;
  return Math.exp(-0.5 * t * t);
}
