/** One still picture from its file: upright, in sRGB, no larger than a film can use. */
import { AppError } from '#core/base/errors.ts';

/** Twice the width of a 1080p film and some more: enough to crop into. */
const LONGEST_SIDE_PX = 4096;

/** @throws AppError corrupt-file | unsupported-media */
export async function decodeStill(blob: Blob): Promise<ImageBitmap> {
  const whole = await decode(blob, {});
  // One that is too large for a bitmap at full size may still fit at a smaller one.
  const bitmap = whole ?? (await decode(blob, { resizeWidth: LONGEST_SIDE_PX / 2, resizeQuality: 'high' }));
  if (bitmap === null) throw await refusal(blob);
  const longest = Math.max(bitmap.width, bitmap.height);
  if (longest <= LONGEST_SIDE_PX) return bitmap;
  const scale = LONGEST_SIDE_PX / longest;
  try {
    return await createImageBitmap(bitmap, {
      resizeWidth: Math.max(1, Math.round(bitmap.width * scale)),
      resizeHeight: Math.max(1, Math.round(bitmap.height * scale)),
      resizeQuality: 'high',
    });
  } finally {
    bitmap.close();
  }
}

/** Its pixels, upright; on white where it is glass, as every viewer shows it. @throws AppError as `decodeStill` */
export async function stillPixels(
  blob: Blob,
  longestPx: number,
): Promise<{
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
}> {
  const bitmap = await decodeStill(blob);
  try {
    const scale = Math.min(1, longestPx / Math.max(bitmap.width, bitmap.height));
    const widthPx = Math.max(1, Math.round(bitmap.width * scale));
    const heightPx = Math.max(1, Math.round(bitmap.height * scale));
    const ctx = new OffscreenCanvas(widthPx, heightPx).getContext('2d', { willReadFrequently: true });
    if (ctx === null)
      throw new AppError('unsupported-browser', 'This browser gave Orator no canvas to draw on.');
    ctx.fillStyle = '#ffffff';
    ctx.fillRect(0, 0, widthPx, heightPx);
    ctx.imageSmoothingQuality = 'high';
    ctx.drawImage(bitmap, 0, 0, widthPx, heightPx);
    return { widthPx, heightPx, rgba: ctx.getImageData(0, 0, widthPx, heightPx).data };
  } finally {
    bitmap.close();
  }
}

function decode(blob: Blob, options: ImageBitmapOptions): Promise<ImageBitmap | null> {
  return createImageBitmap(blob, {
    imageOrientation: 'from-image',
    colorSpaceConversion: 'default',
    premultiplyAlpha: 'premultiply',
    ...options,
  }).catch(() => null);
}

/** Why it would not decode, from how the file begins. */
async function refusal(blob: Blob): Promise<AppError> {
  const head = new TextDecoder('latin1').decode(await blob.slice(0, 64).arrayBuffer());
  const kind = /^\s*<(\?xml|svg|!DOCTYPE svg)/i.test(head)
    ? 'SVG'
    : /^....ftyp(hei|mif|msf)/s.test(head)
      ? 'HEIC'
      : /^(II\*\0|MM\0\*)/.test(head)
        ? 'TIFF'
        : null;
  if (kind !== null)
    return new AppError('unsupported-media', `This browser cannot show ${kind} pictures.`, {
      way: 'Save the picture as PNG or JPEG, then add it again.',
    });
  return new AppError('corrupt-file', 'This picture is damaged and cannot be shown.', {
    way: 'Choose the original file again, or save it anew as PNG or JPEG.',
  });
}
