/**
 * Screen colours to film colours where more is wanted than a browser gives: ten bits, full chroma, a plane of alpha, and
 * frames drawn at twice the size and reduced here, so that the mean of four pixels keeps the bits that eight would lose.
 * BT.709 limited range, as in color.ts, which stays the quick way for ordinary films.
 */
import { i420Bytes, rgbaToI420 } from './color.ts';

export interface PlaneFormat {
  readonly chroma: '420' | '444';
  readonly bits: 8 | 10;
  /** A fourth plane, full range, of the film's size. */
  readonly alpha: boolean;
  /** The pixels given are so many times as many, each way. */
  readonly supersample: 1 | 2;
}

const KR = 0.2126;
const KB = 0.0722;
const KG = 1 - KR - KB;

export function planesBytes(widthPx: number, heightPx: number, { chroma, bits, alpha }: PlaneFormat): number {
  const luma = widthPx * heightPx;
  const colour = chroma === '444' ? 3 * luma : i420Bytes(widthPx, heightPx);
  return (colour + (alpha ? luma : 0)) * (bits === 8 ? 1 : 2);
}

/**
 * @param rgba straight alpha, supersample × widthPx by supersample × heightPx; what is seen through counts as little in
 *   a mean as it is seen
 * @param widthPx of the film, even, and so is its height
 * @param out Y, U, V and alpha, one after another; two bytes a sample, little-endian, where bits are 10
 */
export function rgbaToPlanes(
  rgba: Uint8ClampedArray | Uint8Array,
  widthPx: number,
  heightPx: number,
  format: PlaneFormat,
  out: Uint8Array<ArrayBuffer> = new Uint8Array(planesBytes(widthPx, heightPx, format)),
): Uint8Array<ArrayBuffer> {
  const { chroma, bits, alpha, supersample } = format;
  if (chroma === '420' && bits === 8 && !alpha && supersample === 1) {
    rgbaToI420(rgba, widthPx, heightPx, out);
    return out;
  }
  const samples = bits === 8 ? out : new Uint16Array(out.buffer, out.byteOffset, out.byteLength / 2);
  const luma = widthPx * heightPx;
  const chromaSize = chroma === '444' ? luma : luma / 4;
  const [atU, atV, atAlpha] = [luma, luma + chromaSize, luma + 2 * chromaSize];
  const scale = 1 << (bits - 8);
  // Samples are whole numbers: half is added before the rest is cut off.
  const [black, grey] = [scale * 16 + 0.5, scale * 128 + 0.5];
  const yScale = (scale * 219) / 255;
  const uScale = (scale * 224) / 255 / (2 * (1 - KB));
  const vScale = (scale * 224) / 255 / (2 * (1 - KR));
  const alphaScale = ((1 << bits) - 1) / 255;
  const upper = new Float64Array(widthPx * 4);
  const lower = new Float64Array(widthPx * 4);
  const mean = new Float64Array(3);
  for (let row = 0; row < heightPx; row += 2) {
    for (let half = 0; half < 2; half++) {
      const line = half === 0 ? upper : lower;
      reduceRow(rgba, row + half, widthPx, supersample, alpha, line);
      let p = (row + half) * widthPx;
      for (let x = 0, at = 0; x < widthPx; x++, at += 4, p++) {
        const r = line[at]!;
        const b = line[at + 2]!;
        const y = KR * r + KG * line[at + 1]! + KB * b;
        samples[p] = y * yScale + black;
        if (chroma === '444') {
          samples[atU + p] = (b - y) * uScale + grey;
          samples[atV + p] = (r - y) * vScale + grey;
        }
        if (alpha) samples[atAlpha + p] = line[at + 3]! * alphaScale + 0.5;
      }
    }
    if (chroma === '444') continue;
    let c = (row / 2) * (widthPx / 2);
    for (let at = 0; at < widthPx * 4; at += 8, c++) {
      meanOfFour(upper, lower, at, alpha, mean);
      const y = KR * mean[0]! + KG * mean[1]! + KB * mean[2]!;
      samples[atU + c] = (mean[2]! - y) * uScale + grey;
      samples[atV + c] = (mean[0]! - y) * vScale + grey;
    }
  }
  return out;
}

/** One row of the film, (r, g, b, a) each 0…255, from the pixels that it is the mean of. */
function reduceRow(
  rgba: Uint8ClampedArray | Uint8Array,
  row: number,
  widthPx: number,
  supersample: 1 | 2,
  weighed: boolean,
  out: Float64Array,
): void {
  if (supersample === 1) {
    const from = row * widthPx * 4;
    for (let i = 0; i < widthPx * 4; i++) out[i] = rgba[from + i]!;
    return;
  }
  const stride = widthPx * 8;
  for (let to = 0, at = row * 2 * stride; to < widthPx * 4; to += 4, at += 8) {
    let r = 0;
    let g = 0;
    let b = 0;
    let alpha = 0;
    let weight = 0;
    for (let k = 0; k < 4; k++) {
      const from = at + (k & 1) * 4 + (k >> 1) * stride;
      const a = rgba[from + 3]!;
      const w = weighed ? a : 1;
      r += rgba[from]! * w;
      g += rgba[from + 1]! * w;
      b += rgba[from + 2]! * w;
      alpha += a;
      weight += w;
    }
    const by = weight === 0 ? 0 : 1 / weight;
    out[to] = r * by;
    out[to + 1] = g * by;
    out[to + 2] = b * by;
    out[to + 3] = alpha / 4;
  }
}

/** The mean colour of two by two pixels into `out`. */
function meanOfFour(
  upper: Float64Array,
  lower: Float64Array,
  at: number,
  weighed: boolean,
  out: Float64Array,
): void {
  let r = 0;
  let g = 0;
  let b = 0;
  let weight = 0;
  for (let k = 0; k < 4; k++) {
    const line = k < 2 ? upper : lower;
    const p = at + (k & 1) * 4;
    const w = weighed ? line[p + 3]! : 1;
    r += line[p]! * w;
    g += line[p + 1]! * w;
    b += line[p + 2]! * w;
    weight += w;
  }
  const by = weight === 0 ? 0 : 1 / weight;
  out[0] = r * by;
  out[1] = g * by;
  out[2] = b * by;
}
