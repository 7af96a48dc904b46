/**
 * The colours that what the photo does not show must agree with: teeth, tongue and the dark of the mouth are lit by the
 * light that lies on the face. The white of the eyes is the white reference a face brings along; where too little of it
 * shows, the skin's brightness is.
 */
import type { Picture } from '../../../track/ports.ts';
import type { PhotoTrack } from '../../../track/photo-track.ts';
import { resample } from '../curve.ts';
import { dot, minus, pointOf, type FaceFrame, type Vec3 } from '../face-frame.ts';
import { EYES, INNER_LOWER_LIP, OUTER_LOWER_LIP } from '../landmarks.ts';

export type Rgb = readonly [r: number, g: number, b: number];
export interface FaceLight {
  /** sRGB 0…1. */
  readonly skin: Rgb;
  readonly lip: Rgb;
  readonly tooth: Rgb;
  readonly lash: Rgb;
  /** How much brighter the person's left side of the face is than its right, −0.5…0.5. */
  readonly fromLeft: number;
}

const CHEEKS = {
  right: [50, 101, 36, 205, 187, 117, 118],
  left: [280, 330, 266, 425, 411, 346, 347],
} as const;

export const luma = ([r, g, b]: Rgb): number => 0.299 * r + 0.587 * g + 0.114 * b;
const scale = ([r, g, b]: Rgb, k: number): Rgb => [r * k, g * k, b * k];

export function faceLight(picture: Picture, track: PhotoTrack, frame: FaceFrame): FaceLight {
  const at = (index: number) => pointOf(track, index);
  const radius = Math.max(1, Math.round(frame.widthPx / 60));
  const around = (points: readonly Vec3[]) => points.flatMap((p) => patch(picture, p, radius));
  const rightCheek = median(around(CHEEKS.right.map(at)));
  const leftCheek = median(around(CHEEKS.left.map(at)));
  const skin = median([...around(CHEEKS.right.map(at)), ...around(CHEEKS.left.map(at))]);
  const inner = resample(INNER_LOWER_LIP.map(at), 9);
  const outer = resample(OUTER_LOWER_LIP.map(at), 9);
  const lips = inner.slice(2, 7).map((p, k): Vec3 => {
    const q = outer[k + 2] as Vec3;
    return [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2, 0];
  });
  const lip = median(lips.flatMap((p) => patch(picture, p, Math.max(1, radius >> 1))));
  const white = whiteOfEyes(picture, track, frame);
  const skinLuma = luma(skin);
  // Skin reflects a third to two thirds of what enamel does, the less the darker it is; the whites of the eyes have a say.
  const fromSkin = 0.31 + 0.7 * skinLuma;
  const level = Math.min(
    0.86,
    white ? 0.75 * fromSkin + 0.25 * Math.max(luma(white) * 1.05, 0.7 * fromSkin) : fromSkin,
  );
  // The light's colour is in the eyes' white; skin alone is redder than its light.
  const cast: Rgb = scale(white ?? [1.06, 0.99, 0.93], 1 / Math.max(0.05, luma(white ?? [1.06, 0.99, 0.93])));
  const calm = (value: number) => 1 + 0.45 * (value - 1);
  const tooth: Rgb = [
    Math.min(0.93, level * calm(cast[0]) * 1.02),
    Math.min(0.91, level * calm(cast[1]) * 0.99),
    Math.min(0.87, level * calm(cast[2]) * 0.91),
  ];
  const lashes = (['right', 'left'] as const).flatMap((side) =>
    EYES[side].upper.slice(1, 6).flatMap((index) => patch(picture, at(index), Math.max(1, radius >> 1))),
  );
  const difference =
    (luma(leftCheek) - luma(rightCheek)) / Math.max(0.05, luma(leftCheek) + luma(rightCheek));
  return {
    skin,
    lip,
    tooth,
    lash: lashColor(darkest(lashes)),
    fromLeft: Math.min(0.5, Math.max(-0.5, difference)),
  };
}

function patch({ widthPx, heightPx, rgba }: Picture, [x, y]: Vec3, radius: number): Rgb[] {
  const found: Rgb[] = [];
  for (let dy = -radius; dy <= radius; dy++)
    for (let dx = -radius; dx <= radius; dx++) {
      const [px, py] = [Math.round(x) + dx, Math.round(y) + dy];
      if (px < 0 || py < 0 || px >= widthPx || py >= heightPx) continue;
      const i = 4 * (py * widthPx + px);
      found.push([(rgba[i] as number) / 255, (rgba[i + 1] as number) / 255, (rgba[i + 2] as number) / 255]);
    }
  return found;
}

function median(colors: readonly Rgb[]): Rgb {
  if (colors.length === 0) return [0.7, 0.55, 0.48];
  const of = (c: 0 | 1 | 2) =>
    colors.map((rgb) => rgb[c]).sort((a, b) => a - b)[colors.length >> 1] as number;
  return [of(0), of(1), of(2)];
}
function darkest(colors: readonly Rgb[]): Rgb {
  const sorted = colors.toSorted((a, b) => luma(a) - luma(b));
  return median(sorted.slice(0, Math.max(1, Math.floor(sorted.length / 6))));
}

/** As dark as the lid's edge, but not of the iris's colour, which may be the darkest there. */
function lashColor(darkest: Rgb): Rgb {
  const l = Math.min(0.2, luma(darkest));
  return [1.12 * l, 0.97 * l, 0.92 * l];
}

/** The brighter half of what lies between the lids beside the iris; null where hardly anything does. */
function whiteOfEyes(picture: Picture, track: PhotoTrack, frame: FaceFrame): Rgb | null {
  const found: Rgb[] = [];
  for (const side of ['right', 'left'] as const) {
    const eye = EYES[side];
    const [outer, inner] = [pointOf(track, eye.outer), pointOf(track, eye.inner)];
    const iris = pointOf(track, eye.iris[0] as number);
    const width = Math.hypot(outer[0] - inner[0], outer[1] - inner[1]);
    for (let column = 0; column < eye.upper.length; column++) {
      const top = pointOf(track, eye.upper[column] as number);
      const bottom = pointOf(track, eye.lower[column] as number);
      for (const t of [0.35, 0.5, 0.65]) {
        const p: Vec3 = [top[0] + (bottom[0] - top[0]) * t, top[1] + (bottom[1] - top[1]) * t, 0];
        const open = dot(minus(bottom, top), frame.down);
        if (open < 3 || Math.hypot(p[0] - iris[0], p[1] - iris[1]) < 0.25 * width) continue;
        found.push(...patch(picture, p, 0));
      }
    }
  }
  if (found.length < 6) return null;
  const sorted = found.toSorted((a, b) => luma(a) - luma(b));
  const upper = sorted.slice(Math.floor(sorted.length * 0.6), Math.max(1, Math.ceil(sorted.length * 0.92)));
  return upper.length === 0 ? null : median(upper);
}
