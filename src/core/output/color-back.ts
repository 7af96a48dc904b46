/**
 * Film colours to screen colours, for hosts that decode to planes: 4:2:0 of any of the usual equations to RGBA. Chroma is
 * read between its samples with the weights 9 : 3 : 3 : 1, each sample standing in the middle of its four pixels.
 */
export type YuvMatrix = 'bt601' | 'bt709' | 'bt2020';

/** Kr and Kb: ITU-R BT.601-7, BT.709-6, BT.2020-2. */
const WEIGHTS: Readonly<Record<YuvMatrix, readonly [number, number]>> = {
  bt601: [0.299, 0.114],
  bt709: [0.2126, 0.0722],
  bt2020: [0.2627, 0.0593],
};

export interface YuvPlane {
  readonly samples: Uint8Array | Uint16Array;
  /** Of the first sample. */
  readonly offset: number;
  /** From row to row, in samples. */
  readonly stride: number;
  /** From sample to sample. */
  readonly step: number;
}

export interface YuvOptions {
  readonly matrix: YuvMatrix;
  readonly fullRange: boolean;
  readonly bits: 8 | 10;
  /** widthPx × heightPx, RGBA; becomes opaque. */
  readonly out: Uint8ClampedArray;
}

export function yuvToRgba(
  { y, u, v }: { readonly y: YuvPlane; readonly u: YuvPlane; readonly v: YuvPlane },
  widthPx: number,
  heightPx: number,
  { matrix, fullRange, bits, out }: YuvOptions,
): void {
  const [kr, kb] = WEIGHTS[matrix];
  const kg = 1 - kr - kb;
  const unit = 1 << (bits - 8);
  const black = fullRange ? 0 : 16 * unit;
  const most = 255 * unit;
  const yScale = 255 / (fullRange ? most : 219 * unit);
  const cScale = 255 / (fullRange ? most : 224 * unit);
  const middle = 128 * unit;
  const [rv, gu, gv, bu] = [
    2 * (1 - kr) * cScale,
    ((2 * (1 - kb) * kb) / kg) * cScale,
    ((2 * (1 - kr) * kr) / kg) * cScale,
    2 * (1 - kb) * cScale,
  ];
  const [columns, rows] = [(widthPx + 1) >> 1, (heightPx + 1) >> 1];
  // One row of chroma, already weighed down the columns: three parts of the nearer row and one of the other.
  const [us, vs] = [new Float32Array(columns), new Float32Array(columns)];
  for (let row = 0, to = 0; row < heightPx; row++) {
    const near = row >> 1;
    const other = Math.min(rows - 1, Math.max(0, near + ((row & 1) === 0 ? -1 : 1)));
    weighRows(u, near, other, us);
    weighRows(v, near, other, vs);
    let at = y.offset + row * y.stride;
    for (let x = 0; x < widthPx; x++, at += y.step, to += 4) {
      const c = x >> 1;
      const beside = Math.min(columns - 1, Math.max(0, c + ((x & 1) === 0 ? -1 : 1)));
      const luma = (y.samples[at]! - black) * yScale;
      const cu = (3 * us[c]! + us[beside]!) / 16 - middle;
      const cv = (3 * vs[c]! + vs[beside]!) / 16 - middle;
      out[to] = luma + rv * cv;
      out[to + 1] = luma - gu * cu - gv * cv;
      out[to + 2] = luma + bu * cu;
      out[to + 3] = 255;
    }
  }
}

/** Four times the chroma of one row of pixels. */
function weighRows(
  { samples, offset, stride, step }: YuvPlane,
  near: number,
  other: number,
  out: Float32Array,
): void {
  let [a, b] = [offset + near * stride, offset + other * stride];
  for (let i = 0; i < out.length; i++, a += step, b += step) out[i] = 3 * samples[a]! + samples[b]!;
}
