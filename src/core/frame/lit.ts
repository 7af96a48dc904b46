/**
 * A person who was cut out of one room and stands in another: exposure and white balance go part of the way from the
 * light that was about them to the light that is now, and the side it comes from is a little brighter. Part of the way,
 * because a background is not what lights a face; skin that turns blue is worse than skin that does not match.
 */
import type { Mesh, Rect } from '../draw/draw-list.ts';
import type { LightColor, PresenterPart } from '../presenter/kind.ts';
import { lumaOf, type StageLight } from './stage-light.ts';

export type Gain = readonly [r: number, g: number, b: number];

/** How far exposure and colour follow, as powers of the ratio, and no further than these factors. */
const [EXPOSURE, COLOUR] = [0.16, 0.22];
const [DARKEST, LIGHTEST, MOST_TINT] = [0.82, 1.06, 1.06];
/** Light behind everything: ratios of near black mean nothing. */
const FLOOR = 0.08;
/** How much brighter the lit side gets at most, at the edge of who stands there, and how soon. */
const [MOST_SIDE, SIDE] = [0.07, 0.14];
/** A box's height says how wide a person is where the box shows little beside the face. */
const WIDE = 0.35;

/** @param ambient mean colour about the person in their own picture */
export function matchLight(ambient: LightColor, light: LightColor): Gain {
  const [before, now] = [lumaOf(ambient) + FLOOR, lumaOf(light) + FLOOR];
  const exposure = clamp((now / before) ** EXPOSURE, DARKEST, LIGHTEST);
  const tint = ambient.map((was, c) =>
    clamp((((light[c]! + FLOOR) / now) * (before / (was + FLOOR))) ** COLOUR, 1 / MOST_TINT, MOST_TINT),
  ) as [number, number, number];
  // Tints alone neither brighten nor darken.
  const mean = lumaOf(tint);
  return tint.map((t) => (exposure * t) / mean) as unknown as Gain;
}

/** The same part in this light. @param box of presenter space, where the person is */
export function lit(part: PresenterPart, ambient: LightColor, light: StageLight, box: Rect): PresenterPart {
  if (part.kind === 'vector') return part;
  const gain = matchLight(ambient, light.color);
  const side = clamp(SIDE * light.fromRight, -MOST_SIDE, MOST_SIDE);
  // One straight ramp over all parts: what is set into a film must be lit as the film is, vertex for vertex or not.
  const middle = box.x + box.width / 2;
  const half = Math.max(1e-6, box.width / 2, WIDE * box.height);
  const litMesh = (mesh: Mesh): Mesh => {
    const gains = new Float32Array((mesh.positions.length / 2) * 3);
    for (let i = 0; i < mesh.positions.length / 2; i++) {
      const ramp = Math.max(0, 1 + (side * (mesh.positions[2 * i]! - middle)) / half);
      for (let c = 0; c < 3; c++) gains[3 * i + c] = gain[c]! * ramp * (mesh.gain?.[3 * i + c] ?? 1);
    }
    return { ...mesh, gain: gains };
  };
  if (part.kind === 'mesh') return { ...part, mesh: litMesh(part.mesh) };
  const { from, to } = part;
  return {
    ...part,
    from: { ...from, mesh: litMesh(from.mesh) },
    to: { ...to, mesh: litMesh(to.mesh) },
  };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
