/**
 * What render.worker answers: the straight line on this device. It owns the one GPUDevice, the stage, the queue of
 * jobs and the caches; nothing of it outlives the worker but what is in the store.
 */
import { AppError, errorToWire, toAppError } from '#core/base/errors.ts';
import type { AssetHash, CacheKey, JobId, SceneId } from '#core/base/ids.ts';
import type { Compositor } from '#core/compose/ports.ts';
import { newParagraph, newProject } from '#core/document/create.ts';
import type { Presenter, Project } from '#core/document/project.ts';
import type { PreparedPresenter } from '#core/frame/frame-plan.ts';
import { planLive, type LivePlan } from '#core/frame/live-plan.ts';
import { encodingFor } from '#core/output/encoding.ts';
import type { LiveEvent } from '#core/pipeline/live-api.ts';
import { projectForExport } from '#core/pipeline/format.ts';
import { FilmMemory, lookAbout, prepareFilm } from '#core/pipeline/prepare.ts';
import type { Film, PrepareHost } from '#core/pipeline/prepare.ts';
import { presenterKind } from '#core/presenter/index.ts';
import { PresenterShelf } from '#core/presenter/shelf.ts';
import { exportFilm, imagesIn } from '#core/pipeline/render.ts';
import type {
  DeviceReport,
  JobEvent,
  JobResult,
  PreparedFilmWire,
  RenderJob,
  RenderWorkerApi,
  RenderWorkerInit,
} from '#core/pipeline/worker-api.ts';
import { verifiedAmong, type ReceiptBundle } from '#core/policy/consent/bundle.ts';
import type { VerifiedReceipt } from '#core/policy/consent/verify.ts';
import { issuePermit } from '#core/policy/permit.ts';
import { verifyEd25519 } from '#shared/ed25519.ts';
import type { SpeechEngine } from '#core/speech/ports.ts';
import { type RecordingHost, SoundMemory } from '#core/speech/recording/speak-recording.ts';
import { openOpfsStore } from '#shared/opfs.ts';
import type { OpfsStore } from '#shared/opfs.ts';
import { decodeSound } from '#shared/sound-file.ts';
import { openGpu } from '../adapters/gpu.ts';
import type { Gpu } from '../adapters/gpu.ts';
import { createImageProvider } from '../adapters/images.ts';
import { createMuxer } from '../adapters/mp4.ts';
import { createPictureLooks } from '../adapters/picture-looks.ts';
import { probeDevice } from '../adapters/probe.ts';
import type { Probe } from '../adapters/probe.ts';
import { remoteEars } from '../adapters/remote-ears.ts';
import { remoteSpeechEngine } from '../adapters/remote-speech.ts';
import { openWebCodecsWriter } from '../adapters/webcodecs.ts';
import { createCompositor } from './compositors.ts';
import { loadShaper } from './fonts.ts';
import { JobQueue } from './job-queue.ts';
import type { JobContext } from './job-queue.ts';
import { LiveShow } from './live-show.ts';
import { Stage } from './stage.ts';

/** What speech and segments may take of the disk, and what is too young to be forgotten. */
const CACHE_MAX_BYTES = 4e9;
const CACHE_SHARE = 0.25;
const CACHE_SPARED_MS = 24 * 3600 * 1000;
/** Progress is told this often at most. */
const REPORT_EVERY_MS = 80;

interface Studio extends PrepareHost {
  readonly store: OpfsStore;
}
type Emit = (event: JobEvent) => void;

export class RenderService implements RenderWorkerApi {
  readonly #queue = new JobQueue();
  #studio: Promise<Studio> | null = null;
  #gpu: Promise<Gpu | null> = Promise.resolve(null);
  #probe: Promise<Probe> | null = null;
  #stage: Promise<Stage> | null = null;
  #show: LiveShow | null = null;
  /** Raised by every wish to begin or end a show: only the latest counts. */
  #liveTurn = 0;

  async start(init: RenderWorkerInit): Promise<DeviceReport> {
    if (this.#studio)
      return crossing(() => Promise.reject(new AppError('internal', 'The render worker was started twice.')));
    // What is forced to the processor need not wake the graphics card.
    this.#gpu = init.compositor === 'canvas2d' ? Promise.resolve(null) : openGpu();
    this.#studio = openStudio(init);
    this.#stage = this.#studio.then(({ store }) => new Stage(createImageProvider(store)));
    this.#probe = this.#lookAround(init.compositor);
    for (const promise of [this.#studio, this.#stage]) promise.catch(() => undefined); // told to whoever asks
    void this.#probe.then(() => this.#tidy()).catch(() => undefined); // tried again at the next start
    return crossing(async () => (await this.#probed()).report);
  }

  attachStage(surface: OffscreenCanvas, widthPx: number, heightPx: number): Promise<void> {
    return crossing(async () => {
      const { report } = await this.#probed();
      const scale = Math.min(1, report.previewHeightPx / Math.min(widthPx, heightPx));
      const stage = await started(this.#stage);
      await stage.attach({
        kind: report.compositor,
        gpu: await this.#gpu,
        widthPx: Math.max(2, Math.round(widthPx * scale)),
        heightPx: Math.max(2, Math.round(heightPx * scale)),
        surface,
      });
    });
  }

  show(index: number): Promise<void> {
    return crossing(async () => (await started(this.#stage)).show(index));
  }

  startLive(
    project: Project,
    receipts: readonly ReceiptBundle[],
    scene: SceneId,
    heard: MessagePort,
    listener: (event: LiveEvent) => void,
  ): Promise<void> {
    const turn = ++this.#liveTurn;
    return crossing(async () => {
      this.#show?.end();
      const [plan, stage, gpu] = [
        await this.#livePlan(project, receipts, scene),
        await started(this.#stage),
        await this.#gpu,
      ];
      const onCard = (await this.#probed()).report.compositor === 'webgpu' ? gpu : null;
      if (turn !== this.#liveTurn) throw new AppError('cancelled', 'Stopped.');
      await stage.goLive(true);
      this.#show = new LiveShow({
        plan,
        heard,
        tell: listener,
        draw: async (list) => {
          await stage.draw(list);
          // A card that is behind must not be given more to do.
          await onCard?.device.queue.onSubmittedWorkDone();
        },
      });
    });
  }

  changeLive(project: Project, receipts: readonly ReceiptBundle[], scene: SceneId): Promise<void> {
    return crossing(async () => this.#show?.setPlan(await this.#livePlan(project, receipts, scene)));
  }

  stopLive(): Promise<void> {
    this.#liveTurn++;
    return crossing(async () => {
      this.#show?.end();
      this.#show = null;
      await (await started(this.#stage)).goLive(false);
    });
  }

  async submit(id: JobId, job: RenderJob, listener: Emit): Promise<void> {
    if (job.kind === 'prepare') this.#queue.supersede('prepare');
    const work = (context: JobContext) => this.#run(job, context, listener);
    await this.#queue.run(id, job.kind, work).then(
      (result) => listener({ type: 'done', result }),
      (error: unknown) => listener({ type: 'failed', error: errorToWire(error) }),
    );
  }

  cancel(id: JobId): Promise<void> {
    this.#queue.cancel(id);
    return Promise.resolve();
  }

  async lost(): Promise<string> {
    const gpu = await this.#gpu;
    return gpu ? (await gpu.device.lost).message : new Promise<string>(() => undefined);
  }

  async loseDevice(): Promise<void> {
    (await this.#gpu)?.device.destroy();
  }

  sweep(productBudgetBytes: number, keepAssets: readonly AssetHash[] | null): Promise<number> {
    return crossing(async () => {
      const { store } = await started(this.#studio);
      const freed = await store.sweepProducts(productBudgetBytes);
      return keepAssets ? freed + (await store.sweepAssets(new Set(keepAssets))) : freed;
    });
  }

  #run(job: RenderJob, context: JobContext, emit: Emit): Promise<JobResult> {
    switch (job.kind) {
      case 'prepare':
        return this.#prepare(job, context, emit);
      case 'thumbnail':
        return this.#thumbnail(job, context);
      case 'export':
        return this.#export(job, context, emit);
      default:
        return job satisfies never;
    }
  }

  async #prepare(
    job: RenderJob & { kind: 'prepare' },
    { signal }: JobContext,
    emit: Emit,
  ): Promise<JobResult> {
    const studio = await started(this.#studio);
    const permit = issuePermit(job.project, 'draft', 'offline', verified(job.receipts));
    const tell = throttled(emit);
    const film = await prepareFilm(job.project, permit, studio, signal, (done, total) =>
      tell({ type: 'progress', phase: 'speak', done, total, secondsLeft: null, reused: 0 }),
    );
    (await started(this.#stage)).setFilm(film);
    return { kind: 'prepare', film: wireFilm(film, new Set(job.known)) };
  }

  /** One scene at rest, without a word: no speech is needed for it. */
  async #thumbnail(job: RenderJob & { kind: 'thumbnail' }, { signal }: JobContext): Promise<JobResult> {
    const studio = await started(this.#studio);
    const film = await silentFilm(job.project, job.scene, studio, job.receipts, signal);
    const { widthPx, heightPx } = film.plan;
    const compositor = createCompositor({
      kind: 'canvas2d',
      gpu: null,
      widthPx: Math.max(2, Math.round((job.heightPx * widthPx) / heightPx)),
      heightPx: job.heightPx,
    });
    const images = createImageProvider(studio.store);
    try {
      const list = film.plan.at(0);
      await images.load(imagesIn(list.layers));
      compositor.draw(list, images);
      const png = await (compositor.surface as OffscreenCanvas).convertToBlob({ type: 'image/png' });
      return { kind: 'thumbnail', png };
    } finally {
      images.close();
      compositor.close();
    }
  }

  async #export(job: RenderJob & { kind: 'export' }, context: JobContext, emit: Emit): Promise<JobResult> {
    const { signal, breathe } = context;
    const { grade, connection } = job.settings;
    const studio = await started(this.#studio);
    const { report, encoder } = await this.#probed();
    if (!encoder)
      throw new AppError('unsupported-browser', 'This browser cannot encode video.', {
        way: 'Open Orator in a current Chrome, Edge, Firefox or Safari to export.',
      });
    const tell = throttled(emit);
    const project = projectForExport(job.project, job.settings);
    const permit = issuePermit(project, grade, connection, verified(job.receipts));
    tell({ type: 'progress', phase: 'speak', done: 0, total: 1, secondsLeft: null, reused: 0 });
    const film = await prepareFilm(project, permit, studio, signal);
    const { widthPx, heightPx } = film.plan;
    const writer = await openWebCodecsWriter(encodingFor(encoder.codec, film.plan), encoder);
    const images = createImageProvider(studio.store);
    let compositor: Compositor | null = null;
    try {
      compositor = createCompositor({ kind: report.compositor, gpu: await this.#gpu, widthPx, heightPx });
      const host = {
        store: studio.store,
        compositor,
        images,
        writer,
        muxer: createMuxer(studio.store),
        breathe,
      };
      const made = await exportFilm(film, permit, host, (p) => tell({ type: 'progress', ...p }), signal);
      return { kind: 'export', ...made };
    } finally {
      compositor?.close();
      images.close();
      writer.close();
    }
  }

  async #livePlan(project: Project, receipts: readonly ReceiptBundle[], id: SceneId): Promise<LivePlan> {
    const { shaper, shelf, looks } = await started(this.#studio);
    const scene = project.scenes.find((candidate) => candidate.id === id);
    if (!scene) throw new AppError('not-found', 'This scene is no longer in the project.');
    const { mark } = issuePermit(project, 'draft', 'offline', verified(receipts), ['live']);
    const cast: Omit<PreparedPresenter, 'track'>[] = [];
    for (const placement of scene.presenters) {
      const presenter = project.presenters.find((candidate) => candidate.id === placement.presenter);
      if (!presenter) continue;
      const data = await shelf.read(presenter);
      cast.push({ presenter, placement, kind: presenterKind(presenter), data });
    }
    const { backgroundLook, presenters } = await lookAbout(scene, project, cast, looks);
    const of = ({ id }: Presenter) => presenters.find(({ presenter }) => presenter.id === id);
    return planLive(
      scene,
      project,
      { shaper, mark },
      {
        backgroundLook,
        dataOf: (presenter) => of(presenter)?.data ?? null,
        ownLookOf: (presenter) => of(presenter)?.ownLook ?? null,
      },
    );
  }

  async #lookAround(forced: Compositor['kind'] | undefined): Promise<Probe> {
    const studio = await started(this.#studio);
    const gpu = await this.#gpu;
    const sample = newProject();
    const film = await silentFilm(sample, sample.scenes[0]?.id, studio, []);
    const images = createImageProvider(studio.store);
    try {
      return await probeDevice({
        gpu,
        store: studio.store,
        list: film.plan.at(0),
        images,
        createCompositor: (kind, widthPx, heightPx) => createCompositor({ kind, gpu, widthPx, heightPx }),
        forced,
      });
    } finally {
      images.close();
    }
  }

  /** Once a start: the caches are kept to their share of the disk, the longest untouched leaving first. */
  async #tidy(): Promise<void> {
    const { store } = await started(this.#studio);
    const { quota = CACHE_MAX_BYTES } = await navigator.storage.estimate();
    await store.sweepProducts(Math.min(CACHE_MAX_BYTES, quota * CACHE_SHARE), CACHE_SPARED_MS);
  }

  #probed(): Promise<Probe> {
    return started(this.#probe);
  }
}

async function openStudio(init: RenderWorkerInit): Promise<Studio> {
  const [store, shaper, speech, ears] = await Promise.all([
    openOpfsStore(),
    loadShaper(init.baseUrl),
    remoteSpeechEngine(init.speech),
    remoteEars(init.ears),
  ]);
  const engine = (id: string): SpeechEngine => {
    if (id === speech.id) return speech;
    throw new AppError('speech-failed', 'This voice is not available on this device.', {
      way: 'Choose another voice for this scene.',
    });
  };
  const recordings: RecordingHost = {
    ...ears,
    store,
    memory: new SoundMemory(),
    decode: async (asset, startS, endS, signal) =>
      decodeSound(await soundFile(store, asset), startS, endS, signal),
  };
  const shelf = new PresenterShelf((hash) => store.get(hash));
  const looks = createPictureLooks((hash) => store.file(hash));
  return { engine, recordings, store, shaper, memory: new FilmMemory(), shelf, looks };
}

async function soundFile(store: OpfsStore, asset: AssetHash): Promise<Blob> {
  const file = await store.file(asset);
  if (file) return file;
  throw new AppError('not-found', 'A recording that this film needs is no longer on this device.', {
    way: 'Add the sound again, or let a voice speak the scene.',
  });
}

/** What the app sends is looked at again: only what holds here and now gives a permit. */
function verified(receipts: readonly ReceiptBundle[]): readonly VerifiedReceipt[] {
  return verifiedAmong(receipts, new Date().toISOString(), verifyEd25519);
}

/** The film of one scene in which nothing is said. */
function silentFilm(
  project: Project,
  id: Project['scenes'][number]['id'] | undefined,
  studio: Studio,
  receipts: readonly ReceiptBundle[],
  signal?: JobContext['signal'],
): Promise<Film> {
  const scene = project.scenes.find((candidate) => candidate.id === id);
  if (!scene) throw new AppError('not-found', 'This scene is no longer in the project.');
  const paragraph = { ...newParagraph(), id: 'silent' as never };
  const alone = { ...project, scenes: [{ ...scene, recording: null, script: { paragraphs: [paragraph] } }] };
  const permit = issuePermit(alone, 'draft', 'offline', verified(receipts));
  return prepareFilm(alone, permit, studio, signal);
}

function wireFilm(film: Film, known: ReadonlySet<CacheKey>): PreparedFilmWire {
  return {
    rate: film.plan.rate,
    frameCount: film.plan.frameCount,
    gain: film.gain,
    recordings: film.recordings,
    sounds: film.shots.map((shot) => shot.speechKey),
    shots: film.plan.shots.map(({ scene, paragraph, startFrame, frameCount }, i) => {
      const shot = film.shots[i];
      const sent = shot && !known.has(shot.speechKey) ? shot.speech.pcm : new Float32Array(0);
      const sampleRateHz = shot?.speech.sampleRateHz ?? 16_000;
      return { scene, paragraph, startFrame, frameCount, words: shot?.words ?? [], sampleRateHz, pcm: sent };
    }),
  };
}

/** Passes the first and the last of each phase, and between them a few a second. */
function throttled(emit: Emit): Emit {
  let toldMs = -Infinity;
  let phase = '';
  return (event) => {
    if (event.type !== 'progress') return emit(event);
    const now = performance.now();
    if (event.phase === phase && event.done < event.total && now - toldMs < REPORT_EVERY_MS) return;
    toldMs = now;
    phase = event.phase;
    emit(event);
  };
}

function started<T>(promise: Promise<T> | null): Promise<T> {
  return promise ?? Promise.reject(new AppError('internal', 'The render worker was not started.'));
}

/** Errors cross as data: Comlink carries a thrown plain object as it is. */
async function crossing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const wire: unknown = errorToWire(toAppError(error));
    throw wire;
  }
}
