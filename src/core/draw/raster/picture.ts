/**
 * A picture in memory, as the rasteriser reads it: texels as 32-bit words (red lowest) of premultiplied sRGB, and a mip
 * pyramid that grows as it is asked for. It may be a part of a larger picture (of a film's frame, what a mesh shows);
 * texels are then counted from the whole picture's corner.
 *
 * Channels are worked on two at a time: red and blue in one word, green and alpha in another, eight bits of room above
 * each ("SIMD within a register", Fisher 1998).
 */
import { coarsestLevel, type BlurTaps, type MeshBlur } from '../mesh-place.ts';

export interface PictureLevel {
  /** Row-major words. */
  readonly texels: Int32Array;
  readonly width: number;
  readonly height: number;
  /** Of `texels`' first one, in the whole level. */
  readonly left: number;
  readonly top: number;
  /** Of the whole level. */
  readonly fullWidth: number;
  readonly fullHeight: number;
}

export interface PicturePart {
  readonly left: number;
  readonly top: number;
  readonly fullWidthPx: number;
  readonly fullHeightPx: number;
}

export class RasterPicture {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Alpha is 255 throughout. */
  readonly opaque: boolean;
  readonly #levels: PictureLevel[];

  /**
   * @param rgba straight alpha, row-major, four bytes a pixel; copied where it must be changed, else kept
   * @param part where these pixels lie in the whole picture, which is what `widthPx` and uvs then speak of
   */
  constructor(
    rgba: Uint8ClampedArray | Uint8Array,
    widthPx: number,
    heightPx: number,
    part: PicturePart | null = null,
  ) {
    const words = wordsOf(rgba, widthPx * heightPx);
    this.opaque = isOpaque(words);
    this.widthPx = part?.fullWidthPx ?? widthPx;
    this.heightPx = part?.fullHeightPx ?? heightPx;
    this.#levels = [
      {
        texels: this.opaque ? words : premultiplied(words),
        width: widthPx,
        height: heightPx,
        left: part?.left ?? 0,
        top: part?.top ?? 0,
        fullWidth: this.widthPx,
        fullHeight: this.heightPx,
      },
    ];
  }

  /** Level 0 is the picture itself, each next one half its size, down to one texel. */
  level(index: number): PictureLevel {
    const last = Math.min(index, coarsestLevel(this.widthPx, this.heightPx));
    while (this.#levels.length <= last) this.#levels.push(halved(this.#levels.at(-1) as PictureLevel));
    return this.#levels[last] as PictureLevel;
  }

  /** Held now, pyramid and all. */
  get bytes(): number {
    return this.#levels.reduce((sum, { texels }) => sum + texels.byteLength, 0);
  }
}

/** Views bytes as words, or copies what no word can begin in. */
export function wordsOf(rgba: Uint8ClampedArray | Uint8Array, count: number): Int32Array {
  if (rgba.length < 4 * count) throw new RangeError(`${rgba.length} bytes are too few for ${count} pixels`);
  return rgba.byteOffset % 4 === 0
    ? new Int32Array(rgba.buffer, rgba.byteOffset, count)
    : new Int32Array(rgba.slice(0, 4 * count).buffer);
}

function isOpaque(words: Int32Array): boolean {
  let all = -1;
  for (let i = 0; i < words.length; i++) all &= words[i] as number;
  return all >>> 24 === 255;
}

function premultiplied(words: Int32Array): Int32Array {
  const out = new Int32Array(words.length);
  for (let i = 0; i < words.length; i++) {
    const p = words[i] as number;
    const alpha = p >>> 24;
    const weight = alpha + (alpha >>> 7);
    const rb = ((Math.imul(p & 0xff00ff, weight) + 0x800080) >>> 8) & 0xff00ff;
    const g = ((Math.imul((p >>> 8) & 0xff, weight) + 0x80) >>> 8) & 0xff;
    out[i] = rb | (g << 8) | (alpha << 24);
  }
  return out;
}

/** Between two texels, `weight` 256ths of the second. */
function between(p: number, q: number, weight: number): number {
  const rest = 256 - weight;
  const rb = (Math.imul(p & 0xff00ff, rest) + Math.imul(q & 0xff00ff, weight) + 0x800080) >>> 8;
  const ga = Math.imul((p >>> 8) & 0xff00ff, rest) + Math.imul((q >>> 8) & 0xff00ff, weight) + 0x800080;
  return (rb & 0xff00ff) | (ga & 0xff00ff00);
}

/**
 * The next level: each texel read, linearly, at its own middle in the level above. Where the size is even that is the
 * mean of four; where it is odd, what a graphics card makes of it.
 */
function halved(above: PictureLevel): PictureLevel {
  const { left: fromX, top: fromY } = above;
  const odd = (above.fullWidth | above.fullHeight | fromX | fromY | above.width | above.height) & 1;
  if (odd === 0) return meanOfFour(above);
  const fullWidth = Math.max(1, above.fullWidth >> 1);
  const fullHeight = Math.max(1, above.fullHeight >> 1);
  const columns = halvedAxis(above.left, above.width, above.fullWidth, fullWidth);
  const rows = halvedAxis(above.top, above.height, above.fullHeight, fullHeight);
  const { texels, width: stride } = above;
  const width = columns.first.length;
  const height = rows.first.length;
  const out = new Int32Array(width * height);
  let at = 0;
  for (let y = 0; y < height; y++) {
    const upper = (rows.first[y] as number) * stride;
    const lower = (rows.second[y] as number) * stride;
    const down = rows.weight[y] as number;
    for (let x = 0; x < width; x++) {
      const left = columns.first[x] as number;
      const right = columns.second[x] as number;
      const weight = columns.weight[x] as number;
      out[at++] = between(
        between(texels[upper + left] as number, texels[upper + right] as number, weight),
        between(texels[lower + left] as number, texels[lower + right] as number, weight),
        down,
      );
    }
  }
  return { texels: out, width, height, left: columns.start, top: rows.start, fullWidth, fullHeight };
}

/** The same where every size is even. */
function meanOfFour(above: PictureLevel): PictureLevel {
  const { texels, width: stride } = above;
  const width = stride >> 1;
  const height = above.height >> 1;
  const out = new Int32Array(width * height);
  let to = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0, at = 2 * y * stride; x < width; x++, at += 2) {
      const p = texels[at] as number;
      const q = texels[at + 1] as number;
      const r = texels[at + stride] as number;
      const s = texels[at + stride + 1] as number;
      const rb = (p & 0xff00ff) + (q & 0xff00ff) + (r & 0xff00ff) + (s & 0xff00ff) + 0x20002;
      const ga =
        ((p >>> 8) & 0xff00ff) +
        ((q >>> 8) & 0xff00ff) +
        ((r >>> 8) & 0xff00ff) +
        ((s >>> 8) & 0xff00ff) +
        0x20002;
      out[to++] = ((rb >>> 2) & 0xff00ff) | (((ga >>> 2) & 0xff00ff) << 8);
    }
  return {
    ...{ texels: out, width, height, left: above.left >> 1, top: above.top >> 1 },
    ...{ fullWidth: above.fullWidth >> 1, fullHeight: above.fullHeight >> 1 },
  };
}

/** Along one axis: which two texels of the kept ones above each texel lies between, and how near to the second. */
function halvedAxis(start: number, count: number, full: number, fullBelow: number) {
  const startBelow = Math.min(start >> 1, fullBelow - 1);
  const countBelow = Math.max(1, Math.min(fullBelow, (start + count + 1) >> 1) - startBelow);
  const first = new Int32Array(countBelow);
  const second = new Int32Array(countBelow);
  const weight = new Int32Array(countBelow);
  for (let i = 0; i < countBelow; i++) {
    const at = ((startBelow + i + 0.5) * full) / fullBelow - 0.5 - start;
    const below = Math.floor(at);
    first[i] = Math.max(0, Math.min(count - 1, below));
    second[i] = Math.max(0, Math.min(count - 1, below + 1));
    weight[i] = Math.round((at - below) * 256);
  }
  return { start: startBelow, first, second, weight };
}

/**
 * Texels `first`…`last` (columns x, rows y, of the whole level) as they are seen through a blur that reads nothing
 * beyond them.
 */
export function blurred(
  level: PictureLevel,
  [firstX, lastX]: readonly [number, number],
  [firstY, lastY]: readonly [number, number],
  { across, down }: MeshBlur,
): PictureLevel {
  const left = Math.max(firstX, level.left);
  const top = Math.max(firstY, level.top);
  const width = Math.max(1, Math.min(lastX + 1, level.left + level.width) - left);
  const height = Math.max(1, Math.min(lastY + 1, level.top + level.height) - top);
  const start = (top - level.top) * level.width + (left - level.left);
  // Across and turned over, twice: the second time turns it back.
  const turned = new Int32Array(width * height);
  blurTurned(level.texels, start, level.width, width, height, across, turned);
  const texels = new Int32Array(width * height);
  blurTurned(turned, 0, height, height, width, down, texels);
  return { ...level, texels, width, height, left, top };
}

/** Blurs each row of `from` and writes it as a column. */
function blurTurned(
  from: Int32Array,
  start: number,
  stride: number,
  width: number,
  height: number,
  { taps, step }: BlurTaps,
  to: Int32Array,
): void {
  const [own, near, far] = taps;
  if (step > 1) {
    blurWide(from, start, stride, width, height, { taps, step }, to);
    return;
  }
  for (let y = 0; y < height; y++) {
    const row = start + y * stride;
    const end = row + width - 1;
    // Five texels wander through, each split into red and blue (1) and green and alpha (2).
    let p = from[row] as number;
    let p1 = p & 0xff00ff;
    let p2 = (p >>> 8) & 0xff00ff;
    let [ll1, ll2, l1, l2] = [p1, p2, p1, p2];
    p = from[Math.min(row + 1, end)] as number;
    let r1 = p & 0xff00ff;
    let r2 = (p >>> 8) & 0xff00ff;
    for (let x = 0, at = row + 2, column = y; x < width; x++, at++, column += height) {
      p = from[at < end ? at : end] as number;
      const rr1 = p & 0xff00ff;
      const rr2 = (p >>> 8) & 0xff00ff;
      const rb = (Math.imul(p1, own) + Math.imul(l1 + r1, near) + Math.imul(ll1 + rr1, far) + 0x800080) >>> 8;
      const ga = Math.imul(p2, own) + Math.imul(l2 + r2, near) + Math.imul(ll2 + rr2, far) + 0x800080;
      to[column] = (rb & 0xff00ff) | (ga & 0xff00ff00);
      ll1 = l1;
      ll2 = l2;
      l1 = p1;
      l2 = p2;
      p1 = r1;
      p2 = r2;
      r1 = rr1;
      r2 = rr2;
    }
  }
}

/** The same with taps that do not stand side by side. */
function blurWide(
  from: Int32Array,
  start: number,
  stride: number,
  width: number,
  height: number,
  { taps: [own, near, far], step }: BlurTaps,
  to: Int32Array,
): void {
  for (let y = 0; y < height; y++) {
    const row = start + y * stride;
    for (let x = 0, column = y; x < width; x++, column += height) {
      const p = from[row + x] as number;
      const l = from[row + Math.max(0, x - step)] as number;
      const r = from[row + Math.min(width - 1, x + step)] as number;
      const ll = from[row + Math.max(0, x - 2 * step)] as number;
      const rr = from[row + Math.min(width - 1, x + 2 * step)] as number;
      const rb =
        (Math.imul(p & 0xff00ff, own) +
          Math.imul((l & 0xff00ff) + (r & 0xff00ff), near) +
          Math.imul((ll & 0xff00ff) + (rr & 0xff00ff), far) +
          0x800080) >>>
        8;
      const ga =
        Math.imul((p >>> 8) & 0xff00ff, own) +
        Math.imul(((l >>> 8) & 0xff00ff) + ((r >>> 8) & 0xff00ff), near) +
        Math.imul(((ll >>> 8) & 0xff00ff) + ((rr >>> 8) & 0xff00ff), far) +
        0x800080;
      to[column] = (rb & 0xff00ff) | (ga & 0xff00ff00);
    }
  }
}
