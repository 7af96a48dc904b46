/**
 * Exact time. Frame rates are rationals and a frame's time is `index ÷ rate`, computed afresh each time; nothing in
 * Orator adds frame durations up.
 */

export interface Rational {
  readonly num: number;
  readonly den: number;
}

export const RATE_25: Rational = { num: 25, den: 1 };
export const RATE_30: Rational = { num: 30, den: 1 };

/** Start of frame `index`, in seconds. */
export function frameToSeconds(index: number, rate: Rational): number {
  return (index * rate.den) / rate.num;
}

/** The frame on screen at `seconds`: the last one whose start is not after it. */
export function secondsToFrame(seconds: number, rate: Rational): number {
  // The guard absorbs binary rounding of times that were made by frameToSeconds.
  return Math.floor((seconds * rate.num) / rate.den + 1e-6);
}

/** How many whole frames it takes to cover `seconds`. */
export function framesToCover(seconds: number, rate: Rational): number {
  return Math.ceil((seconds * rate.num) / rate.den - 1e-6);
}

/** First audio sample of frame `index` at `sampleRateHz`. */
export function frameToSample(index: number, rate: Rational, sampleRateHz: number): number {
  return Math.round((index * rate.den * sampleRateHz) / rate.num);
}

export function rateToFps(rate: Rational): number {
  return rate.num / rate.den;
}
