/**
 * The app's side of fit.worker: started when a presenter is first made or the camera's guide first looks, ended when
 * nobody has needed it for a while, because its networks hold memory. What it has done it keeps on disk, so that
 * ending it costs nothing but the piece in hand.
 */
import { AppError, errorFromWire } from '#core/base/errors.ts';
import { newId, type AssetHash, type JobId } from '#core/base/ids.ts';
import type { FitEvent, FitJob, FittedPresenter } from '#core/pipeline/fit-api.ts';
import type { Picture } from '#core/track/ports.ts';
import type { Trouble } from '#core/track/troubles.ts';
import * as Comlink from '#shared/comlink.ts';
import { crossed, fromWorker } from './errors.ts';
import { startFitWorker, type FitWorkerHandle, type SpeechWorkerHandle } from './workers.ts';

interface FitOptions {
  readonly id?: JobId;
  readonly signal: AbortSignal;
  /** What happens on the way; how it ends is the promise's to say. */
  readonly onNews: (news: Exclude<FitEvent, { readonly type: 'done' | 'failed' }>) => void;
}

const IDLE_MS = 60_000;
/** A worker that lives ends a cancelled job soon; one that does not is taken for dead. */
const SILENCE_MS = 8000;

export class FitDesk {
  readonly #speech: SpeechWorkerHandle;
  readonly #baseUrl: string;
  #worker: FitWorkerHandle | null = null;
  #inUse = 0;
  #idle: ReturnType<typeof setTimeout> | undefined;

  constructor(speech: SpeechWorkerHandle, baseUrl: string) {
    this.#speech = speech;
    this.#baseUrl = baseUrl;
  }

  /**
   * Makes a presenter, going on from what was done before for the same source.
   * @throws AppError cancelled, or whatever the worker says: a file that cannot be read, a film nobody is seen in
   */
  fit(job: FitJob, { id = newId<JobId>(), signal, onNews }: FitOptions): Promise<FittedPresenter> {
    return this.#use(
      (worker) =>
        new Promise((resolve, reject) => {
          const cancel = () => {
            void worker.api.cancel(id).catch(() => undefined);
            setTimeout(() => {
              reject(new AppError('cancelled', 'Stopped.'));
            }, SILENCE_MS);
          };
          if (signal.aborted) return reject(new AppError('cancelled', 'Stopped.'));
          signal.addEventListener('abort', cancel, { once: true });
          const listener = (event: FitEvent) => {
            if (event.type === 'done') resolve(event.result);
            else if (event.type === 'failed') reject(errorFromWire(event.error));
            else if (!signal.aborted) onNews(event);
          };
          Promise.race([worker.api.submit(id, job, Comlink.proxy(listener)), worker.broken]).catch(
            (error: unknown) => reject(fromWorker(error)),
          );
          worker.broken.catch((error: unknown) => reject(fromWorker(error)));
        }),
    );
  }

  /** Removes everything that was kept of fitting this source. @returns the assets that were made for it */
  forget(source: AssetHash): Promise<readonly AssetHash[]> {
    return this.#use((worker) => crossed(Promise.race([worker.api.forget(source), worker.broken])));
  }

  /** What is wrong with what the camera sees now. */
  glance(picture: Picture): Promise<readonly Trouble[]> {
    return this.#use((worker) => crossed(Promise.race([worker.api.glance(picture), worker.broken])));
  }

  close(): void {
    clearTimeout(this.#idle);
    this.#worker?.end();
    this.#worker = null;
  }

  async #use<T>(work: (worker: FitWorkerHandle) => Promise<T>): Promise<T> {
    clearTimeout(this.#idle);
    const worker = (this.#worker ??= this.#start());
    this.#inUse++;
    try {
      return await work(worker);
    } finally {
      this.#inUse--;
      if (this.#inUse === 0 && this.#worker === worker) this.#idle = setTimeout(() => this.close(), IDLE_MS);
    }
  }

  #start(): FitWorkerHandle {
    const worker = startFitWorker(this.#speech, this.#baseUrl);
    // The next who needs one gets a new one.
    worker.broken.catch(() => {
      worker.end();
      if (this.#worker === worker) this.#worker = null;
    });
    return worker;
  }
}
