/**
 * Small vector arithmetic and smooth curves. A drawn shape is a ring of runs: each run is a smooth spline through its
 * points, and runs meet in corners. Tangents are weighted by chord length, so unevenly spaced points do not overshoot.
 */
import type { Affine, Path, Point } from '../../draw/draw-list.ts';
import { PathBuilder } from '../../draw/path.ts';

export type Vec3 = readonly [x: number, y: number, z: number];

export const clamp = (v: number, low = 0, high = 1): number => (v < low ? low : v > high ? high : v);
export const lerp = (a: number, b: number, t: number): number => a + (b - a) * t;
export function smoothstep(from: number, to: number, v: number): number {
  const t = clamp((v - from) / (to - from));
  return t * t * (3 - 2 * t);
}
export const lerpPoint = (a: Point, b: Point, t: number): Point => [lerp(a[0], b[0], t), lerp(a[1], b[1], t)];

export const add = (a: Vec3, b: Vec3): Vec3 => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
export const sub = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
export const scale = (a: Vec3, k: number): Vec3 => [a[0] * k, a[1] * k, a[2] * k];
export const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
export const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
export const length = (a: Vec3): number => Math.hypot(a[0], a[1], a[2]);
export function unit(a: Vec3, fallback: Vec3 = [0, 1, 0]): Vec3 {
  const l = length(a);
  return l < 1e-6 ? fallback : scale(a, 1 / l);
}
export const mix3 = (a: Vec3, b: Vec3, t: number): Vec3 => [
  lerp(a[0], b[0], t),
  lerp(a[1], b[1], t),
  lerp(a[2], b[2], t),
];
/** `a` without its part along the unit vector `n`. */
export const across = (a: Vec3, n: Vec3): Vec3 => sub(a, scale(n, dot(a, n)));
/** Rotates `v` about the unit vector `axis` (Rodrigues). */
export function rotateAbout(v: Vec3, axis: Vec3, angle: number): Vec3 {
  const c = Math.cos(angle);
  return add(add(scale(v, c), scale(cross(axis, v), Math.sin(angle))), scale(axis, dot(axis, v) * (1 - c)));
}

/** Adds a smooth run through `points` to the builder; the pen must already stand on the first. */
function addRun(builder: PathBuilder, points: readonly Point[], closed: boolean): void {
  const n = points.length;
  const segments = closed ? n : n - 1;
  let a = (closed ? points[n - 1] : points[0]) as Point;
  let b = points[0] as Point;
  let c = points[closed ? 1 % n : Math.min(1, n - 1)] as Point;
  let ab = distance(a, b);
  let bc = distance(b, c);
  for (let i = 0; i < segments; i++) {
    const d = points[closed ? (i + 2) % n : Math.min(i + 2, n - 1)] as Point;
    const cd = distance(c, d);
    const kb = bc / (3 * (ab + bc) || 1);
    const kc = bc / (3 * (bc + cd) || 1);
    builder.cubicTo(
      b[0] + (c[0] - a[0]) * kb,
      b[1] + (c[1] - a[1]) * kb,
      c[0] - (d[0] - b[0]) * kc,
      c[1] - (d[1] - b[1]) * kc,
      c[0],
      c[1],
    );
    a = b;
    b = c;
    c = d;
    ab = bc;
    bc = cd;
  }
}

/** Not Math.hypot, which guards against overflow and takes ten times as long: hair alone asks 6000 times a frame. */
function distance(a: Point, b: Point): number {
  const dx = b[0] - a[0];
  const dy = b[1] - a[1];
  return Math.sqrt(dx * dx + dy * dy);
}

/** One smooth closed ring. */
export function ring(points: readonly Point[]): Path {
  const first = points[0] as Point;
  const builder = new PathBuilder().moveTo(first[0], first[1]);
  addRun(builder, points, true);
  return builder.close().build();
}

/** A closed shape of smooth runs that meet in corners; a run that starts elsewhere is joined by a straight line. */
export function shape(...runs: readonly (readonly Point[])[]): Path {
  const builder = new PathBuilder();
  addShape(builder, runs);
  return builder.build();
}
export function addShape(builder: PathBuilder, runs: readonly (readonly Point[])[]): void {
  let pen: Point | null = null;
  for (const run of runs) {
    const first = run[0];
    if (!first) continue;
    if (!pen) builder.moveTo(first[0], first[1]);
    else if (pen[0] !== first[0] || pen[1] !== first[1]) builder.lineTo(first[0], first[1]);
    addRun(builder, run, false);
    pen = run[run.length - 1] as Point;
  }
  builder.close();
}

/** An open smooth line, for strokes. */
export function line(points: readonly Point[]): Path {
  const first = points[0] as Point;
  const builder = new PathBuilder().moveTo(first[0], first[1]);
  addRun(builder, points, false);
  return builder.build();
}

/** Adds a tapered band along `spine`: `halfWidth(t)` of it to either side, t from 0 to 1 by point. */
export function addRibbon(
  builder: PathBuilder,
  spine: readonly Point[],
  halfWidth: (t: number) => number,
): void {
  const left: Point[] = [];
  const right: Point[] = [];
  const n = spine.length;
  for (let i = 0; i < n; i++) {
    const a = spine[Math.max(0, i - 1)] as Point;
    const b = spine[Math.min(n - 1, i + 1)] as Point;
    const p = spine[i] as Point;
    const l = distance(a, b) || 1;
    const w = halfWidth(i / (n - 1));
    const nx = (-(b[1] - a[1]) / l) * w;
    const ny = ((b[0] - a[0]) / l) * w;
    left.push([p[0] + nx, p[1] + ny]);
    right.push([p[0] - nx, p[1] - ny]);
  }
  addShape(builder, [left, right.reverse()]);
}
export function ribbon(spine: readonly Point[], halfWidth: (t: number) => number): Path {
  const builder = new PathBuilder();
  addRibbon(builder, spine, halfWidth);
  return builder.build();
}

/** The unit circle under an affine map. */
export function mappedCircle(m: Affine): Path {
  const k = 0.5522847498;
  const at = (x: number, y: number): [number, number] => [
    m[0] * x + m[2] * y + m[4],
    m[1] * x + m[3] * y + m[5],
  ];
  const builder = new PathBuilder().moveTo(...at(1, 0));
  builder.cubicTo(...at(1, k), ...at(k, 1), ...at(0, 1));
  builder.cubicTo(...at(-k, 1), ...at(-1, k), ...at(-1, 0));
  builder.cubicTo(...at(-1, -k), ...at(-k, -1), ...at(0, -1));
  builder.cubicTo(...at(k, -1), ...at(1, -k), ...at(1, 0));
  return builder.close().build();
}

export interface Circle {
  readonly x: number;
  readonly y: number;
  readonly r: number;
}

/** Convex hull (Andrew's monotone chain) of points; clockwise on a y-down screen. */
export function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const turn = (o: Point, a: Point, b: Point): number =>
    (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]);
  const half = (list: readonly Point[]): Point[] => {
    const chain: Point[] = [];
    for (const p of list) {
      while (
        chain.length >= 2 &&
        turn(chain[chain.length - 2] as Point, chain[chain.length - 1] as Point, p) <= 0
      )
        chain.pop();
      chain.push(p);
    }
    chain.pop();
    return chain;
  };
  return [...half(sorted), ...half([...sorted].reverse())];
}

/** Adds the skin stretched over two circles: what a tapered finger bone looks like. */
export function addCapsule(builder: PathBuilder, a: Circle, b: Circle): void {
  const d = Math.hypot(b.x - a.x, b.y - a.y);
  if (d <= Math.abs(a.r - b.r) + 1e-3) {
    const big = a.r > b.r ? a : b;
    addArc(builder, big, 0, Math.PI * 2, true);
    builder.close();
    return;
  }
  const heading = Math.atan2(b.y - a.y, b.x - a.x);
  const tilt = Math.acos((a.r - b.r) / d);
  addArc(builder, b, heading - tilt, heading + tilt, true);
  addArc(builder, a, heading + tilt, heading - tilt + Math.PI * 2, false);
  builder.close();
}
function addArc(builder: PathBuilder, c: Circle, from: number, to: number, move: boolean): void {
  const steps = Math.max(1, Math.ceil((to - from) / 1.2));
  const step = (to - from) / steps;
  const k = (4 / 3) * Math.tan(step / 4) * c.r;
  let angle = from;
  let x = c.x + c.r * Math.cos(angle);
  let y = c.y + c.r * Math.sin(angle);
  if (move) builder.moveTo(x, y);
  else builder.lineTo(x, y);
  for (let i = 0; i < steps; i++) {
    const next = angle + step;
    const nx = c.x + c.r * Math.cos(next);
    const ny = c.y + c.r * Math.sin(next);
    builder.cubicTo(
      x - k * Math.sin(angle),
      y + k * Math.cos(angle),
      nx + k * Math.sin(next),
      ny - k * Math.cos(next),
      nx,
      ny,
    );
    angle = next;
    x = nx;
    y = ny;
  }
}

/** The outline of circles wrapped in one skin, rounded where they stand: palms and heels of the hand. */
export function circleHull(circles: readonly Circle[]): Path {
  const points: Point[] = [];
  for (const c of circles)
    for (let i = 0; i < 16; i++) {
      const a = (i / 16) * Math.PI * 2;
      points.push([c.x + c.r * Math.cos(a), c.y + c.r * Math.sin(a)]);
    }
  return ring(convexHull(points));
}

/** Several paths as one. */
export const joinPaths = (...paths: readonly Path[]): Path => ({
  verbs: paths.flatMap((p) => p.verbs),
  coords: paths.flatMap((p) => p.coords),
});
