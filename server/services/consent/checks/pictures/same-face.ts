/**
 * Whether the person who consents is the presenter. Likeness is told in deviations of strangers (`identity.ts`), and the
 * borders come from `npm run bench:consent`: no pair of its strangers reaches SAME, and by the slope of their tail one in
 * ten thousand would. Between STRANGER and SAME lie alike strangers, most of them of one origin, and people whom years,
 * glasses or a lens have changed: a person looks at those.
 */
import type { CheckResult } from '#core/policy/consent/checks.ts';
import { result } from '../sound/result.ts';
import { faceLikeness, faceTemplate, type WeighedEmbedding } from './identity.ts';

export const SAME = 4.4;
export const STRANGER = 2.5;
const UNIT = 'deviations of strangers';

export function judgeSameFace(
  film: readonly WeighedEmbedding[],
  presenter: readonly WeighedEmbedding[],
): CheckResult {
  const [here, there] = [faceTemplate(film), faceTemplate(presenter)];
  if (!here)
    return result(
      'same-face',
      'failed',
      null,
      SAME,
      UNIT,
      'No face could be seen well enough to compare it.',
    );
  if (!there)
    return result(
      'same-face',
      'unsure',
      null,
      SAME,
      UNIT,
      'The presenter’s face cannot be seen well enough to compare it.',
    );
  const score = faceLikeness(here.embedding, there.embedding);
  if (score >= SAME) return result('same-face', 'passed', score, SAME, UNIT, 'The face is the presenter’s.');
  if (score < STRANGER)
    return result('same-face', 'failed', score, SAME, UNIT, 'The face is not the presenter’s.');
  return result(
    'same-face',
    'unsure',
    score,
    SAME,
    UNIT,
    'Whether the face is the presenter’s cannot be told for sure.',
  );
}
