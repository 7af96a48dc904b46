/**
 * From what is known of a film before a frame is decoded: how it will be read, and what of it will not be. (Whether it is
 * good enough is judged in core, track/judge.ts.)
 */
import { frameToSeconds, RATE_25, RATE_30, rateToFps } from '#core/base/time.ts';
import type { Rational } from '#core/base/time.ts';
import type { Trouble } from '#core/track/troubles.ts';
import type { FilmFacts } from './film-source.ts';

export interface FilmPlan {
  readonly rate: Rational;
  readonly frameCount: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly durationS: number;
  readonly troubles: readonly Trouble[];
}

const LONG_SIDE_PX = 1920;
const SHORT_SIDE_PX = 1080;
/** What lies beyond is left out: two minutes hold all that a person does. */
const MOST_S = 120;
/** A film that ends this much before it says so was cut off. */
const MISSING_S = 0.5;
/** Frames that last this much more or less than most are not of the same rate… */
const UNEVEN = 0.3;
/** …and so many of them make a film's rate variable: fewer are what clocks and containers round. */
const UNEVEN_PART = 0.03;
/** Rates that cameras keep; a film of one keeps it, too. */
const RATES: readonly Rational[] = [
  { num: 24_000, den: 1001 },
  { num: 24, den: 1 },
  RATE_25,
  { num: 30_000, den: 1001 },
  RATE_30,
];
/** A camera's rate within this part of one of them is that one. */
const SAME_RATE = 0.0006;

export function planFilm({ timesS, claimedS, widthPx, heightPx }: FilmFacts): FilmPlan {
  const { meanFps, uneven, usualS } = pace(timesS);
  const rate = rateFor(meanFps, uneven);
  const wholeS = (timesS.at(-1) ?? 0) + usualS;
  const durationS = Math.min(wholeS, MOST_S);
  const scale = Math.min(
    1,
    SHORT_SIDE_PX / Math.min(widthPx, heightPx),
    LONG_SIDE_PX / Math.max(widthPx, heightPx),
  );
  const even = (side: number) => Math.max(2, 2 * Math.round((side * scale) / 2));
  const frameCount = Math.max(1, Math.floor(durationS * rateToFps(rate) + 0.25));
  return {
    rate,
    frameCount,
    widthPx: even(widthPx),
    heightPx: even(heightPx),
    durationS: frameToSeconds(frameCount, rate),
    troubles: [
      ...(wholeS > MOST_S + 0.5 ? [tooLong(wholeS)] : []),
      ...(claimedS !== null && claimedS - wholeS > MISSING_S ? [cutOff(wholeS, claimedS)] : []),
    ],
  };
}

function pace(timesS: Float64Array) {
  const steps = timesS.slice(1).map((time, i) => time - (timesS[i] as number));
  if (steps.length === 0) return { meanFps: 25, uneven: false, usualS: 0.04 };
  const usualS = steps.slice().sort()[steps.length >> 1] as number;
  const uneven = steps.filter((step) => Math.abs(step - usualS) > UNEVEN * usualS).length;
  const lengthS = (timesS.at(-1) as number) - (timesS[0] as number);
  return {
    meanFps: lengthS > 0 ? steps.length / lengthS : 25,
    uneven: uneven > UNEVEN_PART * steps.length,
    usualS,
  };
}

/** Its own where it keeps a rate that films have, or twice one; else 25 or 30, whichever is nearer. */
function rateFor(meanFps: number, uneven: boolean): Rational {
  if (!uneven)
    for (const fps of [meanFps, meanFps / 2]) {
      const own = RATES.find((rate) => Math.abs(fps / rateToFps(rate) - 1) < SAME_RATE);
      if (own) return own;
    }
  return meanFps < 27.5 ? RATE_25 : RATE_30;
}

function tooLong(wholeS: number): Trouble {
  return {
    code: 'too-long',
    weight: 'warn',
    startS: MOST_S,
    endS: wholeS,
    sentence: `This video lasts ${seconds(wholeS)}; the first 2 minutes are used.`,
    way: 'Cut it to the best 2 minutes if they lie elsewhere.',
  };
}

function cutOff(wholeS: number, claimedS: number): Trouble {
  return {
    code: 'cut-off',
    weight: 'warn',
    startS: wholeS,
    endS: claimedS,
    sentence: `This file is cut off: of ${seconds(claimedS)} only the first ${seconds(wholeS)} are there, and those are used.`,
    way: 'Copy or download the file again if you need the rest.',
  };
}

function seconds(value: number): string {
  if (value < 90) {
    const rounded = Math.max(1, Math.round(value));
    return rounded === 1 ? '1 second' : `${rounded} seconds`;
  }
  const whole = Math.round(value);
  const rest = whole % 60;
  return `${Math.floor(whole / 60)} minutes${rest === 0 ? '' : ` ${rest} s`}`;
}
