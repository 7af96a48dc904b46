/**
 * The solid of the head: a stack of level slices, each an oval with its own half width, front depth and back depth.
 * From it come the outline at any turn (the support function of an oval is closed-form, so the contour never pops)
 * and the depth of any point of the face. The jaw, the cheeks and the chin move by moving the slices.
 */
import type { Point } from '../../draw/draw-list.ts';
import { clamp, lerp, smoothstep, type Vec3 } from './geometry.ts';
import type { ShapeValues } from './parameters.ts';
import type { Pose } from './pose.ts';
import type { HeadSpace } from './space.ts';

/** Level y, half width a, centre depth zc, depth to the front f and to the back b; millimetres of head space. */
export type Slice = readonly [y: number, a: number, zc: number, f: number, b: number];

const FACE: readonly Slice[] = [
  [-114, 1, -14, 8, 8],
  [-108, 26, -14, 30, 30],
  [-94, 46, -12, 54, 54],
  [-72, 60, -8, 74, 70],
  [-48, 67, -4, 84, 66],
  [-24, 68.5, 0, 84, 56],
  [-4, 68, 0, 81, 48],
  [16, 67.2, 4, 80, 44],
  [34, 64.4, 6, 78, 42],
  [50, 60.6, 9, 76, 38],
  [64, 55.6, 13, 73, 34],
  [76, 49.6, 20, 66, 34],
  [88, 40, 32, 53, 30],
  [98, 27.6, 44, 39, 26],
  [104.5, 15, 51, 29, 18],
];
const CHIN_Y = 107.5;

export interface FaceShape {
  /** How far the chin has dropped, millimetres. */
  readonly jawDrop: number;
  readonly jawShift: number;
  /** How far tissue at level y follows the jaw, 0…1. */
  jawWeight(y: number): number;
  /** Depth of the face's surface. */
  z(x: number, y: number): number;
  /** On the page: the surface point at (x, y), lifted towards the viewer. */
  on(x: number, y: number, lift?: number): Point;
  /** The outline, a closed run of page points: from the crown down the viewer's right, chin, up the left. */
  contour(): Point[];
  /** Outline of the slices from level y0 to y1 on one side (+1 viewer's right), top first. */
  side(side: 1 | -1, y0: number, y1: number): Point[];
}

/** The point of a slice that is farthest to `side` once the head has turned. */
export function silhouette(slice: Slice, yaw: number, side: 1 | -1): Vec3 {
  const [y, a, zc, f, b] = slice;
  const s = Math.sin(yaw) * side;
  const c = Math.cos(yaw);
  const depth = s > 0 ? f : b;
  const reach = Math.hypot(a * c, depth * s) || 1;
  return [(side * a * a * c) / reach, y, zc + (depth * depth * s) / reach];
}

export function faceShape(pose: Pose, shape: ShapeValues, head: HeadSpace): FaceShape {
  const jawDrop = 29 * clamp(pose.jawOpen, 0, 1.2);
  const jawShift = 7 * (pose.jawLeft - pose.jawRight);
  const puff = pose.cheekPuff;
  const smile = (pose.mouthSmileLeft + pose.mouthSmileRight) / 2;
  const purse = clamp(pose.mouthPucker * 0.7 + pose.mouthFunnel * 0.5);
  const jawWeight = (y: number): number => smoothstep(34, 98, y);
  const slices = FACE.map(([y, a, zc, f, b]): Slice => {
    const low = jawWeight(y);
    const cheek = Math.exp(-(((y - 52) / 26) ** 2));
    const wide = lerp(shape.faceWidth, shape.faceWidth * shape.jawWidth, low);
    const width = a * wide + cheek * (5 * puff + 1.6 * smile - 2.2 * purse) - low * jawDrop * 0.07;
    return [y + jawDrop * low, Math.max(0.5, width), zc + 4 * pose.jawForward * low, f, b];
  });
  const chinY = CHIN_Y + jawDrop;

  const sliceAt = (y: number): Slice => {
    let i = 0;
    while (i < slices.length - 2 && (slices[i + 1] as Slice)[0] < y) i++;
    const p = slices[i] as Slice;
    const q = slices[i + 1] as Slice;
    const t = clamp((y - p[0]) / (q[0] - p[0]));
    return [y, lerp(p[1], q[1], t), lerp(p[2], q[2], t), lerp(p[3], q[3], t), lerp(p[4], q[4], t)];
  };
  const z = (x: number, y: number): number => {
    const [, a, zc, f] = sliceAt(y);
    const r = clamp(x / a, -0.985, 0.985);
    return zc + f * Math.sqrt(1 - r * r);
  };
  const outline = (slice: Slice, side: 1 | -1): Point => {
    const [x, y, depth] = silhouette(slice, head.yaw, side);
    return head.at(x + jawShift * jawWeight(y), y, depth);
  };
  const side = (s: 1 | -1, y0: number, y1: number): Point[] =>
    slices.filter(([y]) => y >= y0 && y <= y1).map((slice) => outline(slice, s));

  return {
    jawDrop,
    jawShift,
    jawWeight,
    z,
    on: (x, y, lift = 0) => head.at(x, y, z(x, y) + lift),
    side,
    contour() {
      const right = side(1, -200, 200);
      const left = side(-1, -200, 200).reverse();
      // The chin is a ball too: nodding shows its front, looking up its underside.
      const front = clamp(Math.tan(head.pitch), -0.5, 0.5) * 30;
      const tip = head.at(jawShift, chinY - (front * front) / 60, 55 + front);
      // Between the tip and the last slices the chin is a round arc, whichever way they have turned.
      const round = (end: Point): Point => {
        const bulge = 0.055 * Math.hypot(end[0] - tip[0], end[1] - tip[1]);
        const [dx, dy] = [-Math.sin(head.roll), Math.cos(head.roll)];
        return [lerp(tip[0], end[0], 0.46) + dx * bulge, lerp(tip[1], end[1], 0.46) + dy * bulge];
      };
      const chin = [round(right[right.length - 1] as Point), tip, round(left[0] as Point)];
      return [...right, ...chin, ...left];
    },
  };
}
