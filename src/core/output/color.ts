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
 * Width and height must be even.
 */
export function rgbaToI420(
  rgba: Uint8ClampedArray | Uint8Array,
  widthPx: number,
  heightPx: number,
  out: Uint8Array = new Uint8Array(i420Bytes(widthPx, heightPx)),
): Uint8Array {
  let u = widthPx * heightPx;
  let v = u + (widthPx >> 1) * (heightPx >> 1);
  const stride = widthPx * 4;
  for (let row = 0; row < heightPx; row += 2) {
    let p = row * stride;
    let y = row * widthPx;
    for (let column = 0; column < widthPx; column += 2, p += 8, y += 2) {
      const q = p + stride;
      const r0 = rgba[p] as number;
      const g0 = rgba[p + 1] as number;
      const b0 = rgba[p + 2] as number;
      const r1 = rgba[p + 4] as number;
      const g1 = rgba[p + 5] as number;
      const b1 = rgba[p + 6] as number;
      const r2 = rgba[q] as number;
      const g2 = rgba[q + 1] as number;
      const b2 = rgba[q + 2] as number;
      const r3 = rgba[q + 4] as number;
      const g3 = rgba[q + 5] as number;
      const b3 = rgba[q + 6] as number;
      out[y] = (YR * r0 + YG * g0 + YB * b0 + Y_BASE) >> FRACTION;
      out[y + 1] = (YR * r1 + YG * g1 + YB * b1 + Y_BASE) >> FRACTION;
      out[y + widthPx] = (YR * r2 + YG * g2 + YB * b2 + Y_BASE) >> FRACTION;
      out[y + widthPx + 1] = (YR * r3 + YG * g3 + YB * b3 + Y_BASE) >> FRACTION;
      const r = r0 + r1 + r2 + r3;
      const g = g0 + g1 + g2 + g3;
      const b = b0 + b1 + b2 + b3;
      out[u++] = (UR * r + UG * g + UB * b + C_BASE) >> (FRACTION + 2);
      out[v++] = (VR * r + VG * g + VB * b + C_BASE) >> (FRACTION + 2);
    }
  }
  return out;
}
