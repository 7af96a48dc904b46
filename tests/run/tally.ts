/** Counting. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}
export const NOTHING: Tally = { passed: 0, failed: 0, skipped: 0 };

export function sum(a: Tally, b: Tally): Tally {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}
