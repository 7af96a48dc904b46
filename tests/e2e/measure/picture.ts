/**
 * Every frame of a film looked at beside its neighbours: is there a picture, does it move, is it of one piece? A torn
 * frame has a line across it where one picture ends and another begins: along that row the picture changes from row
 * to row as it does along no row nearby in the frames before and after.
 */
import { frames, type DecodedFrame } from '../harness/film.ts';

export interface FrameLook {
  readonly index: number;
  /** Spread of brightness, standard deviation, 0…127. A blank frame has none. */
  readonly contrast: number;
  /** Pixels that differ visibly from the frame before, as a fraction; 1 for the first frame. */
  readonly moved: number;
  /** How much more some row differs from the next than any near it does in both neighbours, levels. 0 at the ends. */
  readonly tear: number;
}

/**
 * A difference of brightness that is more than the codec's noise, levels of 255. In a frame that is the one before it once
 * more, x264 leaves 0.002 % of the pixels beyond it; where someone's head turns back, 0.15 % are (4K, seen 640 wide).
 */
const VISIBLE = 3;
/** Pictures move; a row's own content may have come from so many rows away. */
const ROW_REACH = 6;

export async function lookAtFrames(path: string, widthPx = 640): Promise<readonly FrameLook[]> {
  const looks: FrameLook[] = [];
  let before: Measured | null = null;
  let here: Measured | null = null;
  for await (const frame of frames(path, { widthPx })) {
    const next = measure(frame, here);
    if (here) looks.push(lookOf(here, before, next));
    before = here;
    here = next;
  }
  if (here) looks.push(lookOf(here, before, null));
  return looks;
}

interface Measured {
  readonly index: number;
  readonly luma: Uint8Array;
  readonly contrast: number;
  readonly moved: number;
  /** Mean difference of each row from the next. */
  readonly rows: Float64Array;
}

function measure(frame: DecodedFrame, before: Measured | null): Measured {
  const luma = lumaOf(frame);
  let moved = 0;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < luma.length; i++) {
    const value = luma[i] ?? 0;
    sum += value;
    squares += value * value;
    if (before && Math.abs(value - (before.luma[i] ?? 0)) > VISIBLE) moved++;
  }
  const mean = sum / luma.length;
  return {
    index: frame.index,
    luma,
    contrast: Math.sqrt(Math.max(0, squares / luma.length - mean * mean)),
    moved: before ? moved / luma.length : 1,
    rows: rowChanges(luma, frame.widthPx, frame.heightPx),
  };
}

function lookOf(here: Measured, before: Measured | null, next: Measured | null): FrameLook {
  const { index, contrast, moved } = here;
  let tear = 0;
  if (before && next)
    here.rows.forEach((change, y) => {
      const usual = Math.max(nearby(before.rows, y), nearby(next.rows, y));
      tear = Math.max(tear, change - usual);
    });
  return { index, contrast, moved, tear };
}

function nearby(rows: Float64Array, y: number): number {
  let most = 0;
  for (let i = Math.max(0, y - ROW_REACH); i <= Math.min(rows.length - 1, y + ROW_REACH); i++)
    most = Math.max(most, rows[i] ?? 0);
  return most;
}

function rowChanges(luma: Uint8Array, widthPx: number, heightPx: number): Float64Array {
  const rows = new Float64Array(heightPx - 1);
  for (let y = 0; y + 1 < heightPx; y++) {
    let sum = 0;
    const at = y * widthPx;
    for (let x = 0; x < widthPx; x++) sum += Math.abs((luma[at + x] ?? 0) - (luma[at + widthPx + x] ?? 0));
    rows[y] = sum / widthPx;
  }
  return rows;
}

/** BT.709 luma of decoded RGB, rounded. */
function lumaOf({ rgba, widthPx, heightPx }: DecodedFrame): Uint8Array {
  const luma = new Uint8Array(widthPx * heightPx);
  for (let i = 0; i < luma.length; i++) {
    const at = i * 4;
    luma[i] = Math.round(
      0.2126 * (rgba[at] ?? 0) + 0.7152 * (rgba[at + 1] ?? 0) + 0.0722 * (rgba[at + 2] ?? 0),
    );
  }
  return luma;
}

/** A square of the picture, its middle as fractions of the frame. */
export interface Patch {
  readonly x: number;
  readonly y: number;
  readonly sizePx: number;
}

/** The largest difference of any channel of a patch's mean colour from `wanted` (`#rrggbb`), over all frames. */
export async function worstPatchError(
  path: string,
  wanted: string,
  patches: readonly Patch[],
): Promise<number> {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(wanted.slice(at, at + 2), 16));
  let worst = 0;
  for await (const frame of frames(path))
    for (const patch of patches)
      meanColor(frame, patch).forEach((value, channel) => {
        worst = Math.max(worst, Math.abs(value - ([r, g, b][channel] ?? 0)));
      });
  return worst;
}

function meanColor(frame: DecodedFrame, { x, y, sizePx }: Patch): readonly [number, number, number] {
  const left = Math.round(x * frame.widthPx - sizePx / 2);
  const top = Math.round(y * frame.heightPx - sizePx / 2);
  const sum: [number, number, number] = [0, 0, 0];
  for (let row = top; row < top + sizePx; row++)
    for (let column = left; column < left + sizePx; column++)
      for (let channel = 0; channel < 3; channel++)
        sum[channel] = (sum[channel] ?? 0) + (frame.rgba[(row * frame.widthPx + column) * 4 + channel] ?? 0);
  const count = sizePx * sizePx;
  return [sum[0] / count, sum[1] / count, sum[2] / count];
}
