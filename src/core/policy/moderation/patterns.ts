/**
 * Phrases as data. A pattern is words with single spaces between them, compared with folded words (small letters, no
 * accents, no apostrophes):
 *
 *   `kill (all|every) <group>`   one of several, each of which may be several words; a named list
 *   `kill (all|every)? <group>`  which may be missing
 *   `kill ~3 them`               up to three words between
 *   `poison*`, `scams?`          any ending; an ending that may be missing
 *   `\\d+`                       a regular expression, of a word
 *
 * The words before and after do not matter; `^` at the start and `$` at the end say that the sentence begins or ends there.
 */

export type Lists = Readonly<Record<string, string>>;

/** A sentence's words, ready to be searched. */
export interface WordLine {
  /** Each word with one space before it. */
  readonly line: string;
  /** Where in `line` each word's space stands. */
  readonly starts: readonly number[];
}

export function wordLine(words: readonly { readonly text: string }[]): WordLine {
  const starts: number[] = [];
  let line = '';
  for (const { text } of words) {
    starts.push(line.length);
    line += ` ${text}`;
  }
  return { line, starts };
}

/** First and last word of a match. */
export interface WordRange {
  readonly first: number;
  readonly last: number;
}

/** @param lists what `<name>` stands for: patterns with `|` between them */
export function compilePattern(pattern: string, lists: Lists): RegExp {
  const fromStart = pattern.startsWith('^');
  const toEnd = pattern.endsWith('$');
  const body = pattern.slice(fromStart ? 1 : 0, toEnd ? -1 : undefined).trim();
  return new RegExp(`${fromStart ? '^' : ''}${sequence(body, lists)}${toEnd ? '$' : '(?= |$)'}`, 'gu');
}

/**
 * The words that a match can begin with, so that a sentence without any of them need not be searched; null where it can
 * begin with anything.
 */
export function firstWords(pattern: string, lists: Lists): ReadonlySet<string> | null {
  const words = new Set<string>();
  return gather(pattern.replace(/^\^|\$$/g, '').trim(), lists, words) === 'filled' ? words : null;
}

/** open: it may match nothing, and what comes after can begin too. anything: by any word. */
function gather(body: string, lists: Lists, words: Set<string>): 'filled' | 'open' | 'anything' {
  for (const element of elements(body)) {
    const optional = /[)>]\?$/.test(element);
    const bare = optional ? element.slice(0, -1) : element;
    let kind: 'filled' | 'open' | 'anything' = 'filled';
    if (bare.startsWith('(') || bare.startsWith('<')) {
      const inside = bare.slice(1, -1);
      const list = bare.startsWith('(') ? inside : (lists[inside] ?? '');
      for (const one of split(list, '|')) {
        const found = gather(one, lists, words);
        if (found === 'anything') return found;
        if (found === 'open') kind = 'open';
      }
    } else if (/^[a-z]+\??$/.test(bare)) {
      words.add(bare.replace('?', ''));
      if (bare.endsWith('?')) words.add(bare.slice(0, -2));
    } else return 'anything';
    if (kind === 'filled' && !optional) return 'filled';
  }
  return 'open';
}

/** Several as one, for asking whether any of them is there. */
export function compileAny(patterns: readonly string[], lists: Lists): RegExp {
  return new RegExp(`(?:${patterns.map((one) => compilePattern(one, lists).source).join('|')})`, 'u');
}

function sequence(body: string, lists: Lists): string {
  return elements(body)
    .map((element) => compileElement(element, lists))
    .join('');
}

function compileElement(element: string, lists: Lists): string {
  const optional = element.endsWith(')?') || element.endsWith('>?');
  const bare = optional ? element.slice(0, -1) : element;
  const source = compileBare(bare, lists);
  return optional ? `(?:${source})?` : source;
}

function compileBare(bare: string, lists: Lists): string {
  if (bare.startsWith('~')) return `(?: \\S+){0,${Number(bare.slice(1))}}?`;
  if (bare.startsWith('(')) return alternatives(bare.slice(1, -1), lists);
  if (bare.startsWith('<')) {
    const list = lists[bare.slice(1, -1)];
    if (list === undefined) throw new RangeError(`there is no list ${bare}`);
    return alternatives(list, lists);
  }
  if (bare === '$') return '$';
  return ` ${bare.replaceAll(/(?<=[a-z])\*/g, '\\S*')}`;
}

function alternatives(body: string, lists: Lists): string {
  return `(?:${split(body, '|')
    .map((one) => sequence(one, lists))
    .join('|')})`;
}

function elements(body: string): string[] {
  return split(body, ' ').filter((element) => element !== '');
}

/** At the separators that stand outside brackets. */
function split(text: string, separator: string): string[] {
  const parts: string[] = [];
  let [depth, from] = [0, 0];
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '(') depth++;
    else if (char === ')') depth--;
    else if (char === separator && depth === 0) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  return [...parts, text.slice(from)];
}

/** Every match, as words. */
export function findAll(pattern: RegExp, { line, starts }: WordLine): WordRange[] {
  return [...line.matchAll(pattern)]
    .filter((match) => match[0] !== '')
    .map((match) => ({
      first: wordAt(starts, match.index),
      last: wordAt(starts, match.index + match[0].length - 1),
    }));
}

function wordAt(starts: readonly number[], at: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The plain words that patterns name, open endings left off: what masks are seen through to. */
export function wordsNamed(patterns: Iterable<string>): Set<string> {
  const words = new Set<string>();
  for (const pattern of patterns)
    for (const [, word = '', sign] of pattern.replaceAll(/\\\w/g, ' ').matchAll(/([a-z]{3,})([*?]?)/g)) {
      if (sign === '*') {
        if (word.length >= 5) words.add(word);
        continue;
      }
      words.add(word);
      if (sign === '?') words.add(word.slice(0, -1));
    }
  return words;
}
