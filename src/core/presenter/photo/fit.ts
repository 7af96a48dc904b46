/**
 * What a photo presenter is made of, beside its two pictures: the person on glass, and what is behind them filled in.
 * Presenter space of a photo: pixels of its picture.
 */
import { AppError } from '../../base/errors.ts';
import { decodeRecord, encodeRecord } from '../../base/records.ts';
import type { PhotoTrack } from '../../track/photo-track.ts';

export const PHOTO_FIT_VERSION = 1;

export interface PhotoFit {
  readonly kind: 'photo';
  readonly version: typeof PHOTO_FIT_VERSION;
  readonly track: PhotoTrack;
}

export function encodePhotoFit(fit: PhotoFit): Uint8Array<ArrayBuffer> {
  return encodeRecord(fit);
}

/** @throws AppError corrupt-file | newer-version */
export function decodePhotoFit(bytes: Uint8Array): PhotoFit {
  const fit = decodeRecord(bytes) as Partial<PhotoFit> | null;
  if (fit?.kind !== 'photo')
    throw new AppError('corrupt-file', 'This is no fitted photo.', { way: 'Add the photo again.' });
  if (fit.version !== PHOTO_FIT_VERSION)
    throw new AppError('newer-version', 'This photo was fitted by another version of Orator.', {
      way: 'Add the photo again.',
    });
  return fit as PhotoFit;
}
