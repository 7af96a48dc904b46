/**
 * Hair as a field of guide curves. A mass of hair is a family of curves from the parting to the tips, given by a few
 * guides; any strand is an in-between curve, so outline, shade and shine all flow the same way and swing together.
 */
import type { Point } from '../../draw/draw-list.ts';
import type { Scene } from './context.ts';
import { clamp, lerp, type Vec3 } from './geometry.ts';

export type Guide = readonly Vec3[];

/** The long side: lifted from the parting, over the brow, then down past the cheek in two slow waves. */
export const LONG_SIDE: readonly Guide[] = [
  [
    [-25, -78, 67],
    [0, -73, 77],
    [28, -62, 76],
    [51, -42, 61],
    [63, -14, 44],
    [65, 14, 34],
    [64, 40, 32],
    [65, 66, 30],
    [68, 92, 26],
    [57, 113, 22],
  ],
  [
    [-25, -92, 61],
    [6, -92, 71],
    [40, -79, 64],
    [66, -53, 46],
    [78, -20, 28],
    [79, 10, 20],
    [71, 40, 22],
    [75, 68, 20],
    [84, 96, 16],
    [72, 130, 12],
  ],
  [
    [-24, -108, 48],
    [10, -111, 58],
    [49, -98, 46],
    [78, -67, 26],
    [91, -28, 10],
    [92, 6, 4],
    [84, 38, 6],
    [88, 68, 6],
    [98, 98, 4],
    [86, 138, 2],
  ],
  [
    [-22, -121, 26],
    [14, -127, 31],
    [56, -114, 18],
    [87, -79, 4],
    [101, -36, -8],
    [103, 2, -12],
    [94, 36, -10],
    [98, 66, -10],
    [109, 98, -10],
    [97, 139, -6],
  ],
  [
    [-20, -131, 0],
    [17, -137, -6],
    [60, -123, -14],
    [93, -86, -18],
    [107, -40, -22],
    [109, 2, -24],
    [100, 36, -22],
    [104, 66, -22],
    [115, 98, -22],
    [106, 131, -16],
  ],
];
/** The short side: lifted, swept back over the temple, tucked behind the ear, and down to the collar. */
export const SHORT_SIDE: readonly Guide[] = [
  [
    [-25, -78, 67],
    [-40, -71, 61],
    [-53, -55, 51],
    [-62, -36, 39],
    [-70, -20, 22],
    [-78, -9, 4],
    [-84, 12, -14],
    [-80, 46, -22],
    [-71, 86, -22],
    [-60, 117, -18],
  ],
  [
    [-25, -94, 60],
    [-48, -89, 52],
    [-68, -68, 36],
    [-79, -43, 18],
    [-85, -21, 4],
    [-90, -2, -10],
    [-92, 20, -22],
    [-87, 52, -26],
    [-85, 92, -26],
    [-73, 133, -20],
  ],
  [
    [-23, -113, 44],
    [-53, -109, 34],
    [-79, -85, 16],
    [-93, -54, 0],
    [-99, -25, -12],
    [-101, 2, -20],
    [-99, 26, -28],
    [-95, 58, -28],
    [-99, 96, -28],
    [-87, 140, -22],
  ],
  [
    [-20, -131, 0],
    [-53, -128, -6],
    [-84, -102, -14],
    [-103, -64, -20],
    [-110, -29, -26],
    [-110, 4, -30],
    [-105, 32, -34],
    [-103, 62, -32],
    [-112, 96, -30],
    [-101, 133, -24],
  ],
];

/** The in-between curve `across` (0 first guide … 1 last) at `along` (0 root … 1 tip), in head space. */
export function guidePoint(mass: readonly Guide[], across: number, along: number): Vec3 {
  const g = clamp(across) * (mass.length - 1);
  const i = Math.min(mass.length - 2, Math.floor(g));
  // Across the guides, too, the field is a smooth curve: the outline of the tips has no corners.
  const at = (k: number): Vec3 => guideAt(mass[Math.max(0, Math.min(mass.length - 1, k))] as Guide, along);
  return hermite(at(i - 1), at(i), at(i + 1), at(i + 2), g - i);
}
function guideAt(guide: Guide, along: number): Vec3 {
  const u = clamp(along) * (guide.length - 1);
  const i = Math.min(guide.length - 2, Math.floor(u));
  const get = (k: number): Vec3 => guide[Math.max(0, Math.min(guide.length - 1, k))] as Vec3;
  return hermite(get(i - 1), get(i), get(i + 1), get(i + 2), u - i);
}
/** Catmull–Rom between p1 and p2. */
function hermite(p0: Vec3, p1: Vec3, p2: Vec3, p3: Vec3, f: number): Vec3 {
  const f2 = f * f;
  const f3 = f2 * f;
  const a = 2 * f3 - 3 * f2 + 1;
  const b = (f3 - 2 * f2 + f) / 2;
  const c = -2 * f3 + 3 * f2;
  const d = (f3 - f2) / 2;
  return [
    a * p1[0] + b * (p2[0] - p0[0]) + c * p2[0] + d * (p3[0] - p1[0]),
    a * p1[1] + b * (p2[1] - p0[1]) + c * p2[1] + d * (p3[1] - p1[1]),
    a * p1[2] + b * (p2[2] - p0[2]) + c * p2[2] + d * (p3[2] - p1[2]),
  ];
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
