/** The pictures of a working film, without their mattes, one after another: for whoever looks at it a second time. */
import { AppError, throwIfCancelled } from '#core/base/errors.ts';
import type { CancelSignal } from '#core/base/errors.ts';
import { frameToSeconds } from '#core/base/time.ts';
import type { Rational } from '#core/base/time.ts';
import type { Picture } from '#core/track/ports.ts';
import { FramePixels } from '../adapters/frame-pixels.ts';
import { openVideoFile, storedFrameAt } from '../adapters/video-source.ts';

/** @param shape of the picture alone @param from the first that is wanted @returns pictures that are valid until the next */
export async function* filmPictures(
  film: Blob,
  shape: { readonly rate: Rational; readonly widthPx: number; readonly heightPx: number },
  frameCount: number,
  signal?: CancelSignal,
  from = 0,
): AsyncGenerator<Picture, void, void> {
  const file = await openVideoFile(film);
  const reader = file.reader();
  const pixels = new FramePixels(shape.widthPx, shape.heightPx);
  try {
    for (let index = from; index < frameCount; index++) {
      throwIfCancelled(signal);
      const { frame } = await storedFrameAt(reader, frameToSeconds(index + 0.5, shape.rate));
      try {
        yield await pixels.top(frame);
      } finally {
        frame.close();
      }
    }
  } finally {
    await reader.close();
    file.close();
  }
}

/** Where the film lies. @throws AppError not-found */
export function requireFile(file: File | null): File {
  if (file) return file;
  throw new AppError('not-found', 'The file is no longer on this device.', { way: 'Add it again.' });
}
