/**
 * A row of teeth as a soft picture: each tooth a rounded shape with a little of its own shade, bright in the middle and
 * warm at the gum, thin and bluish-clear at its edge, dark between it and the next; the row goes into shade towards the
 * corners of the mouth, as teeth do that stand on an arch. Never white, never a grid.
 */
import { seededRandom } from '../../../base/hashing.ts';
import { bell, clamp, smoothstep } from '../curve.ts';
import type { FaceLight, Rgb } from './light.ts';

/** Straight RGBA, 0…1. */
export type Rgba = readonly [r: number, g: number, b: number, a: number];
/** The colour at a place of a part: x −1…1 to the person's left, y 0…1 down. */
export type Shader = (x: number, y: number) => Rgba;

interface Tooth {
  readonly from: number;
  readonly to: number;
  readonly height: number;
  readonly tone: number;
  readonly point: number;
}

/** Widths seen from the front of half a row, millimetres: incisors, canine, premolars (ever more from the side). */
const UPPER = [
  { width: 8.4, height: 1, point: 0.05 },
  { width: 6.4, height: 0.9, point: 0.1 },
  { width: 6.2, height: 0.97, point: 0.3 },
  { width: 4.6, height: 0.86, point: 0.2 },
  { width: 3.4, height: 0.8, point: 0.1 },
  { width: 2.2, height: 0.74, point: 0.1 },
];
const LOWER = [
  { width: 5.2, height: 0.93, point: 0.03 },
  { width: 5.7, height: 0.95, point: 0.05 },
  { width: 5.8, height: 1, point: 0.25 },
  { width: 4.8, height: 0.93, point: 0.2 },
  { width: 3.6, height: 0.86, point: 0.1 },
  { width: 2.4, height: 0.8, point: 0.1 },
];
/** Part of a row's picture that its longest tooth takes; the rest is gum. */
export const TOOTH_SHARE = 0.66;

function rowOf(list: typeof UPPER, seed: number): Tooth[] {
  const random = seededRandom(seed);
  const total = list.reduce((sum, { width }) => sum + width, 0);
  const teeth: Tooth[] = [];
  for (const side of [-1, 1]) {
    let x = 0;
    for (const { width, height, point } of list) {
      const next = x + width / total;
      // No two alike: a touch of length and of shade.
      teeth.push({
        from: side < 0 ? -next : x,
        to: side < 0 ? -x : next,
        height: TOOTH_SHARE * height * (0.975 + 0.05 * random()),
        tone: 0.965 + 0.06 * random(),
        point: side * point,
      });
      x = next;
    }
  }
  return teeth;
}

/** @param upper the row's edge is below; else above */
export function teethShader(light: FaceLight, upper: boolean): Shader {
  const teeth = rowOf(upper ? UPPER : LOWER, upper ? 7 : 11);
  const gum: Rgb = [
    light.lip[0] * 0.62 + light.tooth[0] * 0.16,
    light.lip[1] * 0.6 + light.tooth[1] * 0.1,
    light.lip[2] * 0.6 + light.tooth[2] * 0.1,
  ];
  return (x, y) => {
    const d = upper ? 1 - y : y; // from the biting edge
    const n = teeth.findIndex(({ from, to }) => x >= from && x < to);
    const tooth = teeth.at(n >= 0 ? n : x < 0 ? UPPER.length - 1 : -1);
    if (!tooth) return [gum[0], gum[1], gum[2], 0];
    const middle = (tooth.from + tooth.to) / 2;
    const half = (tooth.to - tooth.from) / 2;
    const q = (x - middle) / half; // −1…1 over the tooth
    const aspect = half * 2.35; // a tooth's half width against the picture's height
    // The biting edge: corners rounded, a canine drawn to its point.
    const rounding = Math.max(0, Math.abs(q) - 0.55) / 0.45;
    const edge =
      0.03 +
      0.09 * aspect * rounding ** 2 * 2 +
      Math.abs(tooth.point) * 0.09 * Math.abs(q) +
      (TOOTH_SHARE - tooth.height) * 0.5;
    // The gum's arch over it.
    const neck = tooth.height - 0.02 - 0.1 * q * q;
    const inTooth = smoothstep(edge - 0.02, edge + 0.025, d);
    const isTooth = 1 - smoothstep(neck - 0.035, neck + 0.035, d);
    // The gap to the neighbour: a soft dark line, wider at the biting edge, tighter above the contact.
    const gapWidth = 0.07 + 0.1 * (1 - smoothstep(0.02, 0.2, d));
    const gap = smoothstep(1 - gapWidth, 1.02, Math.abs(q));
    const round = 1 - 0.11 * q * q - 0.06 * Math.abs(q) ** 5;
    const along = clamp(d / tooth.height, 0, 1);
    const body = round * (0.9 + 0.12 * bell(along - 0.42, 0.28)) * tooth.tone;
    const clear = (1 - smoothstep(0.02, 0.22, along)) * 0.1;
    const warm = smoothstep(0.55, 1, along) * 0.1;
    const arch = archShade(x, light.fromLeft);
    const dim = arch * (1 - 0.34 * gap) * (upper ? 1 : 0.93);
    const enamel: Rgb = [
      light.tooth[0] * body * (1 - 0.9 * clear) * dim,
      light.tooth[1] * body * (1 - 0.75 * clear - 0.45 * warm) * (dim - 0.03 * gap),
      light.tooth[2] * body * (1 - 0.55 * clear - warm) * (dim - 0.05 * gap),
    ];
    const gumShade =
      arch * (upper ? 1 : 0.85) * (0.8 + 0.2 * bell(q, 0.7)) * (1 - 0.35 * smoothstep(neck, 1, d));
    const mix = (a: number, b: number) => a * isTooth + b * gumShade * (1 - isTooth);
    // Rows end in the dark, not in an edge.
    const end = 1 - smoothstep(0.86, 1, Math.abs(x));
    const root = 1 - smoothstep(0.86, 1, d);
    return [mix(enamel[0], gum[0]), mix(enamel[1], gum[1]), mix(enamel[2], gum[2]), inTooth * end * root];
  };
}

/** Light on the arch: the front is lit, the sides lie in the cheeks' shade, more so away from the light. */
function archShade(x: number, fromLeft: number): number {
  const lit = 1 - 0.62 * smoothstep(0.22, 0.95, Math.abs(x));
  return lit * (1 + 0.35 * fromLeft * x);
}

export function tongueShader(light: FaceLight): Shader {
  const color: Rgb = [
    light.lip[0] * 0.5 + light.skin[0] * 0.28,
    light.lip[1] * 0.46 + light.skin[1] * 0.14,
    light.lip[2] * 0.46 + light.skin[2] * 0.15,
  ];
  return (x, y) => {
    const r = Math.hypot(x, (y - 0.62) / 0.62);
    const furrow = 1 - 0.16 * bell(x, 0.09) * smoothstep(0.05, 0.4, y);
    const light0 =
      (0.62 + 0.3 * bell(Math.hypot(x * 1.1, y - 0.42), 0.36)) *
      furrow *
      (1 - 0.35 * smoothstep(0.4, 1, Math.abs(x)));
    const wet = 0.07 * bell(Math.hypot((x - 0.22 + 0.4 * light.fromLeft) * 1.4, y - 0.3), 0.1);
    const a = 1 - smoothstep(0.84, 1, r);
    return [
      color[0] * light0 + wet,
      color[1] * light0 + wet,
      color[2] * light0 + wet,
      y > 0.62 ? 1 - smoothstep(0.84, 1, Math.abs(x)) : a,
    ];
  };
}

export function cavityShader(light: FaceLight): Shader {
  const deep = cavityColor(light);
  return (x, y) => {
    // Flesh near the lips, dark in the depth.
    const near = smoothstep(0.35, 1, Math.hypot(x, 2 * y - 1));
    const k = 1 + 1.1 * near;
    return [deep[0] * k, deep[1] * k, deep[2] * k, 1];
  };
}
export function cavityColor(light: FaceLight): Rgb {
  return [light.lip[0] * 0.15 + 0.012, light.lip[1] * 0.08 + 0.006, light.lip[2] * 0.08 + 0.006];
}
