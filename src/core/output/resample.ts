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
