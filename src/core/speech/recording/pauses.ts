/**
 * Where somebody speaks in a sound and where nobody does, by loudness alone: enough to trim a recording and to find a
 * place to cut it. The room's own noise is taken from the sound's quietest tenth, so a hiss is silence too.
 */
import { removeOffset } from '../pcm.ts';

export interface Span {
  readonly startS: number;
  readonly endS: number;
}

const STEP_S = 0.01;
/** Below this a voice has no strength, and rooms and microphones hum. */
const RUMBLE_HZ = 90;
/** Nothing that is so far under the loud parts is speech. */
const RANGE_DB = 42;
/** Speech stands out from the room by this at least. */
const STAND_OUT_DB = 7;
/** A click is not speech. */
const SHORTEST_SPEECH_S = 0.05;
/** Stops close the mouth for less than this. */
const SHORTEST_PAUSE_S = 0.16;
/** A word's edges are soft: its first and last sound are quieter than the threshold. */
const BEFORE_S = 0.05;
const AFTER_S = 0.1;

/** Stretches of speech, in order, with pauses of at least 0.16 s between them; none in a silent sound. */
export function speechSpans(pcm: Float32Array, sampleRateHz: number): readonly Span[] {
  const levels = levelsDb(pcm, sampleRateHz);
  if (levels.length === 0) return [];
  const sorted = [...levels].sort((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number;
  const [floor, loud] = [at(0.1), at(0.95)];
  if (loud < -65) return [];
  // Between room and voice; a sound without any pause has no room to measure, and is speech throughout.
  const threshold =
    loud - floor < STAND_OUT_DB + 3
      ? -Infinity
      : Math.max(loud - RANGE_DB, floor + Math.max(STAND_OUT_DB, 0.3 * (loud - floor)));
  const spans: { startS: number; endS: number }[] = [];
  for (let i = 0; i < levels.length; i++) {
    if ((levels[i] as number) < threshold) continue;
    let end = i + 1;
    while (end < levels.length && (levels[end] as number) >= threshold) end++;
    spans.push({ startS: i * STEP_S, endS: end * STEP_S });
    i = end;
  }
  const durationS = pcm.length / sampleRateHz;
  const joined: { startS: number; endS: number }[] = [];
  for (const span of withoutClicks(spans)) {
    const startS = Math.max(0, span.startS - BEFORE_S);
    const endS = Math.min(durationS, span.endS + AFTER_S);
    const before = joined.at(-1);
    if (before && startS - before.endS < SHORTEST_PAUSE_S) before.endS = endS;
    else joined.push({ startS, endS });
  }
  return joined;
}

/** The silences between stretches of speech. */
export function pausesBetween(spans: readonly Span[]): readonly Span[] {
  return spans.slice(1).map((span, i) => ({ startS: (spans[i] as Span).endS, endS: span.startS }));
}

/** How much of [fromS, toS) is speech, seconds. */
export function speechWithin(spans: readonly Span[], fromS: number, toS: number): number {
  return spans.reduce(
    (sum, span) => sum + Math.max(0, Math.min(toS, span.endS) - Math.max(fromS, span.startS)),
    0,
  );
}

/** A short sound far from any other: a mouse, a lip. */
function withoutClicks(spans: readonly Span[]): readonly Span[] {
  return spans.filter((span, i) => {
    if (span.endS - span.startS >= SHORTEST_SPEECH_S) return true;
    const before = spans[i - 1];
    const after = spans[i + 1];
    const gap = SHORTEST_PAUSE_S + AFTER_S;
    return (before && span.startS - before.endS < gap) || (after && after.startS - span.endS < gap);
  });
}

function levelsDb(pcm: Float32Array, sampleRateHz: number): readonly number[] {
  const clear = pcm.slice();
  removeOffset(clear, sampleRateHz, RUMBLE_HZ);
  const step = Math.round(STEP_S * sampleRateHz);
  const levels: number[] = [];
  for (let from = 0; from < clear.length; from += step) {
    const to = Math.min(clear.length, from + step);
    let power = 0;
    for (let i = from; i < to; i++) power += (clear[i] as number) ** 2;
    levels.push(10 * Math.log10(power / (to - from) + 1e-12));
  }
  return levels;
}
