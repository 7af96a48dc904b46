/** Where sentences end. Our own and small, because a host's own segmenter differs from version to version. */
import type { TextSpan } from './verdict.ts';

const ABBREVIATION =
  /(?:^|[\s(])(?:mr|mrs|ms|dr|prof|st|vs|etc|e\.g|i\.e|approx|no|fig|inc|ltd|co|jr|sr|z\.b|d\.h|bzw|ca|usw|nr|str|hr|fr|m|mme|mlle|p\.ex|av|sr|sra|ud|uds|p\.ej|[a-z])\.$/iu;
const LONGEST = 400;

/**
 * @returns spans of the sentences, without the white space around them, in reading order. Very long ones are cut at a
 * space, so that a wall of text is still judged piece by piece.
 */
export function sentencesOf(text: string): TextSpan[] {
  const spans: TextSpan[] = [];
  let from = 0;
  const close = (to: number) => {
    const piece = text.slice(from, to);
    const lead = piece.length - piece.trimStart().length;
    if (piece.trim() !== '') spans.push({ start: from + lead, end: from + piece.trimEnd().length });
    from = to;
  };
  for (const match of text.matchAll(/[.!?…]+["'”’»)\]]*(?=\s|$)|[。！？]+["'”’»」』]*|\n+/gu)) {
    const end = match.index + match[0].length;
    if (match[0] === '.' && ABBREVIATION.test(text.slice(Math.max(from, end - 12), end))) continue;
    cut(end);
  }
  cut(text.length);
  return spans;

  function cut(end: number): void {
    while (end - from > LONGEST) {
      const space = text.lastIndexOf(' ', from + LONGEST);
      close(space > from ? space : from + LONGEST);
    }
    close(end);
  }
}
