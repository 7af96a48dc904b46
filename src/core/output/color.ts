/**
 * Screen colours to film colours: sRGB pixels to 8-bit 4:2:0 in BT.709 limited range (ITU-R BT.709-6: Kr 0.2126,
 * Kb 0.0722; Y 16–235, C 16–240). Transfer is left alone, as every browser and player does. In whole numbers, 16 bits
 * of fraction, so that every host gives the same bytes.
 */

const FRACTION = 16;
const fixed = (value: number) => Math.round(value * (1 << FRACTION));
const KR = 0.2126;
const KB = 0.0722;
const KG = 1 - KR - KB;
const Y_SCALE = 219 / 255;
const C_SCALE = 224 / 255;
const YR = fixed(KR * Y_SCALE);
const YG = fixed(KG * Y_SCALE);
const YB = fixed(KB * Y_SCALE);
const UR = fixed((-KR / (2 * (1 - KB))) * C_SCALE);
const UG = fixed((-KG / (2 * (1 - KB))) * C_SCALE);
const UB = fixed(0.5 * C_SCALE);
const VR = fixed(0.5 * C_SCALE);
const VG = fixed((-KG / (2 * (1 - KR))) * C_SCALE);
const VB = fixed((-KB / (2 * (1 - KR))) * C_SCALE);
const HALF = 1 << (FRACTION - 1);
const Y_BASE = (16 << FRACTION) + HALF;
// Chroma is summed over four pixels, so its fraction has two bits more.
const C_BASE = (128 << (FRACTION + 2)) + (HALF << 2);

export function i420Bytes(widthPx: number, heightPx: number): number {
  return widthPx * heightPx + 2 * (Math.ceil(widthPx / 2) * Math.ceil(heightPx / 2));
}

/**
 * RGBA (alpha ignored) to planar Y, U, V. Chroma sits at the centre of each 2 × 2 block (the mean of its pixels).
 * Width and height must be even, and the pixels start on a multiple of four bytes.
 */
export function rgbaToI420(
  rgba: Uint8ClampedArray | Uint8Array,
  widthPx: number,
  heightPx: number,
  out: Uint8Array = new Uint8Array(i420Bytes(widthPx, heightPx)),
): Uint8Array {
  // A pixel in one load; all hosts are little-endian.
  const words = new Uint32Array(rgba.buffer, rgba.byteOffset, widthPx * heightPx);
  let u = widthPx * heightPx;
  let v = u + (widthPx >> 1) * (heightPx >> 1);
  for (let row = 0; row < heightPx; row += 2) {
    let p = row * widthPx;
    for (let column = 0; column < widthPx; column += 2, p += 2) {
      const a = words[p] as number;
      const b = words[p + 1] as number;
      const c = words[p + widthPx] as number;
      const d = words[p + widthPx + 1] as number;
      out[p] = luma(a);
      out[p + 1] = luma(b);
      out[p + widthPx] = luma(c);
      out[p + widthPx + 1] = luma(d);
      // Red and blue of the four are summed in one word, 16 bits each: 4 × 255 does not reach across.
      const redBlue = (a & 0xff00ff) + (b & 0xff00ff) + (c & 0xff00ff) + (d & 0xff00ff);
      const red = redBlue & 0xffff;
      const blue = redBlue >>> 16;
      const green = ((a >>> 8) & 0xff) + ((b >>> 8) & 0xff) + ((c >>> 8) & 0xff) + ((d >>> 8) & 0xff);
      out[u++] = (UR * red + UG * green + UB * blue + C_BASE) >> (FRACTION + 2);
      out[v++] = (VR * red + VG * green + VB * blue + C_BASE) >> (FRACTION + 2);
    }
  }
  return out;
}

function luma(word: number): number {
  return (YR * (word & 0xff) + YG * ((word >>> 8) & 0xff) + YB * ((word >>> 16) & 0xff) + Y_BASE) >> FRACTION;
}

const from709 = {
  y: fixed(1 / Y_SCALE),
  vToRed: fixed((2 * (1 - KR)) / C_SCALE),
  uToBlue: fixed((2 * (1 - KB)) / C_SCALE),
  uToGreen: fixed((2 * (1 - KB) * KB) / (KG * C_SCALE)),
  vToGreen: fixed((2 * (1 - KR) * KR) / (KG * C_SCALE)),
};

/**
 * The way back at half the size, where each pixel has one chroma of its own and the mean of four lumas: for networks,
 * which see large pictures small anyway. Width and height must be even.
 * @param out width ÷ 2 × height ÷ 2, RGBA, opaque
 */
export function i420ToHalfRgba(
  planes: Uint8Array,
  widthPx: number,
  heightPx: number,
  out: Uint8ClampedArray = new Uint8ClampedArray(widthPx * heightPx),
): Uint8ClampedArray {
  const [w, h] = [widthPx >> 1, heightPx >> 1];
  const chroma = widthPx * heightPx;
  const second = chroma + w * h;
  for (let row = 0, at = 0, to = 0; row < h; row++)
    for (let column = 0, p = 2 * row * widthPx; column < w; column++, at++, p += 2, to += 4) {
      const four =
        (planes[p] as number) +
        (planes[p + 1] as number) +
        (planes[p + widthPx] as number) +
        (planes[p + widthPx + 1] as number);
      const luma = ((four - 64) * from709.y) / 4 + HALF;
      const u = (planes[chroma + at] as number) - 128;
      const v = (planes[second + at] as number) - 128;
      out[to] = (luma + from709.vToRed * v) >> FRACTION;
      out[to + 1] = (luma - from709.uToGreen * u - from709.vToGreen * v) >> FRACTION;
      out[to + 2] = (luma + from709.uToBlue * u) >> FRACTION;
      out[to + 3] = 255;
    }
  return out;
}
