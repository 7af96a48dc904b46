/** Errors from workers arrive as data; here they become AppErrors again. */
import { errorFromWire, toAppError } from '#core/base/errors.ts';
import type { AppError, ErrorWire } from '#core/base/errors.ts';

export function fromWorker(error: unknown): AppError {
  if (
    error !== null &&
    typeof error === 'object' &&
    !(error instanceof Error) &&
    'code' in error &&
    'message' in error
  )
    return errorFromWire(error as ErrorWire);
  return toAppError(error);
}

/** Awaits an answer from a worker. @throws AppError */
export async function crossed<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw fromWorker(error);
  }
}
