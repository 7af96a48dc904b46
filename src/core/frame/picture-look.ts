/**
 * How a picture or a film looks from far away: a few dozen colours of it, of a film at a few of its moments. What stands
 * before a picture takes its light from this, and what is beside a narrow film its colours. A host looks once, before
 * the plan is made, and the plan only reads.
 */
import type { CancelSignal } from '../base/errors.ts';
import { cacheKey } from '../base/hashing.ts';
import type { AssetHash, CacheKey } from '../base/ids.ts';

/** A look's longer side. */
export const LOOK_CELLS = 32;
/** Of a film, at most so many moments are looked at, this far apart at least. */
export const LOOK_MOMENTS = 24;
export const LOOK_APART_S = 0.5;

export interface PictureLook {
  /** Hash of all below: equal keys, equal looks. */
  readonly key: CacheKey;
  readonly columns: number;
  readonly rows: number;
  /** When each moment is, seconds, ascending; one, at 0, of a still. */
  readonly timesS: readonly number[];
  /** moments × rows × columns × (r, g, b); mean colours, sRGB 0…255. */
  readonly rgb: Uint8Array;
}

export interface PictureLooks {
  /** Null where the picture cannot be read: what is wrong with it is told to whoever draws it. */
  look(asset: AssetHash, kind: 'image' | 'video', signal?: CancelSignal): Promise<PictureLook | null>;
}

export function lookSize(widthPx: number, heightPx: number): { columns: number; rows: number } {
  const scale = LOOK_CELLS / Math.max(widthPx, heightPx, 1);
  return {
    columns: Math.max(1, Math.round(widthPx * scale)),
    rows: Math.max(1, Math.round(heightPx * scale)),
  };
}

export async function pictureLook(parts: Omit<PictureLook, 'key'>): Promise<PictureLook> {
  const { columns, rows, timesS, rgb } = parts;
  return { ...parts, key: await cacheKey('look@1', { columns, rows, timesS, rgb }) };
}

/** Mean colours of the cells of a picture. @param rgba row by row, at least as many pixels as cells either way */
export function cellsOf(
  rgba: Uint8ClampedArray,
  widthPx: number,
  heightPx: number,
  { columns, rows }: { readonly columns: number; readonly rows: number },
): Uint8Array {
  const out = new Uint8Array(columns * rows * 3);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) {
      const [x0, x1] = span(c, columns, widthPx);
      const [y0, y1] = span(r, rows, heightPx);
      const sum = [0, 0, 0];
      for (let y = y0; y < y1; y++)
        for (let x = x0; x < x1; x++) for (let k = 0; k < 3; k++) sum[k]! += rgba[(y * widthPx + x) * 4 + k]!;
      const pixels = (x1 - x0) * (y1 - y0);
      for (let k = 0; k < 3; k++) out[(r * columns + c) * 3 + k] = Math.round(sum[k]! / pixels);
    }
  return out;
}

function span(i: number, parts: number, size: number): readonly [number, number] {
  const from = Math.min(size - 1, Math.floor((i * size) / parts));
  return [from, Math.max(from + 1, Math.floor(((i + 1) * size) / parts))];
}

/**
 * The colour at a place (fractions of the picture) and a time, sRGB 0…1; between cells and moments it is interpolated,
 * beyond them the nearest holds.
 */
export function colorAt(look: PictureLook, timeS: number, x: number, y: number): [number, number, number] {
  const { columns, rows, timesS, rgb } = look;
  const after = timesS.findIndex((t) => t > timeS);
  const late = after < 0 ? timesS.length - 1 : after;
  const early = after < 0 ? late : Math.max(0, after - 1);
  const mix =
    late === early ? 0 : clamp01((timeS - timesS[early]!) / Math.max(1e-6, timesS[late]! - timesS[early]!));
  const [cx, cy] = [
    Math.min(columns - 1, Math.max(0, x * columns - 0.5)),
    Math.min(rows - 1, Math.max(0, y * rows - 0.5)),
  ];
  const [c0, r0] = [Math.floor(cx), Math.floor(cy)];
  const [c1, r1] = [Math.min(columns - 1, c0 + 1), Math.min(rows - 1, r0 + 1)];
  const [u, v] = [cx - c0, cy - r0];
  const cell = (moment: number, r: number, c: number, k: number) =>
    rgb[((moment * rows + r) * columns + c) * 3 + k]!;
  const of = (moment: number, k: number) =>
    (cell(moment, r0, c0, k) * (1 - u) + cell(moment, r0, c1, k) * u) * (1 - v) +
    (cell(moment, r1, c0, k) * (1 - u) + cell(moment, r1, c1, k) * u) * v;
  const value = (k: number) => ((1 - mix) * of(early, k) + mix * of(late, k)) / 255;
  return [value(0), value(1), value(2)];
}

function clamp01(value: number): number {
  return Math.min(1, Math.max(0, value));
}
