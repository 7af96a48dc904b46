/**
 * A network's small mattes, seen on a few frames a second, as a film of fine ones. In time they are joined linearly,
 * and what hardly changes is averaged, because an edge that trembles is seen before one that is off. In space, each
 * frame's own colours draw the edge: the guided filter (He, Sun and Tang, "Guided Image Filtering", 2013) in its fast
 * form ("Fast Guided Filter", 2015), on a film's own planes: slopes are found at a quarter of its size, and read at half.
 */
import type { Matte } from '../../../track/ports.ts';

/** Colour differences below this (of 1, squared) are noise, not edges. */
const NOISE = 2e-4;
/** Of 255: smaller changes from one look to the next are averaged away. */
const STILL = 40;
/** Mattes of a neighbourhood that are this near to nothing or all have no edge in it. */
const SURE = 0.006;
const DUST = 1e-6;
/** A straight function never quite arrives at nothing or all. */
const [TO_NOTHING, TO_ALL] = [0.08, 0.92];

/** Averages what hardly moved since the last look. */
export function steadied(matte: Matte, before: Matte | null): Matte {
  if (before === null || before.alpha.length !== matte.alpha.length) return matte;
  const alpha = matte.alpha.map((value, i) => {
    const last = before.alpha[i] as number;
    return Math.abs(value - last) < STILL ? (value + last) / 2 : value;
  });
  return { ...matte, alpha };
}

/** Between two looks: `part` 0 is the first. */
export function between(a: Matte, b: Matte, part: number): Matte {
  if (part <= 0 || a.alpha.length !== b.alpha.length) return a;
  return { ...a, alpha: a.alpha.map((value, i) => value + part * ((b.alpha[i] as number) - value)) };
}

/** Refines one film's mattes; its buffers are used again and again. */
export class MatteRefiner {
  /** Of the result: half of the picture's. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly #w: number;
  readonly #h: number;
  readonly #alpha: Uint8ClampedArray<ArrayBuffer>;
  /** Luma and chroma at a quarter of the picture's size, 0…1. */
  readonly #colours: readonly [Float32Array, Float32Array, Float32Array];
  readonly #coarse: Float32Array;
  readonly #scratch: Float32Array;
  readonly #rows: Float32Array;
  readonly #means: readonly Float32Array[];
  readonly #slopes: readonly [Float32Array, Float32Array, Float32Array, Float32Array];

  /** Of the picture; even. */
  constructor(widthPx: number, heightPx: number) {
    this.widthPx = widthPx >> 1;
    this.heightPx = heightPx >> 1;
    this.#w = Math.max(1, this.widthPx >> 1);
    this.#h = Math.max(1, this.heightPx >> 1);
    const plane = () => new Float32Array(this.#w * this.#h);
    this.#alpha = new Uint8ClampedArray(this.widthPx * this.heightPx);
    this.#colours = [plane(), plane(), plane()];
    this.#coarse = plane();
    this.#scratch = plane();
    this.#rows = plane();
    this.#means = Array.from({ length: 13 }, plane);
    this.#slopes = [plane(), plane(), plane(), plane()];
  }

  /** @param planes the picture, I420 @returns 0…255, half of its size; valid until the next */
  refine(planes: Uint8Array, matte: Matte): Uint8ClampedArray<ArrayBuffer> {
    const [w, h] = [this.#w, this.#h];
    const fullWidth = this.widthPx * 2;
    shrinkLuma(planes, fullWidth, this.#colours[0], w, h);
    const area = fullWidth * this.heightPx * 2;
    shrinkChroma(planes, area, this.widthPx, this.#colours[1], w, h);
    shrinkChroma(planes, area + area / 4, this.widthPx, this.#colours[2], w, h);
    enlarge(matte, this.#coarse, w, h);
    // As wide as two texels of the matte: where its own edge may be off.
    const radius = Math.max(2, Math.round((2 * Math.max(w, h)) / Math.max(matte.widthPx, matte.heightPx)));
    this.#solve(radius);
    this.#read(planes, fullWidth, area);
    return this.#alpha;
  }

  /** Slopes of the straight function from colours to the matte around each pixel, averaged. */
  #solve(radius: number): void {
    const [y, u, v] = this.#colours;
    const p = this.#coarse;
    const mean = (values: Float32Array, into: Float32Array) =>
      boxMean(values, this.#w, this.#h, radius, into, this.#rows);
    const meanOfProduct = (a: Float32Array, b: Float32Array, into: Float32Array) => {
      const product = this.#scratch;
      for (let i = 0; i < product.length; i++) product[i] = (a[i] as number) * (b[i] as number);
      mean(product, into);
      return into;
    };
    const m = this.#means as Float32Array[] & { readonly length: 13 };
    const at = (k: number) => m[k] as Float32Array;
    mean(y, at(0));
    mean(u, at(1));
    mean(v, at(2));
    mean(p, at(3));
    [
      [y, y],
      [y, u],
      [y, v],
      [u, u],
      [u, v],
      [v, v],
      [y, p],
      [u, p],
      [v, p],
    ].forEach(([a, b], k) => meanOfProduct(a as Float32Array, b as Float32Array, at(4 + k)));
    const [sy, su, sv, constant] = this.#slopes;
    const of = (k: number, i: number) => at(k)[i] as number;
    for (let i = 0; i < p.length; i++) {
      const [my, mu, mv, mp] = [of(0, i), of(1, i), of(2, i), of(3, i)];
      // Far from any edge there is nothing to find out.
      if (mp < SURE || mp > 1 - SURE) {
        sy[i] = su[i] = sv[i] = 0;
        constant[i] = mp < SURE ? 0 : 1;
        continue;
      }
      const a = of(4, i) - my * my + NOISE;
      const b = of(5, i) - my * mu;
      const c = of(6, i) - my * mv;
      const d = of(7, i) - mu * mu + NOISE;
      const e = of(8, i) - mu * mv;
      const f = of(9, i) - mv * mv + NOISE;
      const py = of(10, i) - my * mp;
      const pu = of(11, i) - mu * mp;
      const pv = of(12, i) - mv * mp;
      // The symmetric 3 × 3 system, by its cofactors.
      const A = d * f - e * e;
      const B = c * e - b * f;
      const C = b * e - c * d;
      const D = a * f - c * c;
      const E = b * c - a * e;
      const F = a * d - b * b;
      const k = 1 / (a * A + b * B + c * C);
      const ky = k * (A * py + B * pu + C * pv);
      const ku = k * (B * py + D * pu + E * pv);
      const kv = k * (C * py + E * pu + F * pv);
      sy[i] = ky;
      su[i] = ku;
      sv[i] = kv;
      constant[i] = mp - ky * my - ku * mu - kv * mv;
    }
    for (const plane of this.#slopes) {
      this.#scratch.set(plane);
      mean(this.#scratch, plane);
      // Running sums leave dust; without it, what is flat can be told by looking.
      for (let i = 0; i < plane.length; i++) {
        const value = plane[i] as number;
        if (Math.abs(value) < DUST) plane[i] = 0;
        else if (Math.abs(value - 1) < DUST) plane[i] = 1;
      }
    }
  }

  /** The functions, read between their four nearest, on the picture at half its size. */
  #read(planes: Uint8Array, fullWidth: number, area: number): void {
    const [w, h] = [this.#w, this.#h];
    const [sy, su, sv, constant] = this.#slopes;
    const stretch = 255 / (TO_ALL - TO_NOTHING);
    for (let row = 0, out = 0; row < this.heightPx; row++) {
      const top = Math.min(h - 1, Math.max(0, (row >> 1) - 1 + (row & 1)));
      const bottom = Math.min(h - 1, top + (row === 0 ? 0 : 1));
      const down = row & 1 ? 0.25 : 0.75;
      for (let column = 0; column < this.widthPx; column++, out++) {
        const left = Math.min(w - 1, Math.max(0, (column >> 1) - 1 + (column & 1)));
        const right = Math.min(w - 1, left + (column === 0 ? 0 : 1));
        const across = column & 1 ? 0.25 : 0.75;
        const i = top * w + left;
        const j = top * w + right;
        const k = bottom * w + left;
        const l = bottom * w + right;
        const sum =
          (constant[i] as number) +
          (constant[j] as number) +
          (constant[k] as number) +
          (constant[l] as number);
        if ((sum === 0 || sum === 4) && sy[i] === 0 && sy[l] === 0 && sy[j] === 0 && sy[k] === 0) {
          this.#alpha[out] = sum === 0 ? 0 : 255;
          continue;
        }
        const wi = (1 - down) * (1 - across);
        const wj = (1 - down) * across;
        const wk = down * (1 - across);
        const wl = down * across;
        const from = 2 * row * fullWidth + 2 * column;
        const luma =
          (planes[from] as number) +
          (planes[from + 1] as number) +
          (planes[from + fullWidth] as number) +
          (planes[from + fullWidth + 1] as number);
        const chroma = area + row * this.widthPx + column;
        const value =
          (wi * (sy[i] as number) +
            wj * (sy[j] as number) +
            wk * (sy[k] as number) +
            wl * (sy[l] as number)) *
            (luma / 1020) +
          (wi * (su[i] as number) +
            wj * (su[j] as number) +
            wk * (su[k] as number) +
            wl * (su[l] as number)) *
            ((planes[chroma] as number) / 255) +
          (wi * (sv[i] as number) +
            wj * (sv[j] as number) +
            wk * (sv[k] as number) +
            wl * (sv[l] as number)) *
            ((planes[chroma + area / 4] as number) / 255) +
          (wi * (constant[i] as number) +
            wj * (constant[j] as number) +
            wk * (constant[k] as number) +
            wl * (constant[l] as number));
        this.#alpha[out] = (value - TO_NOTHING) * stretch;
      }
    }
  }
}

function shrinkLuma(planes: Uint8Array, fullWidth: number, out: Float32Array, w: number, h: number): void {
  for (let y = 0, to = 0; y < h; y++)
    for (let x = 0; x < w; x++, to++) {
      let sum = 0;
      for (let row = 0, from = 4 * y * fullWidth + 4 * x; row < 4; row++, from += fullWidth)
        sum +=
          (planes[from] as number) +
          (planes[from + 1] as number) +
          (planes[from + 2] as number) +
          (planes[from + 3] as number);
      out[to] = sum / (16 * 255);
    }
}

function shrinkChroma(
  planes: Uint8Array,
  at: number,
  stride: number,
  out: Float32Array,
  w: number,
  h: number,
): void {
  for (let y = 0, to = 0; y < h; y++)
    for (let x = 0; x < w; x++, to++) {
      const from = at + 2 * y * stride + 2 * x;
      out[to] =
        ((planes[from] as number) +
          (planes[from + 1] as number) +
          (planes[from + stride] as number) +
          (planes[from + stride + 1] as number)) /
        (4 * 255);
    }
}

/** Bilinear, 0…1. */
function enlarge({ widthPx, heightPx, alpha }: Matte, out: Float32Array, w: number, h: number): void {
  for (let y = 0; y < h; y++) {
    const sy = Math.min(heightPx - 1, Math.max(0, ((y + 0.5) * heightPx) / h - 0.5));
    const top = Math.floor(sy);
    const bottom = Math.min(heightPx - 1, top + 1);
    for (let x = 0; x < w; x++) {
      const sx = Math.min(widthPx - 1, Math.max(0, ((x + 0.5) * widthPx) / w - 0.5));
      const left = Math.floor(sx);
      const right = Math.min(widthPx - 1, left + 1);
      const [fx, fy] = [sx - left, sy - top];
      const upper =
        (alpha[top * widthPx + left] as number) * (1 - fx) + (alpha[top * widthPx + right] as number) * fx;
      const lower =
        (alpha[bottom * widthPx + left] as number) * (1 - fx) +
        (alpha[bottom * widthPx + right] as number) * fx;
      out[y * w + x] = (upper * (1 - fy) + lower * fy) / 255;
    }
  }
}

/** Mean over a square of 2 × radius + 1 about each pixel, edges repeated. `rows` is for its own use; all three differ. */
function boxMean(
  values: Float32Array,
  w: number,
  h: number,
  radius: number,
  into: Float32Array,
  rows: Float32Array,
): void {
  const size = 2 * radius + 1;
  for (let y = 0; y < h; y++) {
    const row = y * w;
    let sum = 0;
    for (let k = -radius; k <= radius; k++) sum += values[row + Math.min(w - 1, Math.max(0, k))] as number;
    for (let x = 0; x < w; x++) {
      rows[row + x] = sum / size;
      sum +=
        (values[row + Math.min(w - 1, x + radius + 1)] as number) -
        (values[row + Math.max(0, x - radius)] as number);
    }
  }
  const sums = new Float64Array(w);
  for (let k = -radius; k <= radius; k++) {
    const row = Math.min(h - 1, Math.max(0, k)) * w;
    for (let x = 0; x < w; x++) sums[x] = (sums[x] as number) + (rows[row + x] as number);
  }
  for (let y = 0; y < h; y++) {
    const enter = Math.min(h - 1, y + radius + 1) * w;
    const leave = Math.max(0, y - radius) * w;
    for (let x = 0; x < w; x++) {
      const sum = sums[x] as number;
      into[y * w + x] = sum / size;
      sums[x] = sum + (rows[enter + x] as number) - (rows[leave + x] as number);
    }
  }
}
