/**
 * How loud a film is: integrated loudness after ITU-R BS.1770-4 (K-weighting, 400 ms blocks overlapping by three
 * quarters, absolute gate −70 LUFS, relative gate −10 LU). The meter eats sound in pieces of any size and keeps one
 * number a tenth of a second, so an hour of film costs 300 kB.
 */

/** The rate for which the standard gives its filters. */
export const LOUDNESS_RATE_HZ = 48_000;
const STEPS_PER_SECOND = 10;
const STEPS_PER_BLOCK = 4;
const ABSOLUTE_GATE_LUFS = -70;
const RELATIVE_GATE_LU = -10;

type Biquad = readonly [b0: number, b1: number, b2: number, a1: number, a2: number];

/**
 * BS.1770-4 tables 1 and 2, the shelf of a head and the RLB high-pass, for any rate: the analogue prototypes that the
 * tables were made from (B. De Man, "Evaluation of implementations of the EBU R128 loudness measurement", 2014),
 * bilinearly transformed. At 48 kHz they are the tables.
 */
function shelfAt(rateHz: number): Biquad {
  const [frequencyHz, gainDb, q] = [1681.974450955533, 3.999843853973347, 0.7071752369554196];
  const k = Math.tan((Math.PI * frequencyHz) / rateHz);
  const high = Math.pow(10, gainDb / 20);
  const band = Math.pow(high, 0.4996667741545416);
  const a0 = 1 + k / q + k * k;
  return [
    (high + (band * k) / q + k * k) / a0,
    (2 * (k * k - high)) / a0,
    (high - (band * k) / q + k * k) / a0,
    (2 * (k * k - 1)) / a0,
    (1 - k / q + k * k) / a0,
  ];
}
function highPassAt(rateHz: number): Biquad {
  const [frequencyHz, q] = [38.13547087602444, 0.5003270373238773];
  const k = Math.tan((Math.PI * frequencyHz) / rateHz);
  const a0 = 1 + k / q + k * k;
  return [1, -2, 1, (2 * (k * k - 1)) / a0, (1 - k / q + k * k) / a0];
}

export class LoudnessMeter {
  /** Mean square of each tenth of a second, K-weighted, of one channel. */
  readonly #steps: number[] = [];
  #sum = 0;
  #filled = 0;
  // Direct form II transposed states of both filters.
  #s1 = 0;
  #s2 = 0;
  #h1 = 0;
  #h2 = 0;
  readonly #shelf: Biquad;
  readonly #highPass: Biquad;
  readonly #step: number;

  /** @param rateHz of what is pushed; a multiple of ten, so that steps are whole samples */
  constructor(rateHz = LOUDNESS_RATE_HZ) {
    this.#shelf = shelfAt(rateHz);
    this.#highPass = highPassAt(rateHz);
    this.#step = Math.round(rateHz / STEPS_PER_SECOND);
  }

  /** The next samples of one channel. */
  push(pcm: Float32Array): void {
    const [b0, b1, b2, a1, a2] = this.#shelf;
    const [c0, c1, c2, d1, d2] = this.#highPass;
    let { s1, s2, h1, h2 } = { s1: this.#s1, s2: this.#s2, h1: this.#h1, h2: this.#h2 };
    for (let i = 0; i < pcm.length; i++) {
      const x = pcm[i] as number;
      const shelved = b0 * x + s1;
      s1 = b1 * x - a1 * shelved + s2;
      s2 = b2 * x - a2 * shelved;
      const y = c0 * shelved + h1;
      h1 = c1 * shelved - d1 * y + h2;
      h2 = c2 * shelved - d2 * y;
      this.#sum += y * y;
      if (++this.#filled === this.#step) this.#close();
    }
    this.#s1 = s1;
    this.#s2 = s2;
    this.#h1 = h1;
    this.#h2 = h2;
  }

  /** All steps so far; a last unfinished one counts as if silence followed. */
  steps(): readonly number[] {
    return this.#filled === 0 ? this.#steps : [...this.#steps, this.#sum / this.#step];
  }

  #close(): void {
    this.#steps.push(this.#sum / this.#step);
    this.#sum = 0;
    this.#filled = 0;
  }
}

/**
 * Integrated loudness, LUFS, of sound that has the same steps in each of `channels` front channels; −Infinity for
 * silence. Sound shorter than one block is measured as one.
 */
export function integratedLoudness(steps: readonly number[], channels: number): number {
  const blocks: number[] = [];
  for (let i = 0; i + STEPS_PER_BLOCK <= steps.length; i++)
    blocks.push(meanOf(steps, i, i + STEPS_PER_BLOCK) * channels);
  if (blocks.length === 0 && steps.length > 0) blocks.push(meanOf(steps, 0, steps.length) * channels);
  const heard = blocks.filter((power) => toLufs(power) > ABSOLUTE_GATE_LUFS);
  if (heard.length === 0) return -Infinity;
  const gate = toLufs(meanOf(heard, 0, heard.length)) + RELATIVE_GATE_LU;
  const loud = heard.filter((power) => toLufs(power) > gate);
  return toLufs(meanOf(loud, 0, loud.length));
}

function toLufs(power: number): number {
  return -0.691 + 10 * Math.log10(power);
}

function meanOf(values: readonly number[], from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i] as number;
  return sum / (to - from);
}
