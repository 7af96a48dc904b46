/**
 * Moves the pitch of speech and keeps its timing and its formants: time-domain pitch-synchronous overlap-add
 * (TD-PSOLA; Moulines & Charpentier, "Pitch-synchronous waveform processing techniques for text-to-speech synthesis
 * using diphones", Speech Communication 9, 1990). The pitch is tracked by normalised autocorrelation, coarse then fine,
 * each frame favouring the period of the last: enough for the clean voices of a synthesiser.
 */

export interface PitchRange {
  readonly lowHz: number;
  readonly highHz: number;
}

const HOP_S = 0.005;
/** Below this similarity of a period with the next, a frame is taken as unvoiced. */
const VOICED_SIMILARITY = 0.6;
const UNVOICED_PERIOD_S = 0.008;

/** The search looks at the sound at about this rate; the period is then made exact on the sound itself. */
const COARSE_HZ = 4000;

/**
 * The period of each 5 ms frame in samples, 0 where there is none.
 * @param voiced whether the sound around a sample can have a pitch at all; what the phones say.
 */
export function trackPeriods(
  pcm: Float32Array,
  sampleRateHz: number,
  range: PitchRange,
  voiced: (sample: number) => boolean = () => true,
): Float32Array {
  const hop = Math.round(HOP_S * sampleRateHz);
  const step = Math.max(1, Math.floor(sampleRateHz / COARSE_HZ));
  const coarse = averaged(pcm, step);
  const shortest = Math.max(2, Math.floor(sampleRateHz / range.highHz));
  const longest = Math.ceil(sampleRateHz / range.lowHz);
  const frames = Math.ceil(pcm.length / hop);
  const periods = new Float32Array(frames);
  let previous = 0;
  for (let f = 0; f < frames; f++) {
    const center = f * hop;
    const start = center - longest;
    if (!voiced(center) || start < 0 || start + 2 * longest >= pcm.length) {
      previous = 0;
      continue;
    }
    const low = Math.max(1, Math.floor(shortest / step));
    const high = Math.ceil(longest / step);
    const rough = bestLag(coarse, Math.floor(start / step), high, low, high, previous / step).lag * step;
    const from = Math.max(shortest, Math.round(rough) - step);
    const { lag, similarity } =
      rough === 0
        ? { lag: 0, similarity: 0 }
        : bestLag(pcm, start, longest, from, Math.min(longest, from + 2 * step), 0);
    periods[f] = similarity >= VOICED_SIMILARITY ? lag : 0;
    previous = periods[f] as number;
  }
  return periods;
}

/** Each `step` samples as one, their mean. */
function averaged(pcm: Float32Array, step: number): Float32Array {
  const out = new Float32Array(Math.floor(pcm.length / step));
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let k = 0; k < step; k++) sum += pcm[i * step + k] as number;
    out[i] = sum / step;
  }
  return out;
}

/**
 * The lag of [low, high] at which `window` samples are most like those that follow, and how like they are.
 * @param previous the last frame's lag, 0 when it had none.
 */
function bestLag(
  pcm: Float32Array,
  start: number,
  window: number,
  low: number,
  high: number,
  previous: number,
): { lag: number; similarity: number } {
  let energy = 0;
  for (let i = 0; i < window; i++) energy += (pcm[start + i] as number) ** 2;
  if (energy < 1e-5 * window) return { lag: 0, similarity: 0 };
  const score = new Float32Array(high + 2);
  let best = 0;
  let bestScore = 0;
  for (let lag = low; lag <= high; lag++) {
    let cross = 0;
    let shifted = 0;
    for (let i = 0; i < window; i++) {
      const b = pcm[start + i + lag] ?? 0;
      cross += (pcm[start + i] as number) * b;
      shifted += b * b;
    }
    const similarity = cross / Math.sqrt(energy * shifted + 1e-9);
    score[lag] = similarity;
    // Longer lags cost a little, against octave errors; a lag near the last frame's is favoured.
    const near = previous > 0 ? 0.1 * Math.min(1, Math.abs(Math.log2(lag / previous)) * 4) : 0;
    const cost = similarity - 0.05 * (lag / window) - near;
    if (cost > bestScore) {
      bestScore = cost;
      best = lag;
    }
  }
  return { lag: best > 0 ? refine(score, best) : 0, similarity: score[best] ?? 0 };
}

/** The top of the parabola through three scores. */
function refine(score: Float32Array, at: number): number {
  const a = score[at - 1] ?? 0;
  const b = score[at] ?? 0;
  const c = score[at + 1] ?? 0;
  const bend = a - 2 * b + c;
  return bend < 0 && a > 0 && c > 0 ? at + (0.5 * (a - c)) / bend : at;
}

interface Mark {
  readonly at: number;
  readonly period: number;
  readonly voiced: boolean;
}

/** One mark a period, on the strongest swing near where it is due; every 8 ms where there is no pitch. */
function pitchMarks(pcm: Float32Array, sampleRateHz: number, periods: Float32Array): Mark[] {
  const hop = Math.round(HOP_S * sampleRateHz);
  const idle = Math.round(UNVOICED_PERIOD_S * sampleRateHz);
  let positive = 0;
  let negative = 0;
  for (const s of pcm) {
    positive = Math.max(positive, s);
    negative = Math.max(negative, -s);
  }
  const sign = positive >= negative ? 1 : -1;
  const marks: Mark[] = [];
  let at = 0;
  let wasVoiced = false;
  while (at < pcm.length) {
    const period = periods[Math.min(periods.length - 1, Math.round(at / hop))] ?? 0;
    if (period === 0) {
      marks.push({ at, period: idle, voiced: false });
      wasVoiced = false;
      at += idle;
      continue;
    }
    const reach = Math.round(period * (wasVoiced ? 0.2 : 0.5));
    const first = Math.max((marks.at(-1)?.at ?? -1) + 1, at - reach);
    let top = Math.max(first, at);
    for (let i = first; i <= Math.min(pcm.length - 1, at + reach); i++)
      if (sign * (pcm[i] as number) > sign * (pcm[top] ?? 0)) top = i;
    marks.push({ at: top, period, voiced: true });
    wasVoiced = true;
    at = top + Math.round(period);
  }
  return marks;
}

/**
 * @param ratio pitch out ÷ pitch in, one value a sample (0.4 to 2.5).
 * @param periods from `trackPeriods`.
 * @returns new sound of the same length.
 */
export function shiftPitch(
  pcm: Float32Array<ArrayBuffer>,
  sampleRateHz: number,
  ratio: Float32Array,
  periods: Float32Array,
): Float32Array<ArrayBuffer> {
  const marks = pitchMarks(pcm, sampleRateHz, periods);
  const out = new Float32Array(pcm.length);
  if (marks.length === 0) return out;
  const weight = new Float32Array(pcm.length);
  let nearest = 0;
  let position = (marks[0] as Mark).at;
  while (position < pcm.length) {
    while (
      nearest + 1 < marks.length &&
      Math.abs((marks[nearest + 1] as Mark).at - position) <= Math.abs((marks[nearest] as Mark).at - position)
    )
      nearest++;
    const mark = marks[nearest] as Mark;
    addGrain(pcm, mark, Math.round(position), out, weight);
    const wanted = mark.voiced ? (ratio[Math.min(ratio.length - 1, Math.round(position))] ?? 1) : 1;
    position += mark.period / wanted;
  }
  // Where grains lie thick or thin the level would follow; dividing by their summed windows keeps it. Where they part
  // (a low pitch leaves gaps) the sum is small and the sound rightly falls between pulses: never divide by under 1.
  for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) / Math.max(1, weight[i] as number);
  return out;
}

function addGrain(pcm: Float32Array, mark: Mark, to: number, out: Float32Array, weight: Float32Array): void {
  const half = Math.max(2, Math.round(mark.period));
  for (let k = -half; k < half; k++) {
    const source = mark.at + k;
    const target = to + k;
    if (source < 0 || source >= pcm.length || target < 0 || target >= out.length) continue;
    const window = 0.5 + 0.5 * Math.cos((Math.PI * k) / half);
    out[target] = (out[target] as number) + window * (pcm[source] as number);
    weight[target] = (weight[target] as number) + window;
  }
}
