/**
 * Text cut into the pieces that the classifier reads: unigram segmentation (Kudo 2018) by Viterbi, as SentencePiece does
 * it. Scores are whole numbers, so every host finds the same pieces; training/moderation/shared.py is the same recipe.
 */

export const UNKNOWN = 0;
const BEGIN = 1;
const END = 2;
const FIRST_PIECE = 3;
const SPACE = '\u2581';
/** Pieces of one sentence; what is longer is cut. */
export const LONGEST = 160;

export interface PieceTable {
  encode(text: string): number[];
}

/** Compatibility forms and capitals go, white space is one mark, and one stands in front. */
function normalise(text: string): string {
  const words = text
    .normalize('NFKC')
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '');
  return words.length === 0 ? '' : SPACE + words.join(SPACE);
}

/** @param pieces the first three are marks: unknown, begin, end */
export function createPieceTable(pieces: readonly string[], scores: readonly number[]): PieceTable {
  const index = new Map(pieces.slice(FIRST_PIECE).map((piece, i) => [piece, i + FIRST_PIECE]));
  let [longest, lowest] = [1, 0];
  for (const piece of index.keys()) longest = Math.max(longest, Array.from(piece).length);
  for (const score of scores) lowest = Math.min(lowest, score);
  const unknownScore = lowest - 1000;
  return {
    encode(text) {
      const chars = Array.from(normalise(text));
      const n = chars.length;
      const best = new Float64Array(n + 1).fill(-Infinity);
      const from = new Int32Array(n + 1);
      const piece = new Int32Array(n + 1);
      best[0] = 0;
      for (let i = 0; i < n; i++) {
        let part = '';
        for (let j = i + 1; j <= Math.min(n, i + longest); j++) {
          part += chars[j - 1] as string;
          const found = index.get(part);
          if (found === undefined && j > i + 1) continue;
          const score =
            (best[i] as number) + (found === undefined ? unknownScore : (scores[found] as number));
          if (score > (best[j] as number)) {
            best[j] = score;
            from[j] = i;
            piece[j] = found ?? UNKNOWN;
          }
        }
      }
      const ids: number[] = [];
      for (let at = n; at > 0; at = from[at] as number) ids.push(piece[at] as number);
      return [BEGIN, ...ids.reverse().slice(0, LONGEST - 2), END];
    },
  };
}
