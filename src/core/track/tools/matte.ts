/**
 * From what the matte network says of a whole picture, and then of squares around the person in it, to one matte. The
 * whole picture, stretched to the network's square, tells where a person is, but coarsely; closer, hair and sleeves are
 * sharp and dark coats whole, but leaves and chairs are taken for people too. So squares say how much, and the whole
 * says where at all.
 */
import type { Matte, Picture } from '../ports.ts';
import type { Frame } from './crop.ts';

/** Side of the network's input and answer. */
export const MATTE_PX = 256;
/** From so much on a pixel counts as the person's when the person is measured. */
const PERSON = 0.5;
/** Around the person's box, in its sides. */
const ROOM = 0.12;
/** Places of squares are whole multiples of so much of the picture, so that they stand still from frame to frame. */
const STEPS = 16;
/** Persons so much taller than wide (or wider than tall) are looked at in two squares. */
const TALL = 1.3;
/** How far from what the whole shows of the person the squares are believed, in cells of the whole. */
const REACH = 6;
/** What the whole must say there for the squares to be believed fully. */
const BELIEVED = 0.25;

/** The picture as a whole, stretched. */
export function wholeFrame({ widthPx, heightPx }: Picture): Frame {
  return { x: widthPx / 2, y: heightPx / 2, widthPx, heightPx, turn: 0 };
}

/** Squares around the person that the whole shows, one upon the other by a part; none where there is nobody. */
export function squaresAround(whole: Float32Array, { widthPx, heightPx }: Picture): readonly Frame[] {
  const box = boxOf(whole);
  if (!box) return [];
  const grown = (from: number, to: number, lengthPx: number) => {
    const room = ROOM * (to - from);
    const step = (value: number, round: (v: number) => number) =>
      Math.min(1, Math.max(0, round((value / MATTE_PX) * STEPS) / STEPS)) * lengthPx;
    return [step(from - room, Math.floor), step(to + room, Math.ceil)] as const;
  };
  const [left, right] = grown(box.left, box.right, widthPx);
  const [top, bottom] = grown(box.top, box.bottom, heightPx);
  const [width, height] = [right - left, bottom - top];
  const [longer, shorter] = [Math.max(width, height), Math.min(width, height)];
  const two = longer > TALL * shorter;
  // Two squares reach half again as far as they must, so that each sees what it cuts.
  const sidePx = two ? Math.max(shorter, 0.6 * longer) : longer;
  const along = (start: number, length: number, limit: number): readonly number[] => {
    const low = Math.min(start, Math.max(0, limit - sidePx));
    if (length <= sidePx) return [inside(start + length / 2, sidePx, limit)];
    return [low + sidePx / 2, Math.max(low, start + length - sidePx) + sidePx / 2];
  };
  return along(top, height, heightPx).flatMap((y) =>
    along(left, width, widthPx).map((x) => ({ x, y, widthPx: sidePx, heightPx: sidePx, turn: 0 })),
  );
}

/** The middle of a side that does not stick out of the picture, where the picture is that long. */
function inside(middle: number, side: number, limit: number): number {
  return side >= limit ? limit / 2 : Math.min(limit - side / 2, Math.max(side / 2, middle));
}

function boxOf(whole: Float32Array) {
  let [left, right, top, bottom] = [MATTE_PX, 0, MATTE_PX, 0];
  for (let y = 0, i = 0; y < MATTE_PX; y++)
    for (let x = 0; x < MATTE_PX; x++, i++) {
      if ((whole[i] as number) < PERSON) continue;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y + 1);
    }
  return right > left ? { left, right, top, bottom } : null;
}

export interface MatteLook {
  readonly frame: Frame;
  /** MATTE_PX × MATTE_PX, 0…1 */
  readonly person: Float32Array;
}

/** One matte, as fine as the finest look. @param looks of the whole picture first, then of squares */
export function joinLooks(
  { widthPx, heightPx }: Picture,
  [first, ...closer]: readonly [MatteLook, ...MatteLook[]],
): Matte {
  const finestPx = Math.min(
    ...[first, ...closer].map(({ frame }) => Math.max(frame.widthPx, frame.heightPx) / MATTE_PX),
  );
  const cellPx = Math.max(finestPx, Math.max(widthPx, heightPx) / (2 * MATTE_PX));
  const [columns, rows] = [Math.ceil(widthPx / cellPx), Math.ceil(heightPx / cellPx)];
  const near = spread(first.person);
  const alpha = new Uint8ClampedArray(columns * rows);
  for (let row = 0, i = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, i++) {
      const x = ((column + 0.5) / columns) * widthPx;
      const y = ((row + 0.5) / rows) * heightPx;
      let [sum, weight] = [0, 0];
      for (const look of closer) {
        const share = depthInside(look.frame, x, y);
        if (share <= 0) continue;
        sum += share * read(look.person, look.frame, x, y);
        weight += share;
      }
      const coarse = read(first.person, first.frame, x, y);
      const trusted = Math.min(1, read(near, first.frame, x, y) / BELIEVED);
      alpha[i] = 255 * (weight > 0 ? (sum / weight) * trusted : coarse);
    }
  return { widthPx: columns, heightPx: rows, alpha };
}

/** How far inside a frame a place lies, in pixels of the picture; 0 outside. A little at its very edge. */
function depthInside({ x, y, widthPx, heightPx }: Frame, atX: number, atY: number): number {
  const depth = Math.min(widthPx / 2 - Math.abs(atX - x), heightPx / 2 - Math.abs(atY - y));
  return depth < 0 ? 0 : depth + 1e-3;
}

function read(values: Float32Array, { x, y, widthPx, heightPx }: Frame, atX: number, atY: number): number {
  const last = MATTE_PX - 1;
  const u = Math.min(last, Math.max(0, ((atX - x) / widthPx + 0.5) * MATTE_PX - 0.5));
  const v = Math.min(last, Math.max(0, ((atY - y) / heightPx + 0.5) * MATTE_PX - 0.5));
  const [left, top] = [Math.min(last - 1, Math.floor(u)), Math.min(last - 1, Math.floor(v))];
  const [a, b] = [u - left, v - top];
  const at = top * MATTE_PX + left;
  const upper = (values[at] as number) * (1 - a) + (values[at + 1] as number) * a;
  const lower = (values[at + MATTE_PX] as number) * (1 - a) + (values[at + MATTE_PX + 1] as number) * a;
  return upper * (1 - b) + lower * b;
}

/** The largest value within REACH, along rows and then along columns. */
function spread(values: Float32Array): Float32Array {
  const along = (source: Float32Array, stride: number, across: number) => {
    const out = new Float32Array(source.length);
    for (let line = 0; line < MATTE_PX; line++) {
      // Most lines are empty, and stay so.
      let any = 0;
      for (let i = 0; i < MATTE_PX; i++) any = Math.max(any, source[line * across + i * stride] as number);
      if (any === 0) continue;
      for (let i = 0; i < MATTE_PX; i++) {
        let most = 0;
        const to = Math.min(MATTE_PX - 1, i + REACH);
        for (let k = Math.max(0, i - REACH); k <= to; k++) {
          const value = source[line * across + k * stride] as number;
          if (value > most) most = value;
        }
        out[line * across + i * stride] = most;
      }
    }
    return out;
  };
  return along(along(values, 1, MATTE_PX), MATTE_PX, 1);
}
