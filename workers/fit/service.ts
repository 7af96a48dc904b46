/**
 * What fit.worker answers: one presenter is made at a time, a second waits. Networks are opened when they are first
 * needed and stay; a graphics card that goes away costs the work since it was last kept, and the processor goes on.
 */
import { AppError, errorToWire, isCancelled } from '#core/base/errors.ts';
import type { AssetHash, JobId } from '#core/base/ids.ts';
import type { FitEvent, FitJob, FitWorkerApi, FitWorkerInit } from '#core/pipeline/fit-api.ts';
import { troublesOfGlance } from '#core/track/judge-picture.ts';
import { openFaceTools, type OpenFaceTools } from '#core/track/tools/open.ts';
import type { Picture } from '#core/track/ports.ts';
import type { Trouble } from '#core/track/troubles.ts';
import { openOpfsStore, type OpfsStore } from '#shared/opfs.ts';
import { openGpu, type Gpu } from '../adapters/gpu.ts';
import { fetchModelFiles } from '../adapters/model-files.ts';
import { ortWebRuntime } from '../adapters/ort-web.ts';
import { remoteEars, type StreamingEars } from '../adapters/remote-ears.ts';
import { FarTape } from './far-tape.ts';
import { fitFootage } from './footage-job.ts';
import type { FitContext, FitHost } from './host.ts';
import { fitPicture } from './photo-job.ts';
import { forgetKept } from './kept.ts';
import { notedAssets, notedStore } from './noted-store.ts';
import { FitProgress } from './progress.ts';

interface Opened {
  readonly store: Promise<OpfsStore>;
  readonly ears: Promise<StreamingEars>;
  readonly baseUrl: string;
}

export class FitService implements FitWorkerApi {
  #opened: Opened | null = null;
  #tools: Promise<OpenFaceTools> | null = null;
  #gpu: Promise<Gpu | null> | null = null;
  /** After a lost card only the processor is asked. */
  #cardLost = false;
  readonly #signals = new Map<JobId, { aborted: boolean }>();
  #queue: Promise<unknown> = Promise.resolve();

  async start({ baseUrl, ears }: FitWorkerInit): Promise<void> {
    this.#opened ??= { baseUrl, store: openOpfsStore(), ears: remoteEars(ears) };
    for (const part of [this.#opened.store, this.#opened.ears] as Promise<unknown>[])
      part.catch(() => undefined);
    return crossing(async () => void (await this.#opened?.store));
  }

  submit(id: JobId, job: FitJob, listener: (event: FitEvent) => void): Promise<void> {
    const signal = { aborted: false };
    this.#signals.set(id, signal);
    const run = () =>
      this.#run(job, signal, listener)
        .catch((error: unknown) => listener({ type: 'failed', error: errorToWire(error) }))
        .finally(() => this.#signals.delete(id));
    const turn = this.#queue.then(run);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  async cancel(id: JobId): Promise<void> {
    const signal = this.#signals.get(id);
    if (signal) signal.aborted = true;
  }

  forget(source: AssetHash): Promise<readonly AssetHash[]> {
    return crossing(async () => {
      const store = await this.#parts().store;
      const assets = await notedAssets(store, source);
      await forgetKept(store, source);
      return assets;
    });
  }

  glance(frame: Picture): Promise<readonly Trouble[]> {
    return crossing(async () => troublesOfGlance(frame, await this.#openTools()));
  }

  async #run(job: FitJob, signal: { aborted: boolean }, emit: (event: FitEvent) => void): Promise<void> {
    const { store, ears } = this.#parts();
    const noted = notedStore(await store, job.source);
    const { baseUrl } = this.#parts();
    const host: FitHost = {
      store: noted,
      ears: () => ears,
      tools: () => this.#openTools(),
      openTape: (film, stop) => FarTape.open({ ...film, baseUrl, card: !this.#cardLost }, stop),
    };
    const context: FitContext = { signal, emit, progress: new FitProgress(emit) };
    const fit = job.kind === 'footage' ? fitFootage : fitPicture;
    try {
      const result = await fit(job, host, context).catch(async (error: unknown) => {
        if (!isLoss(error)) throw error;
        await this.#loseCard();
        return fit(job, host, context);
      });
      emit({ type: 'done', result });
    } catch (error) {
      throw signal.aborted && !isCancelled(error)
        ? new AppError('cancelled', 'Stopped.', { cause: error })
        : error;
    }
  }

  #openTools(): Promise<OpenFaceTools> {
    const files = fetchModelFiles(this.#parts().baseUrl);
    const gpu = () => (this.#cardLost ? Promise.resolve(null) : (this.#gpu ??= openGpu()));
    const runtime = ortWebRuntime({ files, gpu });
    // A film's mattes are seen where it is written; only a picture's are seen here.
    this.#tools ??= openFaceTools(runtime, files, undefined, ['matte']).catch((error: unknown) => {
      this.#tools = null; // the network can come back
      throw error;
    });
    return this.#tools;
  }

  async #loseCard(): Promise<void> {
    const lost = this.#tools;
    this.#cardLost = true;
    this.#tools = null;
    await (await lost)?.close().catch(() => undefined);
  }

  #parts(): Opened {
    if (this.#opened) return this.#opened;
    throw new AppError('internal', 'The worker that makes presenters was not started.');
  }
}

function isLoss(error: unknown): boolean {
  return error instanceof AppError && error.code === 'device-lost';
}

/** Comlink carries a thrown plain object as it is; an Error would lose its code. */
async function crossing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const wire: unknown = errorToWire(error);
    throw wire;
  }
}
