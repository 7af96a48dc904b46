/**
 * What the server looks at before it believes a consent, and what follows from it. Each check answers with a score
 * beside its threshold and a sentence; one failure refuses, one doubt brings a person.
 */

export const CHECKS = [
  'chunks', // the hash chain is whole, in order, and arrived as it was recorded
  'codes', // each code is what was said
  'codes-on-time', // and was received within its window
  'statement', // each sentence was read while it was shown
  'one-face',
  'liveness', // not a print, a mask or a screen
  'head-turns', // turned as asked, when asked
  'flash', // the face reflects the colour
  'blinks',
  'lips-in-step', // the lips make the sound
  'same-face', // as in the presenter's footage or photo
  'same-voice', // where both have sound
  'real-camera', // no hint of a virtual camera or of injection
  'not-seen-before', // no earlier recording, or a near-duplicate of one
] as const;
export type CheckId = (typeof CHECKS)[number];

export interface CheckResult {
  readonly check: CheckId;
  /** unsure: for a person to decide. not-applicable: there is nothing to compare, such as a photo's voice. */
  readonly outcome: 'passed' | 'failed' | 'unsure' | 'not-applicable';
  /** In the check's own unit; null where it is not applicable. Higher is better. */
  readonly score: number | null;
  readonly threshold: number | null;
  /** What the score is, such as `cosine` or `r`. */
  readonly unit: string;
  /** A sentence for the person. */
  readonly reason: string;
}

export type ConsentDecision = 'granted' | 'refused' | 'person';

/** One failure refuses; one doubt, or a check that did not run, goes to a person. */
export function decideConsent(results: readonly CheckResult[]): ConsentDecision {
  if (results.some(({ outcome }) => outcome === 'failed')) return 'refused';
  const missing = CHECKS.some((check) => !results.some((result) => result.check === check));
  return missing || results.some(({ outcome }) => outcome === 'unsure') ? 'person' : 'granted';
}
