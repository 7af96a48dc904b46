/**
 * Errors as data. Every failure a person can meet is an AppError: a literal code that code may act on, a
 * sentence that person can read, and the cause underneath. Errors cross workers and HTTP as `ErrorWire`,
 * because structured clone keeps only message, name and stack.
 */

export type ErrorCode =
  | 'cancelled' // the person, or a newer request, asked us to stop
  | 'invalid-input' // a document, file or argument that does not hold together
  | 'unsupported-media' // a file we can read but not decode here
  | 'corrupt-file' // a file that is damaged
  | 'newer-version' // a project made by a later Orator
  | 'not-found'
  | 'storage-full'
  | 'storage-failed'
  | 'network'
  | 'device-lost' // the GPU went away
  | 'encoder-failed'
  | 'speech-failed'
  | 'refused' // policy said no
  | 'signed-out' // an account is needed
  | 'conflict' // someone else, or an earlier request, was first
  | 'too-large'
  | 'too-many' // asked too often; wait
  | 'busy' // not now; later
  | 'unsupported-browser'
  | 'internal';

export interface ErrorWire {
  readonly code: ErrorCode;
  readonly message: string;
  readonly way?: string;
  readonly cause?: string;
}

export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  /** What the person can do next, one sentence; absent when the message says it all. */
  readonly way: string | undefined;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; way?: string } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.way = options.way;
  }
}

/** True for anything that means "stop was asked for": our own code or a platform AbortError. */
export function isCancelled(error: unknown): boolean {
  if (error instanceof AppError) return error.code === 'cancelled';
  return error instanceof Error && error.name === 'AbortError';
}

/** Wraps anything thrown into an AppError, keeping AppErrors as they are. */
export function toAppError(error: unknown, fallback: ErrorCode = 'internal'): AppError {
  if (error instanceof AppError) return error;
  if (isCancelled(error)) return new AppError('cancelled', 'Stopped.', { cause: error });
  const name = error instanceof Error ? error.name : '';
  if (name === 'QuotaExceededError')
    return new AppError('storage-full', 'There is no room left on this device for Orator.', {
      cause: error,
      way: 'Free some space on it, or Orator’s own cache under “This device”, then try again. Nothing saved so far is lost.',
    });
  const message = error instanceof Error ? error.message : String(error);
  if (fallback !== 'internal') return new AppError(fallback, message, { cause: error });
  // What nobody foresaw has no sentence of its own; its own words stay in brackets, for whoever it is reported to.
  return new AppError('internal', `Something unforeseen went wrong (${message}).`, {
    cause: error,
    way: 'Try again; if it comes back, reload. What is saved stays saved.',
  });
}

export function errorToWire(error: unknown): ErrorWire {
  const appError = toAppError(error);
  const cause =
    appError.cause instanceof Error ? `${appError.cause.name}: ${appError.cause.message}` : undefined;
  return {
    code: appError.code,
    message: appError.message,
    ...(appError.way === undefined ? {} : { way: appError.way }),
    ...(cause === undefined ? {} : { cause }),
  };
}

export function errorFromWire(wire: ErrorWire): AppError {
  return new AppError(wire.code, wire.message, {
    ...(wire.way === undefined ? {} : { way: wire.way }),
    ...(wire.cause === undefined ? {} : { cause: new Error(wire.cause) }),
  });
}

/** Throws `cancelled` when the signal has fired. Call it between steps of long work. */
export function throwIfCancelled(signal: CancelSignal | undefined): void {
  if (signal?.aborted) throw new AppError('cancelled', 'Stopped.');
}

/** The part of AbortSignal that core needs; a real AbortSignal fits. */
export interface CancelSignal {
  readonly aborted: boolean;
}
