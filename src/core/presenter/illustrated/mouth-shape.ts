/**
 * The lips as curves. Four of them run corner to corner (outer upper, inner upper, inner lower, outer lower) and every
 * channel bends these same four; nothing is ever swapped. The gap between the inner two at the middle of the mouth is
 * the aperture of `motion/lips.ts` times a constant, so what the animator promises (p b m shut) is what is drawn.
 */
import type { Point } from '../../draw/draw-list.ts';
import type { Scene } from './context.ts';
import { clamp, lerp, smoothstep } from './geometry.ts';

/** Millimetres between the lips at aperture 1. */
export const FULL_GAP_MM = 36;
export const MOUTH_Y = 64;
const REST_HALF_WIDTH = 24.5;
/** Samples from the viewer's left corner (−1) to the right (+1); dense where the cupid's bow bends. */
const T = [-1, -0.86, -0.66, -0.44, -0.24, -0.1, 0, 0.1, 0.24, 0.44, 0.66, 0.86, 1] as const;

export interface MouthShape {
  readonly gapMm: number;
  readonly halfWidth: number;
  readonly centerX: number;
  /** Inner edges in head space (x, y), the same samples for both. */
  readonly innerUpperY: readonly number[];
  readonly innerLowerY: readonly number[];
  readonly xs: readonly number[];
  readonly outerUpper: readonly Point[];
  readonly innerUpper: readonly Point[];
  readonly innerLower: readonly Point[];
  readonly outerLower: readonly Point[];
  /** Middle of the upper and of the lower lip, head space y. */
  readonly upperLipY: number;
  readonly lowerLipY: number;
  readonly upperHeight: number;
  readonly lowerHeight: number;
  /** How far the lips stand out, millimetres. */
  readonly pout: number;
}

export function mouthShape(scene: Scene): MouthShape {
  const { pose: p, face, head, shape: own } = scene;
  const drop = face.jawDrop;
  const gap = FULL_GAP_MM * p.aperture;
  const upperUp = (p.mouthUpperUpLeft + p.mouthUpperUpRight) / 2;
  const held = Math.min(p.mouthClose, p.jawOpen); // lips kept together over an open jaw
  const pout = 9 * p.mouthPucker + 6 * p.mouthFunnel - 3 * p.mouthRollLower - 2 * p.mouthPressLeft;
  const centerX = 7 * (p.mouthLeft - p.mouthRight) + face.jawShift * 0.7 * clamp(0.4 + p.jawOpen) + 0.4;

  const upperMidY =
    MOUTH_Y -
    Math.min(gap, 7.5 * upperUp + 2.2 * p.mouthFunnel + 0.08 * gap) -
    2.2 * p.mouthShrugUpper * 0.8 -
    2.2 * p.mouthShrugLower +
    0.42 * 29 * held -
    0.8 * p.mouthRollLower;
  const lowerMidY = upperMidY + gap;

  const halfWidth = REST_HALF_WIDTH * own.mouthWidth * Math.max(0.34, p.lipWidth);
  const corner = (side: 1 | -1): { x: number; y: number } => {
    const left = side > 0;
    const smile = left ? p.mouthSmileLeft : p.mouthSmileRight;
    const frown = left ? p.mouthFrownLeft : p.mouthFrownRight;
    const stretch = left ? p.mouthStretchLeft : p.mouthStretchRight;
    const dimple = left ? p.mouthDimpleLeft : p.mouthDimpleRight;
    const mean = (p.mouthSmileLeft + p.mouthSmileRight) / 2;
    return {
      x: centerX + side * (halfWidth + 5 * (smile - mean)),
      y:
        MOUTH_Y +
        -1.5 +
        0.4 * Math.max(0, gap - 2) +
        0.5 * 29 * held * 0.8 -
        8.5 * smile +
        6.5 * frown +
        1.6 * stretch -
        1.2 * dimple -
        1.2 * p.mouthPucker +
        (left ? -0.35 : 0.35),
    };
  };
  const cl = corner(-1);
  const cr = corner(1);

  const round = clamp(p.mouthPucker + p.mouthFunnel);
  const upperPeak = Math.min(gap * 0.5, 1.3);
  const thickness =
    own.lipFullness *
    (1 + 0.34 * round) *
    (1 - 0.16 * (p.mouthSmileLeft + p.mouthSmileRight) * 0.5 - 0.1 * p.mouthStretchLeft);
  const press = (p.mouthPressLeft + p.mouthPressRight) / 2;
  const upperHeight =
    8.1 * thickness * (1 - 0.72 * clamp(p.mouthRollUpper)) * (1 - 0.34 * press) * (1 - 0.12 * upperUp);
  const lowerHeight =
    10.4 *
    thickness *
    (1 - 0.66 * clamp(p.mouthRollLower)) *
    (1 - 0.34 * press) *
    (1 + 0.12 * p.mouthShrugLower);

  const xs: number[] = [];
  const iu: number[] = [];
  const il: number[] = [];
  const outerUpper: Point[] = [];
  const innerUpper: Point[] = [];
  const innerLower: Point[] = [];
  const outerLower: Point[] = [];
  T.forEach((t, i) => {
    const a = Math.abs(t);
    const end = i === 0 || i === T.length - 1;
    const x = lerp(cl.x, cr.x, (t + 1) / 2);
    const cornerY = lerp(cl.y, cr.y, (t + 1) / 2);
    const arch = end ? 0 : 1 - a ** lerp(2.1, 2.6, round);
    // The seam: a shallow bow with the tubercle of the upper lip dipping in the middle.
    const tubercle = 1.25 * Math.exp(-((t / 0.2) ** 2)) - 0.9 * Math.exp(-(((a - 0.4) / 0.2) ** 2));
    const ySeam = cornerY + (upperMidY - cornerY) * arch;
    const y0 = end ? cornerY : ySeam + tubercle * (1 - upperPeak * 0.4) * arch;
    const openness = end ? 0 : (1 - a * a) ** lerp(0.72, 0.52, round);
    // A slit opens evenly along the seam; a wide mouth is a bowl hung from the corners.
    const slit = y0 + gap * openness;
    const bowl = lowerSeam(cornerY, lowerMidY, a, round) + (y0 - ySeam);
    const yLow = end ? cornerY : Math.max(y0, lerp(slit, bowl, smoothstep(1, 7, gap)));
    xs.push(x);
    iu.push(y0);
    il.push(yLow);
    const bow = lipTop(a, round) * upperHeight;
    const full = lipBottom(a) * lowerHeight;
    const depth = face.z(x, MOUTH_Y) + pout * (1 - a * 0.4);
    innerUpper.push(head.at(x, y0, depth + 4.5 * (1 - a)));
    innerLower.push(head.at(x, yLow, depth + 4 * (1 - a) - 0.05 * (yLow - y0)));
    const spread = 1 + 0.035 * (1 - round);
    const ox = centerX + (x - centerX) * spread;
    outerUpper.push(head.at(ox, y0 - bow - (end ? 0.5 : 0), depth + 1 - pout * 0.25));
    outerLower.push(
      head.at(
        ox,
        yLow - (y0 - ySeam) * 0.85 + full + (end ? 0.5 : 0),
        depth - 0.5 - pout * 0.25 - drop * 0.12,
      ),
    );
  });
  return {
    gapMm: gap,
    halfWidth,
    centerX,
    innerUpperY: iu,
    innerLowerY: il,
    xs,
    outerUpper,
    innerUpper,
    innerLower,
    outerLower,
    upperLipY: (iu[6] as number) - upperHeight / 2,
    lowerLipY: (il[6] as number) + lowerHeight / 2,
    upperHeight,
    lowerHeight,
    pout,
  };
}

/** The lower inner edge of an open mouth: a bowl from corner to corner. */
function lowerSeam(cornerY: number, midY: number, a: number, round: number): number {
  return cornerY + (midY - cornerY) * (1 - a ** lerp(2.6, 2.2, round));
}
/**
 * Height of the upper lip along it: a dip under the philtrum, two peaks, hollow flanks (cupid's bow). Rounded lips
 * draw the bow out into an even ring.
 */
function lipTop(a: number, round: number): number {
  const flank = Math.max(0, 1 - a) ** 0.82 * (1 + 0.55 * a);
  const ringed = 0.92 * Math.max(0, 1 - a ** 2.6) ** 0.8;
  const dip = 0.2 * Math.exp(-((a / 0.13) ** 2));
  const peak = 0.12 * Math.exp(-(((a - 0.25) / 0.16) ** 2));
  return lerp(flank * 0.98, ringed, 0.75 * round) - (dip - peak) * (1 - 0.45 * round);
}
function lipBottom(a: number): number {
  return Math.max(0, 1 - a ** 2.5) ** 0.92;
}
