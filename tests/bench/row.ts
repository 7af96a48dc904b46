/** One measured number, with its unit. What every bench gives back, in the order it should be read. */
export interface Row {
  /** What was measured, such as `draw, WebGPU, 1080p`. */
  readonly what: string;
  readonly value: number;
  /** `ms`, `s`, `MB`, `×`, `fps`… */
  readonly unit: string;
  /** How, or on what: sizes, counts, which of several runs. */
  readonly note?: string;
}

/**
 * What a `*.bench.ts` module exports:
 *
 *   export const name = 'frames';
 *   export const needsApp = true;   // optional: the built app is there before it runs
 *   export async function run(): Promise<readonly Row[]> { … }
 */
export interface BenchModule {
  readonly name: string;
  readonly needsApp?: boolean;
  run(): Promise<readonly Row[]>;
}

/** The middle of several measurements; with an even number the lower middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN;
}
