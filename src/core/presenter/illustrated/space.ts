/**
 * Where things stand. Presenter space is in millimetres of a life-size person: origin midway between the shoulder
 * joints, x to the viewer's right, y down, z towards the viewer. Everything drawn starts as a point of the body or of
 * the head in three dimensions; the body frame leans, sways and twists it, the head frame turns it, and one camera
 * projects it. This is the whole 2.5D of the character: parts carry depth and one map moves them all, after the
 * manner of Live2D and Inochi2D.
 */
import type { Affine, Point } from '../../draw/draw-list.ts';
import type { Vec3 } from './geometry.ts';
import type { Pose } from './pose.ts';

export const SHOULDER_WIDTH = 330; // between the joints; the clothed outline is wider
const CAMERA_DISTANCE = 1900;
const CAMERA_CENTER_Y = -150;
const HIP_Y = 470;
/** The head's own origin (between the eyes, on the axis of the skull) in body space. */
const HEAD_ORIGIN: Vec3 = [0, -184, 22];
/** The joint it turns about, in head space. */
const HEAD_PIVOT: Vec3 = [0, 62, -22];

export interface Projected {
  readonly x: number;
  readonly y: number;
  /** Size of a millimetre there. */
  readonly k: number;
  readonly z: number;
}
export function project(p: Vec3): Projected {
  const k = CAMERA_DISTANCE / Math.max(300, CAMERA_DISTANCE - p[2]);
  return { x: p[0] * k, y: CAMERA_CENTER_Y + (p[1] - CAMERA_CENTER_Y) * k, k, z: p[2] };
}
export function toPage(p: Vec3): Point {
  const q = project(p);
  return [q.x, q.y];
}

export interface BodySpace {
  /** A point of the body at rest, moved by lean, sway, twist and breath. */
  place(p: Vec3): Vec3;
  /** The same, on the page. */
  at(x: number, y: number, z: number): Point;
}

export function bodySpace(pose: Pose): BodySpace {
  const twistC = Math.cos(pose.bodyTwist);
  const twistS = Math.sin(pose.bodyTwist);
  const swayS = Math.sin(pose.bodySway);
  const swayC = Math.cos(pose.bodySway);
  const leanS = Math.sin(pose.bodyLean);
  const leanC = Math.cos(pose.bodyLean);
  const place = (p: Vec3): Vec3 => {
    // Breath fills the chest: a little wider, a little higher, most at the breastbone.
    const chest = pose.breath * Math.max(0, 1 - Math.abs(p[1] - 60) / 260);
    const x0 = p[0] * (1 + 0.012 * chest);
    const y0 = p[1] - 5 * pose.breath * Math.max(0, Math.min(1, (HIP_Y - p[1]) / 400));
    const z0 = p[2] + 6 * chest;
    // The hips stay; twist grows towards the shoulders.
    const grow = Math.max(0, Math.min(1, (HIP_Y - y0) / 420));
    const x1 = grow * (x0 * twistC + z0 * twistS) + (1 - grow) * x0;
    const z1 = grow * (-x0 * twistS + z0 * twistC) + (1 - grow) * z0;
    const up = HIP_Y - y0;
    const y2 = HIP_Y - (up * leanC - 0.2 * z1 * leanS);
    const z2 = z1 + up * leanS * 0.9;
    const up2 = HIP_Y - y2;
    return [x1 * swayC + up2 * swayS, HIP_Y - (up2 * swayC - x1 * swayS * 0.6), z2];
  };
  return { place, at: (x, y, z) => toPage(place([x, y, z])) };
}

export interface HeadSpace {
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
  place(p: Vec3): Vec3;
  at(x: number, y: number, z: number): Point;
  /** The map from the unit disc to an ellipse of radii rx, ry lying at (x, y, z), facing forwards. */
  disc(x: number, y: number, z: number, rx: number, ry: number): Affine;
}

export function headSpace(pose: Pose, body: BodySpace): HeadSpace {
  const yaw = pose.headYaw + pose.bodyTwist * 0.5;
  const pitch = pose.headPitch;
  const roll = pose.headRoll + pose.bodySway * 0.4;
  const [cy, sy] = [Math.cos(yaw), Math.sin(yaw)];
  const [cp, sp] = [Math.cos(pitch), Math.sin(pitch)];
  const [cr, sr] = [Math.cos(roll), Math.sin(roll)];
  const joint = body.place([
    HEAD_ORIGIN[0] + HEAD_PIVOT[0],
    HEAD_ORIGIN[1] + HEAD_PIVOT[1],
    HEAD_ORIGIN[2] + HEAD_PIVOT[2],
  ]);
  const place = (p: Vec3): Vec3 => {
    const x = p[0] - HEAD_PIVOT[0];
    const y = p[1] - HEAD_PIVOT[1];
    const z = p[2] - HEAD_PIVOT[2];
    const x1 = x * cy + z * sy;
    const z1 = -x * sy + z * cy;
    const y2 = y * cp + z1 * sp;
    const z2 = -y * sp + z1 * cp;
    return [joint[0] + x1 * cr - y2 * sr, joint[1] + x1 * sr + y2 * cr, joint[2] + z2];
  };
  const at = (x: number, y: number, z: number): Point => toPage(place([x, y, z]));
  return {
    yaw,
    pitch,
    roll,
    place,
    at,
    disc(x, y, z, rx, ry) {
      const c = at(x, y, z);
      const r = at(x + rx, y, z);
      const l = at(x - rx, y, z);
      const d = at(x, y + ry, z);
      const u = at(x, y - ry, z);
      return [(r[0] - l[0]) / 2, (r[1] - l[1]) / 2, (d[0] - u[0]) / 2, (d[1] - u[1]) / 2, c[0], c[1]];
    },
  };
}
