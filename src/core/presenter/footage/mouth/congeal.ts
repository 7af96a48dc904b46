/**
 * Landmarks laid on the skin. The network that finds them knows faces in general: from frame to frame it sets the same spot
 * of this person's beard or fold a pixel or two aside, and two mouths that are laid on each other by such landmarks differ
 * by that everywhere. So the skin about each landmark is brought to cover what it looks like on the mean of the film, all
 * frames together, and the landmark moves with it: congealing (Huang, Jain and Learned-Miller, "Unsupervised joint
 * alignment of complex images", 2007), each step by Lucas and Kanade ("An iterative image registration technique", 1981).
 * The inner edge of the lips stays as it was found: what is seen there changes with every word.
 */
import type { FootageTrack } from '../../../track/footage-track.ts';
import { FACE_POINTS, type Picture } from '../../../track/ports.ts';
import { smoothRows } from './algebra.ts';
import { filmFaces } from './geometry.ts';
import { HEAD, type Heads } from './head.ts';
import { MOUTH_MESH, placeInMesh, RING, RINGS } from './points.ts';
import { TARGET_SMOOTH_FRAMES } from './space.ts';

/** The base of the nose belongs to the head. */
const NOSE = [98, 97, 2, 326, 327];
/** Landmarks that are laid on the skin: from the lips' outer edge to the last ring inside the jaw. */
const LAID = [
  ...new Set([RING.outer, RING.around, RING.fold, RING.cheek, RING.within].flatMap((ring) => RINGS[ring])),
].filter((point) => !NOSE.includes(point));

/** From one sample to the next, heights of the face; samples a side that are compared, and that are kept to move in. */
const STEP = 0.02;
const COMPARED = 9;
const KEPT = 15;
/** No landmark is further aside than this, in steps. */
const MOST_STEPS = 2;
const ROUNDS = 4;
/** σ: what moves no quicker than this is no part of a mouth's shape. */
export const SLOW_FRAMES = 6;
/** Squared slope of luma, per sample, that a landmark needs to be moved by half of what is asked. */
const RIDGE = 4;
/** Bilinear readings a side that make a sample, at most. */
const MOST_READINGS = 4;

/** What one frame takes: bytes. */
export const PATCH_BYTES = LAID.length * KEPT * KEPT;

/**
 * The luma about each landmark of LAID, KEPT × KEPT samples, level and in heights of the face.
 * @param places MOUTH_MESH × (x, y) of this frame @returns PATCH_BYTES
 */
export function readPatches(
  picture: Picture,
  places: Float32Array,
  heads: Heads,
  frame: number,
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(PATCH_BYTES);
  const [across, down] = axesOf(heads, frame);
  // A bilinear reading covers two pixels.
  const readings = Math.max(1, Math.min(MOST_READINGS, Math.round((STEP * Math.hypot(across, down)) / 2)));
  LAID.forEach((point, l) => {
    const at = placeInMesh(point) * 2;
    const [x0, y0] = [places[at]! - 0.5, places[at + 1]! - 0.5];
    for (let j = 0; j < KEPT; j++)
      for (let i = 0; i < KEPT; i++) {
        let sum = 0;
        for (let v = 0; v < readings; v++)
          for (let u = 0; u < readings; u++) {
            const a = (i - (KEPT - 1) / 2 + (u + 0.5) / readings - 0.5) * STEP;
            const b = (j - (KEPT - 1) / 2 + (v + 0.5) / readings - 0.5) * STEP;
            sum += lumaAt(picture, x0 + across * a - down * b, y0 + down * a + across * b);
          }
        out[(l * KEPT + j) * KEPT + i] = Math.round(sum / (readings * readings));
      }
  });
  return out;
}

export interface Congealed {
  /** The track with its landmarks laid on the skin. */
  readonly track: FootageTrack;
  /** The same but for what changes over more than a quarter of a second: how a head is turned moves skin, and is no shape. */
  readonly quick: FootageTrack;
  /** frames × LAID × (right, down): how far each was moved, in steps of the level frame. */
  readonly moved: Float64Array<ArrayBuffer>;
}

/**
 * @param patches frames × PATCH_BYTES, as readPatches gives them at the places of filmFaces(track)
 * @param learned frames: above 0 where the film's mean look may be taken from
 */
export function congeal(track: FootageTrack, patches: Uint8Array, learned: ArrayLike<number>): Congealed {
  const { frameCount, seen } = track;
  const moved = new Float64Array(frameCount * LAID.length * 2);
  const asked = Array.from({ length: frameCount }, (_, f) => f).filter((f) => seen[f]! > 0);
  const taught = asked.filter((f) => learned[f]! > 0);
  if (taught.length === 0) return { track, quick: track, moved };
  LAID.forEach((_, l) => {
    for (let round = 0; round < ROUNDS; round++) {
      const mean = meanPatch(patches, moved, l, taught);
      for (const f of asked) approach(patches, moved, l, f, mean);
      centre(moved, l, asked, taught);
    }
  });
  // Landmarks are smoothed over time again where they are used; what that takes of a move is given beforehand.
  const smooth = smoothRows(moved, LAID.length * 2, TARGET_SMOOTH_FRAMES, seen);
  const slow = smoothRows(moved, LAID.length * 2, SLOW_FRAMES, seen);
  const put = (of: (at: number) => number): FootageTrack => {
    const { heads } = filmFaces(track);
    const points = track.points.slice();
    for (const f of asked) {
      const [across, down] = axesOf(heads, f);
      LAID.forEach((point, l) => {
        const at = (f * LAID.length + l) * 2;
        const [a, b] = [STEP * of(at), STEP * of(at + 1)];
        points[(f * FACE_POINTS + point) * 3]! += across * a - down * b;
        points[(f * FACE_POINTS + point) * 3 + 1]! += down * a + across * b;
      });
    }
    return { ...track, points };
  };
  const ahead = (at: number) => 2 * moved[at]! - smooth[at]!;
  return { track: put(ahead), quick: put((at) => ahead(at) - slow[at]!), moved };
}

/**
 * Colours that were read before the landmarks were laid on the skin, as they are where those are now: brought to what the
 * luma about them is there. Changed in place.
 * @param colours frames × places × (r, g, b) @param places of MOUTH_MESH
 * @param reach of each place: half a side of what its colour is the mean of, heights of the face
 */
export function recolour(
  colours: Float32Array,
  places: readonly number[],
  reach: (place: number) => number,
  patches: Uint8Array,
  { track, moved }: Congealed,
): void {
  places.forEach((place, k) => {
    const l = LAID.indexOf(MOUTH_MESH[place]!);
    if (l < 0) return;
    const steps = Math.min(MOST_REACH, Math.round(reach(place) / STEP));
    for (let f = 0; f < track.frameCount; f++) {
      const at = (f * LAID.length + l) * 2;
      const before = boxMean(patches, f, l, 0, 0, steps);
      const gain = (boxMean(patches, f, l, moved[at]!, moved[at + 1]!, steps) + 1) / (before + 1);
      for (let c = 0; c < 3; c++) colours[(f * places.length + k) * 3 + c]! *= gain;
    }
  });
}

const MOST_REACH = (KEPT - 1) / 2 - MOST_STEPS - 1;

function boxMean(patches: Uint8Array, frame: number, l: number, a: number, b: number, reach: number): number {
  let sum = 0;
  for (let j = -reach; j <= reach; j++)
    for (let i = -reach; i <= reach; i++) sum += sampleAt(patches, frame, l, i + a, j + b);
  return sum / (2 * reach + 1) ** 2;
}

/** What a landmark's patch shows (a, b) steps from its middle. */
function sampleAt(patches: Uint8Array, frame: number, l: number, a: number, b: number): number {
  const within = (at: number) => Math.max(0, Math.min(KEPT - 1.001, at + (KEPT - 1) / 2));
  const [x, y] = [within(a), within(b)];
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [u, v] = [x - left, y - top];
  const p = frame * PATCH_BYTES + (l * KEPT + top) * KEPT + left;
  return (
    (patches[p]! * (1 - u) + patches[p + 1]! * u) * (1 - v) +
    (patches[p + KEPT]! * (1 - u) + patches[p + KEPT + 1]! * u) * v
  );
}

const SIDE = COMPARED + 2; // with the samples that slopes are taken to
const scratch = new Float32Array(SIDE * SIDE);

/** What is seen about a landmark that is moved by (a, b) steps: SIDE × SIDE, its mean taken out. */
function cut(patches: Uint8Array, frame: number, l: number, a: number, b: number, into: Float32Array): void {
  const from = frame * PATCH_BYTES + l * KEPT * KEPT;
  const first = (KEPT - SIDE) / 2;
  const [left, top] = [Math.floor(a), Math.floor(b)];
  const [u, v] = [a - left, b - top];
  let mean = 0;
  for (let j = 0; j < SIDE; j++) {
    const row = from + Math.max(0, Math.min(KEPT - 2, first + j + top)) * KEPT;
    for (let i = 0; i < SIDE; i++) {
      const p = row + Math.max(0, Math.min(KEPT - 2, first + i + left));
      const value =
        (patches[p]! * (1 - u) + patches[p + 1]! * u) * (1 - v) +
        (patches[p + KEPT]! * (1 - u) + patches[p + KEPT + 1]! * u) * v;
      into[j * SIDE + i] = value;
      mean += value / (SIDE * SIDE);
    }
  }
  for (let k = 0; k < into.length; k++) into[k]! -= mean;
}

function meanPatch(
  patches: Uint8Array,
  moved: Float64Array,
  l: number,
  frames: readonly number[],
): Float32Array {
  const mean = new Float32Array(SIDE * SIDE);
  for (const f of frames) {
    const at = (f * LAID.length + l) * 2;
    cut(patches, f, l, moved[at]!, moved[at + 1]!, scratch);
    for (let k = 0; k < mean.length; k++) mean[k]! += scratch[k]! / frames.length;
  }
  return mean;
}

/** One step of a landmark's patch towards the mean one. */
function approach(
  patches: Uint8Array,
  moved: Float64Array,
  l: number,
  frame: number,
  mean: Float32Array,
): void {
  const at = (frame * LAID.length + l) * 2;
  cut(patches, frame, l, moved[at]!, moved[at + 1]!, scratch);
  let [xx, xy, yy, x, y] = [0, 0, 0, 0, 0];
  for (let j = 1; j <= COMPARED; j++)
    for (let i = 1; i <= COMPARED; i++) {
      const k = j * SIDE + i;
      const gx = (scratch[k + 1]! - scratch[k - 1]! + mean[k + 1]! - mean[k - 1]!) / 4;
      const gy = (scratch[k + SIDE]! - scratch[k - SIDE]! + mean[k + SIDE]! - mean[k - SIDE]!) / 4;
      const off = mean[k]! - scratch[k]!;
      xx += gx * gx;
      xy += gx * gy;
      yy += gy * gy;
      x += gx * off;
      y += gy * off;
    }
  xx += RIDGE * COMPARED * COMPARED;
  yy += RIDGE * COMPARED * COMPARED;
  const area = xx * yy - xy * xy;
  const within = (steps: number) => Math.max(-MOST_STEPS, Math.min(MOST_STEPS, steps));
  moved[at] = within(moved[at]! + (yy * x - xy * y) / area);
  moved[at + 1] = within(moved[at + 1]! + (xx * y - xy * x) / area);
}

/** All frames together do not move: where the mean of the film has a landmark, it is. */
function centre(moved: Float64Array, l: number, asked: readonly number[], taught: readonly number[]): void {
  for (const axis of [0, 1]) {
    const mean = taught.reduce((sum, f) => sum + moved[(f * LAID.length + l) * 2 + axis]!, 0) / taught.length;
    for (const f of asked) moved[(f * LAID.length + l) * 2 + axis]! -= mean;
  }
}

/** Of a level frame of the head's size: pixels that a unit to the right goes right and down. */
function axesOf({ values }: Heads, frame: number): readonly [across: number, down: number] {
  const h = frame * HEAD;
  const roll = Math.atan2(values[h + 3]!, values[h]!);
  const scale = values[h + 9]!;
  return [Math.cos(roll) * scale, Math.sin(roll) * scale];
}

function lumaAt({ rgba, widthPx, heightPx }: Picture, x: number, y: number): number {
  const [i, j] = [
    Math.max(0, Math.min(widthPx - 2, Math.floor(x))),
    Math.max(0, Math.min(heightPx - 2, Math.floor(y))),
  ];
  const [u, v] = [Math.max(0, Math.min(1, x - i)), Math.max(0, Math.min(1, y - j))];
  const luma = (p: number) => 0.299 * rgba[p]! + 0.587 * rgba[p + 1]! + 0.114 * rgba[p + 2]!;
  const p = (j * widthPx + i) * 4;
  const row = widthPx * 4;
  return (
    (luma(p) * (1 - u) + luma(p + 4) * u) * (1 - v) + (luma(p + row) * (1 - u) + luma(p + row + 4) * u) * v
  );
}
