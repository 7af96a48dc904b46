/**
 * Starts a render's own process and watches over it from outside: over its memory, its disk and its time, because what
 * runs away cannot be asked to stop. Whatever ends it, whoever waits is told in a sentence, and nothing hangs.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError, errorFromWire, throwIfCancelled, type CancelSignal } from '#core/base/errors.ts';
import { isAlive } from '../alive.ts';
import { withRoomTold } from '../services/no-room.ts';
import { childEnv } from './child-env.ts';
import { SOFTWARE_ENCODES, type EncoderChoice } from './encoder-choice.ts';
import { requireOutput } from './output-spec.ts';
import type {
  CompositorWish,
  Drawing,
  EncodedBy,
  OpenRenderProcess,
  ProcessLimits,
  RenderProcess,
  RenderStep,
  StepProgress,
  StepResults,
} from './process.ts';
import type { StorePlace } from './store-place.ts';
import type { FromChild, ToChild } from './wire.ts';

const PROGRAM = fileURLToPath(new URL('child.ts', import.meta.url));
/** Then the number of the process that watches, and a dash. */
const SCRATCH = 'orator-render-';
/** In another container the same number may be another's, who is alive; nobody's folder lies untouched for so long. */
const ABANDONED_MS = 86_400_000;
const LOOK_EVERY_MS = 100;
/** Memory and disk are looked at on every so many looks. */
const MEASURE_EVERY = 3;
/** A cancelled step may end by itself within this; then its process is ended. */
const CANCEL_GRACE_MS = 700;
const OPEN_WITHIN_MS = 60_000;
const KEPT_COMPLAINT = 4000;

export interface RenderChoices {
  readonly compositor?: CompositorWish;
  /** Who draws which films (by `kindOfFilm`): what one process finds, the next ones are told. */
  readonly known?: Record<string, Drawing>;
  readonly encoder?: Pick<EncoderChoice, 'of'>;
}

/** Makes the OpenRenderProcess of one store. */
export function renderProcesses(
  place: StorePlace,
  { compositor: wish = 'auto', known = {}, encoder = SOFTWARE_ENCODES }: RenderChoices = {},
): OpenRenderProcess {
  void clearAbandoned().catch(() => undefined); // the next one to start tries again
  return async (spec, limits) => {
    // No process is started for what none could make.
    requireOutput(spec.output);
    const encodedBy = await encoder.of(spec.output, spec.encodedBy);
    const scratch = await mkdtemp(join(tmpdir(), `${SCRATCH}${process.pid}-`)).catch((error: unknown) => {
      throw withRoomTold(error);
    });
    const opened = new WatchedProcess(encodedBy, limits, scratch, (kindOfFilm, drawing) => {
      known[kindOfFilm] = drawing;
    });
    try {
      await opened.open({ type: 'open', spec, place, scratch, wish, known, encodedBy });
      return opened;
    } catch (error) {
      await opened.close();
      throw error;
    }
  };
}

interface Waiting {
  readonly resolve: (result: StepResults[RenderStep['kind']]) => void;
  readonly reject: (error: AppError) => void;
  readonly onProgress: (progress: StepProgress) => void;
  readonly signal: CancelSignal | undefined;
  readonly endsMs: number;
  cancelledMs: number | null;
}

type Learn = (kindOfFilm: string, drawing: Drawing) => void;

class WatchedProcess implements RenderProcess {
  readonly encodedBy: EncodedBy;
  readonly #limits: ProcessLimits;
  readonly #scratch: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #steps = new Map<number, Waiting>();
  readonly #watch: NodeJS.Timeout;
  readonly #learn: Learn;
  #drawing: { readonly kindOfFilm: string; readonly drawing: Drawing } | null = null;
  #opening: { resolve: () => void; reject: (error: AppError) => void } | null = null;
  #lastId = 0;
  #looks = 0;
  #toldRssBytes = 0;
  #complaint = '';
  /** Why it is no more, once it is not. */
  #end: AppError | null = null;

  constructor(encodedBy: EncodedBy, limits: ProcessLimits, scratch: string, learn: Learn) {
    this.encodedBy = encodedBy;
    this.#limits = limits;
    this.#scratch = scratch;
    this.#learn = learn;
    this.#child = fork(PROGRAM, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: childEnv(),
      // A terminal's Ctrl-C goes to whole groups; this one's end is decided here.
      detached: true,
      // The heap is a part of the memory; pictures lie outside it.
      execArgv: [
        `--max-old-space-size=${Math.max(64, Math.floor(limits.memoryMiB * 0.6))}`,
        // By itself the young generation grows to three times 32 MB with a long film, though nothing in it lives.
        '--max-semi-space-size=8',
        // And the old one to several times what lives in it, where the limit leaves room.
        '--heap-growing-percent=30',
      ],
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-KEPT_COMPLAINT);
    });
    this.#child.on('message', (message) => this.#hear(message as FromChild));
    this.#ended = new Promise((resolve) => {
      const over = (cause: string) => {
        // Nobody ended it: a driver may have. Those after it do not try that card again.
        if (!this.#end && this.#drawing?.drawing.kind === 'webgpu')
          this.#learn(this.#drawing.kindOfFilm, {
            ...this.#drawing.drawing,
            kind: 'canvas2d',
            why: 'card-failed',
          });
        this.#finish(died(cause, this.#complaint));
        resolve();
      };
      this.#child.on('exit', (code, signal) => over(signal ?? `code ${code}`));
      this.#child.on('error', (error) => over(error.message));
    });
    this.#watch = setInterval(() => void this.#look(), LOOK_EVERY_MS);
    this.#watch.unref();
  }

  get ended(): boolean {
    return this.#end !== null;
  }

  open(message: Extract<ToChild, { readonly type: 'open' }>): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => this.#kill(new AppError('device-lost', 'The render process did not start.')),
        OPEN_WITHIN_MS,
      );
      const done = () => {
        clearTimeout(timer);
        this.#opening = null;
      };
      this.#opening = {
        resolve: () => (done(), resolve()),
        reject: (error) => (done(), reject(error)),
      };
      if (this.#end) this.#opening.reject(this.#end);
      else this.#say(message);
    });
  }

  run<K extends RenderStep['kind']>(
    step: Extract<RenderStep, { readonly kind: K }>,
    onProgress: (progress: StepProgress) => void,
    signal?: CancelSignal,
  ): Promise<StepResults[K]> {
    return new Promise((resolve, reject) => {
      throwIfCancelled(signal);
      if (this.#end) throw this.#end;
      const id = ++this.#lastId;
      this.#steps.set(id, {
        resolve: resolve as Waiting['resolve'],
        reject,
        onProgress,
        signal,
        endsMs: performance.now() + this.#limits.wallS * 1000,
        cancelledMs: null,
      });
      this.#say({ type: 'run', id, step });
    });
  }

  async close(): Promise<void> {
    this.#kill(new AppError('cancelled', 'Stopped.'));
    await this.#ended;
    await rm(this.#scratch, { recursive: true, force: true, maxRetries: 3 });
  }

  #say(message: ToChild): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  #hear(message: FromChild): void {
    switch (message.type) {
      case 'opened':
        this.#opening?.resolve();
        break;
      case 'drawing':
        this.#drawing = message;
        this.#learn(message.kindOfFilm, message.drawing);
        break;
      case 'progress': {
        const step = this.#steps.get(message.id);
        if (step?.cancelledMs === null) step.onProgress(message.progress);
        break;
      }
      case 'done':
        this.#take(message.id)?.resolve(message.result);
        break;
      case 'failed':
        if (message.id === null) this.#opening?.reject(errorFromWire(message.error));
        else this.#take(message.id)?.reject(errorFromWire(message.error));
        break;
      case 'memory':
        this.#toldRssBytes = message.rssBytes;
        break;
      default:
        message satisfies never;
    }
  }

  #take(id: number): Waiting | undefined {
    const step = this.#steps.get(id);
    this.#steps.delete(id);
    return step;
  }

  async #look(): Promise<void> {
    const nowMs = performance.now();
    for (const [id, step] of this.#steps) {
      if (step.signal?.aborted === true && step.cancelledMs === null) {
        step.cancelledMs = nowMs;
        this.#say({ type: 'cancel', id });
      }
      if (step.cancelledMs !== null && nowMs - step.cancelledMs > CANCEL_GRACE_MS)
        return this.#kill(new AppError('cancelled', 'Stopped.'));
      if (nowMs > step.endsMs) return this.#kill(tooMuch('time', `${this.#limits.wallS} s`));
    }
    if (this.#looks++ % MEASURE_EVERY !== 0) return;
    const memoryBytes = (await rssOf(this.#child.pid)) ?? this.#toldRssBytes;
    if (memoryBytes > this.#limits.memoryMiB * 2 ** 20)
      return this.#kill(tooMuch('memory', `${this.#limits.memoryMiB} MiB`));
    if ((await sizeOf(this.#scratch)) > this.#limits.diskMiB * 2 ** 20)
      return this.#kill(tooMuch('disk', `${this.#limits.diskMiB} MiB`));
  }

  #kill(why: AppError): void {
    this.#finish(why);
    this.#child.kill('SIGKILL');
  }

  /** The first reason is the true one. */
  #finish(why: AppError): void {
    if (this.#end) return;
    // A heap that is full ends the process by itself.
    this.#end = /heap out of memory|Allocation failed/i.test(this.#complaint)
      ? tooMuch('memory', `${this.#limits.memoryMiB} MiB`)
      : why;
    clearInterval(this.#watch);
    this.#opening?.reject(this.#end);
    for (const { reject } of this.#steps.values()) reject(this.#end);
    this.#steps.clear();
  }
}

function died(how: string, complaint: string): AppError {
  return new AppError('device-lost', 'The process that rendered this film ended unexpectedly.', {
    cause: new Error(`${how}${complaint === '' ? '' : `: ${complaint}`}`),
    way: 'Start it again; what was drawn so far is kept.',
  });
}

function tooMuch(what: 'time' | 'memory' | 'disk', limit: string): AppError {
  return new AppError('too-large', `This film needs more ${what} than one render may take (${limit}).`, {
    way: 'Choose a smaller size or a lower rate, or split the film.',
  });
}

/** Folders of processes whose watcher was killed: nobody else would ever clear them away. */
async function clearAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = /^orator-render-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const folder = join(tmpdir(), name);
    const { mtimeMs } = await stat(folder);
    if (Date.now() - mtimeMs > ABANDONED_MS) await rm(folder, { recursive: true, force: true });
  }
}

/** Linux tells; elsewhere the child does. */
export async function rssOf(pid: number | undefined): Promise<number | null> {
  if (process.platform !== 'linux' || pid === undefined) return null;
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
  return kib === undefined ? null : Number(kib) * 1024;
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
