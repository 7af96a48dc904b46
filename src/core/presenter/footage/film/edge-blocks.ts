/**
 * Where in a picture its matte has an edge: in blocks, so that whoever draws the edge need not look at the rest. A block
 * is also taken when one beside it is, so that a window around any pixel of the edge itself lies in what was taken; the
 * rim is what lies beside those, and is all person or none.
 */
import type { Matte } from '../../../track/ports.ts';

/** Of 255: a matte this near to nothing or all is that. */
const ALL_BUT = 1;
const LEAST_PX = 8;

export type Side = 'none' | 'all';

export interface BlockRun {
  readonly state: Side | 'edge';
  /** Columns [from, to). */
  readonly from: number;
  readonly to: number;
}

export interface BlockRow {
  /** Rows [top, bottom). */
  readonly top: number;
  readonly bottom: number;
  readonly runs: readonly BlockRun[];
}

export interface EdgeBlocks {
  readonly rows: readonly BlockRow[];
  /** Blocks that are not taken and lie beside one that is. */
  readonly rim: readonly (BlockRow & { readonly runs: readonly [BlockRun & { readonly state: Side }] })[];
}

/** @param w @param h of the picture that the matte is stretched over @param reach of windows: blocks are no smaller */
export function edgeBlocks(matte: Matte, w: number, h: number, reach: number): EdgeBlocks {
  const side = Math.max(LEAST_PX, reach);
  const [columns, rows] = [Math.ceil(w / side), Math.ceil(h / side)];
  const own = ownStates(matte, w, h, side, columns, rows);
  const isEdge = (x: number, y: number) => {
    const here = own[y * columns + x];
    for (let j = Math.max(0, y - 1); j <= Math.min(rows - 1, y + 1); j++)
      for (let i = Math.max(0, x - 1); i <= Math.min(columns - 1, x + 1); i++) {
        const there = own[j * columns + i];
        if (there === EDGE || there !== here) return true;
      }
    return false;
  };
  const taken = Uint8Array.from(own, (_, i) => (isEdge(i % columns, Math.floor(i / columns)) ? 1 : 0));
  const isRim = (x: number, y: number) => {
    for (let j = Math.max(0, y - 1); j <= Math.min(rows - 1, y + 1); j++)
      for (let i = Math.max(0, x - 1); i <= Math.min(columns - 1, x + 1); i++)
        if (taken[j * columns + i] === 1) return true;
    return false;
  };
  const found: BlockRow[] = [];
  const rim: EdgeBlocks['rim'][number][] = [];
  for (let y = 0; y < rows; y++) {
    const [top, bottom] = [y * side, Math.min(h, (y + 1) * side)];
    const runs: { state: BlockRun['state']; from: number; to: number }[] = [];
    for (let x = 0; x < columns; x++) {
      const [from, to] = [x * side, Math.min(w, (x + 1) * side)];
      const flat: Side = own[y * columns + x] === ALL ? 'all' : 'none';
      const state = taken[y * columns + x] === 1 ? 'edge' : flat;
      if (state === flat && isRim(x, y)) rim.push({ top, bottom, runs: [{ state: flat, from, to }] });
      const last = runs.at(-1);
      if (last?.state === state) last.to = to;
      else runs.push({ state, from, to });
    }
    found.push({ top, bottom, runs });
  }
  return { rows: found, rim };
}

const [NONE, ALL, EDGE] = [0, 1, 2];

/** What the matte shows within each block, read between its texels. */
function ownStates(
  { widthPx, heightPx, alpha }: Matte,
  w: number,
  h: number,
  side: number,
  columns: number,
  rows: number,
): Uint8Array {
  const states = new Uint8Array(columns * rows);
  const texels = (block: number, length: number, count: number) =>
    [
      Math.max(0, Math.floor(((block * side + 0.5) * count) / length - 0.5)),
      Math.min(count - 1, Math.floor((((block + 1) * side - 0.5) * count) / length - 0.5) + 1),
    ] as const;
  for (let y = 0; y < rows; y++) {
    const [top, bottom] = texels(y, h, heightPx);
    for (let x = 0; x < columns; x++) {
      const [left, right] = texels(x, w, widthPx);
      let [least, most] = [255, 0];
      for (let row = top; row <= bottom; row++)
        for (let i = row * widthPx + left; i <= row * widthPx + right; i++) {
          const value = alpha[i] as number;
          if (value < least) least = value;
          if (value > most) most = value;
        }
      states[y * columns + x] = most <= ALL_BUT ? NONE : least >= 255 - ALL_BUT ? ALL : EDGE;
    }
  }
  return states;
}
