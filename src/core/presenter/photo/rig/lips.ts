/**
 * The lips part exactly as far as motion/lips.ts says, whatever jaw, smile and pucker did to them: column by column the
 * upper edge and the lower one are put where the opening wants them, and what lies above and below gives way, ever less.
 * Shut lips touch, also those that the photo shows apart.
 */
import { bell, clamp, smoothstep } from '../curve.ts';
import type { PhotoFit } from '../fit.ts';
import { LIP_OPENING } from '../../../motion/lips.ts';
import { CHIN, NOSE_BASE, OUTER_LOWER_LIP, OUTER_UPPER_LIP } from '../landmarks.ts';
import type { Pose } from './pose.ts';
import type { SkinMap } from './skin-map.ts';

/** Height of a fully open mouth in widths of the closed one. */
export const FULL_OPENING = 0.85;

/** Columns of the inner edge, in units of the face, after a frame was moved. */
export interface LipLine {
  readonly columns: number;
  /** x, y, z of the upper edge and the lower one, picture pixels. */
  readonly upper: Float32Array;
  readonly lower: Float32Array;
  /** Gap of each column, pixels. */
  readonly gap: Float32Array;
}

export interface Lips {
  /** −1 above the seam, 1 below, 0 beside the mouth. */
  readonly side: Int8Array;
  /** Moves what jaw and face have already moved. */
  part(pose: Pose, out: Float32Array): LipLine;
}

export function createLips(fit: PhotoFit, map: SkinMap): Lips {
  const { upperLip, lowerLip } = fit.mesh;
  const columns = upperLip.length;
  const at = (vertex: number): readonly [number, number] => [
    map.u[vertex] as number,
    map.v[vertex] as number,
  ];
  const seamU = Array.from(upperLip, (i, k) => (at(i)[0] + at(lowerLip[k] as number)[0]) / 2);
  const upperV = Array.from(upperLip, (i) => at(i)[1]);
  const lowerV = Array.from(lowerLip, (i) => at(i)[1]);
  const nose = map.landmark(NOSE_BASE)[1];
  const chin = map.landmark(CHIN)[1];
  const thick = (list: readonly number[], edge: readonly number[]) =>
    Math.abs(map.landmark(list[5] as number)[1] - (edge[columns >> 1] as number));
  const upperThick = Math.max(0.06, thick(OUTER_UPPER_LIP, upperV));
  const lowerThick = Math.max(0.06, thick(OUTER_LOWER_LIP, lowerV));
  const [first, last] = [seamU[0] as number, seamU[columns - 1] as number];

  const side = new Int8Array(map.count);
  /** Column, as a number with a fraction; beyond the corners it goes on. */
  const column = new Float32Array(map.count);
  /** 0 moves with the upper lip, 1 with the lower one; beside the mouth with both. */
  const lowness = new Float32Array(map.count);
  const give = new Float32Array(map.count);
  const roll = new Float32Array(map.count);
  /** Over how many columns to each side the steps are averaged: the further from the edge, the more. */
  const spread = new Float32Array(map.count);
  const edges = new Map<number, -1 | 1>();
  upperLip.forEach((i, k) => k > 0 && k < columns - 1 && edges.set(i, -1));
  lowerLip.forEach((i, k) => k > 0 && k < columns - 1 && edges.set(i, 1));
  const spacing = (last - first) / (columns - 1);
  const movers: number[] = [];
  for (let i = 0; i < map.count; i++) {
    const [u, v] = at(i);
    const outside = u <= first ? (u - first) / spacing : u >= last ? (u - last) / spacing : 0;
    const k = clamp(seamU.findIndex((value) => value > u) - 1, 0, columns - 2);
    const t = clamp(
      (u - (seamU[k] as number)) / Math.max(1e-6, (seamU[k + 1] as number) - (seamU[k] as number)),
      0,
      1,
    );
    const end = u >= last;
    const lerp = (list: readonly number[]) =>
      end
        ? (list[columns - 1] as number)
        : outside < 0
          ? (list[0] as number)
          : (list[k] as number) * (1 - t) + (list[k + 1] as number) * t;
    const [top, bottom] = [lerp(upperV), lerp(lowerV)];
    const middle = (top + bottom) / 2;
    const s = edges.get(i) ?? (v < middle ? -1 : 1);
    if (outside === 0) side[i] = s;
    column[i] = outside < 0 ? outside : end ? columns - 1 + outside : k + t;
    lowness[i] = outside === 0 ? (s > 0 ? 1 : 0) : smoothstep(-0.1, 0.1, v - middle);
    const away = Math.max(0, s < 0 ? top - v : v - bottom);
    const thickness = s < 0 ? upperThick : lowerThick;
    // The lip itself moves nearly as one; the skin beyond gives way until nose or chin.
    const reach =
      s < 0 ? Math.max(upperThick * 1.6, 0.9 * Math.abs(nose)) : Math.max(lowerThick * 2, 0.62 * chin);
    const beyond = Math.max(0, away - 0.8 * thickness) / Math.max(0.05, reach - 0.8 * thickness);
    give[i] = away >= reach ? 0 : (1 - 0.12 * Math.min(1, away / thickness)) * (1 - smoothstep(0, 1, beyond));
    roll[i] =
      away === 0 || outside !== 0
        ? 0
        : bell(away / thickness - 1, 0.55) * smoothstep(0, 0.5, away / thickness);
    spread[i] = edges.has(i) ? 0 : Math.min(5, Math.max(0.9 * away, Math.abs(outside) * spacing) / spacing);
    if (Math.abs(outside) > 5) continue;
    if ((give[i] as number) > 0 || (roll[i] as number) > 1e-3) movers.push(i);
  }
  // An edge's own columns, exactly.
  upperLip.forEach((i, k) => (column[i] = k));
  lowerLip.forEach((i, k) => (column[i] = k));

  const line: LipLine = {
    columns,
    upper: new Float32Array(columns * 3),
    lower: new Float32Array(columns * 3),
    gap: new Float32Array(columns),
  };
  const upperStep = new Float32Array(columns * 3);
  const lowerStep = new Float32Array(columns * 3);
  const { down } = map.frame;
  const fullPx = FULL_OPENING * map.frame.mouthPx;

  return {
    side,
    part(pose, out) {
      const gapPx = pose.aperture * fullPx;
      const lifted =
        Math.max(0, LIP_OPENING.upperUp * (pose.mouthUpperUpLeft + pose.mouthUpperUpRight) * 0.5) +
        0.5 * Math.max(0, LIP_OPENING.funnel * pose.mouthFunnel);
      const dropped =
        Math.max(0, LIP_OPENING.lowerDown * (pose.mouthLowerDownLeft + pose.mouthLowerDownRight) * 0.5) +
        0.5 * Math.max(0, LIP_OPENING.funnel * pose.mouthFunnel);
      const upperShare =
        0.25 + 0.75 * (lifted / (lifted + dropped + 0.05)) * clamp((lifted + dropped) * 12, 0, 1);
      const round = clamp(pose.mouthFunnel + pose.mouthPucker, 0, 1);
      for (let k = 0; k < columns; k++) {
        const [a, b] = [3 * (upperLip[k] as number), 3 * (lowerLip[k] as number)];
        const s = (2 * k) / (columns - 1) - 1;
        // Round lips open to their corners; others come apart from the middle.
        const arch = Math.max(0, 1 - s * s) ** (0.8 - 0.3 * round);
        const lean = 1 + 0.35 * s * (pose.mouthLowerDownLeft - pose.mouthLowerDownRight);
        const want = gapPx * arch * lean;
        const apart = [0, 1, 2].map((c) => (out[b + c] as number) - (out[a + c] as number)) as [
          number,
          number,
          number,
        ];
        const have = apart[0] * down[0] + apart[1] * down[1] + apart[2] * down[2];
        const close = Math.max(0, have - want);
        const open = Math.max(0, want - have);
        const up = 0.36 * close - upperShare * open;
        const low = up + want;
        for (let c = 0; c < 3; c++) {
          // The edges meet also sideways and in depth.
          const drift = (apart[c] as number) - have * (down[c] as number);
          const top = up * (down[c] as number) + 0.5 * drift;
          upperStep[3 * k + c] = top;
          lowerStep[3 * k + c] = low * (down[c] as number) - (apart[c] as number) + 0.5 * drift;
        }
      }
      const pressed = 0.5 * (pose.mouthPressLeft + pose.mouthPressRight);
      const rollUpper = clamp(pose.mouthRollUpper + 0.55 * pressed, 0, 1) * 0.5 - 0.22 * round;
      const rollLower = clamp(pose.mouthRollLower + 0.55 * pressed, 0, 1) * 0.5 - 0.22 * round;
      const [ofUpper, ofLower] = [averages(upperStep), averages(lowerStep)];
      for (const i of movers) {
        const at = column[i] as number;
        const low = lowness[i] as number;
        const r = spread[i] as number;
        const w = give[i] as number;
        const s = ((2 * at) / (columns - 1) - 1) ** 2;
        const inward =
          low < 0.5
            ? (roll[i] as number) * rollUpper * upperThick * (1 - s)
            : -(roll[i] as number) * rollLower * lowerThick * (1 - s);
        for (let c = 0; c < 3; c++) {
          const step =
            (low < 1 ? (1 - low) * ofUpper(at, r, c) : 0) + (low > 0 ? low * ofLower(at, r, c) : 0);
          out[3 * i + c] = (out[3 * i + c] as number) + w * step + inward * map.unitPx * (down[c] as number);
        }
      }
      for (let k = 0; k < columns; k++) {
        const [a, b] = [3 * (upperLip[k] as number), 3 * (lowerLip[k] as number)];
        let gap = 0;
        for (let c = 0; c < 3; c++) {
          line.upper[3 * k + c] = out[a + c] as number;
          line.lower[3 * k + c] = out[b + c] as number;
          gap += ((out[b + c] as number) - (out[a + c] as number)) * (down[c] as number);
        }
        line.gap[k] = gap;
      }
      return line;
    },
  };
}

/**
 * Steps of columns as a line, 0 beyond its ends, averaged over `radius` columns to each side of a place: by its
 * integral, which is a parabola between columns.
 */
function averages(steps: Float32Array): (at: number, radius: number, channel: number) => number {
  const count = steps.length / 3;
  const sums = new Float64Array(steps.length);
  for (let k = 1; k < count; k++)
    for (let c = 0; c < 3; c++)
      sums[3 * k + c] =
        (sums[3 * k - 3 + c] as number) +
        0.5 * ((steps[3 * k - 3 + c] as number) + (steps[3 * k + c] as number));
  const split = (at: number) => {
    const k = Math.min(count - 2, Math.max(0, Math.floor(at)));
    return [k, Math.min(1, Math.max(0, at - k))] as const;
  };
  const integral = (at: number, c: number) => {
    const [k, t] = split(at);
    const [a, b] = [steps[3 * k + c] as number, steps[3 * k + 3 + c] as number];
    return (sums[3 * k + c] as number) + a * t + 0.5 * (b - a) * t * t;
  };
  return (at, radius, c) => {
    if (radius > 0.05) return (integral(at + radius, c) - integral(at - radius, c)) / (2 * radius);
    const [k, t] = split(at);
    return (steps[3 * k + c] as number) * (1 - t) + (steps[3 * k + 3 + c] as number) * t;
  };
}
