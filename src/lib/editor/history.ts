/**
 * Undo and redo over immutable snapshots. Each edit is a whole value; equal parts are shared between snapshots, so a
 * step costs what changed. Edits that carry the same key and follow one another quickly, such as typing or dragging
 * a slider, become one step.
 */
export interface HistoryOptions {
  /** Steps kept; the oldest are let go. */
  readonly limit?: number;
  /** Two edits of one key closer than this are one step. */
  readonly coalesceMs?: number;
}

interface Step<T> {
  readonly value: T;
  readonly label: string;
}

export class History<T> {
  readonly #limit: number;
  readonly #coalesceMs: number;
  #past: Step<T>[] = [];
  #future: Step<T>[] = [];
  #present: T;
  #lastKey: string | null = null;
  #lastAtMs = Number.NEGATIVE_INFINITY;

  constructor(initial: T, options: HistoryOptions = {}) {
    this.#present = initial;
    this.#limit = options.limit ?? 400;
    this.#coalesceMs = options.coalesceMs ?? 900;
  }

  get present(): T {
    return this.#present;
  }
  /** What undo would take back, such as "Delete scene"; null when there is nothing. */
  get undoLabel(): string | null {
    return this.#past.at(-1)?.label ?? null;
  }
  get redoLabel(): string | null {
    return this.#future.at(-1)?.label ?? null;
  }

  /** @param key edits of one key in quick succession are one step; null stands alone. */
  push(value: T, label: string, key: string | null, nowMs: number): void {
    if (value === this.#present) return;
    const joins =
      key !== null &&
      key === this.#lastKey &&
      nowMs - this.#lastAtMs < this.#coalesceMs &&
      this.#past.length > 0;
    if (!joins) {
      this.#past.push({ value: this.#present, label });
      if (this.#past.length > this.#limit) this.#past.shift();
    }
    this.#present = value;
    this.#future = [];
    this.#lastKey = key;
    this.#lastAtMs = nowMs;
  }

  /** Ends the running step: the next edit starts a new one whatever its key. */
  seal(): void {
    this.#lastKey = null;
  }

  undo(): T | null {
    const step = this.#past.pop();
    if (!step) return null;
    this.#future.push({ value: this.#present, label: step.label });
    this.#present = step.value;
    this.seal();
    return this.#present;
  }

  redo(): T | null {
    const step = this.#future.pop();
    if (!step) return null;
    this.#past.push({ value: this.#present, label: step.label });
    this.#present = step.value;
    this.seal();
    return this.#present;
  }
}
