/**
 * Looks at pictures and films from far away, on any host: a still is made small, a film is read at a few
 * of its moments. Nothing of it is kept beyond the worker.
 */
import { isCancelled, throwIfCancelled, type CancelSignal } from '#core/base/errors.ts';
import type { AssetHash } from '#core/base/ids.ts';
import {
  cellsOf,
  LOOK_APART_S,
  LOOK_MOMENTS,
  lookSize,
  pictureLook,
  type PictureLook,
  type PictureLooks,
} from '#core/frame/picture-look.ts';
import type { PictureHost } from './images.ts';
import type { StillPicture } from './still-shelf.ts';
import type { DecodedFrame, VideoFile } from './video-source.ts';

/** What of a 2D context is needed. */
export interface LookContext {
  readonly canvas: object;
  imageSmoothingQuality: string;
  fillRect(x: number, y: number, w: number, h: number): void;
  drawImage(source: never, x: number, y: number, w: number, h: number): void;
  getImageData(x: number, y: number, w: number, h: number): { readonly data: Uint8ClampedArray };
}

export interface LookHost<S extends StillPicture, F extends DecodedFrame> extends PictureHost<S, F> {
  /** A canvas in memory. */
  context(widthPx: number, heightPx: number): LookContext;
}

/** Pixels a cell is averaged from, each way. */
const FINE = 8;
const KEPT = 32;
/** A film no longer than this is decoded whole. */
const WALKED_S = 12;

/** @param file an asset's file, or null when it is gone */
export function createLooks<S extends StillPicture & object, F extends DecodedFrame>(
  file: (hash: AssetHash) => Promise<Blob | null>,
  host: LookHost<S, F>,
): PictureLooks {
  const kept = new Map<AssetHash, Promise<PictureLook | null>>();
  return {
    async look(asset, kind, signal) {
      const before = kept.get(asset);
      const looking = before ?? lookAt(await file(asset), kind, host, signal);
      kept.delete(asset);
      kept.set(asset, looking);
      const forget = () => {
        if (kept.get(asset) === looking) kept.delete(asset);
      };
      for (const oldest of kept.keys()) {
        if (kept.size <= KEPT) break;
        kept.delete(oldest);
      }
      try {
        return await looking;
      } catch (error) {
        // What was broken off, or cannot be read now, may be looked at again.
        forget();
        if (!isCancelled(error)) return null;
        throwIfCancelled(signal);
        // Someone else's wish ended, not this one.
        return this.look(asset, kind, signal);
      }
    },
  };
}

async function lookAt<S extends StillPicture & object, F extends DecodedFrame>(
  file: Blob | null,
  kind: 'image' | 'video',
  host: LookHost<S, F>,
  signal: CancelSignal | undefined,
): Promise<PictureLook | null> {
  if (file === null) return null;
  if (kind === 'image') {
    const bitmap = await host.decodeStill(file);
    try {
      const size = lookSize(bitmap.width, bitmap.height);
      return await pictureLook({
        ...size,
        timesS: [0],
        rgb: cells(host, bitmap, bitmap.width, bitmap.height, size),
      });
    } finally {
      bitmap.close();
    }
  }
  const film = await host.openVideo(file);
  const reader = film.reader();
  try {
    const times = await momentsOf(film);
    const seen: Uint8Array[] = [];
    let size = { columns: 1, rows: 1 };
    for (const timeS of times) {
      throwIfCancelled(signal);
      const { source, widthPx, heightPx } = await reader.frameAt(timeS);
      size = lookSize(widthPx, heightPx);
      seen.push(cells(host, source, widthPx, heightPx, size));
      source.close();
    }
    const rgb = new Uint8Array(seen.length * size.columns * size.rows * 3);
    seen.forEach((moment, i) => rgb.set(moment, i * moment.length));
    return await pictureLook({ ...size, timesS: times, rgb });
  } finally {
    await reader.close();
    film.close();
  }
}

/** Key frames, since each is had alone; a short film is walked through, because not every encoder sees every cut. */
async function momentsOf(film: VideoFile<DecodedFrame>): Promise<readonly number[]> {
  const endS = await film.endS();
  if (endS > WALKED_S) return film.keyTimesS(LOOK_APART_S, LOOK_MOMENTS);
  const apartS = Math.max(LOOK_APART_S, endS / LOOK_MOMENTS);
  return Array.from({ length: Math.max(1, Math.ceil(endS / apartS)) }, (_, i) => i * apartS);
}

/** Through a canvas at the picture's own size: Chromium scales a frame itself in half a second where canvases are on the CPU. */
function cells(
  host: Pick<LookHost<StillPicture, DecodedFrame>, 'context'>,
  source: object,
  widthPx: number,
  heightPx: number,
  size: { readonly columns: number; readonly rows: number },
): Uint8Array {
  const whole = host.context(widthPx, heightPx);
  whole.drawImage(source as never, 0, 0, widthPx, heightPx);
  const [w, h] = [size.columns * FINE, size.rows * FINE];
  const small = host.context(w, h);
  // Pictures on glass stand on a frame's black.
  small.fillRect(0, 0, w, h);
  small.imageSmoothingQuality = 'high';
  small.drawImage(whole.canvas as never, 0, 0, w, h);
  return cellsOf(small.getImageData(0, 0, w, h).data, w, h, size);
}
