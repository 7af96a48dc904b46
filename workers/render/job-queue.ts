/**
 * One thread, many wishes. Jobs run in order of urgency, one at a time; a job that is under way gives way between its
 * steps (`breathe`) to whatever is more urgent, and goes on afterwards. Cancelling is by id, because an AbortSignal
 * does not cross to a worker.
 */
import { AppError, throwIfCancelled } from '#core/base/errors.ts';
import type { CancelSignal } from '#core/base/errors.ts';
import type { JobId } from '#core/base/ids.ts';
import { nextTask } from '#shared/next-task.ts';

/** Most urgent first. What the person is looking at comes before what they wait for. */
export const PRIORITIES = ['prepare', 'thumbnail', 'export'] as const;
export type Priority = (typeof PRIORITIES)[number];

export interface JobContext {
  readonly signal: CancelSignal;
  /** Between steps: answers messages, lets more urgent jobs run, and throws when this one was cancelled. */
  breathe(): Promise<void>;
}

interface Job {
  readonly id: JobId;
  readonly priority: number;
  readonly signal: { aborted: boolean };
  readonly start: () => void;
  state: 'waiting' | 'running';
}

/** A longer stretch of work than this without answering messages is felt. */
const ANSWER_AFTER_MS = 8;

export class JobQueue {
  readonly #jobs: Job[] = [];
  /** Woken whenever a job ends: those that gave way look again. */
  #waiters: (() => void)[] = [];
  #answeredMs = performance.now();

  /** Resolves and rejects as `work` does. @throws AppError cancelled */
  run<T>(id: JobId, priority: Priority, work: (context: JobContext) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const signal = { aborted: false };
      const job: Job = {
        id,
        priority: PRIORITIES.indexOf(priority),
        signal,
        state: 'waiting',
        start: () => {
          job.state = 'running';
          const context = { signal, breathe: () => this.#breathe(job) };
          Promise.resolve()
            .then(() => throwIfCancelled(signal))
            .then(() => work(context))
            .then(resolve, reject)
            .finally(() => this.#end(job));
        },
      };
      this.#jobs.push(job);
      this.#startNext();
    });
  }

  cancel(id: JobId): void {
    const job = this.#jobs.find((candidate) => candidate.id === id);
    if (job) job.signal.aborted = true;
    this.#wake();
  }

  /** Cancels every job of this urgency: a newer one supersedes them. */
  supersede(priority: Priority): void {
    for (const job of this.#jobs)
      if (job.priority === PRIORITIES.indexOf(priority)) job.signal.aborted = true;
    this.#wake();
  }

  /** Starts the most urgent waiting job, if it is more urgent than everything that is running. */
  #startNext(): void {
    const waiting = this.#jobs.filter((job) => job.state === 'waiting');
    const first = waiting.sort((a, b) => a.priority - b.priority)[0];
    if (first && !this.#jobs.some((job) => job.state === 'running' && job.priority <= first.priority))
      first.start();
  }

  async #breathe(job: Job): Promise<void> {
    if (performance.now() - this.#answeredMs > ANSWER_AFTER_MS) {
      await nextTask();
      this.#answeredMs = performance.now();
    }
    while (
      !job.signal.aborted &&
      this.#jobs.some((other) => other.state === 'running' && other.priority < job.priority)
    )
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    if (job.signal.aborted) throw new AppError('cancelled', 'Stopped.');
  }

  #end(job: Job): void {
    this.#jobs.splice(this.#jobs.indexOf(job), 1);
    this.#startNext();
    this.#wake();
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }
}
