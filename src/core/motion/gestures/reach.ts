/**
 * What arms can do, in shoulder widths: the box and the reach that every wrist stays within, whatever a gesture
 * asks for. A shoulder is half a width from the middle; an upper arm and a forearm of 0.75 and 0.7 make 1.45.
 */
import type { HandPose } from '../rest-pose.ts';
import { clamp } from '../curves.ts';

export const UPPER_ARM = 0.75;
export const FOREARM = 0.7;
/** Farthest a wrist is ever asked to be from its shoulder: an arm that is never quite straight. */
export const REACH_MAX = 1.38;
/** Nearest: a forearm folded fully back. */
export const REACH_MIN = 0.3;
export const SHOULDER_X = 0.5;

/** Limits of a wrist seen from its own side: X from the midline outwards, Y down from the shoulders, Z forwards. */
export const REACH_BOX = {
  /** A hand may cross the midline only this far, so that arms never knot. */
  minX: -0.12,
  maxX: 1.4,
  minY: -0.35,
  maxY: 1.25,
  /** In front of the chest, never inside it. */
  minZ: 0.2,
  maxZ: 1.1,
} as const;

/** The nearest pose whose wrist is in the box and within reach. */
export function withinReach(pose: HandPose): HandPose {
  const x = clamp(pose.WristX, REACH_BOX.minX, REACH_BOX.maxX);
  const y = clamp(pose.WristY, REACH_BOX.minY, REACH_BOX.maxY);
  const z = clamp(pose.WristZ, REACH_BOX.minZ, REACH_BOX.maxZ);
  const distance = Math.hypot(x - SHOULDER_X, y, z);
  const scale = distance > REACH_MAX ? REACH_MAX / distance : 1;
  return { ...pose, WristX: SHOULDER_X + (x - SHOULDER_X) * scale, WristY: y * scale, WristZ: z * scale };
}
