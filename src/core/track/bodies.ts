/** A body looked at on some frames, joined to all of them by straight lines. */
import { BODY_POINTS } from './ports.ts';

export interface BodySample {
  readonly frame: number;
  /** BODY_POINTS × (x, y, sure), pixels of the film; all zero where nobody was found. */
  readonly points: Float32Array<ArrayBuffer>;
}

/** A gap longer than this is not bridged: its places are held, and nobody is sure of them. */
const GAP_S = 1;
const WIDTH = BODY_POINTS.length * 3;

/** @param samples in order @returns frames × BODY_POINTS × (x, y, sure) */
export function joinBodies(
  samples: readonly BodySample[],
  frameCount: number,
  fps: number,
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(frameCount * WIDTH);
  const found = samples.filter(({ points }) => points.some((value) => value !== 0));
  let at = 0;
  for (let i = 0; i < frameCount; i++) {
    while (at < found.length && (found[at] as BodySample).frame < i) at++;
    const [before, after] = [found[at - 1] ?? found[at], found[at] ?? found[at - 1]];
    if (!before || !after) continue;
    const gap = after.frame - before.frame;
    const part = gap === 0 ? 0 : (i - before.frame) / gap;
    const known = gap <= GAP_S * fps && Math.abs(i - before.frame) <= GAP_S * fps;
    for (let k = 0; k < WIDTH; k++) {
      const value = (before.points[k] as number) * (1 - part) + (after.points[k] as number) * part;
      out[i * WIDTH + k] = k % 3 === 2 && !known ? 0 : value;
    }
  }
  return out;
}
