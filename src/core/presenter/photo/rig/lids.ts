/**
 * Lids close with skin: the strip between lash line and brow unrolls over the eye, the lash line travels down to the
 * lower lid, which comes a little to meet it. What lies between the lids does not move with them; it is covered.
 */
import { clamp, smoothstep } from '../curve.ts';
import { dot, minus, plus, pointOf, type Vec3 } from '../face-frame.ts';
import type { EyeMesh, PhotoFit } from '../fit.ts';
import { EYES } from '../landmarks.ts';
import type { Pose } from './pose.ts';
import type { SkinMap } from './skin-map.ts';

/** Part of the opening that the lower lid rises in a blink. */
const LOWER_RISE = 0.13;
/** Of the way from lash line to brow, how much takes part. */
const UPPER_REACH = 0.86;
/** And below the eye, parts of its width. */
const LOWER_REACH = 0.3;

/** How far above its own place a shut lid's edge is read, parts of the eye's width: past the last of the iris. */
const LIFTED = 0.07;
/** And the lower lid's edge below its own, parts of that. */
const LOWERED = 0.4;

export interface Lid {
  /**
   * Where the lid's skin is read from: a tracked lid's edge may lie a little inside the eye, and a shut lid must show no
   * sliver of it. Adds to x, y of vertices, picture pixels.
   */
  lift(pose: Pose, add: (vertex: number, dx: number, dy: number) => void): void;
  /** Moves the skin around one eye. */
  close(pose: Pose, out: Float32Array): void;
  /** 0 as in the photo … 1 shut. */
  shut(pose: Pose): number;
}

export function createLid(fit: PhotoFit, map: SkinMap, side: 'right' | 'left'): Lid {
  const mesh: EyeMesh = fit.mesh[side];
  const { positions } = fit.mesh;
  const { frame } = map;
  const columns = mesh.upperLid.length;
  const place = (i: number): Vec3 => [
    positions[3 * i] as number,
    positions[3 * i + 1] as number,
    positions[3 * i + 2] as number,
  ];
  const upper = Array.from(mesh.upperLid, place);
  const lower = Array.from(mesh.lowerLid, place);
  const [outer, inner] = [upper[0] as Vec3, upper.at(-1) as Vec3];
  const across = minus(inner, outer);
  const widthPx = Math.hypot(...across);
  const along = (p: Vec3) => dot(minus(p, outer), across) / (widthPx * widthPx);
  // Down across the eye, square to the line between its corners.
  const square = minus(frame.down, plus([0, 0, 0], across, dot(frame.down, across) / (widthPx * widthPx)));
  const size = Math.hypot(...square);
  const downward = plus([0, 0, 0], square, 1 / size);
  const below = (p: Vec3) => dot(minus(p, outer), downward);
  const brow = EYES[side].brow.map((index) => pointOf(fit.track, index));
  const browAlong = brow.map(along);
  const columnAlong = upper.map((p, k) => (along(p) + along(lower[k] as Vec3)) / 2);
  const browAt = (t: number) => interpolate(browAlong, brow.map(below), t);
  const steps = Array.from({ length: columns }, (_, k): Vec3 => minus(lower[k] as Vec3, upper[k] as Vec3));

  const vertices: number[] = [];
  const column: number[] = [];
  const weight: number[] = [];
  const isUpper: boolean[] = [];
  const rim = new Map<number, readonly [k: number, upper: boolean]>();
  mesh.upperLid.forEach((i, k) => rim.set(i, [k, true]));
  mesh.lowerLid.forEach((i, k) => k > 0 && k < columns - 1 && rim.set(i, [k, false]));
  for (let i = 0; i < map.count; i++) {
    const own = rim.get(i);
    if (own) {
      vertices.push(i);
      column.push(own[0]);
      weight.push(1);
      isUpper.push(own[1]);
      continue;
    }
    const p = place(i);
    const t = along(p);
    if (t <= 0 || t >= 1 || Math.abs(below(p)) > widthPx) continue;
    const at = columnOf(columnAlong, t);
    const k = Math.floor(at);
    const mix = (list: readonly Vec3[]) =>
      below(list[k] as Vec3) * (1 - (at - k)) + below(list[Math.min(columns - 1, k + 1)] as Vec3) * (at - k);
    const [top, bottom] = [mix(upper), mix(lower)];
    const d = below(p);
    if (d <= (top + bottom) / 2) {
      const room = Math.max(0.08 * widthPx, top - browAt(t)) * UPPER_REACH;
      const x = clamp((top - d) / room, 0, 1);
      if (x >= 1) continue;
      weight.push((1 - x) ** 1.5 * (1 + 0.5 * x));
      isUpper.push(true);
    } else {
      const x = clamp((d - bottom) / (LOWER_REACH * widthPx), 0, 1);
      if (x >= 1) continue;
      weight.push((1 - smoothstep(0, 1, x)) * (1 - 0.3 * x));
      isUpper.push(false);
    }
    vertices.push(i);
    column.push(at);
  }
  const Side = side === 'left' ? 'Left' : 'Right';
  const shut = (pose: Pose) => clamp(pose[`eyeBlink${Side}`], 0, 1);
  return {
    shut,
    lift(pose, add) {
      const amount = LIFTED * widthPx * smoothstep(0.15, 0.8, shut(pose));
      if (amount === 0) return;
      for (let n = 0; n < vertices.length; n++) {
        const way = isUpper[n] === true ? -1 : LOWERED;
        // Least at the corners, where the lids are one.
        const s = (2 * (column[n] as number)) / (columns - 1) - 1;
        const w = amount * (weight[n] as number) ** 2 * Math.sqrt(Math.max(0, 1 - s * s));
        add(vertices[n] as number, way * w * downward[0], way * w * downward[1]);
      }
    },
    close(pose, out) {
      const blink = shut(pose);
      const squint = clamp(pose[`eyeSquint${Side}`], 0, 1);
      const wide = clamp(pose[`eyeWide${Side}`], 0, 1);
      const rise = Math.max(LOWER_RISE * blink, 0.24 * squint) * (1 - 0.4 * wide);
      // At 1 the edges meet exactly.
      const drop = blink * (1 - rise) - 0.16 * wide * (1 - blink) + 0.1 * squint * (1 - blink);
      if (drop === 0 && rise === 0) return;
      for (let n = 0; n < vertices.length; n++) {
        const at = column[n] as number;
        const k = Math.min(columns - 2, Math.floor(at));
        const t = at - k;
        const [a, b] = [steps[k] as Vec3, steps[k + 1] as Vec3];
        const amount = (weight[n] as number) * (isUpper[n] === true ? drop : -rise);
        const i = 3 * (vertices[n] as number);
        for (let c = 0; c < 3; c++)
          out[i + c] = (out[i + c] as number) + amount * ((a[c] as number) * (1 - t) + (b[c] as number) * t);
      }
    },
  };
}

/** Where `t` falls between ascending or descending places, as a number with a fraction. */
function columnOf(places: readonly number[], t: number): number {
  for (let k = 0; k + 1 < places.length; k++) {
    const [a, b] = [places[k] as number, places[k + 1] as number];
    if (t <= b || k === places.length - 2) return k + clamp((t - a) / Math.max(1e-6, b - a), 0, 1);
  }
  return 0;
}
function interpolate(xs: readonly number[], ys: readonly number[], x: number): number {
  const at = columnOf(xs, x);
  const k = Math.min(xs.length - 2, Math.floor(at));
  const t = at - k;
  return (ys[k] as number) * (1 - t) + (ys[k + 1] as number) * t;
}
