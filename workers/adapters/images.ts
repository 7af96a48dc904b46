/** Pictures for compositors in a browser. */
import type { ImageProvider } from '#core/compose/ports.ts';
import { createImages, type ImageProviderOptions, type PictureStore } from '#shared/pictures/images.ts';
import { decodeStill } from './still.ts';
import { openVideoFile } from './video-source.ts';

export type { PictureStore };

/** @throws (from `load`) AppError not-found | corrupt-file | unsupported-media */
export function createImageProvider(store: PictureStore, options: ImageProviderOptions = {}): ImageProvider {
  return createImages(store, { decodeStill, openVideo: openVideoFile }, options);
}
