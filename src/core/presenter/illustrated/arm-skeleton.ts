/**
 * Arms by inverse kinematics. The wrist is where the motion says; two bones reach it (law of cosines), the elbow falls
 * down and back as a relaxed arm's does, or out to the side as its channel lifts it.
 */
import type { Side } from '../../motion/track.ts';
import type { Scene } from './context.ts';
import { across, add, clamp, dot, length, lerp, scale, sub, unit, type Vec3 } from './geometry.ts';
import { SHOULDER_WIDTH } from './space.ts';

export const UPPER_ARM_MM = 260;
export const FOREARM_MM = 236;

export interface Arm {
  readonly side: Side;
  /** +1 for the presenter's left, which is the viewer's right. */
  readonly sign: 1 | -1;
  readonly shoulder: Vec3;
  readonly elbow: Vec3;
  readonly wrist: Vec3;
  /** From the elbow to the wrist. */
  readonly heading: Vec3;
}

export function wristTarget(scene: Scene, side: Side): Vec3 {
  const p = scene.pose;
  const left = side === 'left';
  return scene.body.place([
    SHOULDER_WIDTH * (left ? p.leftWristX : p.rightWristX),
    SHOULDER_WIDTH * (left ? p.leftWristY : p.rightWristY),
    SHOULDER_WIDTH * (left ? p.leftWristZ : p.rightWristZ),
  ]);
}

export function solveArm(scene: Scene, side: Side): Arm {
  const p = scene.pose;
  const left = side === 'left';
  const sign = left ? 1 : -1;
  const raised = left ? p.shoulderLeftUp : p.shoulderRightUp;
  const lift = left ? p.leftElbow : p.rightElbow;
  const width = (SHOULDER_WIDTH / 2) * scene.shape.shoulderWidth;
  const target = wristTarget(scene, side);
  let shoulder = scene.body.place([sign * width, 12 - 44 * raised, -12]);
  let to = sub(target, shoulder);
  // Beyond reach the shoulder goes along a little, as it does, then the arm is drawn a touch longer.
  const reach = UPPER_ARM_MM + FOREARM_MM;
  const over = length(to) - reach * 0.985;
  if (over > 0) {
    shoulder = add(shoulder, scale(unit(to), Math.min(over, 26)));
    to = sub(target, shoulder);
  }
  const stretch = Math.max(1, length(to) / (reach * 0.996));
  const a = UPPER_ARM_MM * stretch;
  const b = FOREARM_MM * stretch;
  const d = Math.max(length(to), Math.abs(a - b) + 20);
  const axis = unit(to);
  const along = clamp((a * a - b * b + d * d) / (2 * d), -a, a);
  const high = Math.sqrt(Math.max(0, a * a - along * along));
  const hint: Vec3 = [sign * lerp(0.3, 1.6, lift), lerp(1, -0.15, lift), lerp(-0.8, -0.3, lift)];
  let pole = across(hint, axis);
  if (length(pole) < 0.05) pole = across([sign, 0.2, -0.4], axis);
  const elbow = add(add(shoulder, scale(axis, along)), scale(unit(pole), high));
  const forearm = sub(target, elbow);
  return {
    side,
    sign,
    shoulder,
    elbow,
    wrist: target,
    heading: dot(forearm, forearm) > 1 ? unit(forearm) : axis,
  };
}
