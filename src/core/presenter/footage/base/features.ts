/**
 * What a frame of the film looks like, as a short row of numbers whose squared differences say how much of a cut between
 * two frames would be seen; 1 is just noticeable. The mouth is left out: it is replaced. Where the head is and how it is
 * turned, where it looks, lids, brows and the smile come from the track; hands, arms and clothes from a small picture of
 * the whole frame, brought down to its principal components.
 */
import { measureOf, type FootageTrack, type Measure } from '../../../track/footage-track.ts';
import { gaussian, median } from '../../../track/curves.ts';
import { BODY_POINTS, type BodyPoint, type Picture } from '../../../track/ports.ts';
import { principal } from '../mouth/algebra.ts';
import type { SmallPictures } from './graph.ts';

/** Cells of the small picture along the film's longer side. */
const LONG_CELLS = 96;
/** Samples a cell is averaged from, along each side. */
const TAPS = 4;
/** Frames are compared by cells of this many by this many. */
const COARSE = 3;
const MOST_COMPONENTS = 20;
const VARIANCE_HELD = 0.97;
/** Rows the components are found on. */
const LEARNT_ROWS = 500;

/** Just noticeable differences, after both sides of a fade were bent to each other: luma (0…255, root mean square over the person), and the rest in its own units. */
const LUMA_STEP = 5;
const STEPS = {
  place: 0.14, // face heights
  size: 0.07, // logarithm
  turn: 0.1, // radians
  gaze: 0.16,
  lids: 0.3,
  brows: 0.045,
  smile: 0.06,
  shoulder: 0.25,
  wrist: 0.35,
} as const;

export interface FrameFeatures {
  readonly frameCount: number;
  readonly columns: number;
  /** frames × columns */
  readonly rows: Float32Array<ArrayBuffer>;
  /** Columns from here on are those of the small picture. */
  readonly firstPictureColumn: number;
}

export function createSmallPictures(
  track: FootageTrack,
): SmallPictures & { look(i: number, picture: Picture): void } {
  const { widthPx, heightPx, frameCount } = track;
  const cellPx = Math.max(widthPx, heightPx) / LONG_CELLS;
  const columns = Math.max(1, Math.round(widthPx / cellPx));
  const rows = Math.max(1, Math.round(heightPx / cellPx));
  const luma = new Uint8Array(frameCount * rows * columns);
  return {
    columns,
    rows,
    luma,
    look(i, picture) {
      const { rgba } = picture;
      const [dx, dy] = [picture.widthPx / columns / TAPS, picture.heightPx / rows / TAPS];
      for (let r = 0; r < rows; r++)
        for (let c = 0; c < columns; c++) {
          let sum = 0;
          for (let v = 0; v < TAPS; v++) {
            const y = Math.floor((r * TAPS + v + 0.5) * dy);
            for (let u = 0; u < TAPS; u++) {
              const p = (y * picture.widthPx + Math.floor((c * TAPS + u + 0.5) * dx)) * 4;
              sum += 0.299 * rgba[p]! + 0.587 * rgba[p + 1]! + 0.114 * rgba[p + 2]!;
            }
          }
          luma[(i * rows + r) * columns + c] = Math.round(sum / (TAPS * TAPS));
        }
    },
  };
}

/** The same, a third of the size. */
function coarse(small: SmallPictures, frameCount: number): SmallPictures {
  const [columns, rows] = [Math.floor(small.columns / COARSE), Math.floor(small.rows / COARSE)];
  const luma = new Uint8Array(frameCount * columns * rows);
  for (let f = 0, at = 0; f < frameCount; f++)
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++) {
        let sum = 0;
        for (let v = 0; v < COARSE; v++)
          for (let u = 0; u < COARSE; u++)
            sum += small.luma[(f * small.rows + r * COARSE + v) * small.columns + c * COARSE + u]!;
        luma[at++] = Math.round(sum / COARSE ** 2);
      }
  return { columns, rows, luma };
}

export function describeFrames(track: FootageTrack, fine: SmallPictures): FrameFeatures {
  const { frameCount } = track;
  const small = coarse(fine, frameCount);
  const faceHeight = median(measureOf(track, 'faceHeightPx')) || 1;
  const columns: ArrayLike<number>[] = [];
  const add = (values: ArrayLike<number>, step: number) =>
    columns.push(Float32Array.from(values, (value) => value / step));
  const smooth = (name: Measure, sigma: number) => gaussian(measureOf(track, name), sigma);
  for (const name of ['faceX', 'faceY'] as const) add(smooth(name, 0.7), STEPS.place * faceHeight);
  add(
    smooth('faceHeightPx', 1.5).map((height) => Math.log(Math.max(1, height))),
    STEPS.size,
  );
  for (const name of ['headYaw', 'headPitch', 'headRoll'] as const) add(smooth(name, 1), STEPS.turn);
  for (const name of ['gazeYaw', 'gazePitch'] as const) add(smooth(name, 0.7), STEPS.gaze);
  const lids = lidsOf(track);
  add(lids, STEPS.lids);
  for (const name of ['browLeft', 'browRight'] as const) add(smooth(name, 1), STEPS.brows * Math.SQRT2);
  add(smooth('mouthWidth', 6), STEPS.smile);
  for (const point of ['leftShoulder', 'rightShoulder'] as const)
    for (const axis of [0, 1] as const)
      add(bodyCurve(track, point, axis), STEPS.shoulder * faceHeight * Math.SQRT2);
  for (const point of ['leftWrist', 'rightWrist'] as const)
    for (const axis of [0, 1] as const) add(bodyCurve(track, point, axis), STEPS.wrist * faceHeight);
  const firstPictureColumn = columns.length;
  for (const curve of pictureColumns(track, small)) columns.push(curve);
  const rows = new Float32Array(frameCount * columns.length);
  columns.forEach((values, c) => {
    for (let f = 0; f < frameCount; f++) rows[f * columns.length + c] = values[f]!;
  });
  return { frameCount, columns: columns.length, rows, firstPictureColumn };
}

/** 0 open … 1 shut, both lids. */
export function lidsOf(track: FootageTrack): Float32Array<ArrayBuffer> {
  const [left, right] = [measureOf(track, 'blinkLeft'), measureOf(track, 'blinkRight')];
  return left.map((value, f) => (value + right[f]!) / 2);
}

/** Where a point of the body is; held at its mean where nobody is sure of it. */
export function bodyCurve(track: FootageTrack, point: BodyPoint, axis: 0 | 1): Float64Array {
  const width = BODY_POINTS.length * 3;
  const at = BODY_POINTS.indexOf(point) * 3;
  let [sum, total] = [0, 0];
  for (let f = 0; f < track.frameCount; f++) {
    const sure = track.body[f * width + at + 2]!;
    sum += sure * track.body[f * width + at + axis]!;
    total += sure;
  }
  const mean = total > 0 ? sum / total : 0;
  const values = Float64Array.from({ length: track.frameCount }, (_, f) => {
    const sure = Math.min(1, 2 * track.body[f * width + at + 2]!);
    return mean + sure * (track.body[f * width + at + axis]! - mean);
  });
  return gaussian(values, 1.5);
}

/** The small pictures' principal components, each already in just noticeable differences. */
function pictureColumns(track: FootageTrack, small: SmallPictures): Float32Array[] {
  const { frameCount } = track;
  const cells = small.columns * small.rows;
  const moving = movingCells(track, small);
  if (moving.length === 0) return [];
  const step = Math.max(1, frameCount / LEARNT_ROWS);
  const learnt = Array.from({ length: Math.floor(frameCount / step) }, (_, k) => Math.floor(k * step));
  const mean = new Float64Array(moving.length);
  for (const f of learnt)
    moving.forEach((cell, c) => (mean[c]! += small.luma[f * cells + cell]! / learnt.length));
  const rows = new Float64Array(learnt.length * moving.length);
  learnt.forEach((f, r) =>
    moving.forEach((cell, c) => (rows[r * moving.length + c] = small.luma[f * cells + cell]! - mean[c]!)),
  );
  const weights = new Float64Array(learnt.length).fill(1);
  const { basis } = principal(rows, moving.length, weights, MOST_COMPONENTS, VARIANCE_HELD);
  const scale = 1 / (LUMA_STEP * Math.sqrt(moving.length));
  return Array.from({ length: basis.length / moving.length }, (_, d) =>
    Float32Array.from({ length: frameCount }, (_unused, f) => {
      let sum = 0;
      for (let c = 0; c < moving.length; c++)
        sum += (small.luma[f * cells + moving[c]!]! - mean[c]!) * basis[d * moving.length + c]!;
      return sum * scale;
    }),
  );
}

/** Cells that anything moves in, the lower face left out: the person, as far as a cut could show there. */
function movingCells(track: FootageTrack, small: SmallPictures): number[] {
  const { frameCount } = track;
  const cells = small.columns * small.rows;
  const mean = new Float64Array(cells);
  const square = new Float64Array(cells);
  for (let f = 0; f < frameCount; f++)
    for (let c = 0; c < cells; c++) {
      const value = small.luma[f * cells + c]!;
      mean[c]! += value / frameCount;
      square[c]! += (value * value) / frameCount;
    }
  const [faceX, faceY] = [median(measureOf(track, 'faceX')), median(measureOf(track, 'faceY'))];
  const reach = 0.9 * median(measureOf(track, 'faceHeightPx'));
  const [cellW, cellH] = [track.widthPx / small.columns, track.heightPx / small.rows];
  const found: number[] = [];
  for (let c = 0; c < cells; c++) {
    if (square[c]! - mean[c]! ** 2 < 2) continue;
    const x = ((c % small.columns) + 0.5) * cellW - faceX;
    const y = (Math.floor(c / small.columns) + 0.5) * cellH - faceY;
    // The lower face is another's; the upper is described by the track, and better.
    if (Math.hypot(x, y) < 0.5 * reach) continue;
    found.push(c);
  }
  return found;
}

/** Sum of squared differences of two frames, features `from` … `to`. */
export function difference(
  features: FrameFeatures,
  a: number,
  b: number,
  from = 0,
  to = features.columns,
): number {
  const { rows, columns } = features;
  let sum = 0;
  for (let c = from; c < to; c++) sum += (rows[a * columns + c]! - rows[b * columns + c]!) ** 2;
  return sum;
}
