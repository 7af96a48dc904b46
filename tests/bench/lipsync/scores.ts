/**
 * What a predicted curve is worth against a tracked one. Everything here is blind to scale and offset, because a
 * rival's units are its own: correlation, lag, closures by the curve's own range, and jitter at equal variance.
 */
import { seededRandom } from '#core/base/hashing.ts';
import { mean } from './signal.ts';

/** Pearson's r over the samples where `mask` is true (all, without one); 0 for a curve that never moves. */
export function pearson(a: readonly number[], b: readonly number[], mask?: readonly boolean[]): number {
  const at = a.map((_, i) => i).filter((i) => i < b.length && (mask === undefined || mask[i] === true));
  if (at.length < 3) return NaN;
  const [meanA, meanB] = [mean(at.map((i) => a[i] as number)), mean(at.map((i) => b[i] as number))];
  let [both, onlyA, onlyB] = [0, 0, 0];
  for (const i of at) {
    const [da, db] = [(a[i] as number) - meanA, (b[i] as number) - meanB];
    both += da * db;
    onlyA += da * da;
    onlyB += db * db;
  }
  const scale = Math.sqrt(onlyA * onlyB);
  return scale > 1e-12 ? both / scale : 0;
}

export const FARTHEST_LAG = 10; // frames

/** r at lags −10…10 frames; index 10 is zero lag. A positive lag takes out a prediction that comes late. */
export function lagProfile(predicted: readonly number[], truth: readonly number[]): number[] {
  return Array.from({ length: 2 * FARTHEST_LAG + 1 }, (_, k) => {
    const lag = k - FARTHEST_LAG;
    const from = Math.max(0, -lag);
    const to = Math.min(truth.length, predicted.length - lag);
    return pearson(predicted.slice(from + lag, to + lag), truth.slice(from, to));
  });
}

/** The lag, in frames, at which a profile is highest, and r there. */
export function bestLag(profile: readonly number[]): { readonly lag: number; readonly r: number } {
  let best = FARTHEST_LAG;
  profile.forEach((r, k) => {
    if (r > (profile[best] ?? -2)) best = k;
  });
  return { lag: best - FARTHEST_LAG, r: profile[best] ?? NaN };
}

/** Linear between ranks; p is 0…1. */
export function quantile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = p * (sorted.length - 1);
  const low = Math.floor(at);
  const [a, b] = [sorted[low] ?? NaN, sorted[Math.min(low + 1, sorted.length - 1)] ?? NaN];
  return a + (b - a) * (at - low);
}

/** A curve counts as shut in the lowest part of its own range; the range leaves out stray extremes. */
const SHUT_PART = 0.15;

export function isShut(curve: readonly number[]): boolean[] {
  const [low, high] = [quantile(curve, 0.03), quantile(curve, 0.97)];
  const most = low + SHUT_PART * (high - low);
  return curve.map((value) => high - low > 1e-9 && value <= most);
}

export interface Span {
  readonly startS: number;
  readonly endS: number;
}

export interface Closures {
  /** Of `asked` spans, those in which the curve shuts, a frame early or late allowed. */
  readonly kept: number;
  readonly asked: number;
}

/**
 * Which of the spans (p, b and m) the curve shuts in. Frame i shows the middle of its time, (i + ½) ÷ fps; a span
 * too short to hold a middle takes the nearest frame.
 */
export function closures(curve: readonly number[], fps: number, spans: readonly Span[], slack = 1): Closures {
  const shut = isShut(curve);
  let kept = 0;
  for (const { startS, endS } of spans) {
    let first = Math.ceil(startS * fps - 0.5);
    let last = Math.ceil(endS * fps - 0.5) - 1;
    if (last < first) first = last = Math.round(((startS + endS) / 2) * fps - 0.5);
    for (let i = first - slack; i <= last + slack; i++)
      if (shut[i] === true) {
        kept++;
        break;
      }
  }
  return { kept, asked: spans.length };
}

/** Energy of second differences of the prediction over the truth's, both at unit variance. 1 is as restless as life. */
export function jitter(predicted: readonly number[], truth: readonly number[]): number {
  return roughness(predicted) / roughness(truth);
}

function roughness(curve: readonly number[]): number {
  const middle = mean(curve);
  const variance = mean(curve.map((value) => (value - middle) ** 2));
  if (variance < 1e-12) return NaN;
  let sum = 0;
  for (let i = 1; i + 1 < curve.length; i++)
    sum += ((curve[i - 1] as number) - 2 * (curve[i] as number) + (curve[i + 1] as number)) ** 2;
  return sum / (curve.length - 2) / variance;
}

export interface Interval {
  readonly mean: number;
  /** 95 % by bootstrap over clips: what another draw of such clips might have given. */
  readonly low: number;
  readonly high: number;
}

const DRAWS = 4000;

/** Percentile bootstrap (Efron 1979) with fixed draws. NaNs are left out. */
export function bootstrap(values: readonly number[]): Interval {
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length === 0) return { mean: NaN, low: NaN, high: NaN };
  const random = seededRandom(1);
  const means = Array.from({ length: DRAWS }, () =>
    mean(known.map(() => known[Math.floor(random() * known.length)] as number)),
  );
  return { mean: mean(known), low: quantile(means, 0.025), high: quantile(means, 0.975) };
}
