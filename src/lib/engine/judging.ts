/**
 * The app's side of judge.worker, which says what the policy finds in words and pictures. Started when the first is judged:
 * a page without a script needs none.
 */
import { AppError } from '#core/base/errors.ts';
import type { AssetHash } from '#core/base/ids.ts';
import type { ModerationVerdict, PieceVerdict, TextPiece } from '#core/policy/moderation/verdict.ts';
import { crossed } from './errors.ts';
import { startJudgeWorker, type JudgeWorkerHandle } from './workers.ts';

export class JudgeDesk {
  readonly #baseUrl: string;
  #worker: JudgeWorkerHandle | null = null;
  #closed = false;

  constructor(baseUrl: string) {
    this.#baseUrl = baseUrl;
  }

  /** A newer question ends an older one as cancelled. @throws AppError cancelled | internal */
  judge(pieces: readonly TextPiece[]): Promise<ModerationVerdict> {
    return this.#ask(({ api }) => api.judge(pieces));
  }

  /** A picture of the asset store. @throws AppError cancelled | not-found | corrupt-file | internal */
  see(picture: AssetHash): Promise<PieceVerdict> {
    return this.#ask(({ api }) => api.see(picture));
  }

  close(): void {
    this.#closed = true;
    this.#worker?.end();
    this.#worker = null;
  }

  async #ask<T>(question: (worker: JudgeWorkerHandle) => Promise<T>): Promise<T> {
    if (this.#closed) throw new AppError('cancelled', 'Stopped.');
    const worker = (this.#worker ??= this.#start());
    return crossed(Promise.race([question(worker), worker.broken]));
  }

  #start(): JudgeWorkerHandle {
    const worker = startJudgeWorker(this.#baseUrl);
    // The next question gets a new one.
    worker.broken.catch(() => {
      worker.end();
      if (this.#worker === worker) this.#worker = null;
    });
    return worker;
  }
}
