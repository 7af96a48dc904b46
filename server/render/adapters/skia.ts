/** Skia in Node: canvases for the compositor, and still pictures. The one file that names @napi-rs/canvas. */
import { createCanvas, loadImage, type Canvas, type Image } from '@napi-rs/canvas';
import { AppError } from '#core/base/errors.ts';
import type { CanvasFactory } from '#core/compose/ports.ts';
import type { LookContext } from '#shared/pictures/picture-looks.ts';
import type { StillPicture } from '#shared/pictures/still-shelf.ts';

/** For those who draw by themselves (server/setup/examples). */
export { createCanvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas';

export type SkiaPicture = Canvas & StillPicture;

export const skiaCanvases: CanvasFactory = {
  create: (widthPx, heightPx) => createCanvas(widthPx, heightPx),
};

export function skiaContext(widthPx: number, heightPx: number): LookContext {
  return createCanvas(widthPx, heightPx).getContext('2d');
}

/** What is read of a canvas by its whole rows may be so many times what is wanted. */
const MOST_WASTE = 2;

/** The pixels of a canvas from its top left corner, premultiplied RGBA, as a texture takes them. */
export function canvasPixels(
  source: object,
  widthPx: number,
  heightPx: number,
): { readonly data: Uint8Array<ArrayBuffer>; readonly rowBytes: number } {
  let canvas = source as Canvas;
  // Scratch canvases may be far larger than what was painted on them.
  if (canvas.width * canvas.height > MOST_WASTE * widthPx * heightPx) {
    const part = createCanvas(widthPx, heightPx);
    part.getContext('2d').drawImage(canvas, 0, 0, widthPx, heightPx, 0, 0, widthPx, heightPx);
    canvas = part;
  }
  return { data: canvas.data() as Uint8Array<ArrayBuffer>, rowBytes: canvas.width * 4 };
}

/** As browsers do it (workers/adapters/still.ts), so that a picture is read at the same size everywhere. */
const LONGEST_SIDE_PX = 4096;
/** A picture of more pixels than this is no picture that someone took. */
const MOST_PIXELS = 200e6;
const REFUSED: readonly (readonly [RegExp, string])[] = [
  [/^\s*<(\?xml|svg|!DOCTYPE svg)/i, 'SVG'],
  [/^....ftyp(hei|mif|msf)/s, 'HEIC'],
  [/^(II\*\0|MM\0\*)/, 'TIFF'],
];

/** Upright, in sRGB, no larger than a film can use. @throws AppError corrupt-file | unsupported-media */
export async function decodeStill(file: Blob): Promise<SkiaPicture> {
  const bytes = Buffer.from(await file.arrayBuffer());
  const head = bytes.subarray(0, 64).toString('latin1');
  const refused = REFUSED.find(([pattern]) => pattern.test(head));
  if (refused)
    throw new AppError('unsupported-media', `${refused[1]} pictures cannot be shown.`, {
      way: 'Save the picture as PNG or JPEG, then add it again.',
    });
  const image = await loadImage(bytes).catch((cause: unknown) => {
    throw damaged(cause);
  });
  if (!(image.width > 0 && image.height > 0 && image.width * image.height <= MOST_PIXELS)) throw damaged();
  return small(image);
}

function damaged(cause?: unknown): AppError {
  return new AppError('corrupt-file', 'This picture is damaged and cannot be shown.', {
    ...(cause === undefined ? {} : { cause }),
    way: 'Choose the original file again, or save it anew as PNG or JPEG.',
  });
}

/** Skia turns a picture upright as its Exif says. */
function small(image: Image): SkiaPicture {
  const scale = Math.min(1, LONGEST_SIDE_PX / Math.max(image.width, image.height));
  const side = (px: number) => Math.max(1, Math.round(px * scale));
  const canvas = createCanvas(side(image.width), side(image.height));
  const ctx = canvas.getContext('2d');
  ctx.imageSmoothingQuality = 'high';
  ctx.drawImage(image, 0, 0, canvas.width, canvas.height);
  return picture(canvas);
}

/** @param rgba straight alpha @param turn clockwise degrees that make it upright */
export function pictureOfPixels(
  rgba: Uint8ClampedArray<ArrayBuffer>,
  widthPx: number,
  heightPx: number,
  turn: 0 | 90 | 180 | 270,
): SkiaPicture {
  const stored = createCanvas(widthPx, heightPx);
  const ctx = stored.getContext('2d');
  const data = ctx.createImageData(widthPx, heightPx);
  data.data.set(rgba);
  ctx.putImageData(data, 0, 0);
  if (turn === 0) return picture(stored);
  const lying = turn % 180 !== 0;
  const canvas = createCanvas(lying ? heightPx : widthPx, lying ? widthPx : heightPx);
  const turned = canvas.getContext('2d');
  turned.translate(canvas.width / 2, canvas.height / 2);
  turned.rotate((turn * Math.PI) / 180);
  turned.drawImage(stored, -widthPx / 2, -heightPx / 2);
  return picture(canvas);
}

/** Pixels lie outside the heap that the collector watches: a picture nobody needs gives them back at once. */
function picture(canvas: Canvas): SkiaPicture {
  return Object.assign(canvas, {
    close() {
      canvas.width = 0;
      canvas.height = 0;
    },
  });
}
