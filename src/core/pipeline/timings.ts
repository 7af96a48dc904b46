/** Where an export's time went: milliseconds by pass, added up over frames. For the details page and the benches. */

export const PASSES = ['plan', 'load', 'draw', 'read', 'encode', 'store', 'sound', 'file'] as const;
export type Pass = (typeof PASSES)[number];

export interface ExportTimings {
  readonly ms: Readonly<Record<Pass, number>>;
  /** Frames drawn and encoded now, not taken from an earlier export. */
  readonly framesDrawn: number;
  readonly framesReused: number;
}

export class Stopwatch {
  readonly #ms = Object.fromEntries(PASSES.map((pass) => [pass, 0])) as Record<Pass, number>;
  framesDrawn = 0;
  framesReused = 0;

  async time<T>(pass: Pass, work: () => T | Promise<T>): Promise<T> {
    const from = performance.now();
    try {
      return await work();
    } finally {
      this.#ms[pass] += performance.now() - from;
    }
  }

  get timings(): ExportTimings {
    return { ms: { ...this.#ms }, framesDrawn: this.framesDrawn, framesReused: this.framesReused };
  }
}
