/** Troubles as they become known: each is said once, and one that stops the work ends it with its own sentence. */
import { AppError } from '#core/base/errors.ts';
import type { FitEvent } from '#core/pipeline/fit-api.ts';
import type { Trouble } from '#core/track/troubles.ts';

export class Troubles {
  readonly #all: Trouble[] = [];
  readonly #emit: (event: FitEvent) => void;

  constructor(emit: (event: FitEvent) => void) {
    this.#emit = emit;
  }

  get all(): readonly Trouble[] {
    return this.#all;
  }

  /** @throws AppError invalid-input */
  add(found: readonly Trouble[]): void {
    for (const trouble of found) {
      this.#all.push(trouble);
      this.#emit({ type: 'trouble', trouble });
    }
    const stop = found.find(({ weight }) => weight === 'stop');
    if (stop) throw new AppError('invalid-input', stop.sentence, { way: stop.way });
  }
}
