/**
 * The app's side of the workers: plain promises over job messages, and recovery. When the graphics device goes away,
 * the render worker is ended and a new one started; the stage gets a new canvas, and jobs that were under way are
 * submitted again. An export then goes on from its stored segments, so a loss costs at most the segment it was in.
 */
import * as Comlink from '#shared/comlink.ts';
import { createSubscriber } from 'svelte/reactivity';
import { AppError, errorFromWire, errorToWire } from '#core/base/errors.ts';
import type { CancelSignal } from '#core/base/errors.ts';
import { newId } from '#core/base/ids.ts';
import type { AssetHash, CacheKey, JobId, SceneId } from '#core/base/ids.ts';
import type { Project, Voice } from '#core/document/project.ts';
import type { ModelPlacement } from '#core/model/runtime.ts';
import type { MovieFile } from '#core/output/ports.ts';
import type { LiveEvent } from '#core/pipeline/live-api.ts';
import type { ExportTimings } from '#core/pipeline/timings.ts';
import type {
  DeviceReport,
  ExportSettings,
  JobEvent,
  JobResult,
  ListenerReport,
  PreparedFilm,
  PreparedFilmWire,
  RenderJob,
} from '#core/pipeline/worker-api.ts';
import type { ReceiptBundle } from '#core/policy/consent/bundle.ts';
import { subjectsOf } from '#core/policy/people.ts';
import type { EngineVoiceInfo } from '#core/speech/ports.ts';
import { crossed, fromWorker } from './errors.ts';
import { FitDesk } from './fitting.ts';
import { JudgeDesk } from './judging.ts';
import { startRenderWorker, startSpeechWorker } from './workers.ts';
import type { RenderWorkerHandle, SpeechWorkerHandle } from './workers.ts';

export interface EngineOptions {
  /** Where static files are served from; `/` unless told. */
  readonly baseUrl?: string;
  /** Receipts that are kept of these subjects; none, unless told. */
  readonly receipts?: (subjects: ReadonlySet<AssetHash>) => Promise<readonly ReceiptBundle[]>;
  /** Forces a compositor, for tests and for people whose graphics card misbehaves. */
  readonly compositor?: DeviceReport['compositor'];
  /** Told when the graphics device was lost and a new worker has taken over. */
  readonly onRecovered?: (reason: string) => void;
  /** A worker that is silent for longer after a cancel is taken for dead; tests wait less. */
  readonly silenceMs?: number;
}

export interface LiveStarted {
  readonly sound: MessagePort;
  readonly placement: ModelPlacement;
}

export type ExportProgress = Omit<Extract<JobEvent, { type: 'progress' }>, 'type'>;
export interface ExportOptions {
  readonly onProgress?: (progress: ExportProgress) => void;
  readonly signal?: AbortSignal;
}

/** A worker that ran out of memory ends without an event: only its silence tells. */
const SILENCE_MS = 5000;
/** Losses in a row after which a device is left alone and the processor draws. */
const MAX_LOSSES = 3;

export class Engine {
  readonly #options: EngineOptions;
  readonly #speech: SpeechWorkerHandle;
  /** Makes presenters of people's videos and photos. */
  readonly fitting: FitDesk;
  /** Says what the policy finds in words. */
  readonly judging: JudgeDesk;
  #render: RenderWorkerHandle;
  #stageVersion = 0;
  #losses = 0;
  #changed: () => void = () => undefined;
  readonly #subscribe = createSubscriber((update) => {
    this.#changed = update;
    return () => (this.#changed = () => undefined);
  });
  /** Jobs under way, to be submitted again to a new worker. */
  readonly #jobs = new Map<
    JobId,
    {
      readonly job: () => RenderJob;
      readonly listener: (event: JobEvent) => void;
      readonly stopped: () => boolean;
    }
  >();
  /** Sounds of the film on stage, so that an edit sends one paragraph's sound and not the film's. */
  #sounds = new Map<CacheKey, Float32Array<ArrayBuffer>>();
  #onStage: { readonly project: Project; readonly receipts: readonly ReceiptBundle[] } | null = null;
  /** Counts what is to be prepared: the newest wins, however long its receipts take to be found. */
  #newest = 0;
  #shown = 0;
  /** Told of what befalls a live show; null when there is none. */
  #live: ((event: LiveEvent) => void) | null = null;

  constructor(options: EngineOptions = {}) {
    this.#options = options;
    this.#speech = startSpeechWorker(options.baseUrl ?? '/');
    this.fitting = new FitDesk(this.#speech, options.baseUrl ?? '/');
    this.judging = new JudgeDesk(options.baseUrl ?? '/');
    this.#render = this.#startRender(options.compositor);
  }

  /** What the start-up probe found. @throws AppError when nothing here can draw */
  device(): Promise<DeviceReport> {
    return this.#render.report;
  }

  /** Raised whenever the worker behind the stage is new: its canvas must be new too. Reactive in Svelte. */
  get stageVersion(): number {
    this.#subscribe();
    return this.#stageVersion;
  }

  /** A newer prepare supersedes an older one, which rejects as cancelled. */
  async prepare(
    project: Project,
    options: Pick<ExportOptions, 'onProgress' | 'signal'> = {},
  ): Promise<PreparedFilm> {
    const turn = ++this.#newest;
    const receipts = await this.#receiptsFor(project);
    if (turn !== this.#newest) throw new AppError('cancelled', 'Stopped.');
    return this.#prepareOn(project, receipts, options);
  }

  async #prepareOn(
    project: Project,
    receipts: readonly ReceiptBundle[],
    options: Pick<ExportOptions, 'onProgress' | 'signal'> = {},
  ): Promise<PreparedFilm> {
    let held = this.#sounds;
    const job = () => {
      held = this.#sounds;
      return { kind: 'prepare', project, receipts, known: [...held.keys()] } as const;
    };
    const { film } = await this.#submit(job, 'prepare', options);
    this.#onStage = { project, receipts };
    return this.#takeSounds(film, held);
  }

  async exportFilm(
    project: Project,
    settings: ExportSettings,
    options: ExportOptions = {},
  ): Promise<MovieFile> {
    return (await this.exportTimed(project, settings, options)).movie;
  }

  /** As `exportFilm`, with where its time went. */
  async exportTimed(
    project: Project,
    settings: ExportSettings,
    options: ExportOptions = {},
  ): Promise<{ readonly movie: MovieFile; readonly timings: ExportTimings }> {
    const receipts = await this.#receiptsFor(project);
    return this.#submit(() => ({ kind: 'export', project, receipts, settings }), 'export', options);
  }

  async thumbnail(project: Project, scene: SceneId, heightPx: number, signal?: CancelSignal): Promise<Blob> {
    const abort = signal instanceof AbortSignal ? { signal } : {};
    const receipts = await this.#receiptsFor(project);
    const job = () => ({ kind: 'thumbnail', project, receipts, scene, heightPx }) as const;
    return (await this.#submit(job, 'thumbnail', abort)).png;
  }

  voices(): Promise<readonly (EngineVoiceInfo & { readonly engine: string })[]> {
    return crossed(Promise.race([this.#speech.api.voices(), this.#speech.broken]));
  }

  listen(
    voice: Voice,
    text: string,
  ): Promise<{ readonly sampleRateHz: number; readonly pcm: Float32Array<ArrayBuffer> }> {
    return crossed(Promise.race([this.#speech.api.listen(voice, text), this.#speech.broken]));
  }

  /** Where the model that listens runs, and why there. Opens it if nobody has yet. */
  listenerReport(): Promise<ListenerReport> {
    return crossed(Promise.race([this.#speech.api.listenerReport(), this.#speech.broken]));
  }

  /** Gives the canvas to the worker for good. Sizes are the film's; the worker draws as finely as it can keep up with. */
  attachStage(canvas: HTMLCanvasElement, widthPx: number, heightPx: number): Promise<void> {
    const surface = canvas.transferControlToOffscreen();
    return crossed(this.#render.api.attachStage(Comlink.transfer(surface, [surface]), widthPx, heightPx));
  }

  /** Draws film frame `index` of the film prepared last; only the latest wish is drawn. */
  show(index: number): Promise<void> {
    this.#shown = index;
    return crossed(this.#render.api.show(index)).catch((error: unknown) => {
      // A lost device is repaired behind the scenes, and draws again afterwards.
      if (!(error instanceof AppError) || error.code !== 'device-lost') throw error;
    });
  }

  /**
   * Puts a scene on stage whose presenters speak along with sound at this rate; opens the model that hears it. What goes
   * wrong later, the loss of the graphics device too, comes as an event.
   * @returns where SoundPieces are to be sent, and where they are heard
   * @throws AppError network | not-found | refused | internal
   */
  async startLive(
    project: Project,
    scene: SceneId,
    sampleRateHz: number,
    onEvent: (event: LiveEvent) => void,
  ): Promise<LiveStarted> {
    const { api, broken } = this.#speech;
    const [sound, heard] = [new MessageChannel(), new MessageChannel()];
    this.#live = onEvent;
    const receipts = await this.#receiptsFor(project);
    await crossed(
      this.#render.api.startLive(
        project,
        receipts,
        scene,
        Comlink.transfer(heard.port2, [heard.port2]),
        Comlink.proxy(onEvent),
      ),
    );
    // Stopped, or begun anew, in the meantime.
    if (this.#live !== onEvent) throw new AppError('cancelled', 'Stopped.');
    const ports = [sound.port2, heard.port1];
    const placement = await crossed(
      Promise.race([
        api.hearLive(Comlink.transfer({ sound: sound.port2, heard: heard.port1 }, ports), sampleRateHz),
        broken,
      ]),
    );
    return { sound: sound.port1, placement };
  }

  async changeLive(project: Project, scene: SceneId): Promise<void> {
    const receipts = await this.#receiptsFor(project);
    await crossed(this.#render.api.changeLive(project, receipts, scene));
  }

  /** The film is back on stage. */
  async stopLive(): Promise<void> {
    this.#live = null;
    await crossed(Promise.all([this.#speech.api.stopHearing(), this.#render.api.stopLive()]));
  }

  /** @returns bytes freed */
  sweep(productBudgetBytes: number, keepAssets: readonly AssetHash[] | null = null): Promise<number> {
    return crossed(this.#render.api.sweep(productBudgetBytes, keepAssets));
  }

  /** Simulates the loss of the graphics device, for tests and benches. */
  loseDevice(): Promise<void> {
    return crossed(this.#render.api.loseDevice());
  }

  /** Ends the workers. Jobs under way reject as cancelled. */
  close(): void {
    this.#render.end();
    this.fitting.close();
    this.judging.close();
    this.#speech.end();
    this.#failAll(new AppError('cancelled', 'Stopped.'));
  }

  /** Of the people in it. Storage that does not answer has none: the film is then marked or refused, not let through. */
  async #receiptsFor(project: Project): Promise<readonly ReceiptBundle[]> {
    const subjects = subjectsOf(project);
    if (subjects.size === 0 || !this.#options.receipts) return [];
    return this.#options.receipts(subjects).catch(() => []);
  }

  #failAll(error: AppError): void {
    for (const { listener } of [...this.#jobs.values()])
      listener({ type: 'failed', error: errorToWire(error) });
  }

  #startRender(compositor: DeviceReport['compositor'] | undefined): RenderWorkerHandle {
    const handle = startRenderWorker(this.#speech, {
      baseUrl: this.#options.baseUrl ?? '/',
      ...(compositor ? { compositor } : {}),
    });
    void handle.api.lost().then((reason) => this.#recover(handle, reason));
    // A worker that did not come up answers nothing: whoever waits for it must hear.
    handle.report.catch((error: unknown) => {
      if (handle === this.#render) this.#failAll(fromWorker(error));
    });
    return handle;
  }

  /** A new worker takes the place of one whose device is gone. */
  #recover(lost: RenderWorkerHandle, reason: string): void {
    if (lost !== this.#render) return;
    lost.end();
    this.#losses++;
    this.#live?.({
      type: 'failed',
      error: {
        code: 'device-lost',
        message: 'The graphics card went away for a moment.',
        way: 'Try again: another picture is ready to be drawn on.',
      },
    });
    const underWay = [...this.#jobs];
    // A card that goes away again and again is not asked a fourth time.
    this.#render = this.#startRender(this.#losses >= MAX_LOSSES ? 'canvas2d' : this.#options.compositor);
    // The stage's film first, then whatever was under way: a newer film that was being prepared takes its place.
    if (this.#onStage)
      void this.#prepareOn(this.#onStage.project, this.#onStage.receipts)
        .then(() => this.show(this.#shown))
        .catch(() => undefined);
    for (const [id, { job, listener, stopped }] of underWay)
      if (stopped()) listener({ type: 'failed', error: { code: 'cancelled', message: 'Stopped.' } });
      else void this.#send(id, job(), listener);
    this.#stageVersion++;
    this.#changed();
    this.#options.onRecovered?.(reason);
  }

  #submit<K extends RenderJob['kind']>(
    job: () => RenderJob & { readonly kind: K },
    kind: K,
    { onProgress, signal }: ExportOptions = {},
  ): Promise<JobResult & { readonly kind: K }> {
    const id = newId<JobId>();
    return new Promise((resolve, reject) => {
      const cancel = () => this.#cancel(id, listener);
      const finish = (end: () => void) => {
        this.#jobs.delete(id);
        signal?.removeEventListener('abort', cancel);
        end();
      };
      const listener = (event: JobEvent) => {
        if (!this.#jobs.has(id)) return;
        if (event.type === 'progress') onProgress?.(event);
        // The new worker will be asked again; nobody needs to hear of it.
        else if (event.type === 'failed' && event.error.code === 'device-lost') return;
        else if (event.type === 'failed') finish(() => reject(errorFromWire(event.error)));
        else if (event.result.kind === kind)
          finish(() => {
            // Preparing after a loss proves nothing of the card; a film that was drawn does.
            if (kind === 'export') this.#losses = 0;
            resolve(event.result as JobResult & { readonly kind: K });
          });
      };
      if (signal?.aborted) return reject(new AppError('cancelled', 'Stopped.'));
      this.#jobs.set(id, { job, listener, stopped: () => signal?.aborted === true });
      signal?.addEventListener('abort', cancel, { once: true });
      void this.#send(id, job(), listener);
    });
  }

  /** A worker that lives acknowledges a cancel at once, however long its job takes to end. */
  #cancel(id: JobId, listener: (event: JobEvent) => void): void {
    const to = this.#render;
    let answered = false;
    void to.api.cancel(id).then(
      () => (answered = true),
      () => (answered = true),
    );
    setTimeout(() => {
      if (!this.#jobs.has(id)) return;
      listener({ type: 'failed', error: { code: 'cancelled', message: 'Stopped.' } });
      if (!answered) this.#recover(to, 'It answered no more.');
    }, this.#options.silenceMs ?? SILENCE_MS);
  }

  async #send(id: JobId, job: RenderJob, listener: (event: JobEvent) => void): Promise<void> {
    const to = this.#render;
    try {
      // A worker that did not start takes jobs and answers none.
      await Promise.race([to.api.submit(id, job, Comlink.proxy(listener)), to.report.then(forEver)]);
    } catch (error) {
      // What a worker that was replaced says no longer counts: the new one has the job.
      if (to === this.#render) listener({ type: 'failed', error: errorToWire(fromWorker(error)) });
    }
  }

  #takeSounds(film: PreparedFilmWire, held: ReadonlyMap<CacheKey, Float32Array<ArrayBuffer>>): PreparedFilm {
    const sounds = new Map<CacheKey, Float32Array<ArrayBuffer>>();
    const shots = film.shots.map((shot, i) => {
      const key = film.sounds[i] as CacheKey;
      const pcm = shot.pcm.length > 0 ? shot.pcm : (held.get(key) ?? shot.pcm);
      sounds.set(key, pcm);
      return { ...shot, pcm };
    });
    this.#sounds = sounds;
    return { ...film, shots };
  }
}

/** For races that only a failure may win. */
function forEver(): Promise<never> {
  return new Promise(() => undefined);
}

export function createEngine(options: EngineOptions = {}): Engine {
  return new Engine(options);
}
