/** Looks at pictures and films from far away, in a browser. */
import { AppError } from '#core/base/errors.ts';
import type { AssetHash } from '#core/base/ids.ts';
import type { PictureLooks } from '#core/frame/picture-look.ts';
import { createLooks, type LookContext } from '#shared/pictures/picture-looks.ts';
import { decodeStill } from './still.ts';
import { openVideoFile } from './video-source.ts';

/** @param file an asset's file, or null when it is gone */
export function createPictureLooks(file: (hash: AssetHash) => Promise<Blob | null>): PictureLooks {
  return createLooks(file, { decodeStill, openVideo: openVideoFile, context });
}

function context(widthPx: number, heightPx: number): LookContext {
  const ctx = new OffscreenCanvas(widthPx, heightPx).getContext('2d', { willReadFrequently: true });
  if (ctx === null)
    throw new AppError('unsupported-browser', 'This browser gave Orator no canvas to draw on.');
  return ctx;
}
