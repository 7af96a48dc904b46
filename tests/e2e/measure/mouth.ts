/**
 * The mouth as a viewer sees it: found in the decoded picture by the colour of lips, and measured in pixels between
 * them. Nothing of our own tracks or skeleton is asked. Rose is where red leads and blue does not fall behind green;
 * skin, gold and brown hair all have less blue than green.
 */
import { frames, type DecodedFrame } from '../harness/film.ts';

export interface SeenMouth {
  /** Box around the lips, pixels. */
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Mean height of what is neither lip nor tongue between the first and the last lip pixel, middle columns, px. */
  readonly openingPx: number;
}

/** Fewer pixels than this are no mouth (a fleck of blush, noise of the codec). */
const LEAST_PIXELS = 60;
/** Part of the mouth's width over which the gap is measured: its corners never open. */
const MIDDLE = 0.4;

function isLip(r: number, g: number, b: number): boolean {
  return r > 95 && r - g > 48 && b - g > -8;
}

/** The patches of lip colour that make the mouth, and the gap in them. Null when no mouth is in sight. */
export function seeMouth(frame: DecodedFrame): SeenMouth | null {
  const lips = lipMask(frame);
  const mouth = lipPatches(lips, frame.widthPx, frame.heightPx);
  if (!mouth) return null;
  const { left, right, top, bottom } = mouth;
  const middle = (left + right) / 2;
  const half = ((right - left + 1) * MIDDLE) / 2;
  let sum = 0;
  let columns = 0;
  for (let x = Math.ceil(middle - half); x <= middle + half; x++) {
    sum += gapInColumn(lips, frame.widthPx, x, top, bottom);
    columns++;
  }
  return { left, right, top, bottom, openingPx: columns === 0 ? 0 : sum / columns };
}

/** The opening of every frame of a film, pixels. @throws Error where a frame shows no mouth */
export async function mouthInFilm(path: string): Promise<number[]> {
  const gaps: number[] = [];
  for await (const frame of frames(path)) {
    const mouth = seeMouth(frame);
    if (!mouth) throw new Error(`There is no mouth to be seen in frame ${frame.index}.`);
    gaps.push(mouth.openingPx);
  }
  return gaps;
}

function gapInColumn(lips: Uint8Array, widthPx: number, x: number, top: number, bottom: number): number {
  let first = -1;
  let last = -1;
  let rose = 0;
  for (let y = top; y <= bottom; y++) {
    if (lips[y * widthPx + x] !== 1) continue;
    if (first < 0) first = y;
    last = y;
    rose++;
  }
  return first < 0 ? 0 : last - first + 1 - rose;
}

function lipMask({ rgba, widthPx, heightPx }: DecodedFrame): Uint8Array {
  const mask = new Uint8Array(widthPx * heightPx);
  for (let i = 0; i < mask.length; i++) {
    const at = i * 4;
    if (isLip(rgba[at] ?? 0, rgba[at + 1] ?? 0, rgba[at + 2] ?? 0)) mask[i] = 1;
  }
  return mask;
}

interface Patch {
  readonly pixels: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * The largest patch is a lip; in an open mouth the other one is a patch of its own above or below it, and the tongue
 * may be a third. What is small, or stands beside, is not mouth.
 */
function lipPatches(mask: Uint8Array, widthPx: number, heightPx: number): Patch | null {
  const seen = new Uint8Array(mask.length);
  const patches: Patch[] = [];
  for (let start = 0; start < mask.length; start++)
    if (mask[start] === 1 && seen[start] !== 1) patches.push(flood(mask, seen, start, widthPx, heightPx));
  const [first, ...others] = patches.sort((a, b) => b.pixels - a.pixels);
  if (!first || first.pixels < LEAST_PIXELS) return null;
  const width = first.right - first.left + 1;
  return others
    .filter((patch) => {
      const shared = Math.min(patch.right, first.right) - Math.max(patch.left, first.left);
      const apart = Math.max(patch.top - first.bottom, first.top - patch.bottom);
      return patch.pixels > 0.1 * first.pixels && shared > 0 && apart < 0.6 * width;
    })
    .reduce(
      (all, patch): Patch => ({
        pixels: all.pixels + patch.pixels,
        left: Math.min(all.left, patch.left),
        right: Math.max(all.right, patch.right),
        top: Math.min(all.top, patch.top),
        bottom: Math.max(all.bottom, patch.bottom),
      }),
      first,
    );
}

/** Everything of the mask that hangs together with `start`, over eight neighbours. */
function flood(mask: Uint8Array, seen: Uint8Array, start: number, widthPx: number, heightPx: number): Patch {
  const stack = [start];
  seen[start] = 1;
  let pixels = 0;
  let [left, right, top, bottom] = [widthPx, 0, heightPx, 0];
  for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
    const x = i % widthPx;
    const y = (i - x) / widthPx;
    pixels++;
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -1; dx <= 1; dx++) {
        const [nx, ny] = [x + dx, y + dy];
        if (nx < 0 || ny < 0 || nx >= widthPx || ny >= heightPx) continue;
        const n = ny * widthPx + nx;
        if (mask[n] !== 1 || seen[n] === 1) continue;
        seen[n] = 1;
        stack.push(n);
      }
  }
  return { pixels, left, right, top, bottom };
}
