/**
 * The voice as a listener hears it: how strong it is where vowels are loud, at any moment of the decoded sound. Lips
 * that close take the band of the first two formants away (silence in p b, a low murmur in m), so a dip of it
 * between vowels, in a text whose only consonants are p b m, is a closure.
 */

/** Around the first two formants of open vowels: above voice pitch and nasal murmur, below hiss. Hz. */
const LOW_HZ = 450;
const HIGH_HZ = 3200;
/** Nothing below this is heard as speech, dB under the loudest moment. */
export const FLOOR_DB = -40;

export interface VowelBand {
  /** Level over a window around a moment, dB under the loudest; FLOOR_DB at least. */
  levelDb(timeS: number, windowS: number): number;
  readonly durationS: number;
}

export function vowelBand(samples: Float32Array, sampleRateHz: number): VowelBand {
  const band = biquad(biquad(samples, highPass(LOW_HZ, sampleRateHz)), lowPass(HIGH_HZ, sampleRateHz));
  // Sums of squares up to each sample: any window's energy is a difference.
  const energy = new Float64Array(band.length + 1);
  for (let i = 0; i < band.length; i++) energy[i + 1] = (energy[i] ?? 0) + (band[i] ?? 0) ** 2;
  const power = (timeS: number, windowS: number) => {
    const from = clampIndex((timeS - windowS / 2) * sampleRateHz, band.length);
    const to = clampIndex((timeS + windowS / 2) * sampleRateHz, band.length);
    return to <= from ? 0 : ((energy[to] ?? 0) - (energy[from] ?? 0)) / (to - from);
  };
  const durationS = samples.length / sampleRateHz;
  let loudest = 1e-12;
  for (let t = 0; t < durationS; t += 0.01) loudest = Math.max(loudest, power(t, 0.04));
  return {
    durationS,
    levelDb: (timeS, windowS) =>
      Math.max(FLOOR_DB, 10 * Math.log10(Math.max(power(timeS, windowS), 1e-12) / loudest)),
  };
}

/** A moment of the sound, and how loud it is there. */
export interface Moment {
  readonly timeS: number;
  readonly levelDb: number;
}

const STEP_S = 0.005;
const SMOOTH_S = 0.024;

/** Peaks and dips that differ from their neighbours by at least `byDb`, in turn: the syllables of the voice. */
export function syllables(
  band: VowelBand,
  byDb: number,
): { readonly peaks: readonly Moment[]; readonly dips: readonly Moment[] } {
  const peaks: Moment[] = [];
  const dips: Moment[] = [];
  let rising = true;
  let extreme: Moment = { timeS: 0, levelDb: FLOOR_DB };
  for (let timeS = 0; timeS < band.durationS; timeS += STEP_S) {
    const here = { timeS, levelDb: band.levelDb(timeS, SMOOTH_S) };
    if (rising ? here.levelDb >= extreme.levelDb : here.levelDb <= extreme.levelDb) extreme = here;
    else if (Math.abs(here.levelDb - extreme.levelDb) >= byDb) {
      if (rising) peaks.push(extreme);
      // A dip before the first peak is the silence before speech.
      else if (peaks.length > 0) dips.push(extreme);
      rising = !rising;
      extreme = here;
    }
  }
  return { peaks, dips };
}

function clampIndex(index: number, length: number): number {
  return Math.max(0, Math.min(length, Math.round(index)));
}

interface Biquad {
  readonly b: readonly [number, number, number];
  readonly a: readonly [number, number];
}

/** Second-order Butterworth sections after R. Bristow-Johnson's cookbook. */
function section(hz: number, sampleRateHz: number, high: boolean): Biquad {
  const w = (2 * Math.PI * hz) / sampleRateHz;
  const alpha = Math.sin(w) / Math.SQRT2;
  const cos = Math.cos(w);
  const edge = high ? (1 + cos) / 2 : (1 - cos) / 2;
  const a0 = 1 + alpha;
  return {
    b: [edge / a0, ((high ? -2 : 2) * edge) / a0, edge / a0],
    a: [(-2 * cos) / a0, (1 - alpha) / a0],
  };
}
const highPass = (hz: number, rate: number) => section(hz, rate, true);
const lowPass = (hz: number, rate: number) => section(hz, rate, false);

/** Runs forth and back, so that nothing is delayed. */
function biquad(samples: Float32Array, filter: Biquad): Float32Array {
  return pass(pass(samples, filter).reverse(), filter).reverse();
}

function pass(samples: Float32Array, { b, a }: Biquad): Float32Array {
  const out = new Float32Array(samples.length);
  let [x1, x2, y1, y2] = [0, 0, 0, 0];
  for (let i = 0; i < samples.length; i++) {
    const x = samples[i] ?? 0;
    const y = b[0] * x + b[1] * x1 + b[2] * x2 - a[0] * y1 - a[1] * y2;
    [x2, x1, y2, y1] = [x1, x, y1, y];
    out[i] = y;
  }
  return out;
}
