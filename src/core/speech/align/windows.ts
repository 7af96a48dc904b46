/**
 * Leads an aligner through a sound of any length. A stretch of about half a minute is cut off in a pause and given
 * with more words than it can hold; the aligner says how many of them are in it. The next stretch begins in a gap
 * between two of those words, a little before the first one's end, so that a word that was cut, or guessed too many,
 * is heard again whole.
 */
import { type CancelSignal, throwIfCancelled } from '../../base/errors.ts';
import { ALIGN_RATE_HZ, type AlignedWord, type AlignRequest, type AlignSession } from './ports.ts';

/** A rest up to this long is aligned in one go. */
const LAST_STRETCH_S = 32;
/** A stretch is cut in the longest pause between these. */
const EARLIEST_CUT_S = 14;
const LATEST_CUT_S = 28;
/** Nobody says more words than this in a second. */
const WORDS_A_SECOND = 6;
/** Between words: room enough to begin anew. */
const GAP_S = 0.1;
/** A stretch that is not understood is tried again with this much more sound. */
const LONGER_S = 8;

/** @returns one answer a word, times from the sound's first sample; null from where nothing is found any more. */
export async function alignInWindows(
  session: AlignSession,
  { pcm, words, pauses }: AlignRequest,
  onProgress?: (fraction: number) => void,
  signal?: CancelSignal,
): Promise<readonly (AlignedWord | null)[]> {
  const durationS = pcm.length / ALIGN_RATE_HZ;
  const found: (AlignedWord | null)[] = [];
  const stretch = async (fromS: number, toS: number, count: number, all: boolean) => {
    throwIfCancelled(signal);
    const piece = pcm.slice(Math.round(fromS * ALIGN_RATE_HZ), Math.round(toS * ALIGN_RATE_HZ));
    const part = words.slice(found.length, found.length + count);
    const aligned = await session.align(piece, part, all);
    throwIfCancelled(signal);
    return aligned?.map((word) => shifted(word, fromS)) ?? null;
  };
  let atS = 0;
  while (found.length < words.length && durationS - atS > GAP_S) {
    onProgress?.(atS / durationS);
    const left = words.length - found.length;
    const restS = durationS - atS;
    if (restS <= LAST_STRETCH_S) {
      // A text that ends before the sound, or a sound before the text, still has its beginning.
      const last = left <= restS * WORDS_A_SECOND + 10 ? await stretch(atS, durationS, left, true) : null;
      const part = last ?? (await stretch(atS, durationS, Math.ceil(restS * WORDS_A_SECOND) + 10, false));
      found.push(...(part ?? []));
      break;
    }
    const cutS = cutBetween(pauses, atS + EARLIEST_CUT_S, atS + LATEST_CUT_S);
    const count = (toS: number) => Math.min(left, Math.ceil((toS - atS) * WORDS_A_SECOND) + 10);
    const longerS = cutBetween(pauses, cutS + 1, Math.min(cutS + LONGER_S, durationS));
    const part =
      (await stretch(atS, cutS, count(cutS), false)) ?? (await stretch(atS, longerS, count(longerS), false));
    if (part === null || part.length === 0) break;
    const kept = found.length + part.length >= words.length ? part.length : whereToGoOn(part, atS, cutS);
    found.push(...part.slice(0, kept));
    const end = (part[kept - 1] as AlignedWord).endS;
    const next = part[kept]?.startS ?? Math.max(end, Math.min(cutS, end + 2 * GAP_S));
    atS = (end + next) / 2;
  }
  onProgress?.(1);
  while (found.length < words.length) found.push(null);
  return found;
}

/** How many words to believe: up to the last gap between two of them that lies in the second half, all if none does. */
function whereToGoOn(part: readonly AlignedWord[], fromS: number, toS: number): number {
  for (let i = part.length - 1; i > 0; i--) {
    const { startS } = part[i] as AlignedWord;
    if (startS < (fromS + toS) / 2) break;
    if (startS - (part[i - 1] as AlignedWord).endS >= GAP_S) return i;
  }
  return part.length;
}

function cutBetween(pauses: AlignRequest['pauses'], earliestS: number, latestS: number): number {
  let longest: { readonly startS: number; readonly endS: number } | null = null;
  for (const pause of pauses) {
    const middle = (pause.startS + pause.endS) / 2;
    if (middle < earliestS || middle > latestS) continue;
    if (longest === null || pause.endS - pause.startS > longest.endS - longest.startS) longest = pause;
  }
  return longest === null ? latestS : (longest.startS + longest.endS) / 2;
}

function shifted(word: AlignedWord, byS: number): AlignedWord {
  return {
    ...word,
    startS: word.startS + byS,
    endS: word.endS + byS,
    phones: word.phones.map((p) => ({ ...p, startS: p.startS + byS, endS: p.endS + byS })),
  };
}
