/**
 * A look-ahead limiter that holds true peaks, those between samples, under a ceiling (BS.1770-4 annex 2: four times
 * oversampled). The gain each sample needs is released slowly, held over the look-ahead, then averaged over it: at
 * every sample the mean is of gains that are all low enough, so the ceiling is met without a corner in the gain
 * (G. Luff, "Designing a straightforward limiter", 2022). Chunks of any size go in; the delay is taken out again.
 */
import { kaiser, sinc } from './resample.ts';

const OVERSAMPLING = 4;
/** Input samples each interpolation reaches to either side. */
const REACH = 12;
const LOOK_AHEAD_S = 0.004;
const RELEASE_S = 0.06;
/** A sinc between samples can stand above both neighbours, in speech never by twice; below this no look is needed. */
const SAFE_FRACTION = 0.5;

/** Rows for the three positions between samples; row p interpolates at p/4. */
const BETWEEN: readonly Float32Array[] = [1, 2, 3].map((p) => {
  const row = new Float32Array(2 * REACH);
  for (let k = 0; k < row.length; k++) {
    const t = p / OVERSAMPLING - (k - REACH + 1);
    row[k] = sinc(t) * kaiser(t / REACH, 6);
  }
  return row;
});

/** Highest absolute value on the curve from sample `i` up to sample `i + 1`; `pcm` counts as silent outside. */
export function truePeakAt(pcm: Float32Array, i: number): number {
  let peak = Math.abs(pcm[i] ?? 0);
  for (const row of BETWEEN) {
    let sum = 0;
    for (let k = 0; k < row.length; k++) sum += (row[k] as number) * (pcm[i - REACH + 1 + k] ?? 0);
    peak = Math.max(peak, Math.abs(sum));
  }
  return peak;
}

export class Limiter {
  readonly #ceiling: number;
  readonly #release: number;
  readonly #window: number;
  /** Samples not yet given out, with REACH samples already given out before them for interpolation. */
  #held: Float32Array = new Float32Array(REACH);
  /** Index in #held of the next sample whose gain is to be found. */
  #next = REACH;
  /** Released gain of the last samples, newest last, at most a window of them: for the sliding minimum. */
  readonly #minima: { at: number; gain: number }[] = [];
  readonly #means: Float64Array;
  #meanSum: number;
  #count = 0;
  #gain = 1;

  /** @param ceiling the highest true peak let through, linear */
  constructor(ceiling: number, sampleRateHz: number) {
    this.#ceiling = ceiling;
    this.#release = 1 - Math.exp(-1 / (RELEASE_S * sampleRateHz));
    this.#window = Math.round(LOOK_AHEAD_S * sampleRateHz);
    this.#means = new Float64Array(this.#window).fill(1);
    this.#meanSum = this.#window;
  }

  /** The next samples, already amplified; gives back those whose gain is settled, which lag behind. */
  push(pcm: Float32Array): Float32Array<ArrayBuffer> {
    const joined = new Float32Array(this.#held.length + pcm.length);
    joined.set(this.#held);
    joined.set(pcm, this.#held.length);
    return this.#run(joined, joined.length - REACH);
  }

  /** The rest. As many samples come out in all as went in. */
  finish(): Float32Array<ArrayBuffer> {
    const rest = this.#held.length - REACH;
    const padded = new Float32Array(this.#held.length + REACH + this.#window);
    padded.set(this.#held);
    return this.#run(padded, padded.length - REACH).slice(0, rest);
  }

  /** Finds gains up to index `until` of `pcm`, and gives out the samples a window behind. */
  #run(pcm: Float32Array, until: number): Float32Array<ArrayBuffer> {
    const out = new Float32Array(Math.max(0, until - this.#next));
    let written = 0;
    let outAt = REACH; // the oldest sample not yet given out
    let between = truePeakOrSample(pcm, this.#next - 1, this.#ceiling);
    for (; this.#next < until; this.#next++) {
      const after = truePeakOrSample(pcm, this.#next, this.#ceiling);
      const peak = Math.max(between, after);
      between = after;
      const needed = peak > this.#ceiling ? this.#ceiling / peak : 1;
      this.#gain = Math.min(needed, this.#gain + (1 - this.#gain) * this.#release);
      const smooth = this.#smooth(this.#gain);
      if (this.#count >= this.#window) out[written++] = (pcm[outAt++] as number) * smooth;
    }
    this.#held = pcm.slice(outAt - REACH);
    this.#next -= outAt - REACH;
    return out.subarray(0, written);
  }

  /** Minimum over the window (a monotonic queue), then the mean over the window. */
  #smooth(gain: number): number {
    while (this.#minima.length > 0 && (this.#minima.at(-1) as { gain: number }).gain >= gain)
      this.#minima.pop();
    this.#minima.push({ at: this.#count, gain });
    if ((this.#minima[0] as { at: number }).at <= this.#count - this.#window) this.#minima.shift();
    const least = (this.#minima[0] as { gain: number }).gain;
    const slot = this.#count % this.#window;
    this.#meanSum += least - (this.#means[slot] as number);
    this.#means[slot] = least;
    this.#count++;
    return Math.min(1, this.#meanSum / this.#window);
  }
}

/** The look between samples is spared where the sound is far below the ceiling. */
function truePeakOrSample(pcm: Float32Array, i: number, ceiling: number): number {
  const near = Math.max(Math.abs(pcm[i] ?? 0), Math.abs(pcm[i + 1] ?? 0));
  return near < ceiling * SAFE_FRACTION ? near : truePeakAt(pcm, i);
}
