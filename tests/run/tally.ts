/** Counting, and the names of what failed: a long run is read from its end. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What failed and why, a few lines each, for the end of the run. */
  readonly failures: readonly string[];
  /** What passed only when it was tried again, told in the same way: counted as passed, and to be mended all the same. */
  readonly unsteady: readonly string[];
}
export const NOTHING: Tally = { passed: 0, failed: 0, skipped: 0, failures: [], unsteady: [] };

export function sum(a: Tally, b: Tally): Tally {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    failures: [...a.failures, ...b.failures],
    unsteady: [...a.unsteady, ...b.unsteady],
  };
}
