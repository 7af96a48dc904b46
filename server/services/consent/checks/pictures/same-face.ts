/**
 * Whether the person who consents is the presenter. Likeness is told in deviations of strangers (`identity.ts`), and the
 * borders come from `npm run bench:consent`: no pair of its strangers reaches SAME, and by the slope of their tail one in
 * ten thousand would. Between STRANGER and SAME lie alike strangers, most of them of one origin, and people whom years,
 * glasses or a lens have changed: a person looks at those. So does one wherever a picture of the presenter shows another
 * face beside theirs, or not the same face throughout: which of them is drawn is not to be told here.
 */
import type { CheckResult } from '#core/policy/consent/checks.ts';
import { result } from '../sound/result.ts';
import { faceLikeness, faceTemplate, type FaceTemplate, type WeighedEmbedding } from './identity.ts';
import { ANOTHER, leastItself } from './one-face.ts';
import type { PresenterLook } from './presenter-look.ts';

export const SAME = 4.4;
export const STRANGER = 2.5;
const UNIT = 'deviations of strangers';
/** Of a film's looks: so many have one face, well seen, and that one; single frames are lost to a turn or a blur. */
export const ALONE = 0.95;
const GOOD = 0.1;

interface Answer {
  readonly outcome: 'passed' | 'unsure' | 'failed';
  readonly score: number | null;
  readonly reason: string;
}

/** @param theirs every picture of the presenter: the worst answer counts */
export function judgeSameFace(
  film: readonly WeighedEmbedding[],
  theirs: readonly PresenterLook[],
): CheckResult {
  const answer = (outcome: CheckResult['outcome'], score: number | null, reason: string) =>
    result('same-face', outcome, score, SAME, UNIT, reason);
  const here = faceTemplate(film);
  if (!here) return answer('failed', null, 'No face could be seen well enough to compare it.');
  const answers = theirs.flatMap((one) => judgeOne(here, one) ?? []);
  const worst =
    answers.find(({ outcome }) => outcome === 'failed') ??
    answers.find(({ outcome }) => outcome === 'unsure');
  if (worst) return answer(worst.outcome, worst.score, worst.reason);
  const scores = answers.flatMap(({ score }) => score ?? []);
  if (scores.length === 0)
    return answer('unsure', null, 'There is no picture of the presenter to compare with.');
  return answer('passed', Math.min(...scores), 'The face is the presenter’s.');
}

/** Null of a background in which there is nobody. */
function judgeOne(here: FaceTemplate, { name, look, mayBeEmpty }: PresenterLook): Answer | null {
  const looks = look.frames.flatMap(({ faces }) => faces ?? []);
  if (mayBeEmpty && looks.every((faces) => faces === 0)) return null;
  const there = faceTemplate(look.embeddings);
  if (!there)
    return {
      ...{ outcome: 'unsure', score: null },
      reason: `The face in the presenter’s ${name} cannot be seen well enough to compare it.`,
    };
  const score = faceLikeness(here.embedding, there.embedding);
  const doubt = (reason: string): Answer => ({ outcome: 'unsure', score, reason });
  // Someone behind the person may be a passer-by, and may be whose face is meant.
  if (mayBeEmpty && score < SAME) return doubt('Behind the presenter there is another face.');
  // Which of them was followed is chance, so it cannot be told that it is a stranger either.
  if (shareOf(looks, (faces) => faces > 1) > 1 - ALONE)
    return doubt(`In the presenter’s ${name} there is more than one face.`);
  if (score < STRANGER)
    return {
      outcome: 'failed',
      score,
      reason: `The face in the presenter’s ${name} is not theirs who consents.`,
    };
  if (ofOnePerson(look.embeddings) < ALONE * looks.length)
    return doubt(`The presenter’s ${name} does not show the same face, well seen, throughout.`);
  const least = leastItself(look.embeddings);
  if (looks.length > 1 && (least === null || least < ANOTHER))
    return doubt(`The face in the presenter’s ${name} is not surely the same throughout.`);
  if (score < SAME)
    return doubt(`Whether the face in the presenter’s ${name} is theirs cannot be told for sure.`);
  return { outcome: 'passed', score, reason: '' };
}

/**
 * How many looks are well seen and of the one who is there most. Each against each: a mean of all is like a stranger, too, who
 * has a third of a short film.
 */
function ofOnePerson(all: readonly WeighedEmbedding[]): number {
  const good = all.filter(({ weight }) => weight > GOOD);
  const alike = (one: WeighedEmbedding, other: WeighedEmbedding) =>
    faceLikeness(one.embedding, other.embedding) >= ANOTHER;
  return good.filter((one) => 2 * good.filter((other) => alike(one, other)).length > good.length).length;
}

function shareOf<T>(all: readonly T[], is: (one: T) => boolean): number {
  return all.filter(is).length / (all.length || 1);
}
