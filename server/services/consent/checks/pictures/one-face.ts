/**
 * Whether one and the same person was there, alone, throughout: a face on nearly every frame, no second one of any size
 * for more than a moment, and at no time another person than at the others.
 */
import type { CheckResult } from '#core/policy/consent/checks.ts';
import { result } from '../sound/result.ts';
import { faceLikeness, faceTemplate } from './identity.ts';
import type { FilmLook } from './look.ts';

/** Of the frames: people who turn their heads are lost now and then. */
const SEEN = 0.8;
const HARDLY_SEEN = 0.4;
/** Looks, a second apart, with another face. One alone may be a picture on a wall that was taken for one. */
const OTHERS = 2;
/** Looks in a row that are taken together: a single one may be blurred or turned. */
const STRETCH = 3;
/** In deviations of strangers: below, it is another person. Stretches of one recording have 4.2 and more. */
export const ANOTHER = 3;
const DOUBTFUL = 3.8;
const UNIT = 'share of looks';

export function judgeOneFace({ frames, embeddings }: Pick<FilmLook, 'frames' | 'embeddings'>): CheckResult {
  const seen = frames.filter(({ points }) => points !== null).length / (frames.length || 1);
  const looks = frames.flatMap(({ faces }) => (faces === null ? [] : [faces]));
  const several = looks.filter((faces) => faces > 1).length;
  const score = looks.filter((faces) => faces === 1).length / (looks.length || 1);
  const answer = (outcome: CheckResult['outcome'], reason: string) =>
    result('one-face', outcome, score, SEEN, UNIT, reason);
  if (several >= OTHERS) return answer('failed', 'More than one face was there.');
  if (seen < HARDLY_SEEN) return answer('failed', 'There was no face for much of the recording.');
  const least = leastItself(embeddings);
  if (least !== null && least < ANOTHER) return answer('failed', 'The face was not the same throughout.');
  if (seen < SEEN || several > 0) return answer('unsure', 'The face was not there alone throughout.');
  if (least === null)
    return answer('unsure', 'The face was never seen well enough to say that it stayed the same.');
  if (least < DOUBTFUL) return answer('unsure', 'Whether the face stayed the same cannot be told for sure.');
  return answer('passed', 'One face was there throughout.');
}

/**
 * How alike the two least alike stretches of a few looks are. Each against each and not against a mean of all: of a
 * recording in which two people share the time, the mean is like both.
 */
export function leastItself(embeddings: FilmLook['embeddings']): number | null {
  const good = embeddings.filter(({ weight }) => weight > 0.1);
  const length = Math.min(STRETCH, Math.max(1, good.length >> 1));
  if (good.length < 2) return null;
  const stretches = good.slice(length - 1).flatMap((_, i) => faceTemplate(good.slice(i, i + length)) ?? []);
  const alike = stretches.flatMap((one, i) =>
    stretches.slice(i + 1).map((other) => faceLikeness(one.embedding, other.embedding)),
  );
  return Math.min(...alike);
}
