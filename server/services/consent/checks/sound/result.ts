/** Check results in one line each, so that checks read as their rules. */
import type { CheckId, CheckResult } from '#core/policy/consent/checks.ts';

export function result(
  check: CheckId,
  outcome: CheckResult['outcome'],
  score: number | null,
  threshold: number | null,
  unit: string,
  reason: string,
): CheckResult {
  // What is no number cannot be stored, compared or shown, and comes of evidence that holds nothing.
  const finite = score !== null && Number.isFinite(score) ? Number(score.toFixed(4)) : null;
  return { check, outcome, score: finite, threshold, unit, reason };
}
