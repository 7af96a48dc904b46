/**
 * The melody and loudness of a voice, measured on the sound itself, a hundred times a second. Pitch is YIN
 * (de Cheveigné and Kawahara, "YIN, a fundamental frequency estimator for speech and music", JASA 2002) on sound
 * thinned to about 8 kHz, which keeps every harmonic that matters and costs next to nothing.
 */
import { clamp } from './curves.ts';

const HOP_S = 0.01;
const LOWEST_HZ = 65;
const HIGHEST_HZ = 420;
/** YIN's absolute threshold on the normalised difference; above it a frame counts as unvoiced. */
const VOICING_THRESHOLD = 0.2;

export interface Prosody {
  /** Loudness against this paragraph's own speech: 0 silence, 1 its typical loud syllable; may pass 1. */
  loudness(timeS: number): number;
  /** Semitones above the speaker's median pitch here, carried across unvoiced gaps; 0 where nothing is voiced. */
  pitchSt(timeS: number): number;
}

/** Averages neighbours to bring sound down to 8 kHz or so. */
function thin(pcm: Float32Array, sampleRateHz: number): { samples: Float32Array; rateHz: number } {
  const step = Math.max(1, Math.floor(sampleRateHz / 8000));
  if (step === 1) return { samples: pcm, rateHz: sampleRateHz };
  const samples = new Float32Array(Math.floor(pcm.length / step));
  for (let i = 0; i < samples.length; i++) {
    let sum = 0;
    for (let k = 0; k < step; k++) sum += pcm[i * step + k] as number;
    samples[i] = sum / step;
  }
  return { samples, rateHz: sampleRateHz / step };
}

/** Root mean square over 30 ms around each hop. */
function loudnessTrack(samples: Float32Array, rateHz: number, hops: number): Float64Array {
  const half = Math.round(0.015 * rateHz);
  return Float64Array.from({ length: hops }, (_, h) => {
    const centre = Math.round(h * HOP_S * rateHz);
    const from = Math.max(0, centre - half);
    const to = Math.min(samples.length, centre + half);
    let sum = 0;
    for (let i = from; i < to; i++) sum += (samples[i] as number) ** 2;
    return Math.sqrt(sum / Math.max(1, to - from));
  });
}

/** Fundamental frequency by YIN around one sample, or 0 when the sound has no pitch there. */
export function yinHz(samples: Float32Array, rateHz: number, centre: number): number {
  const longest = Math.floor(rateHz / LOWEST_HZ);
  const shortest = Math.max(2, Math.floor(rateHz / HIGHEST_HZ));
  const window = longest;
  const from = centre - longest;
  if (from < 0 || from + window + longest >= samples.length) return 0;
  const normalised = new Float64Array(longest + 1).fill(1);
  let running = 0;
  for (let lag = 1; lag <= longest; lag++) {
    let difference = 0;
    for (let i = 0; i < window; i++) {
      const d = (samples[from + i] as number) - (samples[from + i + lag] as number);
      difference += d * d;
    }
    running += difference;
    normalised[lag] = running > 0 ? (difference * lag) / running : 1;
  }
  for (let lag = shortest; lag < longest; lag++) {
    if ((normalised[lag] as number) > VOICING_THRESHOLD) continue;
    while (lag + 1 < longest && (normalised[lag + 1] as number) < (normalised[lag] as number)) lag++;
    const [before, here, after] = [
      normalised[lag - 1] as number,
      normalised[lag] as number,
      normalised[lag + 1] as number,
    ];
    const curve = before - 2 * here + after;
    const shift = curve > 0 ? clamp((before - after) / (2 * curve), -0.5, 0.5) : 0;
    return rateHz / (lag + shift);
  }
  return 0;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Semitones about the median, gaps bridged, smoothed over ±40 ms. */
function pitchTrack(samples: Float32Array, rateHz: number, loud: Float64Array, floor: number): Float64Array {
  // Pitch moves slowly: every other hop is measured, and the one between takes its neighbour's.
  const hz = new Float64Array(loud.length);
  for (let h = 0; h < hz.length; h += 2)
    if ((loud[h] as number) > floor)
      hz[h] = hz[h + 1] = yinHz(samples, rateHz, Math.round(h * HOP_S * rateHz));
  const middle = median([...hz].filter((value) => value > 0));
  const bridged = new Float64Array(hz.length);
  let last = 0;
  for (let h = 0; h < hz.length; h++) {
    // Octave slips of the estimator must not throw the head back.
    if ((hz[h] as number) > 0) last = clamp(12 * Math.log2((hz[h] as number) / middle), -9, 9);
    else last *= 0.97;
    bridged[h] = last;
  }
  return bridged.map((_, h) => {
    let sum = 0;
    for (let k = -4; k <= 4; k++) sum += bridged[clamp(h + k, 0, bridged.length - 1)] as number;
    return sum / 9;
  });
}

function sampler(track: Float64Array): (timeS: number) => number {
  return (timeS) => {
    const x = clamp(timeS / HOP_S, 0, track.length - 1);
    const i = Math.floor(x);
    const a = track[i] ?? 0;
    return a + ((track[i + 1] ?? a) - a) * (x - i);
  };
}

/** Measures a paragraph's sound. Silence gives zeros throughout. */
export function measureProsody(pcm: Float32Array, sampleRateHz: number): Prosody {
  const { samples, rateHz } = thin(pcm, sampleRateHz);
  const hops = Math.max(1, Math.ceil(samples.length / rateHz / HOP_S) + 1);
  const level = loudnessTrack(samples, rateHz, hops);
  const sorted = Float64Array.from(level).sort();
  const typical = sorted[Math.floor(sorted.length * 0.85)] ?? 0;
  if (typical < 1e-5) return { loudness: () => 0, pitchSt: () => 0 };
  return {
    loudness: sampler(level.map((value) => value / typical)),
    pitchSt: sampler(pitchTrack(samples, rateHz, level, typical * 0.15)),
  };
}
