/**
 * The page that benches run in: the app's own engine and workers without the app around them, and a worker of the
 * bench's own for what happens inside them.
 */
import { createEngine } from '#lib/engine/engine.ts';
import type { Engine } from '#lib/engine/engine.ts';
import { frameToSeconds } from '#core/base/time.ts';
import type { Project } from '#core/document/project.ts';
import type { ExportSettings } from '#core/pipeline/worker-api.ts';
import { editedText, editProject } from './edit-words.ts';
import { filmOf, longScript, TEN_SECONDS, withText } from './films.ts';
import type { BenchApi, BenchWindow, EditWish, ExportFigures, ExportRun, WorkerApi } from './protocol.ts';

const target = window as Window & BenchWindow;

type Answers = { [N in keyof WorkerApi]: Awaited<ReturnType<WorkerApi[N]>> };

/** Calls a function of the bench's worker, which lives for that call. */
async function inWorker<N extends keyof WorkerApi>(
  name: N,
  argument: Parameters<WorkerApi[N]>[0],
): Promise<Answers[N]> {
  const worker = new Worker(new URL('./bench.worker.ts', import.meta.url), { type: 'module' });
  type Answer = { readonly value: Answers[N] } | { readonly error: string };
  try {
    return await new Promise((resolve, reject) => {
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.onmessage = ({ data }: MessageEvent<'ready' | Answer>) => {
        if (data === 'ready') worker.postMessage({ name, argument });
        else if ('error' in data) reject(new Error(data.error));
        else resolve(data.value);
      };
    });
  } finally {
    worker.terminate();
  }
}

function settings(heightPx: ExportSettings['heightPx']): ExportSettings {
  return { heightPx, rateFps: 30, aspect: '16:9', grade: 'final', connection: 'offline' };
}

async function exportOnce(
  engine: Engine,
  project: Project,
  heightPx: ExportSettings['heightPx'],
): Promise<ExportRun & { readonly asset: string }> {
  const from = performance.now();
  const { movie, timings } = await engine.exportTimed(project, settings(heightPx), {
    onProgress: ({ phase, done, total }) => (target.benchProgress = { phase, fraction: done / total }),
  });
  return { wallMs: performance.now() - from, timings, bytes: movie.bytes, asset: movie.asset };
}

const api: BenchApi = {
  frames: (wish) => inWorker('frames', wish),

  listen: (wish) => inWorker('listen', wish),

  meshes: (wish) => inWorker('meshes', wish),

  follow: (wish) => inWorker('follow', wish),

  async exports(kind, heightPx): Promise<ExportFigures> {
    const engine = createEngine({ compositor: kind });
    try {
      const { summary } = await engine.device();
      await engine.listen(filmOf([], heightPx).voices[0] as never, 'Hello.'); // the voice wakes up
      const project = filmOf(TEN_SECONDS, heightPx);
      const from = performance.now();
      const { frameCount, rate } = await engine.prepare(project);
      const prepareMs = performance.now() - from;
      const first = await exportOnce(engine, project, heightPx);
      const edited = withText(project, 2, 'Bring a good warm coat, and something to eat.');
      const second = await exportOnce(engine, edited, heightPx);
      const again = await exportOnce(engine, edited, heightPx);
      const floor = await inWorker('floor', first.asset);
      const durationS = frameToSeconds(frameCount, rate);
      return { summary, frames: frameCount, durationS, prepareMs, first, edited: second, again, floor };
    } finally {
      engine.close();
    }
  },

  async edits(wish) {
    const measured = await throughEngine(wish);
    return { ...measured, stages: await inWorker('editStages', wish) };
  },

  async longExport(minutes) {
    const engine = createEngine({ compositor: 'canvas2d' });
    try {
      const project = filmOf(longScript(minutes), 180);
      const { wallMs, timings, bytes } = await exportOnce(engine, project, 180);
      const frames = timings.framesDrawn + timings.framesReused;
      return { frames, durationS: frameToSeconds(frames, project.format.rate), wallMs, timings, bytes };
    } finally {
      engine.close();
    }
  },

  async liveBytes() {
    const { bytes } = await (
      performance as Performance & {
        measureUserAgentSpecificMemory(): Promise<{ readonly bytes: number }>;
      }
    ).measureUserAgentSpecificMemory();
    return bytes;
  },
};

/** Type, prepare, show: as the editor does, with the clock on. */
async function throughEngine({ kind, paragraphs, rounds }: EditWish) {
  const engine = createEngine({ compositor: kind });
  const canvas = document.createElement('canvas');
  canvas.style.cssText = 'width: 640px; height: 360px; display: block';
  document.body.append(canvas);
  try {
    await engine.device();
    const project = editProject(paragraphs);
    await engine.attachStage(canvas, project.format.widthPx, project.format.heightPx);
    await engine.prepare(project);
    const edited = paragraphs >> 1;
    const eye = new Eye(canvas);
    const prepared: number[] = [];
    const shown: number[] = [];
    const seen: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const changed = withText(project, edited, editedText(round, paragraphs));
      await engine.show(0);
      await pause(300);
      const looking = eye.change();
      const from = performance.now();
      const film = await engine.prepare(changed);
      prepared.push(performance.now() - from);
      const shot = film.shots[edited];
      await engine.show((shot?.startFrame ?? 0) + ((shot?.frameCount ?? 0) >> 1));
      shown.push(performance.now() - from);
      seen.push((await looking) - from);
    }
    return { prepared, shown, seen };
  } finally {
    engine.close();
    canvas.remove();
  }
}

/** Looks at the canvas once a display frame, small, as a person across the room. */
class Eye {
  readonly #canvas: HTMLCanvasElement;
  readonly #ctx: CanvasRenderingContext2D;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    const small = document.createElement('canvas');
    [small.width, small.height] = [96, 54];
    this.#ctx = small.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D;
  }

  /** Resolves with the time at which the picture is another one. */
  async change(): Promise<number> {
    const before = this.#look();
    for (;;) {
      const at = await new Promise<number>((resolve) =>
        requestAnimationFrame(() => resolve(performance.now())),
      );
      if (this.#look() !== before) return at;
    }
  }

  #look(): string {
    this.#ctx.drawImage(this.#canvas, 0, 0, 96, 54);
    return String.fromCharCode(...this.#ctx.getImageData(0, 0, 96, 54).data);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

target.bench = api;
