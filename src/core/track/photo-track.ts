/** A person found in one picture. */
import type { Matte, SeenBody } from './ports.ts';

export interface PhotoTrack {
  readonly widthPx: number;
  readonly heightPx: number;
  /** FACE_POINTS × (x, y, z), pixels of the picture; the middle of many looks. */
  readonly points: Float32Array<ArrayBuffer>;
  readonly sure: number;
  /** Radians, as MOTION_CHANNELS has them. */
  readonly headYaw: number;
  readonly headPitch: number;
  readonly headRoll: number;
  readonly body: SeenBody | null;
  readonly matte: Matte;
}
