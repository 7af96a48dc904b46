/**
 * A person followed through a film, frame by frame, as plain data. What was not seen on a frame is filled in from
 * beside it, and `seen` says so.
 */
import type { Rational } from '../base/time.ts';

/**
 * What is measured on each frame, identity-free, with the head's pose taken out (measure.ts). Mouth: inner lips apart,
 * and corner to corner, over the distance from brow to base of the nose, which speech does not move. Blink: 0 as open
 * as usual in this film … 1 shut. Brow: rise over this film's rest, over the same distance. Gaze and head: radians as
 * MOTION_CHANNELS has them; gaze pitch counts from this film's own middle. Face: middle between forehead and chin, and
 * their distance with the head unturned and the jaw as usual, pixels, smooth over a fifth of a second. Light: mean luma
 * of the face 0…1; sharpness: mean squared Laplacian of the face's luma (0…255) at 192 px.
 */
export const MEASURES = [
  'mouthOpening',
  'mouthWidth',
  'blinkLeft',
  'blinkRight',
  'browLeft',
  'browRight',
  'gazeYaw',
  'gazePitch',
  'headYaw',
  'headPitch',
  'headRoll',
  'faceX',
  'faceY',
  'faceHeightPx',
  'light',
  'sharpness',
] as const;
export type Measure = (typeof MEASURES)[number];

export interface FootageTrack {
  readonly rate: Rational;
  readonly frameCount: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** frames × FACE_POINTS × (x, y, z), pixels of the film; second stage, outliers mended, not smoothed. */
  readonly points: Float32Array<ArrayBuffer>;
  /** frames: 0…1 */
  readonly sure: Float32Array<ArrayBuffer>;
  /** frames: 1 where the face itself was seen well, 0 where it stands in or something is before the mouth. */
  readonly seen: Uint8Array<ArrayBuffer>;
  /** frames × MEASURES */
  readonly measures: Float32Array<ArrayBuffer>;
  /** frames × BODY_POINTS × (x, y, sure); looked for on some frames and joined between them. */
  readonly body: Float32Array<ArrayBuffer>;
}

const COLUMN = new Map<Measure, number>(MEASURES.map((name, index) => [name, index]));

/** One measure over all frames. */
export function measureOf(track: FootageTrack, name: Measure): Float32Array<ArrayBuffer> {
  const column = COLUMN.get(name) as number;
  const values = new Float32Array(track.frameCount);
  for (let i = 0; i < values.length; i++) values[i] = track.measures[i * MEASURES.length + column] as number;
  return values;
}
