/**
 * Named calls over a MessagePort, for ports of core that live in another worker: each call has an id by which it is
 * cancelled, may tell how far it is, and fails with an error as data. An AbortSignal does not clone; this is what is
 * said instead.
 */
import {
  AppError,
  errorFromWire,
  errorToWire,
  type CancelSignal,
  type ErrorWire,
} from '#core/base/errors.ts';

type Question =
  | { readonly type: 'call'; readonly id: number; readonly name: string; readonly request: unknown }
  | { readonly type: 'cancel'; readonly id: number };
type Answer =
  | { readonly type: 'done'; readonly id: number; readonly result: unknown }
  | { readonly type: 'progress'; readonly id: number; readonly fraction: number }
  | { readonly type: 'failed'; readonly id: number; readonly error: ErrorWire };

export interface CallContext {
  readonly signal: CancelSignal;
  readonly onProgress: (fraction: number) => void;
}
/** What may be called, by name. The result crosses by structured clone. */
export type Callables = Readonly<Record<string, (request: never, context: CallContext) => Promise<unknown>>>;

/** How often a signal without events is looked at. */
const CANCEL_POLL_MS = 20;

/** Answers calls that come over `port`. @param transfer what of a result is handed over rather than copied */
export function serveCalls(
  port: MessagePort,
  callables: Callables,
  transfer: (result: unknown) => Transferable[] = () => [],
): void {
  const running = new Map<number, { aborted: boolean }>();
  const answer = (message: Answer, parts: Transferable[] = []) => port.postMessage(message, parts);
  port.onmessage = ({ data }: MessageEvent<Question>) => {
    const { id } = data;
    if (data.type === 'cancel') {
      const signal = running.get(id);
      if (signal) signal.aborted = true;
      return;
    }
    const signal = { aborted: false };
    running.set(id, signal);
    const work = callables[data.name];
    const context = { signal, onProgress: (fraction: number) => answer({ type: 'progress', id, fraction }) };
    (work
      ? work(data.request as never, context)
      : Promise.reject(new AppError('internal', `Nobody answers to “${data.name}” here.`))
    )
      .then(
        (result) => answer({ type: 'done', id, result }, transfer(result)),
        (error: unknown) => answer({ type: 'failed', id, error: errorToWire(error) }),
      )
      .finally(() => running.delete(id));
  };
}

export interface CallOptions {
  readonly signal?: CancelSignal | undefined;
  readonly onProgress?: ((fraction: number) => void) | undefined;
  readonly transfer?: Transferable[];
}

export interface RemoteCalls {
  call(name: string, request: unknown, options?: CallOptions): Promise<unknown>;
}

/** Calls what `serveCalls` serves at the other end. */
export function remoteCalls(port: MessagePort): RemoteCalls {
  const waiting = new Map<number, (message: Answer) => void>();
  port.onmessage = ({ data }: MessageEvent<Answer>) => waiting.get(data.id)?.(data);
  let nextId = 1;
  return {
    call(name, request, { signal, onProgress, transfer = [] } = {}) {
      const id = nextId++;
      return new Promise((resolve, reject) => {
        const end = (finish: () => void) => {
          waiting.delete(id);
          stopWatching();
          finish();
        };
        const stopWatching = watch(signal, () => {
          port.postMessage({ type: 'cancel', id } satisfies Question);
          end(() => reject(new AppError('cancelled', 'Stopped.')));
        });
        waiting.set(id, (message) => {
          if (message.type === 'progress') onProgress?.(message.fraction);
          else if (message.type === 'done') end(() => resolve(message.result));
          else end(() => reject(errorFromWire(message.error)));
        });
        if (signal?.aborted) end(() => reject(new AppError('cancelled', 'Stopped.')));
        else port.postMessage({ type: 'call', id, name, request } satisfies Question, transfer);
      });
    },
  };
}

/**
 * Calls `cancel` when the signal fires, until the returned function is called. Core's signals are plain flags, which are
 * looked at now and then; real AbortSignals tell at once.
 */
export function watch(signal: CancelSignal | undefined, cancel: () => void): () => void {
  if (!signal) return () => {};
  if (signal instanceof AbortSignal) {
    signal.addEventListener('abort', cancel, { once: true });
    return () => signal.removeEventListener('abort', cancel);
  }
  const timer = setInterval(() => {
    if (signal.aborted) cancel();
  }, CANCEL_POLL_MS);
  return () => clearInterval(timer);
}
