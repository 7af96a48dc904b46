/**
 * One stretch of speech that Flite says in one breath: a sentence, or a part of a very long one. Everything Flite is
 * told is in the SSML document made here, so the document is also the cache key of its sound. Each word's phones are
 * always spelt out; thus we know, phone by phone, which word it belongs to.
 */
import type { SpokenToken } from '../ports.ts';
import type { FlitePhone } from './phones.ts';

export interface ChunkToken {
  /** Index into the request's tokens. */
  readonly index: number;
  readonly token: SpokenToken;
}
export type Chunk = readonly ChunkToken[];

/** A sentence this long is cut at its next comma, and at HARD_LIMIT wherever it is; Flite stops at 500 tokens. */
const SOFT_LIMIT = 40;
const HARD_LIMIT = 80;

export function splitChunks(tokens: readonly SpokenToken[]): Chunk[] {
  const chunks: ChunkToken[][] = [];
  let open: ChunkToken[] = [];
  tokens.forEach((token, index) => {
    open.push({ index, token });
    const ends =
      isSentenceEnd(token.boundary) ||
      (open.length >= SOFT_LIMIT && token.boundary !== 'none') ||
      open.length >= HARD_LIMIT;
    if (ends) {
      chunks.push(open);
      open = [];
    }
  });
  if (open.length > 0) chunks.push(open);
  return chunks;
}

export function isSentenceEnd(boundary: SpokenToken['boundary']): boolean {
  return boundary === 'sentence' || boundary === 'question' || boundary === 'exclamation';
}

/** How much slower an emphasised word is said. */
const EMPHASIS_RATE = [1, 0.87, 0.78] as const;

/** @param phones of each token of the chunk; a token without any is left out. */
export function chunkDocument(chunk: Chunk, phones: readonly (readonly FlitePhone[])[]): string {
  const parts: string[] = [];
  let previous = '';
  chunk.forEach(({ token }, i) => {
    const said = phones[i] ?? [];
    if (said.length === 0) return;
    let ph = said.map(({ symbol, stress }) => (stress > 0 ? `${symbol}1` : symbol)).join(' ');
    // Flite drops a word whose phones are, letter by letter, those of the word before: a second space tells them apart.
    if (ph === previous) ph = ` ${ph}`;
    previous = ph;
    const last = i === chunk.length - 1;
    const punctuation = last
      ? lastPunctuation(token.boundary)
      : token.boundary === 'none' && token.pauseAfterS === 0
        ? ''
        : ',';
    const name = token.spoken.replace(/[^a-z']/gu, '') || 'x';
    let word = `<phoneme ph="${ph}">${name}${punctuation}</phoneme>`;
    if (token.emphasis > 0) word = `<prosody rate="${EMPHASIS_RATE[token.emphasis]}">${word}</prosody>`;
    parts.push(word);
  });
  return parts.join(' ');
}

function lastPunctuation(boundary: SpokenToken['boundary']): string {
  return boundary === 'question' ? '?' : boundary === 'exclamation' ? '!' : '.';
}

export interface Segment {
  readonly symbol: string;
  readonly startS: number;
  readonly endS: number;
}

/** What `-psdur` prints, `name:end` a phone, as segments from 0; null when it is anything else. */
export function parseSegments(stdout: string): Segment[] | null {
  const segments: Segment[] = [];
  let startS = 0;
  for (const printed of stdout.trim().split(/\s+/u)) {
    const found = /^([a-z#]+):(\d+\.\d+)$/u.exec(printed);
    if (!found) return null;
    const endS = Math.max(startS, Number(found[2]));
    segments.push({ symbol: found[1] as string, startS, endS });
    startS = endS;
  }
  return segments;
}

/**
 * The token (position in the chunk) of every segment, −1 for silence; null when the segments are not the phones that
 * were asked for, one by one.
 */
export function matchSegments(
  segments: readonly Segment[],
  phones: readonly (readonly FlitePhone[])[],
): { token: number; stress: 0 | 1 | 2 }[] | null {
  const wanted = phones.flatMap((said, token) => said.map(({ stress }) => ({ token, stress })));
  let next = 0;
  const matched = segments.map(({ symbol }) => {
    if (symbol === 'pau') return { token: -1, stress: 0 as const };
    return wanted[next++] ?? { token: -1, stress: 0 as const };
  });
  return next === wanted.length ? matched : null;
}
