/**
 * From which probability on the classifier’s word counts: a person looks, the words are blocked, or a suspicion of the
 * rules is cleared below it.
 */
import type { Category } from './verdict.ts';

export interface Threshold {
  readonly clear: number;
  readonly review: number;
  /** Above 1: the classifier alone never blocks in this category. */
  readonly block: number;
}

/**
 * What the left-out lines and unread ordinary sentences ask for (training/moderation/thresholds.py), rounded to one number,
 * because a category alone has too few of them: at 0.65 about one in a hundred ordinary sentences waits for a person. What only
 * the classifier finds goes to a person and is never blocked by it: it takes praise of a group for contempt at times.
 */
const USUAL: Threshold = { clear: 0.15, review: 0.65, block: 2 };
/** Where what is missed does most harm, a person looks a little sooner. */
const SOONER: Threshold = { ...USUAL, review: 0.6 };

export const THRESHOLDS: Readonly<Record<Category, Threshold>> = {
  hate: USUAL,
  harassment: USUAL,
  threats: SOONER,
  sexual: USUAL,
  minors: SOONER,
  'self-harm': SOONER,
  fraud: USUAL,
  'political-campaigning': USUAL,
  misinformation: USUAL,
  'regulated-goods': USUAL,
  'private-data': USUAL,
};
