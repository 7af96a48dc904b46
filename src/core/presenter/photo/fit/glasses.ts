/**
 * Whether someone wears glasses, and how far down they reach: a rim is a thin line, unlike its surroundings on both
 * sides, across the cheek under each eye, and between the eyes it is a bridge. Shadows and wrinkles are broad or faint,
 * lashes are nearer to the eye.
 */
import type { Picture } from '../../../track/ports.ts';
import type { PhotoTrack } from '../../../track/photo-track.ts';
import { lerpPoint } from '../curve.ts';
import { length, minus, plus, pointOf, type FaceFrame, type Vec3 } from '../face-frame.ts';
import { EYES } from '../landmarks.ts';
import { luma } from './light.ts';

/** Looked for so far below the lower lid, in widths of the eye. */
const [FROM, TO] = [0.22, 1.1];
/** How much darker (or brighter) than both sides within so far, in widths of the eye. */
const CONTRAST = 0.16;
const BESIDE = 0.24;
const STEPS = 60;
/** Of the lines across a rim, so many must meet it, and at about the same height. */
const LINES = [-0.3, -0.15, 0, 0.15, 0.3] as const;
const LEAST_LINES = 4;
const AGREE = 0.22;

/** @returns how far below the middle of the eyes the rims end, pixels; null where there are none */
export function findGlasses(picture: Picture, track: PhotoTrack, frame: FaceFrame): number | null {
  const reach = (['right', 'left'] as const).map((side) => rimBelow(picture, track, frame, side));
  const found = reach.filter((below) => below !== null);
  // One side may be in the dark or turned away, where a bridge says the same.
  if (found.length === 2) return Math.max(...found);
  return found.length === 1 && hasBridge(picture, track) ? found[0]! : null;
}

function rimBelow(
  picture: Picture,
  track: PhotoTrack,
  { down, left }: FaceFrame,
  side: 'right' | 'left',
): number | null {
  const eye = EYES[side];
  const [outer, inner] = [pointOf(track, eye.outer), pointOf(track, eye.inner)];
  const width = length(minus(outer, inner));
  const middle = lerpPoint(outer, inner, 0.5);
  const lid = pointOf(track, eye.lower[3] as number);
  const lidBelow = length(minus(lid, middle));
  const places = LINES.map((shift) => {
    const start = plus(plus(lid, left, shift * width), down, FROM * width);
    const end = plus(start, down, (TO - FROM) * width);
    return thinLine(picture, start, end, BESIDE / (TO - FROM));
  }).filter((at) => at !== null);
  if (places.length < LEAST_LINES) return null;
  const sorted = places.toSorted((a, b) => a - b);
  const at = sorted[sorted.length >> 1]!;
  // Rims are curved, and still no two lines of one are far apart.
  if (places.filter((one) => Math.abs(one - at) * (TO - FROM) < AGREE).length < LEAST_LINES) return null;
  return lidBelow + (FROM + at * (TO - FROM)) * width;
}

function hasBridge(picture: Picture, track: PhotoTrack): boolean {
  const [brow, nose] = [pointOf(track, 8), pointOf(track, 5)];
  return thinLine(picture, brow, lerpPoint(brow, nose, 0.8), 0.2) !== null;
}

/** Where along a line something thin crosses it, 0…1; null where nothing does. @param beside part of the line */
function thinLine(picture: Picture, start: Vec3, end: Vec3, beside: number): number | null {
  const seen = Array.from({ length: STEPS + 1 }, (_, k) => lumaAt(picture, lerpPoint(start, end, k / STEPS)));
  const near = Math.max(2, Math.round(beside * STEPS));
  let [best, at] = [CONTRAST, -1];
  for (let k = 2; k < STEPS - 1; k++) {
    const [before, after] = [seen.slice(Math.max(0, k - near), k), seen.slice(k + 1, k + 1 + near)];
    const own = seen[k]!;
    const darker = Math.min(Math.max(...before), Math.max(...after)) - own;
    const brighter = own - Math.max(Math.min(...before), Math.min(...after));
    const contrast = Math.max(darker, brighter);
    if (contrast > best) [best, at] = [contrast, k];
  }
  return at < 0 ? null : at / STEPS;
}

/** Of the 3 × 3 pixels about a place. */
function lumaAt({ widthPx, heightPx, rgba }: Picture, [x, y]: Vec3): number {
  let sum = 0;
  for (let dy = -1; dy <= 1; dy++)
    for (let dx = -1; dx <= 1; dx++) {
      const px = Math.min(widthPx - 1, Math.max(0, Math.round(x) + dx));
      const py = Math.min(heightPx - 1, Math.max(0, Math.round(y) + dy));
      const i = 4 * (py * widthPx + px);
      sum += luma([rgba[i]! / 255, rgba[i + 1]! / 255, rgba[i + 2]! / 255]) / 9;
    }
  return sum;
}
