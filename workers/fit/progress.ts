/**
 * How far a fit is, as one number that only grows, and how long it will take: by the usual share of each phase at first,
 * by its own pace once there is one.
 */
import type { FitEvent, FitPhase } from '#core/pipeline/fit-api.ts';

/** Usual parts of the whole time, on two cores. */
const SHARES: Readonly<Record<FitPhase, number>> = { read: 0.03, track: 0.72, fit: 0.21, keep: 0.04 };
const ORDER: readonly FitPhase[] = ['read', 'track', 'fit', 'keep'];
/** Progress is told this often at most. */
const TELL_EVERY_MS = 150;
/** A guess from less than this is none. */
const GUESS_FROM = 0.04;

export class FitProgress {
  readonly #emit: (event: FitEvent) => void;
  readonly #startedMs = performance.now();
  /** Where this run began: what an earlier one did took none of this one's time. */
  #startedAt: number | null = null;
  #fraction = 0;
  #toldMs = -Infinity;
  #phase: FitPhase = 'read';

  constructor(emit: (event: FitEvent) => void) {
    this.#emit = emit;
  }

  /** @param done of this phase, 0…1 */
  at(phase: FitPhase, done: number): void {
    const before = ORDER.slice(0, ORDER.indexOf(phase)).reduce((sum, name) => sum + SHARES[name], 0);
    const fraction = before + SHARES[phase] * Math.min(1, Math.max(0, done));
    // The first word from following says how much an earlier run had done.
    if (phase === 'track' && this.#startedAt === null) this.#startedAt = fraction;
    this.#fraction = Math.max(this.#fraction, fraction);
    const now = performance.now();
    if (phase === this.#phase && now - this.#toldMs < TELL_EVERY_MS && done < 1) return;
    this.#phase = phase;
    this.#toldMs = now;
    const made = this.#fraction - (this.#startedAt ?? 0);
    const tookS = (now - this.#startedMs) / 1000;
    const secondsLeft = made > GUESS_FROM ? (tookS / made) * (1 - this.#fraction) : null;
    this.#emit({ type: 'progress', phase, fraction: this.#fraction, secondsLeft });
  }
}
