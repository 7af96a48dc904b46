/**
 * The working film, written by a worker of its own (tape-service.ts) a few frames behind whoever follows the person.
 * Frames go there in buffers that come back.
 */
import type { AppError } from '#core/base/errors.ts';
import { toAppError, type CancelSignal } from '#core/base/errors.ts';
import { i420Bytes } from '#core/output/color.ts';
import { remoteCalls, type RemoteCalls } from '../adapters/remote-calls.ts';
import type { TapedFilm, TapeRequest } from './tape-service.ts';
import type { TapedFrame } from './tape.ts';

/** Frames that may wait there, in memory: two looks at the matte apart, so that a slow one holds up nobody. */
const AHEAD = 6;

export class FarTape {
  readonly #worker: Worker;
  readonly #calls: RemoteCalls;
  readonly #frameBytes: number;
  readonly #spare: Uint8Array<ArrayBuffer>[] = [];
  #next: number;
  #under = 0;
  #broken: AppError | null = null;
  /** The worker itself: it may never answer again. */
  #gone = false;
  #wake: () => void = () => undefined;

  private constructor(worker: Worker, calls: RemoteCalls, frameBytes: number) {
    this.#worker = worker;
    this.#calls = calls;
    this.#frameBytes = frameBytes;
    this.#next = 0;
    worker.onerror = ({ message }) => {
      this.#gone = true;
      this.#break(new Error(message));
    };
  }

  /** @throws AppError encoder-failed | network | not-found | corrupt-file | storage-failed | cancelled | internal */
  static async open(request: TapeRequest, signal?: CancelSignal): Promise<FarTape> {
    const worker = new Worker(new URL('../tape.worker.ts', import.meta.url), {
      type: 'module',
      name: 'tape',
    });
    const { port1, port2 } = new MessageChannel();
    worker.postMessage(port2, [port2]);
    const tape = new FarTape(worker, remoteCalls(port1), i420Bytes(request.widthPx, request.heightPx));
    try {
      tape.#next = (await tape.#orBroken(tape.#calls.call('open', request, { signal }))) as number;
      return tape;
    } catch (error) {
      worker.terminate();
      throw error;
    }
  }

  /** The frame that `add` wants next. */
  get nextFrame(): number {
    return this.#next;
  }

  /**
   * In order, from `nextFrame` on. What goes wrong there is told to a later frame, or to `finish`.
   * @param planes are copied @throws AppError encoder-failed | storage-full | device-lost | internal
   */
  async add({ index, planes }: TapedFrame): Promise<void> {
    while (this.#broken === null && this.#under >= AHEAD)
      await new Promise<void>((resolve) => (this.#wake = resolve));
    if (this.#broken) throw this.#broken;
    const own = this.#spare.pop() ?? new Uint8Array(this.#frameBytes);
    own.set(planes);
    this.#under++;
    this.#next = index + 1;
    this.#calls
      .call('add', { index, planes: own } satisfies TapedFrame, { transfer: [own.buffer] })
      .then(
        (returned) => this.#spare.push(returned as Uint8Array<ArrayBuffer>),
        (error: unknown) => this.#break(error),
      )
      .finally(() => {
        this.#under--;
        this.#wake();
      });
  }

  /** The film, once every frame was added. @throws AppError storage-full | cancelled | what a frame met */
  finish(title: string, signal?: CancelSignal): Promise<TapedFilm> {
    return this.#orBroken(this.#calls.call('finish', title, { signal })) as Promise<TapedFilm>;
  }

  /** Afterwards nothing is written any more: whoever forgets what was kept must not be undone. */
  async close(): Promise<void> {
    const closed = this.#calls.call('close', null).catch(() => undefined);
    if (!this.#gone) await Promise.race([closed, new Promise<void>((resolve) => (this.#onBroken = resolve))]);
    this.#worker.terminate();
  }

  #break(error: unknown): void {
    this.#broken ??= toAppError(error);
    this.#wake();
    this.#onBroken();
  }

  #onBroken: () => void = () => undefined;

  /** A worker that broke answers nothing. */
  #orBroken<T>(answer: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const fail = () => {
        if (this.#broken) reject(this.#broken);
      };
      this.#onBroken = fail;
      fail();
      answer.then(resolve, reject);
    });
  }
}
