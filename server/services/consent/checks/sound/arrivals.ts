/**
 * When a recording began, and how late each chunk came, by the server's clock alone. A chunk cannot arrive before its
 * last moment was recorded, so the chunk that came soonest after that bounds the beginning from above: the true
 * beginning lies before it by that chunk's own way through the network.
 */
import type { EvidenceChunk } from '../../evidence.ts';

export interface Arrivals {
  /** Milliseconds of the session at which media time 0 was recorded, at the latest. */
  readonly beganMs: number;
  /** Chunk by chunk: seconds on the way beyond what the quickest took. */
  readonly delaysS: readonly number[];
}

export function arrivalsOf(chunks: readonly EvidenceChunk[]): Arrivals {
  const ways = chunks.map(({ receivedAtMs, untilS }) => receivedAtMs - 1000 * untilS);
  const beganMs = Math.min(...ways);
  return { beganMs, delaysS: ways.map((way) => (way - beganMs) / 1000) };
}

/** The chunk that carries this moment of media time; the last one for what lies after all of them. */
export function chunkAt(chunks: readonly EvidenceChunk[], timeS: number): EvidenceChunk | null {
  return chunks.find(({ untilS }) => timeS < untilS) ?? chunks.at(-1) ?? null;
}
