/**
 * Every spoken word gets its time in the sound. Words that the aligner found and that fit are where it says. Where
 * script and sound do not match, words are laid over what is spoken there, as long as they are written: wrong by a
 * little, but captions go on and the presenter speaks with the sound all the same.
 */
import type { AlignedWord } from '../align/ports.ts';
import type { SpokenWord } from './script.ts';
import { type Span, speechWithin } from './pauses.ts';

export interface PlacedWord {
  readonly startS: number;
  readonly endS: number;
  /** From the alignment; null where it was only laid over the sound. */
  readonly aligned: AlignedWord | null;
}

/** Where script and sound first part. */
export interface Derailment {
  /** Index of the spoken word; the script's end for speech that follows it. */
  readonly at: number;
  readonly atS: number;
  readonly kind: 'other-words' | 'unscripted';
}

export interface Placing {
  readonly words: readonly PlacedWord[];
  /** Share of the words that were found. */
  readonly found: number;
  readonly derailed: Derailment | null;
}

/** Above this, in the mean over about a second, other words are said. */
const MISFIT = 42;
/** Of a text that is really said, all words together lie under this; 15 to 25 is usual. */
const MEAN_MISFIT = 34;
/** A word this good is the word. */
const GOOD_FIT = 32;
const LUCKY_WORDS = 2;
/** Misfits are averaged over words within this of each other. */
const AROUND_S = 0.7;
/** One odd word is an accent or a slip; so many are another text. */
const FEWEST_WRONG = 3;
/** With a smaller share of its words found, the script is of something else. */
const FEWEST_FOUND = 0.5;
/** Speech of this length that no word stands for is told. */
const UNSCRIPTED_S = 1.2;

/**
 * @param aligned one a spoken word; null throughout when there is no aligner for the language
 * @param speech where someone speaks in the sound
 */
export function placeWords(
  spoken: readonly SpokenWord[],
  aligned: readonly (AlignedWord | null)[] | null,
  speech: readonly Span[],
  durationS: number,
): Placing {
  const fitting = aligned === null ? null : believe(aligned);
  const found = shareOf(fitting, spoken.length);
  // Of another text a few words always seem to be there.
  const believed =
    fitting === null || found < FEWEST_FOUND || meanMisfit(fitting) > MEAN_MISFIT
      ? spoken.map(() => null)
      : fitting;
  const words: PlacedWord[] = [];
  for (let from = 0; from < spoken.length;) {
    const own = believed[from];
    if (own) {
      words.push({ startS: own.startS, endS: own.endS, aligned: own });
      from++;
      continue;
    }
    let to = from;
    while (to < spoken.length && !believed[to]) to++;
    const fromS = words.at(-1)?.endS ?? 0;
    const toS = believed[to]?.startS ?? durationS;
    for (const span of layOver(spoken.slice(from, to), speech, fromS, toS))
      words.push({ ...span, aligned: null });
    from = to;
  }
  const derailed = fitting === null ? null : derailmentOf(believed, words, speech, durationS);
  return { words, found: shareOf(believed, spoken.length), derailed };
}

function shareOf(words: readonly unknown[] | null, all: number): number {
  return words === null || all === 0 ? 0 : words.filter((word) => word !== null).length / all;
}

/** The alignment without the stretches that do not fit. */
function believe(aligned: readonly (AlignedWord | null)[]): readonly (AlignedWord | null)[] {
  // What fits well is right, even beside what does not.
  const wrong = aligned.map(
    (word, i) => word === null || (word.misfit > GOOD_FIT && smoothed(aligned, i) > MISFIT),
  );
  // A few right words among wrong ones are luck.
  let lastWrong = -Infinity;
  for (let i = 0; i < wrong.length; i++) {
    if (!wrong[i]) continue;
    if (i - lastWrong <= LUCKY_WORDS + 1) wrong.fill(true, lastWrong, i);
    lastWrong = i;
  }
  const believed = [...aligned];
  for (let from = 0; from < wrong.length; from++) {
    if (!wrong[from]) continue;
    let to = from;
    while (to < wrong.length && wrong[to]) to++;
    const missing = aligned.slice(from, to).includes(null);
    if (missing || to - from >= FEWEST_WRONG) believed.fill(null, from, to);
    from = to;
  }
  return believed;
}

function meanMisfit(words: readonly (AlignedWord | null)[]): number {
  let sum = 0;
  let lengthS = 0;
  for (const word of words) {
    if (!word) continue;
    sum += word.misfit * (word.endS - word.startS);
    lengthS += word.endS - word.startS;
  }
  return lengthS > 0 ? sum / lengthS : 0;
}

function smoothed(aligned: readonly (AlignedWord | null)[], at: number): number {
  const { startS, endS } = aligned[at] as AlignedWord;
  let sum = 0;
  let weight = 0;
  const add = (word: AlignedWord | null | undefined): boolean => {
    if (!word || word.startS > endS + AROUND_S || word.endS < startS - AROUND_S) return false;
    const length = word.endS - word.startS;
    sum += word.misfit * length;
    weight += length;
    return true;
  };
  add(aligned[at]);
  for (let i = at - 1; i >= 0 && add(aligned[i]); i--);
  for (let i = at + 1; i < aligned.length && add(aligned[i]); i++);
  return weight > 0 ? sum / weight : Infinity;
}

function derailmentOf(
  believed: readonly (AlignedWord | null)[],
  words: readonly PlacedWord[],
  speech: readonly Span[],
  durationS: number,
): Derailment | null {
  const wrong = believed.indexOf(null);
  let unscripted: Derailment | null = null;
  let beforeS = 0;
  for (let i = 0; i <= words.length && unscripted === null; i++) {
    const nextS = words[i]?.startS ?? durationS;
    // A word's last sound dies away after it.
    if (speechWithin(speech, beforeS + 0.2, nextS - 0.1) >= UNSCRIPTED_S)
      unscripted = { at: i, atS: beforeS, kind: 'unscripted' };
    beforeS = words[i]?.endS ?? durationS;
  }
  if (wrong < 0) return unscripted;
  if (unscripted !== null && unscripted.at < wrong) return unscripted;
  return { at: wrong, atS: words[wrong]?.startS ?? 0, kind: 'other-words' };
}

/** Words over the speech in [fromS, toS), each as long as it is written. */
export function layOver(
  words: readonly Pick<SpokenWord, 'spoken'>[],
  speech: readonly Span[],
  fromS: number,
  toS: number,
): readonly Span[] {
  const within = speech
    .map(({ startS, endS }) => ({ startS: Math.max(fromS, startS), endS: Math.min(toS, endS) }))
    .filter(({ startS, endS }) => endS > startS);
  const spans = within.length > 0 ? within : [{ startS: fromS, endS: Math.max(fromS, toS) }];
  const total = spans.reduce((sum, { startS, endS }) => sum + endS - startS, 0);
  const weights = words.map(({ spoken }) => weightOf(spoken));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  let spent = 0;
  return weights.map((weight) => {
    const startS = timeOf(spans, (total * spent) / all, 'start');
    spent += weight;
    return { startS, endS: Math.max(startS, timeOf(spans, (total * spent) / all, 'end')) };
  });
}

/** About how long a word takes to say: its letters, and a little for being a word. */
function weightOf(spoken: string): number {
  let letters = 1;
  // A character of Chinese, Japanese or Korean is a syllable.
  for (const letter of spoken)
    letters += /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u.test(letter) ? 3 : 1;
  return letters;
}

/** The time at which so much of the speech is over; at a pause the end before it, or the start after it. */
function timeOf(spans: readonly Span[], speechS: number, edge: 'start' | 'end'): number {
  let rest = speechS;
  for (const [i, { startS, endS }] of spans.entries()) {
    const length = endS - startS;
    const last = i === spans.length - 1;
    if (rest < length - 1e-9 || last || (edge === 'end' && rest <= length + 1e-9))
      return Math.min(endS, startS + rest);
    rest -= length;
  }
  return spans.at(-1)?.endS ?? 0;
}
