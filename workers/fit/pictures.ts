/** Stills of a fitted presenter: mouths packed as JPEG, pictures as PNG or WebP, the thumbnail. */
import { AppError } from '#core/base/errors.ts';
import type { Picture } from '#core/track/ports.ts';

/** At 0.92 a third of a clean film's grain was lost, and its mouths looked soft in their own face. */
const MOUTH_QUALITY = 0.96;
const THUMBNAIL_PX = 320;
/** Stills being coded at once. */
const AT_ONCE = 3;

export async function codeStill(
  picture: Picture,
  type: 'image/jpeg' | 'image/png' | 'image/webp',
  quality?: number,
): Promise<Blob> {
  const canvas = new OffscreenCanvas(picture.widthPx, picture.heightPx);
  const ctx = canvas.getContext('2d', { willReadFrequently: true });
  if (ctx === null)
    throw new AppError('unsupported-browser', 'This browser gave Orator no canvas to draw on.');
  ctx.putImageData(imageData(picture), 0, 0);
  return canvas.convertToBlob({ type, ...(quality === undefined ? {} : { quality }) });
}

/** Codes mouths while the next frames are looked at; their order is kept. */
export class MouthCoder {
  readonly #stills: Promise<Uint8Array<ArrayBuffer>>[] = [];
  #under = 0;
  #wake: () => void = () => undefined;

  get count(): number {
    return this.#stills.length;
  }

  /** Those that were coded before. */
  goOn(stills: readonly Uint8Array<ArrayBuffer>[]): void {
    this.#stills.push(...stills.map((still) => Promise.resolve(still)));
  }

  /** @param mouth is not touched afterwards by whoever gives it */
  async add(mouth: Picture): Promise<void> {
    while (this.#under >= AT_ONCE) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#under++;
    const coded = codeStill(mouth, 'image/jpeg', MOUTH_QUALITY)
      .then(async (blob) => new Uint8Array(await blob.arrayBuffer()))
      .finally(() => {
        this.#under--;
        this.#wake();
      });
    coded.catch(() => undefined); // told to `finish`
    this.#stills.push(coded);
  }

  /** All, or those from one on. */
  finish(from = 0): Promise<Uint8Array<ArrayBuffer>[]> {
    return Promise.all(this.#stills.slice(from));
  }
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Head and shoulders, as a JPEG on a plain ground. @param face about it, pixels */
export async function thumbnailOf(picture: Picture, face: Box): Promise<Blob> {
  const side = Math.min(2.6 * face.height, picture.widthPx, picture.heightPx);
  const x = Math.min(Math.max(0, face.x + face.width / 2 - side / 2), picture.widthPx - side);
  const y = Math.min(Math.max(0, face.y + face.height / 2 - 0.42 * side), picture.heightPx - side);
  const whole = await createImageBitmap(imageData(picture));
  try {
    const canvas = new OffscreenCanvas(THUMBNAIL_PX, THUMBNAIL_PX);
    const ctx = canvas.getContext('2d');
    if (ctx === null)
      throw new AppError('unsupported-browser', 'This browser gave Orator no canvas to draw on.');
    ctx.imageSmoothingQuality = 'high';
    ctx.fillStyle = '#e7e4df';
    ctx.fillRect(0, 0, THUMBNAIL_PX, THUMBNAIL_PX);
    ctx.drawImage(whole, x, y, side, side, 0, 0, THUMBNAIL_PX, THUMBNAIL_PX);
    return await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.85 });
  } finally {
    whole.close();
  }
}

function imageData({ rgba, widthPx, heightPx }: Picture): ImageData {
  // Pixels that lie in shared or foreign memory are copied; those of our own are taken as they are.
  const own = rgba.buffer instanceof ArrayBuffer ? (rgba as Uint8ClampedArray<ArrayBuffer>) : rgba.slice();
  return new ImageData(own, widthPx, heightPx);
}
