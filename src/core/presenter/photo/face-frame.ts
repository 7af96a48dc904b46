/**
 * The face's own axes in its picture. A head that looks past the camera moves its lips along its own axes, so every
 * movement of the face is designed for a face seen from the front, in units of that face, and carried into the
 * picture by these.
 */
import type { PhotoTrack } from '../../track/photo-track.ts';
import {
  CHIN,
  FACE_OVAL,
  FOREHEAD,
  INNER_LOWER_LIP,
  INNER_UPPER_LIP,
  MIRRORED,
  NOSE_TIP,
} from './landmarks.ts';

export type Vec3 = readonly [x: number, y: number, z: number];

export interface FaceFrame {
  /** Unit vectors in the picture's space: to the person's left, down the face, into the head. */
  readonly left: Vec3;
  readonly down: Vec3;
  readonly back: Vec3;
  /** Middle of the closed mouth, picture space. */
  readonly mouth: Vec3;
  /** Pixels from forehead to chin, along the face. */
  readonly heightPx: number;
  /** Pixels from ear to ear, along the face. */
  readonly widthPx: number;
  /** Pixels from corner to corner of the mouth, along the face. */
  readonly mouthPx: number;
  /** Where the head turns on the neck, picture space. */
  readonly pivot: Vec3;
  readonly chin: Vec3;
  readonly forehead: Vec3;
}

export function pointOf(track: PhotoTrack, index: number): Vec3 {
  const { points } = track;
  return [points[3 * index] ?? 0, points[3 * index + 1] ?? 0, points[3 * index + 2] ?? 0];
}
export const plus = (a: Vec3, b: Vec3, k = 1): Vec3 => [a[0] + k * b[0], a[1] + k * b[1], a[2] + k * b[2]];
export const minus = (a: Vec3, b: Vec3): Vec3 => plus(a, b, -1);
export const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
export const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
export const length = (a: Vec3): number => Math.hypot(a[0], a[1], a[2]);
const unit = (a: Vec3): Vec3 => {
  const k = 1 / Math.max(1e-9, length(a));
  return [a[0] * k, a[1] * k, a[2] * k];
};
export function mean(points: readonly Vec3[]): Vec3 {
  return points.reduce((sum, p) => plus(sum, p, 1 / points.length), [0, 0, 0] as Vec3);
}

export function faceFrame(track: PhotoTrack): FaceFrame {
  const at = (index: number) => pointOf(track, index);
  const across = unit(mean(MIRRORED.map(([right, left]) => unit(minus(at(left), at(right))))));
  const along = minus(at(CHIN), at(FOREHEAD));
  const down = unit(plus(along, across, -dot(along, across)));
  const left = across;
  // Left × down points away from the viewer where z does.
  const back = unit(cross(left, down));
  const spread = (list: readonly number[], axis: Vec3) => {
    const along = list.map((index) => dot(at(index), axis));
    return Math.max(...along) - Math.min(...along);
  };
  const heightPx = spread(FACE_OVAL, down);
  const widthPx = spread(FACE_OVAL, left);
  const mouth = mean([...INNER_UPPER_LIP, ...INNER_LOWER_LIP].map(at));
  // Behind the mouth, a third of the way from the nose to the back of the head: the first vertebra.
  const between = plus(at(NOSE_TIP), left, dot(minus(mean([at(234), at(454)]), at(NOSE_TIP)), left));
  const pivot = plus(plus(between, down, 0.34 * heightPx), back, 0.62 * widthPx);
  return {
    left,
    down,
    back,
    mouth,
    heightPx,
    widthPx,
    mouthPx: Math.max(8, spread([61, 291], left)),
    pivot,
    chin: at(CHIN),
    forehead: at(FOREHEAD),
  };
}
