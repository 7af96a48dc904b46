/** Listening for known words in a stretch of a recording, for every check that does: where, and when they count as said. */
import type { CancelSignal } from '#core/base/errors.ts';
import { SPOT_RATE_HZ, type SpotRequest, type SpottedWords, type WordSpotter } from '#core/speech/spot.ts';
import type { EvidenceChunk, EvidenceSound } from '../../evidence.ts';
import { arrivalsOf } from './arrivals.ts';

/** Chosen on data: `npm run bench:consent`, rows “code …”. */
export const CODE_LIMITS = {
  /** Least lead over other codes, and least fit, in the units of SpottedWords. */
  lead: -0.4,
  fit: -7,
} as const;

export function verified(heard: SpottedWords | null): heard is SpottedWords {
  return heard !== null && heard.lead >= CODE_LIMITS.lead && heard.fit >= CODE_LIMITS.fit;
}

/** Media time, in seconds, of a moment of the session. */
export function mediaTimeOf(chunks: readonly EvidenceChunk[]): (ms: number) => number {
  const { beganMs } = arrivalsOf(chunks);
  return (ms) => (ms - beganMs) / 1000;
}

/** What was heard between two moments of media time; times of the words are media time, too. */
export async function listenIn(
  spotter: WordSpotter,
  { samples }: EvidenceSound,
  wanted: Omit<SpotRequest, 'pcm'>,
  [fromS, untilS]: readonly [number, number],
  signal?: CancelSignal,
): Promise<SpottedWords | null | 'silence'> {
  const from = Math.max(0, Math.round(fromS * SPOT_RATE_HZ));
  const until = Math.max(from, Math.round(untilS * SPOT_RATE_HZ));
  const [pcm, cutS] = speechOf(samples.subarray(from, until));
  if (pcm.length < SPOT_RATE_HZ / 2) return 'silence';
  const heard = await spotter.spot({ ...wanted, pcm }, signal);
  const atS = cutS + from / SPOT_RATE_HZ;
  return heard && { ...heard, startS: heard.startS + atS, endS: heard.endS + atS };
}

const FRAME = 320;
const MARGIN = 15; // frames
/** Softer than −60 dBFS nothing is a voice, nor what lies 34 dB below the loudest. */
const SOFTEST = 1e-6;
const BELOW_LOUDEST = 4e-4;

/** From the first loud frame to the last, and where that begins: long silences spoil the recogniser's idea of the channel. */
function speechOf(pcm: Float32Array): readonly [Float32Array, atS: number] {
  const levels = Float64Array.from({ length: Math.floor(pcm.length / FRAME) }, (_, k) =>
    pcm.subarray(k * FRAME, (k + 1) * FRAME).reduce((sum, value) => sum + (value * value) / FRAME, 0),
  );
  const floor = Math.max(SOFTEST, BELOW_LOUDEST * levels.reduce((a, b) => Math.max(a, b), 0));
  const first = levels.findIndex((level) => level > floor);
  if (first < 0) return [pcm.subarray(0, 0), 0];
  const from = Math.max(0, first - MARGIN) * FRAME;
  const until = (levels.findLastIndex((level) => level > floor) + MARGIN) * FRAME;
  return [pcm.subarray(from, until), from / SPOT_RATE_HZ];
}
