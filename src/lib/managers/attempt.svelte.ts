/** One thing at a time that a surface asks of the server, and what came of it: busy, or the trouble in a sentence. */
import { toAppError, type AppError } from '#core/base/errors.ts';

export class Attempt {
  busy = $state(false);
  trouble = $state.raw<AppError | null>(null);

  /** Never throws: what goes wrong is `trouble`, but for what the person broke off. @returns whether it was done */
  async run(work: () => Promise<unknown>): Promise<boolean> {
    this.busy = true;
    this.trouble = null;
    try {
      await work();
      return true;
    } catch (error) {
      const told = toAppError(error);
      if (told.code !== 'cancelled') this.trouble = told;
      return false;
    } finally {
      this.busy = false;
    }
  }
}
