/**
 * What the rules of normalisation read and write. A rule looks at the words from one place on and, when it knows how
 * they are read, says so: a reading for each word it takes. A reading is plain text: lower-case words, parted by
 * spaces; a capital alone (`H T M L`) is a letter to spell, `O's` its plural.
 */

/** A word of the script with its punctuation set apart. */
export interface WordView {
  /** As typed. */
  readonly raw: string;
  /** Opening punctuation. */
  readonly lead: string;
  /** What is to be read. */
  readonly core: string;
  /** Closing punctuation. */
  readonly tail: string;
}

/** @returns one reading a word taken, at least one; '' for a word that others have read; null when the rule is silent. */
export type Rule = (words: readonly WordView[], at: number) => readonly string[] | null;

const KEEP_AT_END = /[\p{L}\p{N}\p{M}%‰°×+#=&@€$£¥₹₽₩′″]/u;
const KEEP_AT_START = /[\p{L}\p{N}#@&=%€$£¥₹₽₩~≈≤≥<>+±°×]/u;

export function viewOf(raw: string): WordView {
  const letters = [...raw];
  let first = 0;
  while (first < letters.length) {
    const sign = letters[first] as string;
    const next = letters[first + 1] ?? '';
    if (/[.\-−–]/u.test(sign) && /[\d$€£]/u.test(next)) break;
    // A bare < or > is a bracket unless it compares.
    if (/[<>]/u.test(sign) ? /[\d=]/u.test(next) || letters.length === 1 : KEEP_AT_START.test(sign)) break;
    first++;
  }
  let last = letters.length;
  while (last > first && !KEEP_AT_END.test(letters[last - 1] as string)) {
    if (last - 1 === first && KEEP_AT_START.test(letters[first] as string)) break;
    last--;
  }
  return {
    raw,
    lead: letters.slice(0, first).join(''),
    core: letters
      .slice(first, last)
      .join('')
      .replace(/[’ʼ＇]/gu, "'"),
    tail: letters.slice(last).join(''),
  };
}

export function isCapitalised(view: WordView | undefined): boolean {
  return view !== undefined && /^\p{Lu}/u.test(view.core);
}

/** Letters to spell: `html` → `H T M L`. */
export function spell(letters: string): string {
  return [...letters.toUpperCase()].filter((letter) => /[A-Z]/u.test(letter)).join(' ');
}
