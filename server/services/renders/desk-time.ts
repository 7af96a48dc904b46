/**
 * The desk has one hand. What holds it up for long is a store that takes a question and never answers; whatever comes of it
 * later finds its step in other hands.
 */
import { AppError } from '#core/base/errors.ts';
import type { RenderParts } from './parts.ts';

const DESK_S = 300;

/** @throws AppError storage-failed after the desk's time; cancelled as soon as the signal fires; what `work` throws */
export async function atDesk(
  { patience }: Pick<RenderParts, 'patience'>,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const late = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop = (): void => undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new AppError('storage-failed', 'The server’s store does not answer.')),
      (patience.deskS ?? DESK_S) * 1000,
    );
    stop = () => reject(new AppError('cancelled', 'Stopped.'));
  });
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  try {
    await Promise.race([work(AbortSignal.any([signal, late.signal])), over]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    late.abort();
  }
}
