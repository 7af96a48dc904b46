/**
 * The mesh over the person. Its points are, in this order and each only where no earlier one is too near: the edges of
 * lips and lids, rows of points across both, the face's landmarks, rings around the face, a grid over the rest. They are
 * joined by Delaunay's rule with the mouth held open, so that lips that touch in the photo are never sewn together.
 */
import { AppError } from '../../../base/errors.ts';
import { MESH_POINTS } from '../../../track/ports.ts';
import type { PhotoTrack } from '../../../track/photo-track.ts';
import { clamp, lerpPoint, resample, smoothstep } from '../curve.ts';
import { dot, minus, plus, pointOf, type FaceFrame, type Vec3 } from '../face-frame.ts';
import type { EyeMesh, PhotoMesh } from '../fit.ts';
import {
  EYES,
  FACE_OVAL,
  INNER_LOWER_LIP,
  INNER_UPPER_LIP,
  OUTER_LOWER_LIP,
  OUTER_UPPER_LIP,
  type EyePoints,
} from '../landmarks.ts';
import { delaunay } from './delaunay.ts';
import { headDepth, smoothDepth } from './depth.ts';
import { fitEyeball } from './eyeball.ts';
import { flipEdges } from './flip-edges.ts';

export const LIP_COLUMNS = 21;
export const LID_COLUMNS = 13;
/** Rows across a lip, as parts of the way from its inner edge to its outer one and beyond. */
const LIP_ROWS = [0.14, 0.4, 0.7, 1, 1.3] as const;
/** Rows across the lid, as parts of the way from its edge to the brow. */
const UPPER_LID_ROWS = [0.14, 0.3, 0.48, 0.68] as const;
const LOWER_LID_ROWS = [0.1, 0.25] as const;
/** Rings around the face, as parts of the way out from its middle. */
const RINGS = [1.07, 1.16, 1.28, 1.42] as const;
/** How far the mouth is held open while points are joined, parts of its width. */
const HELD_OPEN = 0.3;
/** How far lips that are apart are drawn back, parts of their thickness. */
const WITHDRAWN = 0.32;
const MOST_POINTS = 1450;
const DEPTH_ROUNDS = 6;
const LOOK_PX = 4;

interface Point {
  readonly at: Vec3;
  readonly side: -1 | 0 | 1;
}

/** Points that keep their distance. */
class PointSet {
  readonly points: Point[] = [];
  readonly #cells = new Map<string, number[]>();
  readonly #cellPx: number;
  constructor(cellPx: number) {
    this.#cellPx = cellPx;
  }
  #key(x: number, y: number): string {
    return `${Math.floor(x / this.#cellPx)},${Math.floor(y / this.#cellPx)}`;
  }
  /** Whether a point is within `distance` (at most a cell) of this place. On one side of the lips only, where asked. */
  near([x, y]: Vec3, distance: number, side: -1 | 0 | 1): boolean {
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -1; dx <= 1; dx++)
        for (const i of this.#cells.get(this.#key(x + dx * this.#cellPx, y + dy * this.#cellPx)) ?? []) {
          const point = this.points[i] as Point;
          // Touching lips stand closer than anything else may.
          if (side * point.side === -1) continue;
          if (Math.hypot(point.at[0] - x, point.at[1] - y) < distance) return true;
        }
    return false;
  }
  add(at: Vec3, side: -1 | 0 | 1 = 0): number {
    const key = this.#key(at[0], at[1]);
    const cell = this.#cells.get(key);
    if (cell) cell.push(this.points.length);
    else this.#cells.set(key, [this.points.length]);
    return this.points.push({ at, side }) - 1;
  }
  offer(at: Vec3, distance: number, side: -1 | 0 | 1 = 0): void {
    if (!this.near(at, distance, side)) this.add(at, side);
  }
}

/** Whether any of the person is within `radius` of a place of the picture. */
export type Covered = (x: number, y: number, radius: number) => boolean;

export function fitSkin(track: PhotoTrack, frame: FaceFrame, covered: Covered): PhotoMesh {
  const at = (index: number) => pointOf(track, index);
  const line = (list: readonly number[], count: number) => resample(list.map(at), count);
  const unit = frame.widthPx;
  const set = new PointSet(unit / 10);

  // Lips.
  const upper = line(INNER_UPPER_LIP, LIP_COLUMNS);
  const lower = line(INNER_LOWER_LIP, LIP_COLUMNS);
  uncross(upper, lower, frame);
  const outerLips = { upper: line(OUTER_UPPER_LIP, LIP_COLUMNS), lower: line(OUTER_LOWER_LIP, LIP_COLUMNS) };
  withdraw(upper, outerLips.upper, lower, outerLips.lower, frame);
  const [first, last] = [set.add(upper[0] as Vec3), set.add(upper.at(-1) as Vec3)];
  const edge = (points: readonly Vec3[], side: -1 | 1) =>
    Uint16Array.from(points, (p, k) => (k === 0 ? first : k === points.length - 1 ? last : set.add(p, side)));
  const upperLip = edge(upper, -1);
  const lowerLip = edge(lower, 1);
  const lips = [
    [upper, outerLips.upper, -1],
    [lower, outerLips.lower, 1],
  ] as const;
  for (const [inner, outer, side] of lips)
    for (const row of LIP_ROWS)
      for (let k = 0; k < LIP_COLUMNS; k++) {
        // At the corners both lips are one.
        const own = k === 0 || k === LIP_COLUMNS - 1 ? 0 : side;
        const p = lerpPoint(inner[k] as Vec3, outer[k] as Vec3, row);
        set.offer(p, (row < 0.2 && own !== 0 ? 0.007 : 0.016) * unit, own);
      }

  // Lids.
  const lids = { right: lidEdges(set, at, EYES.right), left: lidEdges(set, at, EYES.left) };
  for (const side of ['right', 'left'] as const) {
    const { upper: top, lower: bottom } = lids[side];
    const brow = line(EYES[side].brow, LID_COLUMNS);
    for (let k = 1; k < LID_COLUMNS - 1; k++) {
      for (const row of UPPER_LID_ROWS)
        set.offer(lerpPoint(top[k] as Vec3, brow[k] as Vec3, row), 0.014 * unit);
      const height = minus(bottom[k] as Vec3, brow[k] as Vec3);
      for (const row of LOWER_LID_ROWS) set.offer(plus(bottom[k] as Vec3, height, row), 0.014 * unit);
    }
  }

  // The rest of the face.
  const holes = [
    ...(['right', 'left'] as const).map((side) => [...lids[side].upper, ...lids[side].lower.toReversed()]),
    [...upper, ...lower.toReversed()],
  ];
  const inHole = (p: Vec3) => holes.some((hole) => inside(hole, p[0], p[1]));
  const sideOf = lipSide(upper, lower, frame);
  for (let i = 0; i < MESH_POINTS; i++) {
    const p = at(i);
    const isLip =
      (INNER_UPPER_LIP as readonly number[]).includes(i) ||
      (INNER_LOWER_LIP as readonly number[]).includes(i);
    if (!isLip && !inHole(p)) set.offer(p, 0.026 * unit, sideOf(p));
  }
  const oval = FACE_OVAL.map(at);
  const middle = plus(frame.mouth, frame.down, -0.22 * frame.heightPx);
  const depth = headDepth(track, frame);
  const onPicture = ([x, y]: Vec3) => x >= 0 && y >= 0 && x <= track.widthPx && y <= track.heightPx;
  const place = (x: number, y: number): Vec3 => [x, y, depth(x, y)];
  for (const ring of RINGS)
    for (const p of oval) {
      const q = lerpPoint(middle, p, ring);
      if (onPicture(q) && !inHole(q)) set.offer(place(q[0], q[1]), (0.05 + 0.14 * (ring - 1)) * unit);
    }

  // Hair, neck and body: finer about the head.
  const headRadius = 1.35 * Math.max(frame.widthPx, 0.8 * frame.heightPx);
  const left = MOST_POINTS - set.points.length;
  const fine = unit / 8.5;
  const headCells = (Math.PI * headRadius ** 2) / fine ** 2;
  const coarse = Math.max(
    unit / 4,
    Math.sqrt((track.widthPx * track.heightPx) / Math.max(150, left - headCells)),
  );
  const grid = (step: number, wanted: (x: number, y: number) => boolean) => {
    const [nx, ny] = [Math.ceil(track.widthPx / step), Math.ceil(track.heightPx / step)];
    for (let j = 0; j <= ny; j++)
      for (let i = 0; i <= nx; i++) {
        const shift = j % 2 === 1 && i < nx ? 0.5 : 0;
        const [x, y] = [(Math.min(nx, i + shift) * track.widthPx) / nx, (j * track.heightPx) / ny];
        if (wanted(x, y) && covered(x, y, 2.2 * step) && !inside(oval, x, y))
          set.offer(place(x, y), 0.62 * Math.min(step, unit / 6.2));
      }
  };
  const [cx, cy] = [middle[0], middle[1]];
  grid(fine, (x, y) => Math.hypot(x - cx, y - cy) < headRadius);
  grid(coarse, (x, y) => Math.hypot(x - cx, y - cy) >= headRadius);

  // Joined with the mouth held open.
  const held = new Float64Array(set.points.length * 2);
  const across = (p: Vec3) => dot(minus(p, frame.mouth), frame.left);
  const [from, to] = [across(upper[0] as Vec3), across(upper.at(-1) as Vec3)];
  const opened = set.points.map(({ at: p, side }) => {
    const s = (2 * (across(p) - from)) / (to - from) - 1;
    const v = Math.abs(dot(minus(p, frame.mouth), frame.down)) / frame.mouthPx;
    // Never quite nothing: two points may not come to lie in one place.
    const arch = Math.sqrt(Math.max(0.01, 1 - s * s));
    return plus(p, frame.down, side * HELD_OPEN * arch * frame.mouthPx * Math.max(0, 1 - v / 1.2));
  });
  opened.forEach((p, i) => held.set([p[0], p[1]], 2 * i));
  const found = delaunay(held);
  const heldHoles = [
    holes[0] as Vec3[],
    holes[1] as Vec3[],
    [...upperLip, ...Array.from(lowerLip).reverse()].map((i) => opened[i] as Vec3),
  ];
  const indices: number[] = [];
  for (let t = 0; t < found.length; t += 3) {
    const corners = [found[t], found[t + 1], found[t + 2]] as [number, number, number];
    const [a, b, c] = corners.map((i) => opened[i] as Vec3) as [Vec3, Vec3, Vec3];
    const [x, y] = [(a[0] + b[0] + c[0]) / 3, (a[1] + b[1] + c[1]) / 3];
    if (heldHoles.some((hole) => inside(hole, x, y))) continue;
    if (touches(a, b, c, covered)) indices.push(...corners);
  }
  const gapPx = Math.max(0, ...upper.map((p, k) => dot(minus(lower[k] as Vec3, p), frame.down)));
  const shut = set.points.map(({ at: p, side }) => {
    const s = clamp((2 * (across(p) - from)) / (to - from) - 1, -1, 1);
    const v = Math.abs(dot(minus(p, frame.mouth), frame.down)) / frame.mouthPx;
    return plus(p, frame.down, -side * 0.5 * gapPx * Math.sqrt(1 - s * s) * Math.max(0, 1 - 1.4 * v));
  });
  const flat = (points: readonly Vec3[]) => points.flatMap(([x, y]) => [x, y]);
  flipEdges(indices, [flat(set.points.map(({ at: p }) => p)), flat(opened), flat(shut)]);
  if (set.points.length > 0xffff)
    throw new AppError('internal', 'The mesh over the photo has too many points.');
  const positions = new Float32Array(set.points.length * 3);
  set.points.forEach(({ at: p }, i) => positions.set(p, 3 * i));
  smoothDepth(positions, indices, DEPTH_ROUNDS);
  const eye = (side: 'right' | 'left'): EyeMesh => ({
    upperLid: lids[side].upperLid,
    lowerLid: lids[side].lowerLid,
    ...fitEyeball(track, side, lids[side].upper, lids[side].lower),
    glint: null,
  });
  return {
    positions,
    indices: Uint16Array.from(indices),
    upperLip,
    lowerLip,
    right: eye('right'),
    left: eye('left'),
  };
}

/** Whether any of the person is in a triangle, looked at every few pixels. */
function touches(a: Vec3, b: Vec3, c: Vec3, covered: Covered): boolean {
  const longest = Math.max(...[minus(a, b), minus(b, c), minus(c, a)].map(([x, y]) => Math.hypot(x, y)));
  const steps = Math.max(2, Math.ceil(longest / (2 * LOOK_PX)));
  for (let i = 0; i <= steps; i++)
    for (let j = 0; i + j <= steps; j++) {
      const [p, q] = [i / steps, j / steps];
      const x = a[0] + (b[0] - a[0]) * p + (c[0] - a[0]) * q;
      const y = a[1] + (b[1] - a[1]) * p + (c[1] - a[1]) * q;
      if (covered(x, y, LOOK_PX)) return true;
    }
  return false;
}

interface LidEdges {
  readonly upper: readonly Vec3[];
  readonly lower: readonly Vec3[];
  readonly upperLid: Uint16Array;
  readonly lowerLid: Uint16Array;
}
function lidEdges(set: PointSet, at: (index: number) => Vec3, eye: EyePoints): LidEdges {
  const line = (list: readonly number[]) => resample([eye.outer, ...list, eye.inner].map(at), LID_COLUMNS);
  const upper = line(eye.upper);
  const lower = line(eye.lower);
  const [first, last] = [set.add(upper[0] as Vec3), set.add(upper.at(-1) as Vec3)];
  const edge = (points: readonly Vec3[]) =>
    Uint16Array.from(points, (p, k) => (k === 0 ? first : k === points.length - 1 ? last : set.add(p)));
  return { upper, lower, upperLid: edge(upper), lowerLid: edge(lower) };
}

/** Landmarks of touching lips may pass each other by a pixel: then both lie where they meet. */
function uncross(upper: Vec3[], lower: Vec3[], frame: FaceFrame): void {
  upper[0] = lower[0] = lerpPoint(upper[0] as Vec3, lower[0] as Vec3, 0.5);
  const end = upper.length - 1;
  upper[end] = lower[end] = lerpPoint(upper[end] as Vec3, lower[end] as Vec3, 0.5);
  for (let k = 1; k < end; k++) {
    const gap = dot(minus(lower[k] as Vec3, upper[k] as Vec3), frame.down);
    // Less than two hundredths of the mouth is a line, not an opening.
    const shut = 1 - smoothstep(0.01, 0.03, gap / frame.mouthPx);
    const middle = lerpPoint(upper[k] as Vec3, lower[k] as Vec3, 0.5);
    upper[k] = lerpPoint(upper[k] as Vec3, middle, shut);
    lower[k] = lerpPoint(lower[k] as Vec3, middle, shut);
  }
}

/** Where the photo shows lips apart, their edges are drawn back a little: a rim of tooth would come along with the lip. */
function withdraw(
  upper: Vec3[],
  outerUpper: readonly Vec3[],
  lower: Vec3[],
  outerLower: readonly Vec3[],
  frame: FaceFrame,
): void {
  for (let k = 1; k < upper.length - 1; k++) {
    const gap = dot(minus(lower[k] as Vec3, upper[k] as Vec3), frame.down) / frame.mouthPx;
    const parted = WITHDRAWN * smoothstep(0.015, 0.05, gap);
    upper[k] = lerpPoint(upper[k] as Vec3, outerUpper[k] as Vec3, parted);
    lower[k] = lerpPoint(lower[k] as Vec3, outerLower[k] as Vec3, parted);
  }
}

/** On which side of the line between the lips a place is; 0 beyond the corners. */
function lipSide(upper: readonly Vec3[], lower: readonly Vec3[], frame: FaceFrame): (p: Vec3) => -1 | 0 | 1 {
  const along = (p: Vec3) => dot(minus(p, frame.mouth), frame.left);
  const columns = upper.map((p, k) => lerpPoint(p, lower[k] as Vec3, 0.5));
  const u = columns.map(along);
  return (p) => {
    const x = along(p);
    const [from, to] = [u[0] as number, u.at(-1) as number];
    if (x <= from || x >= to) return 0;
    const k = clamp(u.findIndex((value) => value > x) - 1, 0, u.length - 2);
    const t = (x - (u[k] as number)) / Math.max(1e-6, (u[k + 1] as number) - (u[k] as number));
    const seam = lerpPoint(columns[k] as Vec3, columns[k + 1] as Vec3, clamp(t, 0, 1));
    return dot(minus(p, seam), frame.down) < 0 ? -1 : 1;
  };
}

export function inside(polygon: readonly Vec3[], x: number, y: number): boolean {
  let odd = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [xi, yi] = polygon[i] as Vec3;
    const [xj, yj] = polygon[j] as Vec3;
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd;
  }
  return odd;
}
