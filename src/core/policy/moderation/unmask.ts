/**
 * Words as they were meant: `k1ll`, `k.i.l.l`, `k i l l`, `kiiill`, `kіll` with a Cyrillic letter are all `kill`. Nothing
 * is rewritten on suspicion: a word is taken for another only where that other is one of the words the rules know, so
 * that product names, codes and other languages stay as they are.
 */
import { FILLERS, LEET, MASKS } from './confusables.ts';
import { foldText, type FoldedChar } from './fold.ts';

/** A word, folded; where it stands in the author's text, UTF-16. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** It was written so that it would not be read by a machine. */
  readonly masked: boolean;
}

interface Node {
  readonly next: Map<string, Node>;
  end: boolean;
}

/** The words that masks are seen through to. */
export class Vocabulary {
  readonly #words: ReadonlySet<string>;
  readonly root: Node = { next: new Map(), end: false };

  constructor(words: Iterable<string>) {
    this.#words = new Set(words);
    for (const word of this.#words) {
      let node = this.root;
      for (const letter of word) {
        let next = node.next.get(letter);
        if (!next) node.next.set(letter, (next = { next: new Map(), end: false }));
        node = next;
      }
      node.end = true;
    }
  }

  has(word: string): boolean {
    return this.#words.has(word);
  }
}

const SPACE = /^\s$/u;
const LETTER = /^\p{L}$/u;
const WORDLIKE = /^[\p{L}\p{N}]$/u;
const LATIN = /^[a-z]$/;

interface Run {
  readonly chars: readonly FoldedChar[];
  /** What separates it from the run before: nothing at the start. */
  readonly gap: string;
}

/** @returns the words of a text, masks taken off, punctuation left out */
export function wordsOf(text: string, vocabulary: Vocabulary): Word[] {
  const runs = split(foldText(text));
  const words: Word[] = [];
  let stretch: Stretch = { from: 0, to: 0, letters: [], next: [], telling: [] };
  for (let i = 0; i < runs.length;) {
    if (i >= stretch.to) stretch = stretchAt(runs, i, vocabulary);
    const spelt = speltOut(stretch, i, vocabulary);
    if (spelt) {
      words.push(...spelt.words);
      i += spelt.runs;
      continue;
    }
    words.push(...readRun(runs[i] as Run, vocabulary));
    i++;
  }
  return joinTorn(words, vocabulary);
}

function split(chars: readonly FoldedChar[]): Run[] {
  const runs: Run[] = [];
  let [current, gap]: [FoldedChar[], string] = [[], ''];
  for (const char of chars) {
    if (!SPACE.test(char.char)) current.push(char);
    else {
      if (current.length > 0) {
        runs.push({ chars: current, gap });
        [current, gap] = [[], ''];
      }
      gap += char.char;
    }
  }
  if (current.length > 0) runs.push({ chars: current, gap });
  return runs;
}

/** One run without spaces: as a masked word if it is one, else its plain words between punctuation. */
function readRun(run: Run, vocabulary: Vocabulary): Word[] {
  const trimmed = trim(withoutApostrophes(run.chars));
  if (trimmed.length === 0) return [];
  if (isPlain(trimmed)) return [wordFrom(trimmed, plainText(trimmed), false)];
  // `a$$` loses nothing by trimming, `k!ll!` what it should.
  const meant = see(trimmed, vocabulary);
  if (meant !== null) return [wordFrom(trimmed, meant, true)];
  const words: Word[] = [];
  let part: FoldedChar[] = [];
  for (const char of [...trimmed, null]) {
    if (char && WORDLIKE.test(char.char)) part.push(char);
    else if (part.length > 0) {
      const known = isPlain(part) ? null : see(part, vocabulary);
      words.push(wordFrom(part, known ?? plainText(part), known !== null));
      part = [];
    }
  }
  return words;
}

/** `don’t` is one word, and is written without. Quotes about a word are no apostrophes. */
function withoutApostrophes(chars: readonly FoldedChar[]): readonly FoldedChar[] {
  const letter = (k: number) => WORDLIKE.test(chars[k]?.char ?? '');
  return chars.filter(({ char }, i) => !(APOSTROPHES.includes(char) && letter(i - 1) && letter(i + 1)));
}

const APOSTROPHES = "'’‘`´";

function trim(chars: readonly FoldedChar[]): readonly FoldedChar[] {
  const keep = ({ char }: FoldedChar) => WORDLIKE.test(char) || char === '@' || char === '$' || char === '€';
  const from = chars.findIndex(keep);
  const to = chars.findLastIndex(keep);
  return from < 0 ? [] : chars.slice(from, to + 1);
}

/** Latin letters alone, none of them three times in a row. */
function isPlain(chars: readonly FoldedChar[]): boolean {
  return chars.every(
    ({ char }, i) => LATIN.test(char) && !(char === chars[i - 1]?.char && char === chars[i - 2]?.char),
  );
}

/** Apostrophes go; letters of other scripts become Latin only in words that have Latin letters too. */
function plainText(chars: readonly FoldedChar[]): string {
  const mixed = chars.some(({ char }) => LATIN.test(char));
  return chars
    .map(({ char, alike }) => (mixed && alike !== null && LETTER.test(char) ? alike : char))
    .join('');
}

function wordFrom(chars: readonly FoldedChar[], text: string, masked: boolean): Word {
  return { text, start: (chars[0] as FoldedChar).start, end: (chars.at(-1) as FoldedChar).end, masked };
}

/** The known word that a run hides, or null. */
function see(chars: readonly FoldedChar[], vocabulary: Vocabulary): string | null {
  if (chars.length > LONGEST_WORD || chars.length < 3) return null;
  const letters = chars.filter(({ char, alike }) => LETTER.test(char) || alike !== null).length;
  // Of a long code with one letter in it nothing can be said; `a11` is a word.
  if (letters < (chars.length <= 4 ? 1 : 2)) return null;
  const found: string[] = [];
  walk(chars, 0, vocabulary.root, '', found, { steps: 4000 });
  const readings = found.filter((word) => word.length >= 3);
  return readings.find((word) => SMALL.has(word)) ?? readings[0] ?? null;
}

const MOST_READINGS = 4;

/**
 * Reads on from a place in both the run and the vocabulary. Fewer tricks first: as it stands, then as what it looks
 * like, then as nothing, then as any letter.
 */
function walk(
  chars: readonly FoldedChar[],
  at: number,
  node: Node,
  read: string,
  found: string[],
  budget: { steps: number },
): void {
  if (--budget.steps < 0 || found.length >= MOST_READINGS) return;
  const here = chars[at];
  if (!here) {
    if (node.end) found.push(read);
    return;
  }
  const { char, alike } = here;
  const options = char.length === 1 && LATIN.test(char) ? char : `${alike ?? ''}${LEET[char] ?? ''}`;
  for (const letter of options) {
    const next = node.next.get(letter);
    if (next) walk(chars, at + 1, next, read + letter, found, budget);
  }
  if (read === '') return;
  // A letter that goes on and on, or a sign that only stands between.
  if (stretched(chars, at) || FILLERS.includes(char)) walk(chars, at + 1, node, read, found, budget);
  if (MASKS.includes(char))
    for (const [letter, next] of node.next) walk(chars, at + 1, next, read + letter, found, budget);
}

/** Whether the letter stands in a run of three or more like it, after the first. */
function stretched(chars: readonly FoldedChar[], at: number): boolean {
  const same = (k: number) => chars[k]?.char === chars[at]?.char;
  if (!same(at - 1)) return false;
  let from = at;
  while (same(from - 1)) from--;
  let to = at;
  while (same(to + 1)) to++;
  return to - from >= 2;
}

const LEAST_SPELT = 4;

/**
 * Letters that stand one by one, with the words they can be read as. Worked out once for all of them, from the end, so that a
 * long row of letters costs what its length is and not the cube of it.
 */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly letters: readonly FoldedChar[];
  /** By letter: where the word ends that begins there, so that words fill all that follows; null where none do. */
  readonly next: readonly (number | null)[];
  /** By letter: whether one of those words is long enough to be more than chance. */
  readonly telling: readonly boolean[];
}

function stretchAt(runs: readonly Run[], from: number, vocabulary: Vocabulary): Stretch {
  const letters: FoldedChar[] = [];
  for (let i = from; i < runs.length; i++) {
    const letter = letterOf(runs[i] as Run);
    if (letter === null) break;
    letters.push(letter);
  }
  const to = from + Math.max(1, letters.length);
  const next = letters.length < LEAST_SPELT ? [] : segment(letters, vocabulary);
  const telling: boolean[] = next.map(() => false);
  for (let at = next.length - 1; at >= 0; at--) {
    const end = next[at] ?? null;
    telling[at] = end !== null && (end - at >= LEAST_SPELT - 1 || telling[end] === true);
  }
  return { from, to, letters, next, telling };
}

/** From a place in a stretch to its end, `k i l l  t h e m`, read as words that are known; null where they are none. */
function speltOut(
  { from, to, letters, next, telling }: Stretch,
  at: number,
  vocabulary: Vocabulary,
): { readonly words: Word[]; readonly runs: number } | null {
  if (to - at < LEAST_SPELT || telling[at - from] !== true) return null;
  const ends: number[] = [];
  for (let k = at - from; k < letters.length; k = ends.at(-1) as number) {
    const end = next[k] ?? null;
    if (end === null) return null;
    ends.push(end);
  }
  const begins = [at - from, ...ends];
  const words = ends.map((end, i) => {
    const part = letters.slice(begins[i], end);
    return wordFrom(part, see(part, vocabulary) ?? reading(part), true);
  });
  return { words, runs: to - at };
}

/** The one letter of a run such as `k`, `k.` or `-k`. */
function letterOf({ chars }: Run): FoldedChar | null {
  const trimmed = trim(chars);
  return trimmed.length === 1 && chars.length <= 3 ? (trimmed[0] as FoldedChar) : null;
}

function reading(chars: readonly FoldedChar[]): string {
  return chars.map(({ char, alike }) => alike ?? (LEET[char]?.[0] || char)).join('');
}

/** No word is longer than what `see` looks at. */
const LONGEST_WORD = 40;
/** Steps from one letter on, through what it and those after it may stand for. */
const STEPS_A_LETTER = 300;

/** Longest words first; where the word ends that begins at each letter. */
function segment(letters: readonly FoldedChar[], vocabulary: Vocabulary): (number | null)[] {
  const next: (number | null)[] = letters.map(() => null);
  for (let at = letters.length - 1; at >= 0; at--) {
    const ends = new Set<number>();
    let word = '';
    for (let end = at + 1; end <= Math.min(letters.length, at + LONGEST_WORD); end++) {
      word += reading(letters.slice(end - 1, end));
      if (vocabulary.has(word) || SMALL.has(word)) ends.add(end);
    }
    walkEnds(letters, at, vocabulary.root, { ends, steps: STEPS_A_LETTER });
    for (const end of [...ends].sort((x, y) => y - x)) {
      if (end < letters.length && next[end] === null) continue;
      next[at] = end;
      break;
    }
  }
  return next;
}

/** Where words of three letters and more may end, each letter read as what it looks like. */
function walkEnds(
  letters: readonly FoldedChar[],
  at: number,
  node: Node,
  found: { readonly ends: Set<number>; steps: number },
  length = 0,
): void {
  if (node.end && length >= LEAST_SPELT - 1) found.ends.add(at);
  const here = letters[at];
  if (!here || length >= LONGEST_WORD) return;
  const { char, alike } = here;
  for (const letter of LATIN.test(char) ? char : `${alike ?? ''}${LEET[char] ?? ''}`) {
    const next = node.next.get(letter);
    if (next && --found.steps >= 0) walkEnds(letters, at + 1, next, found, length + 1);
  }
}

/** Words that go between. */
const SMALL = new Set(
  'a i all and are be by die do el es et for go he how i in is it la le les los me my of on or our so the them they this to und up us we will you your'.split(
    ' ',
  ),
);

/** `su icide`: two pieces that are one known word of seven letters or more, and a piece of which is no word. */
function joinTorn(words: readonly Word[], vocabulary: Vocabulary): Word[] {
  const joined: Word[] = [];
  for (const word of words) {
    const before = joined.at(-1);
    const whole = before ? before.text + word.text : '';
    const torn =
      before &&
      whole.length >= 7 &&
      vocabulary.has(whole) &&
      !(known(before.text, vocabulary) && known(word.text, vocabulary));
    if (torn) joined[joined.length - 1] = { text: whole, start: before.start, end: word.end, masked: true };
    else joined.push(word);
  }
  return joined;
}

function known(text: string, vocabulary: Vocabulary): boolean {
  return SMALL.has(text) || vocabulary.has(text);
}
