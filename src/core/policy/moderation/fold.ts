/**
 * Text as it is compared: small Latin letters without accents where there are any, nothing that cannot be seen, and for
 * each character the place in the author's own text that it came from.
 */
import { boxedLetter, lookalike, speltOut } from './confusables.ts';

/** One character of the folded text. */
export interface FoldedChar {
  /** One UTF-16 unit or a whole code point, lower case. */
  readonly char: string;
  /** Set where `char` is of another script and looks like this Latin letter. */
  readonly alike: string | null;
  /** UTF-16 offsets in the author's text. */
  readonly start: number;
  readonly end: number;
}

const MARK = /^\p{M}$/u;
/** Joiners, directions, variation selectors, soft hyphens, fillers, tags: seen by nobody. */
const INVISIBLE =
  /^(?:\p{Cf}|\u034F|[\u115F\u1160\u2800\u3164\uFFA0]|\u17B4|\u17B5|[\u180B-\u180F]|[\uFE00-\uFE0F]|[\u{E0100}-\u{E01EF}])$/u;

/** @returns every visible character, in reading order; marks are folded into the letter before them */
export function foldText(text: string): FoldedChar[] {
  const folded: FoldedChar[] = [];
  let at = 0;
  for (const point of text) {
    const start = at;
    at += point.length;
    if (INVISIBLE.test(point)) continue;
    const plain = (boxedLetter(point) ?? point).normalize('NFKD').toLowerCase().normalize('NFKD');
    let any = false;
    for (const part of plain) {
      if (MARK.test(part)) continue;
      any = true;
      for (const char of speltOut(part) ?? [part])
        folded.push({ char, alike: char < '\u0080' ? null : lookalike(char), start, end: at });
    }
    // A mark that stands alone belongs to the letter before it.
    const before = folded.at(-1);
    if (!any && before) folded[folded.length - 1] = { ...before, end: at };
  }
  return folded;
}
