/** A disk without room says so in codes of its own; whoever waits for room, or tells of it, knows it by ours. */
import { AppError } from '#core/base/errors.ts';

/** @returns what was thrown, as storage-full where it was for want of room on a disk beside a process */
export function withRoomTold(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new AppError('storage-full', 'There is no room left on the disk where films are put together.', {
    cause: error,
    way: 'Make some room there, then try again. What was drawn so far is kept.',
  });
}

/** Why a file that someone named could not be written. */
export function notWritten(path: string, cause: unknown): AppError {
  if (withRoomTold(cause) !== cause)
    return new AppError('storage-full', `There is no room left for ${path}.`, {
      cause,
      way: 'Make some room on its disk, or name another place with -o.',
    });
  return new AppError('storage-failed', `${path} could not be written.`, { cause });
}
