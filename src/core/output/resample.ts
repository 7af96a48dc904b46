/**
 * Changing the sample rate, by a polyphase bank of windowed sincs (J. O. Smith, "Digital Audio Resampling"; Kaiser
 * window). For rates L : M only L phases exist, so each is designed once and kept. Sound is finite here (one shot),
 * so the whole of it goes in and comes out; nothing is shifted in time.
 */

/** Zero crossings of the sinc kept on each side, and the Kaiser window's β: about −90 dB outside the band. */
const ZERO_CROSSINGS = 24;
const KAISER_BETA = 9;
/** The passband ends a little before half the lower rate, to leave the filter room to fall. */
const ROLL_OFF = 0.95;

interface Bank {
  readonly up: number; // L
  readonly down: number; // M
  /** Input samples the filter reaches to each side. */
  readonly reach: number;
  /** `up` rows of `2 · reach` taps. */
  readonly taps: Float32Array;
}

const banks = new Map<string, Bank>();

/** Samples that `length` samples at `fromHz` become at `toHz`. */
export function resampledLength(length: number, fromHz: number, toHz: number): number {
  return Math.round((length * toHz) / fromHz);
}

/** The same sound at another rate; times are kept exactly. Returns the input itself when the rates are equal. */
export function resample(
  pcm: Float32Array<ArrayBuffer>,
  fromHz: number,
  toHz: number,
): Float32Array<ArrayBuffer> {
  if (fromHz === toHz) return pcm;
  const { up, down, reach, taps } = bankFor(fromHz, toHz);
  const out = new Float32Array(resampledLength(pcm.length, fromHz, toHz));
  const width = 2 * reach;
  for (let n = 0; n < out.length; n++) {
    // Output n stands at input position n·M/L: whole part and phase.
    const position = n * down;
    const whole = Math.floor(position / up);
    const row = (position - whole * up) * width;
    const first = whole - reach + 1;
    const from = Math.max(0, -first);
    const to = Math.min(width, pcm.length - first);
    let sum = 0;
    for (let k = from; k < to; k++) sum += (taps[row + k] as number) * (pcm[first + k] as number);
    out[n] = sum;
  }
  return out;
}

/** The same filter for sound that comes in pieces: all pieces together give what `resample` gives of the whole. */
export interface Resampler {
  push(pcm: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer>;
  /** What was waiting for samples after it: silence follows. */
  finish(): Float32Array<ArrayBuffer>;
}

export function createResampler(fromHz: number, toHz: number): Resampler {
  if (fromHz === toHz) return { push: (pcm) => pcm, finish: () => new Float32Array(0) };
  const { up, down, reach, taps } = bankFor(fromHz, toHz);
  const width = 2 * reach;
  let kept = new Float32Array(0);
  /** Where `kept` begins, and how much has come, in input samples; how much has gone, in output samples. */
  let keptFrom = 0;
  let came = 0;
  let gone = 0;

  function run(until: number): Float32Array<ArrayBuffer> {
    const out = new Float32Array(Math.max(0, until - gone));
    for (let i = 0; i < out.length; i++, gone++) {
      const position = gone * down;
      const whole = Math.floor(position / up);
      const row = (position - whole * up) * width;
      const first = whole - reach + 1;
      const from = Math.max(0, -first);
      const to = Math.min(width, came - first);
      let sum = 0;
      for (let k = from; k < to; k++)
        sum += (taps[row + k] as number) * (kept[first + k - keptFrom] as number);
      out[i] = sum;
    }
    const needed = Math.max(keptFrom, Math.floor((gone * down) / up) - reach + 1);
    kept = kept.slice(Math.min(kept.length, needed - keptFrom));
    keptFrom = needed;
    return out;
  }

  return {
    push(pcm) {
      const all = new Float32Array(kept.length + pcm.length);
      all.set(kept);
      all.set(pcm, kept.length);
      kept = all;
      came += pcm.length;
      // Output n needs input up to floor(n·M/L) + reach.
      return run(Math.floor(((came - reach - 1) * up) / down));
    },
    finish: () => run(resampledLength(came, fromHz, toHz)),
  };
}

function bankFor(fromHz: number, toHz: number): Bank {
  const divisor = gcd(fromHz, toHz);
  const up = toHz / divisor;
  const down = fromHz / divisor;
  const name = `${up}:${down}`;
  const known = banks.get(name);
  if (known) return known;
  // Cut-off in cycles per input sample; when going down it is the new rate's band that counts.
  const cutoff = 0.5 * ROLL_OFF * Math.min(1, toHz / fromHz);
  const reach = Math.ceil(ZERO_CROSSINGS / (2 * cutoff));
  const taps = new Float32Array(up * 2 * reach);
  for (let phase = 0; phase < up; phase++) {
    let sum = 0;
    for (let k = 0; k < 2 * reach; k++) {
      const t = phase / up - (k - reach + 1);
      const value = 2 * cutoff * sinc(2 * cutoff * t) * kaiser(t / reach, KAISER_BETA);
      taps[phase * 2 * reach + k] = value;
      sum += value;
    }
    // Each phase passes a constant unchanged: no ripple at the rate of the phases.
    for (let k = 0; k < 2 * reach; k++)
      taps[phase * 2 * reach + k] = (taps[phase * 2 * reach + k] as number) / sum;
  }
  const bank = { up, down, reach, taps };
  banks.set(name, bank);
  return bank;
}

export function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Kaiser window at x in −1…1. */
export function kaiser(x: number, beta: number): number {
  return Math.abs(x) >= 1 ? 0 : besselI0(beta * Math.sqrt(1 - x * x)) / besselI0(beta);
}

function besselI0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
