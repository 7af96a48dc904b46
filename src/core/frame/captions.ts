/**
 * Speech as captions: which words stand together, where their lines break, and when they show. Phrases are cut by
 * dynamic programming (as Knuth and Plass break paragraphs) over measures that subtitlers use: at most two lines of
 * 42 characters, breaks at punctuation and pauses, lines of even length, nothing too brief to read (Karamitroglou
 * 1998; BBC Subtitle Guidelines). All times are seconds from the shot's start.
 */
import type { TimedWord } from '../speech/ports.ts';

/** A range of words, [first, end). */
export interface WordRange {
  readonly first: number;
  readonly end: number;
}
export interface CaptionChunk {
  readonly lines: readonly WordRange[];
  /** On screen over [startS, endS). */
  readonly startS: number;
  readonly endS: number;
}

export interface CaptionMeasure {
  /** Width of these words set as one line, in ems. */
  widthEm(range: WordRange): number;
  readonly maxLineEm: number;
}

const MAX_LINES = 2;
const MAX_LINE_CHARS = 42;
const LEAD_S = 0.12;
const TAIL_S = 0.4;
/** A gap shorter than this is bridged: a caption that blinks is worse than one that stays. */
const BRIDGE_S = 0.7;
/** A silence longer than this ends a caption, whatever its length. */
const PAUSE_S = 0.9;
const LONGEST_S = 6;
const SHORTEST_S = 1.1;

export function chunkCaptions(words: readonly TimedWord[], measure: CaptionMeasure): CaptionChunk[] {
  return withTimes(words, cutPhrases(words, measure));
}

/** Cheapest way to cut [0, n) into phrases: best[i] is the cost of the words before i. */
function cutPhrases(words: readonly TimedWord[], measure: CaptionMeasure): WordRange[][] {
  const best: number[] = [0];
  const from: number[] = [0];
  const linesAt: WordRange[][] = [[]];
  for (let end = 1; end <= words.length; end++) {
    best[end] = Infinity;
    for (let first = end - 1; first >= 0; first--) {
      const alone = end - first === 1;
      const lines = breakLines(words, { first, end }, measure);
      if (lines === null && !alone) break;
      if (!alone && pauseAfter(words, first) > PAUSE_S) break;
      const fitted = lines ?? [{ first, end }];
      const cost = (best[first] as number) + phraseCost(words, { first, end }, fitted);
      if (cost < (best[end] as number)) {
        best[end] = cost;
        from[end] = first;
        linesAt[end] = fitted;
      }
    }
  }
  const phrases: WordRange[][] = [];
  for (let end = words.length; end > 0; end = from[end] as number)
    phrases.unshift(linesAt[end] as WordRange[]);
  return phrases;
}

function pauseAfter(words: readonly TimedWord[], index: number): number {
  const next = words[index + 1];
  return next === undefined ? 0 : next.startS - (words[index] as TimedWord).endS;
}

/** How much it hurts to end a phrase (or a line) after this word: 0 at a full stop, 1 in the middle of a thought. */
function breakCost(words: readonly TimedWord[], index: number): number {
  const word = words[index] as TimedWord;
  if (index === words.length - 1) return 0;
  const pause = Math.min(0.5, Math.max(0, pauseAfter(words, index) - 0.08));
  if (word.boundary === 'sentence' || word.boundary === 'question' || word.boundary === 'exclamation')
    return 0;
  if (word.boundary === 'clause') return 0.12;
  if (word.boundary === 'comma') return 0.25;
  // A short word usually leans on the next: articles, prepositions, conjunctions.
  const leaning = letters(word.text) <= 3 ? 0.35 : 0;
  return 1 + leaning - pause;
}

function letters(text: string): number {
  return (text.match(/\p{L}/gu) ?? []).length;
}

function rangeChars(words: readonly TimedWord[], range: WordRange): number {
  let chars = range.end - range.first - 1;
  for (let i = range.first; i < range.end; i++) chars += (words[i] as TimedWord).text.length;
  return chars;
}

function phraseCost(words: readonly TimedWord[], range: WordRange, lines: readonly WordRange[]): number {
  const last = range.end - 1;
  const durationS = (words[last] as TimedWord).endS - (words[range.first] as TimedWord).startS;
  let cost = 0.6 + breakCost(words, last) * 1.6;
  // A new sentence in the middle of a phrase is read as one with the old: cut there, unless both are short.
  for (let i = range.first; i < last; i++)
    if (breakCost(words, i) === 0) cost += rangeChars(words, range) > MAX_LINE_CHARS ? 2.5 : 0.8;
  if (durationS < SHORTEST_S) cost += (SHORTEST_S - durationS) * 1.5;
  if (durationS > LONGEST_S) cost += (durationS - LONGEST_S) * 1.5;
  if (range.end - range.first === 1 && words.length > 1) cost += 0.8;
  if (lines.length === 2) cost += 0.25 + lineBreakCost(words, lines);
  return cost;
}

/** A good second line starts a thought and is about as long as the first. */
function lineBreakCost(words: readonly TimedWord[], lines: readonly WordRange[]): number {
  const [upper, lower] = lines as readonly [WordRange, WordRange];
  const a = rangeChars(words, upper);
  const b = rangeChars(words, lower);
  return 0.35 * breakCost(words, upper.end - 1) + (1.4 * Math.abs(a - b)) / (a + b);
}

/** The best setting of a phrase in one or two lines, or null where it does not fit. */
function breakLines(
  words: readonly TimedWord[],
  range: WordRange,
  measure: CaptionMeasure,
): WordRange[] | null {
  const fits = (line: WordRange) =>
    rangeChars(words, line) <= MAX_LINE_CHARS && measure.widthEm(line) <= measure.maxLineEm;
  if (fits(range)) return [range];
  if (rangeChars(words, range) > MAX_LINES * MAX_LINE_CHARS + 1) return null;
  let best: WordRange[] | null = null;
  let bestCost = Infinity;
  for (let cut = range.first + 1; cut < range.end; cut++) {
    const lines = [
      { first: range.first, end: cut },
      { first: cut, end: range.end },
    ];
    if (!lines.every(fits)) continue;
    const cost = lineBreakCost(words, lines);
    if (cost < bestCost) {
      best = lines;
      bestCost = cost;
    }
  }
  return best;
}

/** Each phrase comes a little before its first word and stays a little after its last, never over the next one. */
function withTimes(words: readonly TimedWord[], phrases: readonly WordRange[][]): CaptionChunk[] {
  const startOf = (lines: readonly WordRange[] | undefined) =>
    lines === undefined
      ? Infinity
      : Math.max(0, (words[(lines[0] as WordRange).first] as TimedWord).startS - LEAD_S);
  return phrases.map((lines, index) => {
    const spokenUntil = (words[(lines.at(-1) as WordRange).end - 1] as TimedWord).endS;
    const nextStart = startOf(phrases[index + 1]);
    const endS = nextStart - spokenUntil < BRIDGE_S ? nextStart : Math.min(nextStart, spokenUntil + TAIL_S);
    return { lines, startS: startOf(lines), endS };
  });
}

/** The word being said at `timeS`, or the one just said while the next is close; −1 in silence. */
export function wordAt(words: readonly TimedWord[], range: WordRange, timeS: number): number {
  for (let i = range.end - 1; i >= range.first; i--) {
    const word = words[i] as TimedWord;
    if (timeS < word.startS) continue;
    if (timeS < word.endS) return i;
    const next = i + 1 < range.end ? (words[i + 1] as TimedWord).startS : word.endS;
    return next - word.endS < 0.3 && timeS < next ? i : -1;
  }
  return -1;
}
