/**
 * Pictures of a film for whoever looks at it, made in a process of its own (look-child.ts) that is watched from outside: what
 * a strange film does to a decoder, it does to that. It is given the film's bytes as it asks for them, a picture is made
 * when the one before was taken, and the time in which it has nothing to do is not held against it.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { AppError, errorFromWire, errorToWire, throwIfCancelled, type ErrorWire } from '#core/base/errors.ts';
import { childEnv } from './child-env.ts';
import type { FilmBytes, FilmPicture, FilmPictures } from './film-reader.ts';
import { rssOf } from './open-process.ts';

export type ToLookChild =
  | { readonly type: 'look'; readonly bytes: number; readonly wanted: FilmPictures }
  | { readonly type: 'bytes'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly type: 'unread'; readonly id: number; readonly error: ErrorWire }
  /** The picture was taken. */
  | { readonly type: 'next' };

export type FromLookChild =
  | { readonly type: 'read'; readonly id: number; readonly begin: number; readonly end: number }
  | { readonly type: 'picture'; readonly picture: FilmPicture }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly error: ErrorWire };

export interface LookLimits {
  /** Of work, in all: what the reader of the pictures takes is not counted. */
  readonly workS: number;
  readonly memoryMiB: number;
}
/** At most sixty pictures, each a seek and a part of a GOP: guessed for 4K films of an hour, measured on small ones alone. */
export const LOOK_LIMITS: LookLimits = { workS: 1800, memoryMiB: 2048 };

const PROGRAM = fileURLToPath(new URL('look-child.ts', import.meta.url));
const WATCH_EVERY_MS = 250;
const KEPT_COMPLAINT = 2000;

/**
 * @throws AppError unsupported-media | corrupt-file | too-large (a limit was met) | device-lost (the process died) |
 *   cancelled, and whatever `film` throws
 */
export async function* picturesOfFilm(
  film: FilmBytes,
  wanted: FilmPictures,
  signal: AbortSignal,
  limits: LookLimits = LOOK_LIMITS,
): AsyncGenerator<FilmPicture> {
  throwIfCancelled(signal);
  const child = new LookChild(film, limits, signal);
  try {
    child.say({ type: 'look', bytes: film.bytes, wanted });
    for (;;) {
      const picture = await child.next();
      if (!picture) return;
      yield picture;
      child.say({ type: 'next' });
    }
  } finally {
    await child.close();
  }
}

class LookChild {
  readonly #film: FilmBytes;
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  readonly #watch: NodeJS.Timeout;
  readonly #signal: AbortSignal;
  readonly #onAbort = () => this.#end(new AppError('cancelled', 'Stopped.'));
  /** What came, or why nothing will, until it is asked for. */
  #told: FilmPicture | 'done' | AppError | null = null;
  #heard: () => void = () => undefined;
  #complaint = '';
  #workedMs = 0;

  constructor(film: FilmBytes, limits: LookLimits, signal: AbortSignal) {
    this.#film = film;
    this.#signal = signal;
    this.#child = fork(PROGRAM, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: childEnv(),
      detached: true,
      execArgv: [`--max-old-space-size=${Math.max(64, Math.floor(limits.memoryMiB / 4))}`],
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-KEPT_COMPLAINT);
    });
    this.#child.on('message', (message) => this.#hear(message as FromLookChild));
    this.#exited = new Promise((resolve) => {
      const over = (how: string) => {
        const cause = new Error(`${how}${this.#complaint === '' ? '' : `: ${this.#complaint}`}`);
        this.#end(new AppError('device-lost', 'The process that looked at this film ended.', { cause }));
        resolve();
      };
      this.#child.on('exit', (code, by) => over(by ?? `code ${code}`));
      this.#child.on('error', (error) => over(error.message));
    });
    let atMs = performance.now();
    this.#watch = setInterval(() => {
      const nowMs = performance.now();
      // A picture that waits to be taken is no work.
      if (this.#told === null) this.#workedMs += nowMs - atMs;
      atMs = nowMs;
      if (this.#workedMs > limits.workS * 1000) return this.#end(tooMuch('time'));
      void rssOf(this.#child.pid).then((bytes) => {
        if ((bytes ?? 0) > limits.memoryMiB * 2 ** 20) this.#end(tooMuch('memory'));
      });
    }, WATCH_EVERY_MS);
    this.#watch.unref();
    signal.addEventListener('abort', this.#onAbort);
  }

  say(message: ToLookChild): void {
    if (message.type === 'next') this.#told = this.#told instanceof AppError ? this.#told : null;
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  /** Null after the last. */
  async next(): Promise<FilmPicture | null> {
    while (this.#told === null) await new Promise<void>((resolve) => (this.#heard = resolve));
    if (this.#told instanceof AppError) throw this.#told;
    return this.#told === 'done' ? null : this.#told;
  }

  async close(): Promise<void> {
    clearInterval(this.#watch);
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  #hear(message: FromLookChild): void {
    switch (message.type) {
      case 'read':
        void this.#give(message);
        break;
      case 'picture':
        this.#tell(message.picture);
        break;
      case 'done':
        this.#tell('done');
        break;
      case 'failed':
        this.#end(errorFromWire(message.error));
        break;
      default:
        message satisfies never;
    }
  }

  async #give({ id, begin, end }: Extract<FromLookChild, { type: 'read' }>): Promise<void> {
    try {
      this.say({ type: 'bytes', id, bytes: await this.#film.read(begin, end) });
    } catch (error) {
      this.say({ type: 'unread', id, error: errorToWire(error) });
    }
  }

  #tell(told: FilmPicture | 'done'): void {
    // The first reason is the true one.
    if (!(this.#told instanceof AppError)) this.#told = told;
    this.#heard();
  }

  #end(why: AppError): void {
    if (!(this.#told instanceof AppError) && this.#told !== 'done') this.#told = why;
    this.#child.kill('SIGKILL');
    this.#heard();
  }
}

function tooMuch(what: 'time' | 'memory'): AppError {
  return new AppError('too-large', `To look at this film takes more ${what} than it may.`);
}
