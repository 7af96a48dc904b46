/**
 * How much of a cut would be seen twice: what two frames still differ by when one is bent to the other as a fade bends
 * them. Hands that lie otherwise, a sleeve that is not there, hair on another turn of the head cannot be bent into each
 * other, and half of either is what a viewer calls a ghost. Worked out on pictures of half the small ones' size, which
 * takes about a millisecond.
 */
import { median } from '../../../track/curves.ts';
import { measureOf, type FootageTrack } from '../../../track/footage-track.ts';
import { flowBetween, JUDGED, lumaAt, type Flow, type GreyPicture } from './flow.ts';
import type { SmallPictures } from './graph.ts';

/** Luma that differs by less than the first is not seen twice, by more than the second plainly is. */
export const [ALIKE, APART] = [8, 26] as const;
/** About the mouth another is set in: this far from the face's middle, in its heights, nothing counts. */
const FACE_REACH = 0.45;

export interface GhostMeter {
  /** What is seen twice of a cut from frame `a` to frame `b`, in (heights of the face)². */
  between(a: number, b: number): number;
}

export function createGhostMeter(track: FootageTrack, small: SmallPictures): GhostMeter {
  const halves = new Map<number, GreyPicture>();
  const half = (f: number) => {
    let picture = halves.get(f);
    if (!picture) halves.set(f, (picture = halved(small, f)));
    return picture;
  };
  const cellPx = (2 * track.widthPx) / small.columns;
  const face = median(measureOf(track, 'faceHeightPx')) || track.heightPx / 4;
  const [faceX, faceY] = [median(measureOf(track, 'faceX')), median(measureOf(track, 'faceY'))];
  const counts = (x: number, y: number) =>
    Math.hypot((x + 0.5) * cellPx - faceX, (y + 0.5) * cellPx - faceY) > FACE_REACH * face;
  return {
    between(a, b) {
      const [from, to] = [half(a), half(b)];
      const flow = flowBetween(from, to, JUDGED);
      let sum = 0;
      for (let y = 0, i = 0; y < from.rows; y++)
        for (let x = 0; x < from.columns; x++, i++)
          if (counts(x, y)) sum += apartness(leftOver(from, to, flow, i, x, y));
      return sum * (cellPx / face) ** 2;
    },
  };
}

/** 0 … 1 */
export function apartness(luma: number): number {
  const t = Math.max(0, Math.min(1, (Math.abs(luma) - ALIKE) / (APART - ALIKE)));
  return t * t * (3 - 2 * t);
}

function leftOver(a: GreyPicture, b: GreyPicture, flow: Flow, i: number, x: number, y: number): number {
  return lumaAt(b, x + flow[i * 2]!, y + flow[i * 2 + 1]!) - a.luma[i]!;
}

function halved({ columns, rows, luma }: SmallPictures, frame: number): GreyPicture {
  const [w, h] = [columns >> 1, rows >> 1];
  const out = new Float32Array(w * h);
  const from = frame * columns * rows;
  for (let y = 0, i = 0; y < h; y++)
    for (let x = 0; x < w; x++, i++) {
      const j = from + 2 * y * columns + 2 * x;
      out[i] = (luma[j]! + luma[j + 1]! + luma[j + columns]! + luma[j + columns + 1]!) / 4;
    }
  return { columns: w, rows: h, luma: out };
}
