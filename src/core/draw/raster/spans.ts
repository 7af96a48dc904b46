/**
 * The inner loops of the rasteriser: runs of pixels in one row. Reading and laying down are apart, with a row of words
 * between them, so that each loop does one thing and nothing is allocated in any. Positions are fixed-point, 16 bits
 * after the point; channels travel two to a word (see picture.ts).
 */

/** Where a run is read: a level's words, and how far reading may go (texels, fixed-point). */
export interface Reading {
  readonly texels: Int32Array;
  readonly stride: number;
  readonly lowX: number;
  readonly highX: number;
  readonly lowY: number;
  readonly highY: number;
}

/** Reads `count` texels bilinearly from (x, y) on in steps of (dx, dy) into `out` from `at` on. */
export function readSpan(
  out: Int32Array,
  at: number,
  count: number,
  { texels, stride, lowX, highX, lowY, highY }: Reading,
  x: number,
  y: number,
  dx: number,
  dy: number,
): void {
  for (const end = at + count; at < end; at++, x = (x + dx) | 0, y = (y + dy) | 0) {
    const u = x < lowX ? lowX : x > highX ? highX : x;
    const v = y < lowY ? lowY : y > highY ? highY : y;
    const i = Math.imul(v >> 16, stride) + (u >> 16);
    const fx = (u >> 8) & 255;
    const fy = (v >> 8) & 255;
    const both = (Math.imul(fx, fy) + 128) >> 8;
    const right = fx - both;
    const below = fy - both;
    const p = texels[i] as number;
    const q = texels[i + 1] as number;
    const r = texels[i + stride] as number;
    const s = texels[i + stride + 1] as number;
    // 256 · p and what each neighbour adds to it: borrowed and carried bits cancel, for the sum is a mean.
    const p1 = p & 0xff00ff;
    const p2 = (p >>> 8) & 0xff00ff;
    const rb =
      ((p1 << 8) +
        Math.imul((q & 0xff00ff) - p1, right) +
        Math.imul((r & 0xff00ff) - p1, below) +
        Math.imul((s & 0xff00ff) - p1, both) +
        0x800080) >>>
      8;
    const ga =
      (p2 << 8) +
      Math.imul(((q >>> 8) & 0xff00ff) - p2, right) +
      Math.imul(((r >>> 8) & 0xff00ff) - p2, below) +
      Math.imul(((s >>> 8) & 0xff00ff) - p2, both) +
      0x800080;
    out[at] = (rb & 0xff00ff) | (ga & 0xff00ff00);
  }
}

/** Mixes `weight` 256ths of `other`, from 0 on, into `out` from `at` on. */
export function mixSpan(out: Int32Array, at: number, count: number, other: Int32Array, weight: number): void {
  const rest = 256 - weight;
  for (let i = 0; i < count; i++, at++) {
    const p = out[at] as number;
    const q = other[i] as number;
    const rb = (Math.imul(p & 0xff00ff, rest) + Math.imul(q & 0xff00ff, weight) + 0x800080) >>> 8;
    const ga = Math.imul((p >>> 8) & 0xff00ff, rest) + Math.imul((q >>> 8) & 0xff00ff, weight) + 0x800080;
    out[at] = (rb & 0xff00ff) | (ga & 0xff00ff00);
  }
}

/** Multiplies red, green and blue (fixed-point factors and their steps); no colour outgrows its alpha. */
export function gainSpan(
  colors: Int32Array,
  count: number,
  red: number,
  green: number,
  blue: number,
  dRed: number,
  dGreen: number,
  dBlue: number,
): void {
  for (let i = 0; i < count; i++) {
    const p = colors[i] as number;
    const alpha = p >>> 24;
    let r = (Math.imul(p & 255, red) + 0x8000) >> 16;
    let g = (Math.imul((p >>> 8) & 255, green) + 0x8000) >> 16;
    let b = (Math.imul((p >>> 16) & 255, blue) + 0x8000) >> 16;
    r = r < 0 ? 0 : r > alpha ? alpha : r;
    g = g < 0 ? 0 : g > alpha ? alpha : g;
    b = b < 0 ? 0 : b > alpha ? alpha : b;
    colors[i] = r | (g << 8) | (b << 16) | (p & 0xff000000);
    red = (red + dRed) | 0;
    green = (green + dGreen) | 0;
    blue = (blue + dBlue) | 0;
  }
}

/** 256ths that each pixel counts: an opacity (fixed-point 256ths and its step), times the grey of `matte` if given. */
export function weighSpan(
  weights: Int32Array,
  count: number,
  opacity: number,
  dOpacity: number,
  matte: Int32Array | null,
): void {
  for (let i = 0; i < count; i++, opacity = (opacity + dOpacity) | 0) {
    let weight = (opacity + 0x8000) >> 16;
    weight = weight < 0 ? 0 : weight > 256 ? 256 : weight;
    if (matte !== null) {
      const p = matte[i] as number;
      // BT.709's luma, in 256ths.
      const grey = (54 * (p & 255) + 183 * ((p >>> 8) & 255) + 19 * ((p >>> 16) & 255) + 128) >> 8;
      weight = (Math.imul(weight, grey + (grey >> 7)) + 128) >> 8;
    }
    weights[i] = weight;
  }
}

/**
 * Lays premultiplied `colors`, each counted by its weight (those from `weightsAt` on), over the straight-alpha words of
 * `target` from `at` on. Without weights each counts in full.
 */
export function laySpan(
  target: Int32Array,
  at: number,
  count: number,
  colors: Int32Array,
  weights: Int32Array | null,
  weightsAt: number,
): void {
  for (let i = 0; i < count; i++, at++) {
    const weight = weights === null ? 256 : (weights[weightsAt + i] as number);
    if (weight === 0) continue;
    const p = colors[i] as number;
    const own = p >>> 24;
    if (own === 0) continue;
    if (own === 255 && weight === 256) {
      target[at] = p;
      continue;
    }
    const under = target[at] as number;
    if (under >>> 24 === 255) {
      // 256 − own · weight / 255, rounded so that no channel can outgrow its byte: what divides by 255 is a product.
      const rest = Math.imul(65407 - Math.imul(own, weight), 0x8081) >>> 23;
      const rb = (Math.imul(p & 0xff00ff, weight) + Math.imul(under & 0xff00ff, rest) + 0x800080) >>> 8;
      const g = Math.imul((p >>> 8) & 255, weight) + Math.imul((under >>> 8) & 255, rest) + 128;
      target[at] = (rb & 0xff00ff) | (g & 0xff00) | 0xff000000;
    } else if (under >>> 24 === 0) {
      target[at] = own === 255 ? (p & 0xffffff) | (byteOf(weight) << 24) : straight(p, weight);
    } else {
      target[at] = over(p, weight, under);
    }
  }
}

function byteOf(weight: number): number {
  return weight - (weight >> 7) + (weight >> 8);
}

function straight(p: number, weight: number): number {
  const own = p >>> 24;
  const alpha = Math.round((own * weight) / 256);
  const up = 255 / own;
  return (
    Math.round((p & 255) * up) |
    (Math.round(((p >>> 8) & 255) * up) << 8) |
    (Math.round(((p >>> 16) & 255) * up) << 16) |
    (alpha << 24)
  );
}

/** Porter and Duff's "over" (1984) where both are translucent. */
function over(p: number, weight: number, under: number): number {
  const upper = ((p >>> 24) * weight) / 256;
  const lower = (under >>> 24) * (1 - upper / 255);
  const alpha = upper + lower;
  if (alpha < 0.5) return under;
  const above = weight / 256 / (alpha / 255);
  const below = lower / alpha;
  const mix = (shift: number) =>
    Math.min(255, Math.round(((p >>> shift) & 255) * above + ((under >>> shift) & 255) * below)) << shift;
  return mix(0) | mix(8) | mix(16) | (Math.round(alpha) << 24);
}
