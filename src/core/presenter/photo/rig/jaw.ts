/**
 * The jaw turns about the joints before the ears, and takes chin and lower lip along; cheeks follow in part, the upper
 * lip not at all. Teeth follow it without give.
 */
import { clamp, smoothstep } from '../curve.ts';
import { plus, pointOf, type Vec3 } from '../face-frame.ts';
import type { PhotoFit } from '../fit.ts';
import { CHIN } from '../landmarks.ts';
import { addField, field } from './field.ts';
import type { Pose } from './pose.ts';
import type { SkinMap } from './skin-map.ts';

/** How far the jaw turns when it is dropped fully, radians. */
export const JAW_RAD = 0.34;

export interface Jaw {
  move(pose: Pose, out: Float32Array): void;
  /** A place that is fixed to the jaw, canonical. */
  carry(p: Vec3, pose: Pose): Vec3;
}

/** @param side of the lips each vertex is on: −1 above the seam, 1 below, 0 beside the mouth */
export function createJaw(fit: PhotoFit, map: SkinMap, side: Int8Array): Jaw {
  const joints = [pointOf(fit.track, 234), pointOf(fit.track, 454)] as const;
  const joint = map.canonical(plus(plus([0, 0, 0], joints[0], 0.5), joints[1], 0.5));
  const corner = Math.abs(map.landmark(291)[0] - map.landmark(61)[0]) / 2;
  const chin = map.landmark(CHIN)[1];
  const { positions } = fit.mesh;
  const weights = new Float32Array(map.count);
  for (let i = 0; i < map.count; i++) {
    const [u, v] = [map.u[i] as number, map.v[i] as number];
    const soft = smoothstep(-0.6, 0.9, v);
    const between = Math.sqrt(Math.max(0, 1 - (u / corner) ** 2));
    const s = side[i] as number;
    const w = s < 0 ? soft * (1 - between) : s > 0 ? soft + (1 - soft) * between : soft;
    // Below the chin the throat gives way; above the ear nothing moves.
    weights[i] = w * (1 - smoothstep(chin + 0.02, chin + 0.85, v)) * (1 - smoothstep(1.5, 2, Math.abs(u)));
  }
  const from = (i: number): readonly [down: number, back: number] => {
    const p = map.canonical([
      positions[3 * i] as number,
      positions[3 * i + 1] as number,
      positions[3 * i + 2] as number,
    ]);
    return [p[1] - joint[1], p[2] - joint[2]];
  };
  const sine = field(map, (_u, _v, i) => {
    const [down, back] = from(i);
    const w = weights[i] as number;
    return [0, -back * w, down * w];
  });
  const cosine = field(map, (_u, _v, i) => {
    const [down, back] = from(i);
    const w = weights[i] as number;
    return [0, -down * w, -back * w];
  });
  const sideways = field(map, (_u, _v, i) => [0.2 * (weights[i] as number), 0, 0]);
  const angle = (pose: Pose) => JAW_RAD * clamp(pose.jawOpen, 0, 1);
  return {
    move(pose, out) {
      const a = angle(pose);
      addField(out, sine, Math.sin(a));
      addField(out, cosine, 1 - Math.cos(a));
      addField(out, sideways, pose.jawLeft - pose.jawRight);
    },
    carry([u, v, w], pose) {
      const a = angle(pose);
      const [down, back] = [v - joint[1], w - joint[2]];
      return [
        u + 0.2 * (pose.jawLeft - pose.jawRight),
        joint[1] + down * Math.cos(a) - back * Math.sin(a),
        joint[2] + back * Math.cos(a) + down * Math.sin(a),
      ];
    },
  };
}
