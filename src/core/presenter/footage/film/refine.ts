/**
 * Draws a network's small matte by a frame's own colours: the guided filter (He, Sun and Tang, "Guided Image
 * Filtering", 2013) in its fast form ("Fast Guided Filter", 2015), on a film's own planes: slopes are found at a quarter
 * of its size, and read at half. Only along the edge (edge-blocks.ts): where the matte around is all or nothing, so is
 * what comes of it, and that is most of a picture.
 */
import type { Matte } from '../../../track/ports.ts';
import { edgeBlocks, type BlockRow, type BlockRun, type EdgeBlocks } from './edge-blocks.ts';

/** Colour differences below this (of 1, squared) are noise, not edges. */
const NOISE = 2e-4;
/** Mattes of a neighbourhood that are this near to nothing or all have no edge in it. */
const SURE = 0.006;
/**
 * A straight function never quite arrives at nothing or all. And what is mostly wall goes: its colour stays in the film, and stood
 * as a light rim about dark hair on another background.
 */
const [TO_NOTHING, TO_ALL] = [0.28, 0.92];
/** Sums about a pixel: y, u, v, matte; yy, yu, yv, uu, uv, vv; y, u and v with the matte. */
const SUMS = 13;
const MATTE = 3;
/** Of a straight function: y, u, v, constant. */
const SLOPES = 4;

/** Refines one film's mattes; its buffers are used again and again. */
export class MatteRefiner {
  /** Of the result: half of the picture's. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly #w: number;
  readonly #h: number;
  readonly #alpha: Uint8ClampedArray<ArrayBuffer>;
  /** Luma, chroma and the matte at a quarter of the picture's size, 0…1; the first four of SUMS. */
  readonly #values: readonly [Float32Array, Float32Array, Float32Array, Float32Array];
  /** SUMS a pixel, along its row. */
  readonly #sums: Float32Array;
  /** SLOPES a pixel: as they are found, summed along rows, averaged. */
  readonly #found: Float32Array;
  readonly #foundSums: Float32Array;
  readonly #slopes: Float32Array;
  /** Sums down a window, for each column. */
  readonly #window: Float64Array;

  /** Of the picture; even. */
  constructor(widthPx: number, heightPx: number) {
    this.widthPx = widthPx >> 1;
    this.heightPx = heightPx >> 1;
    this.#w = Math.max(1, this.widthPx >> 1);
    this.#h = Math.max(1, this.heightPx >> 1);
    const plane = (values = 1) => new Float32Array(values * this.#w * this.#h);
    this.#alpha = new Uint8ClampedArray(this.widthPx * this.heightPx);
    this.#values = [plane(), plane(), plane(), plane()];
    this.#sums = plane(SUMS);
    this.#found = plane(SLOPES);
    this.#foundSums = plane(SLOPES);
    this.#slopes = plane(SLOPES);
    this.#window = new Float64Array(SUMS * this.#w);
  }

  /** @param planes the picture, I420 @returns 0…255, half of its size; valid until the next */
  refine(planes: Uint8Array, matte: Matte): Uint8ClampedArray<ArrayBuffer> {
    const [w, h] = [this.#w, this.#h];
    // As wide as two texels of the matte: where its own edge may be off.
    const radius = Math.max(2, Math.round((2 * Math.max(w, h)) / Math.max(matte.widthPx, matte.heightPx)));
    const blocks = edgeBlocks(matte, w, h, 2 * radius + 1);
    const edges = (work: (row: BlockRow, run: BlockRun) => void) => {
      for (const row of blocks.rows) for (const run of row.runs) if (run.state === 'edge') work(row, run);
    };
    const enlarge = enlarger(matte, w, h);
    this.#settle(blocks, 2 * radius + 1);
    edges((row, run) => {
      this.#shrink(planes, row, run);
      enlarge(this.#values[MATTE], row, run);
    });
    edges((row, run) => this.#sum(row, run, radius));
    edges((row, run) => this.#solve(row, run, radius));
    edges((row, run) => sumRows(this.#found, this.#foundSums, w, row, run, radius));
    edges((row, run) => this.#average(row, run, radius));
    for (const row of blocks.rows)
      for (const run of row.runs)
        if (run.state === 'edge') this.#read(planes, row, run);
        else this.#fill(row, run);
    return this.#alpha;
  }

  /** What lies beside the edge is read as if it had been worked out. @param size of a window's side */
  #settle({ rows, rim }: EdgeBlocks, size: number): void {
    const matte = this.#values[MATTE];
    for (const { top, bottom, runs } of rows)
      for (const { state, from, to } of runs)
        if (state !== 'edge')
          for (let y = top; y < bottom; y++)
            matte.fill(state === 'all' ? 1 : 0, y * this.#w + from, y * this.#w + to);
    for (const { top, bottom, runs } of rim)
      for (const { state, from, to } of runs) {
        const constant = state === 'all' ? 1 : 0;
        for (let y = top; y < bottom; y++)
          for (let i = y * this.#w + from; i < y * this.#w + to; i++) {
            this.#sums[i * SUMS + MATTE] = constant * size;
            setFlat(this.#found, i * SLOPES, constant);
            setFlat(this.#foundSums, i * SLOPES, constant * size);
            setFlat(this.#slopes, i * SLOPES, constant);
          }
      }
  }

  /** Colours at a quarter of the picture's size. */
  #shrink(planes: Uint8Array, { top, bottom }: BlockRow, { from, to }: BlockRun): void {
    const [luma, u, v] = this.#values;
    const full = this.widthPx * 2;
    const chroma = full * this.heightPx * 2;
    const second = chroma / 4;
    for (let y = top; y < bottom; y++)
      for (let x = from, out = y * this.#w + from; x < to; x++, out++) {
        let sum = 0;
        for (let row = 0, at = 4 * y * full + 4 * x; row < 4; row++, at += full)
          sum +=
            (planes[at] as number) +
            (planes[at + 1] as number) +
            (planes[at + 2] as number) +
            (planes[at + 3] as number);
        luma[out] = sum / (16 * 255);
        const at = chroma + 2 * y * this.widthPx + 2 * x;
        const below = at + this.widthPx;
        u[out] =
          ((planes[at] as number) +
            (planes[at + 1] as number) +
            (planes[below] as number) +
            (planes[below + 1] as number)) /
          (4 * 255);
        v[out] =
          ((planes[at + second] as number) +
            (planes[at + second + 1] as number) +
            (planes[below + second] as number) +
            (planes[below + second + 1] as number)) /
          (4 * 255);
      }
  }

  /**
   * All SUMS along rows, in one pass: what enters a window is added, what leaves it taken away. Every sum is a variable
   * of its own, because this is where most of the time goes.
   */
  #sum({ top, bottom }: BlockRow, { from, to }: BlockRun, radius: number): void {
    const [luma, cb, cr, matte] = this.#values;
    const last = this.#w - 1;
    const sums = this.#sums;
    for (let row = top * this.#w; row < bottom * this.#w; row += this.#w) {
      let [y, u, v, p] = [0, 0, 0, 0];
      let [yy, yu, yv, uu, uv, vv] = [0, 0, 0, 0, 0, 0];
      let [yp, up, vp] = [0, 0, 0];
      for (let x = from - 2 * radius; x < to; x++) {
        const e = row + Math.min(last, Math.max(0, x + radius));
        const [ey, eu, ev, ep] = [luma[e] as number, cb[e] as number, cr[e] as number, matte[e] as number];
        // While the first window fills, nothing leaves it.
        const gone = x > from ? 1 : 0;
        const l = row + Math.max(0, x - radius - 1);
        const ly = gone * (luma[l] as number);
        const lu = gone * (cb[l] as number);
        const lv = gone * (cr[l] as number);
        const lp = gone * (matte[l] as number);
        y += ey - ly;
        u += eu - lu;
        v += ev - lv;
        p += ep - lp;
        yy += ey * ey - ly * ly;
        yu += ey * eu - ly * lu;
        yv += ey * ev - ly * lv;
        uu += eu * eu - lu * lu;
        uv += eu * ev - lu * lv;
        vv += ev * ev - lv * lv;
        yp += ey * ep - ly * lp;
        up += eu * ep - lu * lp;
        vp += ev * ep - lv * lp;
        if (x < from) continue;
        const at = (row + x) * SUMS;
        sums[at] = y;
        sums[at + 1] = u;
        sums[at + 2] = v;
        sums[at + 3] = p;
        sums[at + 4] = yy;
        sums[at + 5] = yu;
        sums[at + 6] = yv;
        sums[at + 7] = uu;
        sums[at + 8] = uv;
        sums[at + 9] = vv;
        sums[at + 10] = yp;
        sums[at + 11] = up;
        sums[at + 12] = vp;
      }
    }
  }

  /** Slopes of the straight function from colours to the matte around each pixel. */
  #solve({ top, bottom }: BlockRow, { from, to }: BlockRun, radius: number): void {
    const part = 1 / (2 * radius + 1) ** 2;
    const [window, slopes] = [this.#window, this.#found];
    downWindow(this.#sums, window, SUMS, this.#w, this.#h, top, from, to, radius);
    for (let y = top; y < bottom; y++) {
      for (let x = from, at = from * SUMS, out = (y * this.#w + from) * SLOPES; x < to; x++) {
        const mp = (window[at + 3] as number) * part;
        // Far from any edge there is nothing to find out.
        if (mp < SURE || mp > 1 - SURE) setFlat(slopes, out, mp < SURE ? 0 : 1);
        else solveAt(window, at, part, slopes, out);
        at += SUMS;
        out += SLOPES;
      }
      slideDown(this.#sums, window, SUMS, this.#w, this.#h, y, from, to, radius);
    }
  }

  #average({ top, bottom }: BlockRow, { from, to }: BlockRun, radius: number): void {
    const part = 1 / (2 * radius + 1) ** 2;
    const [window, slopes] = [this.#window, this.#slopes];
    downWindow(this.#foundSums, window, SLOPES, this.#w, this.#h, top, from, to, radius);
    for (let y = top; y < bottom; y++) {
      for (let k = from * SLOPES, out = (y * this.#w + from) * SLOPES; k < to * SLOPES; k++, out++)
        slopes[out] = (window[k] as number) * part;
      slideDown(this.#foundSums, window, SLOPES, this.#w, this.#h, y, from, to, radius);
    }
  }

  /** The functions, read between their four nearest, on the picture at half its size. */
  #read(planes: Uint8Array, row: BlockRow, run: BlockRun): void {
    const { left, top, right, bottom } = this.#half(row, run);
    const [w, half, line] = [this.#w, this.widthPx, this.#window];
    const full = 2 * half;
    const chroma = full * this.heightPx * 2;
    const second = chroma / 4;
    const stretch = 255 / (TO_ALL - TO_NOTHING);
    for (let y = top; y < bottom; y++) {
      this.#between(y, run);
      for (let x = left; x < right; x++) {
        const before = Math.min(w - 1, Math.max(0, (x >> 1) - 1 + (x & 1)));
        const i = before * SLOPES;
        const j = Math.min(w - 1, before + (x === 0 ? 0 : 1)) * SLOPES;
        const after = x & 1 ? 0.25 : 0.75;
        const own = 1 - after;
        const from = 2 * y * full + 2 * x;
        const luma =
          (planes[from] as number) +
          (planes[from + 1] as number) +
          (planes[from + full] as number) +
          (planes[from + full + 1] as number);
        const at = chroma + y * half + x;
        const value =
          (own * (line[i] as number) + after * (line[j] as number)) * (luma / 1020) +
          (own * (line[i + 1] as number) + after * (line[j + 1] as number)) * ((planes[at] as number) / 255) +
          (own * (line[i + 2] as number) + after * (line[j + 2] as number)) *
            ((planes[at + second] as number) / 255) +
          (own * (line[i + 3] as number) + after * (line[j + 3] as number));
        this.#alpha[y * half + x] = (value - TO_NOTHING) * stretch;
      }
    }
  }

  /** The functions of two rows, for row `y` of the picture at half its size, and a pixel to both sides. */
  #between(y: number, { from, to }: BlockRun): void {
    const [w, h, slopes, line] = [this.#w, this.#h, this.#slopes, this.#window];
    const upper = Math.min(h - 1, Math.max(0, (y >> 1) - 1 + (y & 1)));
    const lower = Math.min(h - 1, upper + (y === 0 ? 0 : 1));
    const below = y & 1 ? 0.25 : 0.75;
    const start = Math.max(0, from - 1) * SLOPES;
    const end = Math.min(w, to + 1) * SLOPES;
    for (
      let k = start, i = upper * w * SLOPES + start, j = lower * w * SLOPES + start;
      k < end;
      k++, i++, j++
    )
      line[k] = (1 - below) * (slopes[i] as number) + below * (slopes[j] as number);
  }

  #fill(row: BlockRow, run: BlockRun): void {
    const { left, top, right, bottom } = this.#half(row, run);
    for (let y = top; y < bottom; y++)
      this.#alpha.fill(run.state === 'all' ? 255 : 0, y * this.widthPx + left, y * this.widthPx + right);
  }

  /** A part of the quarter on the half; the last ones reach to its edge. */
  #half({ top, bottom }: BlockRow, { from, to }: BlockRun) {
    return {
      left: 2 * from,
      top: 2 * top,
      right: to === this.#w ? this.widthPx : 2 * to,
      bottom: bottom === this.#h ? this.heightPx : 2 * bottom,
    };
  }
}

/** A function that is the same whatever the colour. */
function setFlat(slopes: Float32Array, at: number, constant: number): void {
  slopes[at] = 0;
  slopes[at + 1] = 0;
  slopes[at + 2] = 0;
  slopes[at + 3] = constant;
}

/** The symmetric 3 × 3 system, by its cofactors. */
function solveAt(sums: Float64Array, at: number, part: number, slopes: Float32Array, out: number): void {
  const my = (sums[at] as number) * part;
  const mu = (sums[at + 1] as number) * part;
  const mv = (sums[at + 2] as number) * part;
  const mp = (sums[at + 3] as number) * part;
  const a = (sums[at + 4] as number) * part - my * my + NOISE;
  const b = (sums[at + 5] as number) * part - my * mu;
  const c = (sums[at + 6] as number) * part - my * mv;
  const d = (sums[at + 7] as number) * part - mu * mu + NOISE;
  const e = (sums[at + 8] as number) * part - mu * mv;
  const f = (sums[at + 9] as number) * part - mv * mv + NOISE;
  const py = (sums[at + 10] as number) * part - my * mp;
  const pu = (sums[at + 11] as number) * part - mu * mp;
  const pv = (sums[at + 12] as number) * part - mv * mp;
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
  slopes[out] = ky;
  slopes[out + 1] = ku;
  slopes[out + 2] = kv;
  slopes[out + 3] = mp - ky * my - ku * mu - kv * mv;
}

/** SLOPES along rows. */
function sumRows(
  values: Float32Array,
  sums: Float32Array,
  w: number,
  { top, bottom }: BlockRow,
  { from, to }: BlockRun,
  radius: number,
): void {
  for (let y = top; y < bottom; y++)
    for (let n = 0; n < SLOPES; n++) {
      const at = (x: number) => values[(y * w + Math.min(w - 1, Math.max(0, x))) * SLOPES + n] as number;
      let sum = 0;
      for (let k = -radius; k <= radius; k++) sum += at(from + k);
      for (let x = from; x < to; x++) {
        sums[(y * w + x) * SLOPES + n] = sum;
        sum += at(x + radius + 1) - at(x - radius);
      }
    }
}

/** Sums of rows about row `y`, edges repeated. */
function downWindow(
  rows: Float32Array,
  window: Float64Array,
  values: number,
  w: number,
  h: number,
  y: number,
  from: number,
  to: number,
  radius: number,
): void {
  window.fill(0, from * values, to * values);
  for (let k = -radius; k <= radius; k++) {
    const row = Math.min(h - 1, Math.max(0, y + k)) * w * values;
    for (let i = from * values; i < to * values; i++)
      window[i] = (window[i] as number) + (rows[row + i] as number);
  }
}

/** From about row `y` to about the next. */
function slideDown(
  rows: Float32Array,
  window: Float64Array,
  values: number,
  w: number,
  h: number,
  y: number,
  from: number,
  to: number,
  radius: number,
): void {
  const enter = Math.min(h - 1, y + radius + 1) * w * values;
  const leave = Math.max(0, y - radius) * w * values;
  for (let i = from * values; i < to * values; i++)
    window[i] = (window[i] as number) + (rows[enter + i] as number) - (rows[leave + i] as number);
}

/** Reads a matte between its texels, 0…1, on a picture of another size. */
function enlarger({ widthPx, heightPx, alpha }: Matte, w: number, h: number) {
  const place = (i: number, count: number, length: number) =>
    Math.min(count - 1, Math.max(0, ((i + 0.5) * count) / length - 0.5));
  const columns = Float64Array.from({ length: w }, (_, x) => place(x, widthPx, w));
  return (out: Float32Array, { top, bottom }: BlockRow, { from, to }: BlockRun): void => {
    for (let y = top; y < bottom; y++) {
      const sy = place(y, heightPx, h);
      const upper = Math.floor(sy);
      const lower = Math.min(heightPx - 1, upper + 1);
      const fy = sy - upper;
      for (let x = from; x < to; x++) {
        const sx = columns[x] as number;
        const left = Math.floor(sx);
        const right = Math.min(widthPx - 1, left + 1);
        const fx = sx - left;
        const above =
          (alpha[upper * widthPx + left] as number) * (1 - fx) +
          (alpha[upper * widthPx + right] as number) * fx;
        const below =
          (alpha[lower * widthPx + left] as number) * (1 - fx) +
          (alpha[lower * widthPx + right] as number) * fx;
        out[y * w + x] = (above * (1 - fy) + below * fy) / 255;
      }
    }
  };
}
