/**
 * What a photo presenter is made of, beside its two pictures: the person on glass, and what is behind them filled in.
 * Presenter space of a photo: pixels of its picture (of the size it was fitted at; long side at most FITTED_PX).
 */
import { AppError } from '../../base/errors.ts';
import { decodeRecord, encodeRecord } from '../../base/records.ts';
import type { Rect } from '../../draw/draw-list.ts';
import type { PhotoTrack } from '../../track/photo-track.ts';
import type { LightColor } from '../kind.ts';

export const PHOTO_FIT_VERSION = 2;
/** Earlier ones that can still be drawn as they were: 1 knew no catch-lights and no light about the person. */
const STILL_DRAWN = 1;
export const FITTED_PX = 1440;

export interface PhotoFit {
  readonly kind: 'photo';
  /** Below PHOTO_FIT_VERSION: it speaks as it did, and would be better made anew from its picture. */
  readonly version: typeof STILL_DRAWN | typeof PHOTO_FIT_VERSION;
  /** In pixels of the fitted picture. */
  readonly track: PhotoTrack;
  /** The person's picture is the photo's, and below it a strip that holds the parts of the mouth. */
  readonly sheetHeightPx: number;
  readonly mesh: PhotoMesh;
  readonly parts: MouthParts;
  /** Where the person is, picture pixels. */
  readonly person: Rect;
  /** Mean colour of the upper part of what is behind the person: the light they seem to stand in; null where it was not measured. */
  readonly ambient: LightColor | null;
  /** How far below the middle of the eyes the rims of their glasses end, pixels; null where they wear none. */
  readonly glassesPx: number | null;
  /** Edges of the picture that cut the person off. */
  readonly cut: {
    readonly top: boolean;
    readonly right: boolean;
    readonly bottom: boolean;
    readonly left: boolean;
  };
}

/** The person as a skin with holes where mouth and eyes open, and the eyes behind it. */
export interface PhotoMesh {
  /** Of the skin's vertices: x, y, z; picture pixels, z + away from the viewer. */
  readonly positions: Float32Array;
  /** Three vertices a triangle, of the skin. */
  readonly indices: Uint16Array;
  /** Vertices of the skin along the lips' inner edge, from the person's right corner to the left; corners are shared. */
  readonly upperLip: Uint16Array;
  readonly lowerLip: Uint16Array;
  readonly right: EyeMesh;
  readonly left: EyeMesh;
}

export interface EyeMesh {
  /** Vertices of the skin along the lids' edge, from the outer corner to the inner; corners are shared. */
  readonly upperLid: Uint16Array;
  readonly lowerLid: Uint16Array;
  /** What lies in the opening and a little under the lids: x, y, z, picture pixels, and its triangles. */
  readonly ball: Float32Array;
  readonly ballIndices: Uint16Array;
  /** Centre and radius of the iris, picture pixels. */
  readonly iris: readonly [x: number, y: number, radius: number];
  /** Its catch-light: where it is in the picture, and on the sheet; null where there is none. */
  readonly glint: { readonly place: Rect; readonly part: Rect } | null;
}

/** Where each part of the mouth is on the person's sheet, pixels. */
export interface MouthParts {
  readonly cavity: Rect;
  readonly upperTeeth: Rect;
  readonly lowerTeeth: Rect;
  readonly tongue: Rect;
  /** Dark above, clear below. */
  readonly shade: Rect;
  /** The dark of lashes, clear above and below. */
  readonly lash: Rect;
}

export function encodePhotoFit(fit: PhotoFit): Uint8Array<ArrayBuffer> {
  return encodeRecord(fit);
}

/** @throws AppError corrupt-file | newer-version */
export function decodePhotoFit(bytes: Uint8Array): PhotoFit {
  const fit = decodeRecord(bytes) as Partial<PhotoFit> | null;
  if (fit?.kind !== 'photo' || !fit.mesh || !fit.parts)
    throw new AppError('corrupt-file', 'This is no fitted photo.', { way: 'Add the photo again.' });
  const { version, mesh } = fit;
  const glassesPx = fit.glassesPx ?? null;
  if (version === PHOTO_FIT_VERSION) return { ...(fit as PhotoFit), glassesPx };
  if (version === STILL_DRAWN)
    return {
      ...(fit as PhotoFit),
      mesh: { ...mesh, right: { ...mesh.right, glint: null }, left: { ...mesh.left, glint: null } },
      ...{ ambient: null, glassesPx },
    };
  throw new AppError('newer-version', 'This photo was fitted by another version of Orator.', {
    way: 'Add the photo again.',
  });
}
