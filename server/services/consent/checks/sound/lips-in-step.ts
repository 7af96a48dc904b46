/**
 * Do the lips make the sound? The face is followed at an even rate, the lip-sync model says from the sound how a mouth would
 * move, and `core/track/sync.ts` tells how far the agreement of both stands out at one lag from chance. Recorders shift
 * sound a little, so a lag up to a fifth of a second is theirs; beyond that, or where nothing stands out, the voice is another's.
 */
import { throwIfCancelled, type CancelSignal } from '#core/base/errors.ts';
import type { CheckResult } from '#core/policy/consent/checks.ts';
import type { SpeechListener } from '#core/speech/listen/heard.ts';
import { createFollower } from '#core/track/follow.ts';
import type { FootageTrack } from '#core/track/footage-track.ts';
import type { FaceTools } from '#core/track/ports.ts';
import { measureSync, type SyncSeen } from '#core/track/sync.ts';
import type { ConsentCheck, EvidenceFilm, EvidenceFrame } from '../../evidence.ts';
import { result } from './result.ts';

/** Chosen on data: `npm run bench:consent`, rows “lips …”. */
export const LIPS_LIMITS = {
  /** Standard deviations by which the agreement stands out: from here on it belongs, below this it does not. */
  belongs: 4.6,
  foreign: 3,
  /** Slower movement is not looked at: that a mouth moves while a voice is heard is easily arranged. */
  slowS: 0.5,
  lagS: 0.2,
  /** Heard while the face is seen. */
  speechS: 5,
} as const;
const RATE = { num: 25, den: 1 } as const;
/** So much of the recording is followed: more says nothing new, and costs its own length. */
const LONGEST_S = 45;
const SOUND_HZ = 16_000;

export function lipsInStepCheck(tools: FaceTools, listener: Pick<SpeechListener, 'listen'>): ConsentCheck {
  return {
    answers: ['lips-in-step'],
    async run({ film }, signal) {
      const track = await followEvenly(tools, film, signal);
      return [await judgeLips(track, film.sound.samples, listener, signal)];
    },
  };
}

/** @param track of the face; null where there is none @param samples 16 kHz, from the same zero */
export async function judgeLips(
  track: FootageTrack | null,
  samples: Float32Array,
  listener: Pick<SpeechListener, 'listen'>,
  signal?: CancelSignal,
): Promise<CheckResult> {
  if (track === null) return judge(null);
  const heard = await listener.listen(samples.slice(0, LONGEST_S * SOUND_HZ), SOUND_HZ, signal);
  return judge(measureSync(track, heard, LIPS_LIMITS.slowS));
}

export function judge(seen: SyncSeen | null): CheckResult {
  const said = (outcome: CheckResult['outcome'], score: number | null, threshold: number, reason: string) =>
    result('lips-in-step', outcome, score, threshold, 'σ', reason);
  if (seen === null || seen.speechS < LIPS_LIMITS.speechS)
    return said(
      'failed',
      0,
      LIPS_LIMITS.belongs,
      'Too little is said while the face is seen to tell whose voice it is.',
    );
  const inTime = Math.abs(seen.lagS) <= LIPS_LIMITS.lagS;
  const score = inTime ? seen.atLag : seen.atZero;
  if (score >= LIPS_LIMITS.belongs)
    return said('passed', score, LIPS_LIMITS.belongs, 'The lips make the sound.');
  if (!inTime && seen.atLag >= LIPS_LIMITS.belongs)
    return said(
      'failed',
      score,
      LIPS_LIMITS.belongs,
      `The sound comes ${Math.abs(seen.lagS).toFixed(2)} seconds ${seen.lagS > 0 ? 'after' : 'before'} the lips.`,
    );
  return score < LIPS_LIMITS.foreign
    ? said('failed', score, LIPS_LIMITS.foreign, 'The sound does not belong to the lips.')
    : said('unsure', score, LIPS_LIMITS.belongs, 'It cannot be told whether the sound belongs to the lips.');
}

/** The film at an even rate: at each tick the picture that a screen would show. Null where there is no picture. */
export async function followEvenly(
  tools: FaceTools,
  film: EvidenceFilm,
  signal?: CancelSignal,
): Promise<FootageTrack | null> {
  let shown: EvidenceFrame | null = null;
  let follower: ReturnType<typeof createFollower> | null = null;
  let ticks = 0;
  const fps = RATE.num / RATE.den;
  const lookUntil = async (timeS: number) => {
    if (shown === null) return;
    follower ??= createFollower(tools, { rate: RATE, widthPx: shown.width, heightPx: shown.height });
    const { width: widthPx, height: heightPx, rgba } = shown;
    for (; (ticks + 0.5) / fps < timeS && ticks < LONGEST_S * fps; ticks++)
      await follower.look({ widthPx, heightPx, rgba }, signal);
  };
  for await (const frame of film.frames(0, signal)) {
    throwIfCancelled(signal);
    await lookUntil(frame.timeS);
    if (ticks >= LONGEST_S * fps) break;
    // What comes before the first picture shows the first picture: times keep counting from the recording's start.
    shown = frame;
  }
  await lookUntil(film.durationS);
  if (follower === null) return null;
  return (await (follower as ReturnType<typeof createFollower>).finish(signal)).track;
}
