/**
 * A person who was cut out of one room and stands in another: exposure and white balance go part of the way from the
 * light that was behind them to the light that is now. Part of the way, because a background is not what lights a face;
 * skin that turns blue is worse than skin that does not match.
 */
import type { PresenterPart, StageLight } from '../kind.ts';

export type Gain = readonly [r: number, g: number, b: number];

/** How far exposure and colour follow, as powers of the ratio, and no further than these factors. */
const [EXPOSURE, COLOUR] = [0.16, 0.22];
const [DARKEST, LIGHTEST, MOST_TINT] = [0.82, 1.06, 1.06];
/** Light behind everything: ratios of near black mean nothing. */
const FLOOR = 0.08;

/** @param ambient mean colour about the person in their film @param light as Stand has it */
export function matchLight(ambient: StageLight, light: StageLight): Gain {
  const luma = ([r, g, b]: StageLight) => 0.2126 * r + 0.7152 * g + 0.0722 * b + FLOOR;
  const [before, now] = [luma(ambient), luma(light)];
  const exposure = clamp((now / before) ** EXPOSURE, DARKEST, LIGHTEST);
  const tint = ambient.map((was, c) =>
    clamp((((light[c]! + FLOOR) / now) * (before / (was + FLOOR))) ** COLOUR, 1 / MOST_TINT, MOST_TINT),
  ) as [number, number, number];
  // Tints alone neither brighten nor darken.
  const mean = 0.2126 * tint[0] + 0.7152 * tint[1] + 0.0722 * tint[2];
  return tint.map((t) => (exposure * t) / mean) as unknown as Gain;
}

/** The same part in this light. */
export function lit(part: PresenterPart, gain: Gain | null): PresenterPart {
  if (gain === null || part.kind !== 'mesh') return part;
  const { mesh } = part;
  const vertices = mesh.positions.length / 2;
  const gains = new Float32Array(vertices * 3);
  for (let k = 0; k < gains.length; k++) gains[k] = gain[k % 3]! * (mesh.gain?.[k] ?? 1);
  return { ...part, mesh: { ...mesh, gain: gains } };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
