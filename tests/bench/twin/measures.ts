/** What one picture is worth against another: arithmetic on luma and colours of a box of both. */
import type { Picture } from '#core/track/ports.ts';

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

export function lumaOf({ widthPx, rgba }: Picture, { left, top, right, bottom }: Box): Plane {
  const [width, height] = [right - left, bottom - top];
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const p = ((top + y) * widthPx + left + x) * 4;
      values[y * width + x] = 0.299 * rgba[p]! + 0.587 * rgba[p + 1]! + 0.114 * rgba[p + 2]!;
    }
  return { width, height, values };
}

/** Mean square difference of all colours in a box; where `mask` is given, over its pixels above a half. */
export function squareError(a: Picture, b: Picture, box: Box, mask?: Float32Array): number {
  let [sum, count] = [0, 0];
  for (let y = box.top; y < box.bottom; y++)
    for (let x = box.left; x < box.right; x++) {
      const p = y * a.widthPx + x;
      if (mask && mask[p]! <= 0.5) continue;
      for (let c = 0; c < 3; c++) sum += (a.rgba[p * 4 + c]! - b.rgba[p * 4 + c]!) ** 2;
      count += 3;
    }
  return sum / Math.max(1, count);
}

export function decibels(squareError: number): number {
  return 10 * Math.log10(255 ** 2 / Math.max(squareError, 1e-3));
}

/** Wang and others, "Image quality assessment: from error visibility to structural similarity" (2004): 11 × 11, σ = 1.5. */
export function structuralSimilarity(a: Plane, b: Plane): number {
  const product = (p: Plane, q: Plane): Plane => ({ ...p, values: p.values.map((v, i) => v * q.values[i]!) });
  const [ma, mb] = [blurred(a, 1.5), blurred(b, 1.5)];
  const [aa, bb, ab] = [product(a, a), product(b, b), product(a, b)].map((plane) => blurred(plane, 1.5));
  let sum = 0;
  for (let i = 0; i < ma.values.length; i++) {
    const [x, y] = [ma.values[i]!, mb.values[i]!];
    const [vx, vy, cov] = [aa!.values[i]! - x * x, bb!.values[i]! - y * y, ab!.values[i]! - x * y];
    sum += ((2 * x * y + 6.5025) * (2 * cov + 58.5225)) / ((x * x + y * y + 6.5025) * (vx + vy + 58.5225));
  }
  return sum / ma.values.length;
}

/**
 * Gradient magnitude similarity deviation (Xue, Zhang, Mou and Bovik, 2014): 0 for equal pictures, about 0.1 where a
 * difference is plain to see, 0.2 and more where structure is lost. The perceptual distance of this bench: it needs no
 * network, and weighs edges (lips, teeth, beard) rather than light.
 */
export function gradientDeviation(a: Plane, b: Plane): number {
  const [x, y] = [prewitt(halved(a)), prewitt(halved(b))];
  const similar = x.values.map((v, i) => (2 * v * y.values[i]! + 170) / (v * v + y.values[i]! ** 2 + 170));
  const mean = similar.reduce((sum, v) => sum + v, 0) / similar.length;
  return Math.sqrt(similar.reduce((sum, v) => sum + (v - mean) ** 2, 0) / similar.length);
}

/** Laplacian energy of a box's luma over the pixels of `mask` above a half. */
export function detailEnergy(picture: Picture, box: Box, mask: Float32Array): number {
  const { width, height, values } = lumaOf(picture, box);
  let [sum, count] = [0, 0];
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      if (mask[(box.top + y) * picture.widthPx + box.left + x]! <= 0.5) continue;
      const i = y * width + x;
      sum +=
        (values[i - 1]! + values[i + 1]! + values[i - width]! + values[i + width]! - 4 * values[i]!) ** 2;
      count++;
    }
  return sum / Math.max(1, count);
}

/**
 * Step of colour at the edge that a mouth was blended along, of 255: how far the low-passed difference from the real
 * frame (σ = `reach` pixels: single hairs are no seam) changes across the edge (where the blend passes a half), `reach`
 * pixels to either side, mean over edge and colours. A seam is a step; light that differs slowly is none.
 */
export function edgeStep(
  drawn: Picture,
  real: Picture,
  box: Box,
  cover: Float32Array,
  reach: number,
): number {
  const { widthPx } = real;
  const low = (c: number): Plane => {
    const [width, height] = [box.right - box.left, box.bottom - box.top];
    const values = new Float32Array(width * height);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const p = ((box.top + y) * widthPx + box.left + x) * 4 + c;
        values[y * width + x] = drawn.rgba[p]! - real.rgba[p]!;
      }
    return blurred({ width, height, values }, reach);
  };
  const planes = [low(0), low(1), low(2)];
  const [width, height] = [box.right - box.left, box.bottom - box.top];
  const at = (x: number, y: number) => cover[(box.top + y) * widthPx + box.left + x]!;
  const m = Math.ceil(reach) + 1;
  let [sum, count] = [0, 0];
  for (let y = m; y < height - m; y++)
    for (let x = m; x < width - m; x++) {
      const here = at(x, y) > 0.5;
      if (here === at(x + 1, y) > 0.5 && here === at(x, y + 1) > 0.5) continue;
      const [gx, gy] = [at(x + 1, y) - at(x - 1, y), at(x, y + 1) - at(x, y - 1)];
      const length = Math.hypot(gx, gy);
      if (length < 1e-6) continue;
      const [dx, dy] = [Math.round((gx / length) * reach), Math.round((gy / length) * reach)];
      for (const { values } of planes)
        sum += Math.abs(values[(y + dy) * width + x + dx]! - values[(y - dy) * width + x - dx]!);
      count += 3;
    }
  return count > 0 ? sum / count : NaN;
}

/** Energy of the second difference of a sequence. */
export function jitter(sequence: readonly ArrayLike<number>[]): number {
  let sum = 0;
  for (let i = 2; i < sequence.length; i++) {
    const [a, b, c] = [sequence[i - 2]!, sequence[i - 1]!, sequence[i]!];
    for (let k = 0; k < b.length; k++) sum += (a[k]! - 2 * b[k]! + c[k]!) ** 2;
  }
  return sum;
}

export function blurred({ width, height, values }: Plane, sigma: number): Plane {
  const reach = Math.ceil(3.3 * sigma);
  const kernel = Array.from({ length: 2 * reach + 1 }, (_, k) => Math.exp(-0.5 * ((k - reach) / sigma) ** 2));
  const total = kernel.reduce((sum, w) => sum + w, 0);
  const along = (from: Float32Array, across: boolean) => {
    const out = new Float32Array(from.length);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        let sum = 0;
        for (let k = -reach; k <= reach; k++) {
          const i = across ? Math.max(0, Math.min(width - 1, x + k)) : x;
          const j = across ? y : Math.max(0, Math.min(height - 1, y + k));
          sum += kernel[k + reach]! * from[j * width + i]!;
        }
        out[y * width + x] = sum / total;
      }
    return out;
  };
  return { width, height, values: along(along(values, true), false) };
}

/** Mean of two by two. */
function halved({ width, height, values }: Plane): Plane {
  const [w, h] = [width >> 1, height >> 1];
  const out = new Float32Array(w * h);
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const i = 2 * y * width + 2 * x;
      out[y * w + x] = (values[i]! + values[i + 1]! + values[i + width]! + values[i + width + 1]!) / 4;
    }
  return { width: w, height: h, values: out };
}

function prewitt({ width, height, values }: Plane): Plane {
  const out = new Float32Array(width * height);
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      let [gx, gy] = [0, 0];
      for (let k = -1; k <= 1; k++) {
        gx += values[(y + k) * width + x + 1]! - values[(y + k) * width + x - 1]!;
        gy += values[(y + 1) * width + x + k]! - values[(y - 1) * width + x + k]!;
      }
      out[y * width + x] = Math.hypot(gx, gy) / 3;
    }
  return { width, height, values: out };
}
