/** One contender over all clips: its curves, then every score of them. */
import type { Contender, Curves } from './contender.ts';
import { SAMPLE_RATE_HZ } from './film.ts';
import {
  bestLag,
  bootstrap,
  closures,
  FARTHEST_LAG,
  isShut,
  jitter,
  lagProfile,
  pearson,
  type Closures,
  type Interval,
} from './scores.ts';
import { mean } from './signal.ts';
import type { Truth } from './truth.ts';

const SHUT_PHONES = new Set(['p', 'b', 'm']);
const OPEN_PHONES = new Set(['æ', 'ɑ', 'ɒ', 'ɔ', 'ɛ', 'ʌ', 'aɪ', 'aʊ', 'eɪ', 'oʊ', 'ɔɪ']);

export interface ClipScores {
  readonly clip: string;
  readonly curves: Curves;
  readonly all: number;
  readonly speech: number;
  readonly width: number;
  readonly widthSpeech: number;
  readonly bestLag: number;
  readonly lags: readonly number[];
  readonly jitter: number;
  readonly closures: Closures | null;
  /** Open vowels during which the curve shuts: the price of shutting too easily. */
  readonly shutVowels: Closures | null;
}

export interface Measured {
  readonly name: string;
  readonly note: string;
  readonly clips: readonly ClipScores[];
  readonly all: Interval;
  readonly speech: Interval;
  readonly width: Interval;
  readonly widthSpeech: Interval;
  readonly jitter: Interval;
  /** Where the mean of all clips' lag profiles is highest, frames; positive is late. And the mean r there. */
  readonly lag: { readonly lag: number; readonly r: number };
  readonly closures: Closures;
  readonly shutVowels: Closures;
  /** Seconds of sound predicted in a second; NaN where nobody timed it. */
  readonly speed: number;
  /** Of the listening alone. */
  readonly listenSpeed: number;
}

export function scoreClip(truth: Truth, curves: Curves): ClipScores {
  const { fps, opening, width, speech, sound } = truth;
  const lags = lagProfile(curves.opening, opening);
  const spans = (of: ReadonlySet<string>) => sound.said?.phones.filter(({ phone }) => of.has(phone));
  const shut = spans(SHUT_PHONES);
  const open = spans(OPEN_PHONES);
  return {
    clip: truth.clip.name,
    curves,
    all: pearson(curves.opening, opening),
    speech: pearson(curves.opening, opening, speech),
    width: curves.width ? pearson(curves.width, width) : NaN,
    widthSpeech: curves.width ? pearson(curves.width, width, speech) : NaN,
    bestLag: bestLag(lags).lag,
    lags,
    jitter: jitter(curves.opening, opening),
    closures: shut ? closures(curves.opening, fps, shut) : null,
    shutVowels: open ? closures(curves.opening, fps, open, 0) : null,
  };
}

function sum(parts: readonly (Closures | null)[]): Closures {
  return parts.reduce<Closures>(
    (total, part) => ({ kept: total.kept + (part?.kept ?? 0), asked: total.asked + (part?.asked ?? 0) }),
    { kept: 0, asked: 0 },
  );
}

/** @throws whatever the contender throws */
export async function measure(contender: Contender, truths: readonly Truth[]): Promise<Measured | null> {
  const clips: ClipScores[] = [];
  let [soundS, tookS, listenS] = [0, 0, 0];
  const able = truths.filter(({ sound }) => !contender.needsText || sound.said !== null);
  if (able.length === 0) return null;
  // The first call loads models and starts browsers.
  if (contender.timed && able[0]) await contender.predict(able[0].sound);
  for (const truth of able) {
    const startedMs = performance.now();
    const curves = await contender.predict(truth.sound);
    tookS += (performance.now() - startedMs) / 1000;
    listenS += curves.listenS ?? NaN;
    soundS += truth.sound.pcm.length / SAMPLE_RATE_HZ;
    clips.push(scoreClip(truth, curves));
  }
  return {
    name: contender.name,
    note: contender.note,
    speed: contender.timed ? soundS / tookS : NaN,
    listenSpeed: soundS / listenS,
    ...summary(clips),
  };
}

export function summary(
  clips: readonly ClipScores[],
): Omit<Measured, 'name' | 'note' | 'speed' | 'listenSpeed'> {
  const profile = Array.from({ length: 2 * FARTHEST_LAG + 1 }, (_, k) =>
    mean(clips.map(({ lags }) => lags[k] ?? NaN)),
  );
  return {
    clips,
    all: bootstrap(clips.map(({ all }) => all)),
    speech: bootstrap(clips.map(({ speech }) => speech)),
    width: bootstrap(clips.map(({ width }) => width)),
    widthSpeech: bootstrap(clips.map(({ widthSpeech }) => widthSpeech)),
    jitter: bootstrap(clips.map((clip) => clip.jitter)),
    lag: bestLag(profile),
    closures: sum(clips.map((clip) => clip.closures)),
    shutVowels: sum(clips.map((clip) => clip.shutVowels)),
  };
}

/** How much better one is than another on the clips both have: paired, so that hard clips weigh on both. */
export function lead(over: Measured, other: Measured, of: 'all' | 'speech'): Interval {
  return bootstrap(
    over.clips.flatMap((mine) => {
      const theirs = other.clips.find(({ clip }) => clip === mine.clip);
      return theirs ? [mine[of] - theirs[of]] : [];
    }),
  );
}

/** The share of a clip's frames that count as shut; a curve that is always shut keeps every closure. */
export function shutShare(clips: readonly ClipScores[]): number {
  return mean(clips.flatMap(({ curves }) => isShut(curves.opening).map(Number)));
}
