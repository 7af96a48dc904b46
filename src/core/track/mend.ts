/**
 * Frames that cannot be right: the network was unsure, the face jumped and came back, grew and shrank at once, or has
 * bones that this person's face has not. They are filled in from beside; what is good stays to the last bit.
 */
import { bridge, gaussian, median } from './curves.ts';
import { STABLE } from './mesh-points.ts';
import { headPose, meanFace } from './pose.ts';
import { FACE_POINTS } from './ports.ts';

const VALUES = FACE_POINTS * 3;

/** Below this the mesh network itself doubts that there is a face. */
export const SURE_ENOUGH = 0.5;
/** A head does not leave the way between its neighbours by more than this part of its size within a frame… */
const JUMP = 0.07;
/** …or, in a restless film, by more than so many times what it usually does. */
const JUMP_USUAL = 8;
/** Nor does its size differ from that of the half second around it by more than this part. */
const SIZE_JUMP = 0.15;
/** Stable points off this person's own rigid face, as part of its size: the mesh sits on something else. */
const MISFIT = 0.09;

/**
 * Mends `points` in place.
 * @param points frames × FACE_POINTS × (x, y, z), pixels @param sure frames @param fps for how long "around" is
 * @returns per frame 1 where the face itself was seen well, 0 where it stands in
 */
export function mendPoints(points: Float32Array, sure: Float32Array, fps: number): Uint8Array<ArrayBuffer> {
  const count = sure.length;
  const seen = Uint8Array.from(sure, (value) => (value >= SURE_ENOUGH ? 1 : 0));
  const places = Array.from({ length: count }, (_, i) => placeOf(points, i));
  for (let i = 0; i < count; i++) if (!Number.isFinite((places[i] as Place).size)) seen[i] = 0;
  if (!seen.includes(1)) return seen;

  rejectMisfits(points, seen);
  rejectSizes(places, seen, fps);
  // Twice: a frame beside a jump looks like a jump itself until the first is gone.
  rejectJumps(places, seen);
  rejectJumps(places, seen);
  bridge(points, VALUES, (i) => seen[i] === 1);
  return seen;
}

interface Place {
  readonly x: number;
  readonly y: number;
  /** Root mean square distance of the stable points from their middle, pixels. */
  readonly size: number;
}

function placeOf(points: Float32Array, frame: number): Place {
  let [x, y] = [0, 0];
  const base = frame * VALUES;
  for (const point of STABLE) {
    x += (points[base + point * 3] as number) / STABLE.length;
    y += (points[base + point * 3 + 1] as number) / STABLE.length;
  }
  let spread = 0;
  for (const point of STABLE)
    spread +=
      ((points[base + point * 3] as number) - x) ** 2 + ((points[base + point * 3 + 1] as number) - y) ** 2;
  return { x, y, size: Math.sqrt(spread / STABLE.length) || NaN };
}

function rejectMisfits(points: Float32Array, seen: Uint8Array): void {
  const mean = meanFace(points, (i) => seen[i] === 1);
  const misfit = Array.from(seen, (ok, i) => (ok ? misfitOf(points, i, mean) : NaN));
  const usual = median(misfit.filter(Number.isFinite));
  const limit = Math.max(MISFIT, 3 * usual);
  misfit.forEach((value, i) => {
    if (value > limit) seen[i] = 0;
  });
}

/** Root mean square distance between the stable points and the mean face laid on them, in units of face space. */
function misfitOf(points: Float32Array, frame: number, mean: Float32Array<ArrayBuffer>): number {
  const pose = headPose(points, frame, mean);
  const r = pose.rotation;
  let sum = 0;
  for (const point of STABLE) {
    const q = [0, 1, 2].map((k) => mean[point * 3 + k] as number);
    const at = frame * VALUES + point * 3;
    // In the picture alone: depth is the network's guess.
    for (let row = 0; row < 2; row++) {
      const turned =
        (r[row * 3] as number) * (q[0] as number) +
        (r[row * 3 + 1] as number) * (q[1] as number) +
        (r[row * 3 + 2] as number) * (q[2] as number);
      const placed = pose.scale * turned + (row === 0 ? pose.x : pose.y);
      sum += (((points[at + row] as number) - placed) / pose.scale) ** 2;
    }
  }
  return Math.sqrt(sum / STABLE.length);
}

function rejectSizes(places: readonly Place[], seen: Uint8Array, fps: number): void {
  const reach = Math.max(2, Math.round(fps / 4));
  const around = places.map((_, i) => {
    const near = [];
    for (let k = Math.max(0, i - reach); k <= Math.min(places.length - 1, i + reach); k++)
      if (seen[k]) near.push((places[k] as Place).size);
    return median(near);
  });
  places.forEach(({ size }, i) => {
    if (seen[i] && Math.abs(size / (around[i] as number) - 1) > SIZE_JUMP) seen[i] = 0;
  });
}

/** One or two frames away from where those before and after them are. */
function rejectJumps(places: readonly Place[], seen: Uint8Array): void {
  const off = places.map((place, i) => {
    if (!seen[i]) return NaN;
    const before = nearest(places, seen, i, -1);
    const after = nearest(places, seen, i, 1);
    if (before === null || after === null) return NaN;
    const [a, b] = [places[before] as Place, places[after] as Place];
    const part = (i - before) / (after - before);
    const expected = { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part };
    // A face that goes on to somewhere else has not come back: that is a cut or a quick move, not a slip.
    const away = Math.hypot(b.x - a.x, b.y - a.y) / place.size;
    return Math.max(0, Math.hypot(place.x - expected.x, place.y - expected.y) / place.size - away / 2);
  });
  const usual = median(off.filter(Number.isFinite));
  const limit = Math.max(JUMP * 2, JUMP_USUAL * usual);
  // Of neighbours that are both off, the one that is further off is the slip.
  off.forEach((value, i) => {
    if (value > limit && value >= (off[i - 1] || 0) && value >= (off[i + 1] || 0)) seen[i] = 0;
  });
}

function nearest(places: readonly Place[], seen: Uint8Array, from: number, step: 1 | -1): number | null {
  for (let i = from + step, tries = 0; i >= 0 && i < places.length && tries < 4; i += step, tries++)
    if (seen[i]) return i;
  return null;
}

/** Sizes that are smooth over a fifth of a second: heads come no closer in that time, but landmarks tremble. */
export function smoothSizes(sizes: ArrayLike<number>, fps: number): Float64Array {
  return gaussian(sizes, 0.2 * fps);
}
