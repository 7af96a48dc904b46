/**
 * Captions as they are read: white words on a dark plate near the foot of the picture, and one of them, the word being
 * said, in the highlight's yellow. Found by colour alone.
 */
import { frames, type DecodedFrame } from '../harness/film.ts';

export interface SeenCaption {
  readonly index: number;
  /** Pixels of plain words; 0 while no caption is shown. */
  readonly plainPx: number;
  /** Horizontal extent of the highlighted word, fractions of the width; null while none is. */
  readonly lit: { readonly left: number; readonly right: number } | null;
}

/** Captions stand below this part of the frame's height. */
const FOOT = 0.75;
const LEAST_PX = 25;

/** Default caption colours: #ffffff and #ffd166. Their antialiased rims are left out. */
const isPlain = (r: number, g: number, b: number) => r > 235 && g > 235 && b > 235;
const isLit = (r: number, g: number, b: number) =>
  Math.abs(r - 255) < 22 && Math.abs(g - 209) < 22 && Math.abs(b - 102) < 40;

export async function seeCaptions(path: string): Promise<readonly SeenCaption[]> {
  const seen: SeenCaption[] = [];
  for await (const frame of frames(path)) seen.push(seeCaption(frame));
  return seen;
}

function seeCaption({ index, rgba, widthPx, heightPx }: DecodedFrame): SeenCaption {
  let plainPx = 0;
  let litPx = 0;
  let [left, right] = [widthPx, 0];
  for (let y = Math.floor(heightPx * FOOT); y < heightPx; y++)
    for (let x = 0; x < widthPx; x++) {
      const at = (y * widthPx + x) * 4;
      const [r, g, b] = [rgba[at] ?? 0, rgba[at + 1] ?? 0, rgba[at + 2] ?? 0];
      if (isPlain(r, g, b)) plainPx++;
      else if (isLit(r, g, b)) {
        litPx++;
        left = Math.min(left, x);
        right = Math.max(right, x);
      }
    }
  return {
    index,
    plainPx,
    lit: litPx < LEAST_PX ? null : { left: left / widthPx, right: (right + 1) / widthPx },
  };
}

/** The words that were lit one after the other, by where they stand: a new one where the left edge jumps. */
export function litWords(
  captions: readonly SeenCaption[],
): readonly { readonly left: number; readonly fromFrame: number; readonly frames: number }[] {
  const words: { left: number; fromFrame: number; frames: number }[] = [];
  for (const { index, lit } of captions) {
    if (!lit) continue;
    const last = words.at(-1);
    const same = last && Math.abs(last.left - lit.left) < 0.01 && last.fromFrame + last.frames === index;
    if (same) last.frames++;
    else words.push({ left: lit.left, fromFrame: index, frames: 1 });
  }
  return words;
}
