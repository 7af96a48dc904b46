/**
 * Hair as a field of guide curves. A mass of hair is a family of curves from the parting to the tips, given by a few
 * guides; any strand is an in-between curve, so outline, shade and shine all flow the same way and swing together.
 */
import type { Point } from '../../draw/draw-list.ts';
import type { Scene } from './context.ts';
import { clamp, lerp, type Vec3 } from './geometry.ts';

export type Guide = readonly Vec3[];

/** The long side: from the parting over the brow, down past the cheek (viewer's right), in one slow wave. */
export const LONG_SIDE: readonly Guide[] = [
  [
    [-24, -76, 68],
    [2, -69, 78],
    [30, -58, 74],
    [52, -38, 58],
    [63, -8, 40],
    [66, 24, 28],
    [62, 54, 28],
    [66, 84, 24],
    [57, 118, 20],
  ],
  [
    [-24, -88, 62],
    [6, -87, 71],
    [41, -74, 62],
    [65, -49, 42],
    [76, -14, 24],
    [79, 22, 14],
    [74, 56, 16],
    [80, 88, 12],
    [72, 127, 10],
  ],
  [
    [-23, -104, 48],
    [10, -106, 57],
    [49, -93, 44],
    [76, -62, 24],
    [87, -22, 8],
    [90, 18, 0],
    [85, 56, 2],
    [92, 92, 0],
    [82, 133, 0],
  ],
  [
    [-22, -117, 26],
    [14, -122, 30],
    [55, -109, 18],
    [84, -74, 4],
    [95, -30, -8],
    [97, 14, -14],
    [93, 56, -12],
    [101, 94, -12],
    [90, 134, -8],
  ],
  [
    [-20, -127, 0],
    [16, -132, -6],
    [58, -118, -14],
    [89, -82, -18],
    [100, -34, -22],
    [101, 12, -24],
    [98, 56, -22],
    [106, 95, -22],
    [95, 130, -16],
  ],
];
/** The short side: swept back over the temple and tucked behind the ear. */
export const SHORT_SIDE: readonly Guide[] = [
  [
    [-24, -76, 68],
    [-38, -68, 62],
    [-51, -52, 51],
    [-60, -32, 38],
    [-66, -15, 20],
    [-72, -5, 2],
    [-80, 8, -14],
  ],
  [
    [-24, -90, 60],
    [-45, -84, 52],
    [-64, -64, 36],
    [-75, -39, 18],
    [-80, -18, 4],
    [-83, -2, -10],
    [-87, 14, -24],
  ],
  [
    [-23, -108, 44],
    [-51, -101, 34],
    [-74, -77, 16],
    [-86, -48, 0],
    [-90, -22, -12],
    [-92, 0, -22],
    [-93, 20, -32],
  ],
  [
    [-20, -127, 0],
    [-53, -117, -6],
    [-81, -89, -14],
    [-94, -54, -20],
    [-98, -24, -26],
    [-98, 4, -32],
    [-97, 28, -38],
  ],
];

/** The page point of the in-between curve `across` (0 first guide … 1 last) at `along` (0 root … 1 tip). */
export function hairPoint(scene: Scene, mass: readonly Guide[], across: number, along: number): Point {
  const g = clamp(across) * (mass.length - 1);
  const i = Math.min(mass.length - 2, Math.floor(g));
  const a = guideAt(mass[i] as Guide, along);
  const b = guideAt(mass[i + 1] as Guide, along);
  const f = g - i;
  return hairAt(scene, [lerp(a[0], b[0], f), lerp(a[1], b[1], f), lerp(a[2], b[2], f)]);
}
function guideAt(guide: Guide, along: number): Vec3 {
  const u = clamp(along) * (guide.length - 1);
  const i = Math.min(guide.length - 2, Math.floor(u));
  const f = u - i;
  const p0 = guide[Math.max(0, i - 1)] as Vec3;
  const p1 = guide[i] as Vec3;
  const p2 = guide[i + 1] as Vec3;
  const p3 = guide[Math.min(guide.length - 1, i + 2)] as Vec3;
  const axis = (k: 0 | 1 | 2): number => {
    const m1 = (p2[k] - p0[k]) / 2;
    const m2 = (p3[k] - p1[k]) / 2;
    const f2 = f * f;
    const f3 = f2 * f;
    return (
      (2 * f3 - 3 * f2 + 1) * p1[k] + (f3 - 2 * f2 + f) * m1 + (-2 * f3 + 3 * f2) * p2[k] + (f3 - f2) * m2
    );
  };
  return [axis(0), axis(1), axis(2)];
}

/** A point of hair in head space on the page: own volume and length, and the swing that grows below the ears. */
export function hairAt(scene: Scene, p: Vec3): Point {
  const { shape, head, swing } = scene;
  const volume = shape.hairVolume;
  const below = Math.max(0, p[1] - 10);
  const y = p[1] > 10 ? 10 + below * shape.hairLength : p[1] * lerp(1, volume, 0.5);
  const hang = clamp((p[1] + 20) / 150) ** 2;
  const fuller = lerp(1, volume, clamp(Math.abs(p[0]) / 90));
  return head.at(p[0] * fuller + swing.hairX * hang, y + swing.hairY * hang, p[2]);
}
