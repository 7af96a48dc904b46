/**
 * Is the recording what was recorded, and did it arrive while it was? The chain is reckoned again from the bytes; then
 * the server's receipt times are held against media time. Film that is older than the session arrives ahead of itself;
 * film that is withheld falls behind, and so does that of a machine or a network that is too slow. Which of them it was the
 * server cannot know, and does not say: what came too late is not live, whoever it was that was late, and can be recorded again.
 */
import { throwIfCancelled } from '#core/base/errors.ts';
import { chainNext, chainStart } from '#core/policy/consent/chain.ts';
import type { ConsentSessionId } from '#core/policy/consent/challenge.ts';
import type { CheckResult } from '#core/policy/consent/checks.ts';
import type { ConsentCheck, ConsentEvidence } from '../../evidence.ts';
import { arrivalsOf } from './arrivals.ts';
import { result } from './result.ts';

export const CHUNK_LIMITS = {
  /** Clocks and coders round: so much earlier than possible is believed. */
  aheadS: 0.3,
  /**
   * A recorder starts when the session does. If the whole recording lies later than this, all of it was on its way for so
   * long: a constant delay, which no chunk shows against the others.
   */
  beganS: 3,
  /** A delay that is nobody's business, and one that is no network's. Reasoned, not measured. */
  usualDelayS: 2.5,
  longestDelayS: 6,
  /** Beyond the usual delay, the whole session may spend this long before it has caught up. */
  stalledS: 8,
  /** Media time that no chunk carries. */
  gapS: 0.5,
} as const;

export const chunksCheck: ConsentCheck = {
  answers: ['chunks'],
  async run(evidence, signal) {
    const broken = await findBreak(evidence, signal);
    if (broken !== null) return [result('chunks', 'failed', 0, 1, 'chain', broken)];
    return [judgeArrivals(evidence)];
  },
};

/** A sentence that says where the chain breaks; null where it is whole. */
async function findBreak(
  { sessionId, chunks, recording }: ConsentEvidence,
  signal: Parameters<ConsentCheck['run']>[1],
): Promise<string | null> {
  if (chunks.length === 0) return 'Nothing of the recording has arrived.';
  let hash = await chainStart(sessionId as ConsentSessionId);
  for (const [i, chunk] of chunks.entries()) {
    throwIfCancelled(signal);
    if (chunk.index !== i) return `Chunk ${i + 1} is missing, or stands in another place.`;
    const before = chunks[i - 1];
    if (before && chunk.receivedAtMs < before.receivedAtMs)
      return `Chunk ${i + 1} arrived before the one that it follows.`;
    const bytes = await recording.chunk(i);
    if (bytes.length !== chunk.bytes) return `Chunk ${i + 1} is not as long as it was.`;
    hash = await chainNext(hash, bytes);
    if (hash !== chunk.hash) return `Chunk ${i + 1} was altered, or does not follow the one before it.`;
    if (before && Math.abs(chunk.fromS - before.untilS) > CHUNK_LIMITS.gapS)
      return `The recording jumps between chunk ${i} and chunk ${i + 1}.`;
  }
  return null;
}

/** What a person can do about lateness, whatever made it. */
const AGAIN = 'Close what else is running here, come nearer to the network, and record again.';

function judgeArrivals({ chunks }: ConsentEvidence): CheckResult {
  const { beganMs, delaysS } = arrivalsOf(chunks);
  const { aheadS, beganS, usualDelayS, longestDelayS, stalledS } = CHUNK_LIMITS;
  const said = (outcome: CheckResult['outcome'], score: number, threshold: number, reason: string) =>
    result('chunks', outcome, score, threshold, 's', reason);
  if (beganMs < -1000 * aheadS)
    return said(
      'failed',
      beganMs / 1000,
      -aheadS,
      'The film is older than the session: it was not recorded live.',
    );
  if (beganMs > 1000 * beganS)
    return said(
      'failed',
      -beganMs / 1000,
      -beganS,
      `All of the recording arrived ${seconds(beganMs / 1000)} late, too late to count as live. ${AGAIN}`,
    );
  const longest = Math.max(...delaysS);
  const last = delaysS.at(-1) ?? 0;
  if (longest <= usualDelayS)
    return said('passed', -longest, -usualDelayS, 'Every chunk arrived as it was recorded.');
  if (longest > longestDelayS)
    return said(
      'failed',
      -longest,
      -longestDelayS,
      `Parts arrived ${seconds(longest)} after they were recorded, too late to count as live. ${AGAIN}`,
    );
  if (last > usualDelayS)
    return said(
      'failed',
      -last,
      -usualDelayS,
      `The recording fell behind and stayed ${seconds(last)} behind. ${AGAIN}`,
    );
  const stalled = chunks.reduce(
    (sum, { fromS, untilS }, i) => sum + ((delaysS[i] as number) > usualDelayS ? untilS - fromS : 0),
    0,
  );
  if (stalled > stalledS)
    return said(
      'failed',
      -stalled,
      -stalledS,
      `${seconds(stalled)} of the recording came late, too long for a stall of the network. ${AGAIN}`,
    );
  return said('unsure', -longest, -usualDelayS, 'The recording stalled for a while, and caught up.');
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}
