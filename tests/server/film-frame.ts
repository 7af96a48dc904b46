/** One frame of a film, or a picture, through ffmpeg: for tests on real media. */
import { execFileSync } from 'node:child_process';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import type { Picture } from '#core/track/ports.ts';

/** @param filter ffmpeg's, such as `scale=540:-2` */
export async function frameOf(path: string, atS: number, filter = 'null'): Promise<Picture> {
  // Pictures know no times to seek.
  const seek = atS > 0 ? ['-ss', String(atS)] : [];
  const output = ['-vf', filter, '-frames:v', '1', '-f', 'image2pipe', '-c:v', 'png', '-'];
  const png = execFileSync('ffmpeg', ['-v', 'error', ...seek, '-i', path, ...output], {
    maxBuffer: 1 << 28,
  });
  const image = await loadImage(png);
  const context = createCanvas(image.width, image.height).getContext('2d');
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  return { widthPx: image.width, heightPx: image.height, rgba: data };
}

/** The first `count` frames of a film, `perS` a second, scaled to a width: decoded in one go. */
export function framesOf(path: string, count: number, perS: number, widthPx: number): readonly Picture[] {
  const probe = ['-select_streams', 'v', '-show_entries', 'stream=width,height', '-of', 'csv=p=0'];
  const [wide = 1, tall = 1] = execFileSync('ffprobe', ['-v', 'error', ...probe, path])
    .toString()
    .split(',')
    .map(Number);
  const heightPx = 2 * Math.round((tall * widthPx) / wide / 2);
  const filter = ['-vf', `fps=${perS},scale=${widthPx}:${heightPx}`, '-frames:v', String(count)];
  const raw = execFileSync(
    'ffmpeg',
    ['-v', 'error', '-i', path, ...filter, '-pix_fmt', 'rgba', '-f', 'rawvideo', '-'],
    { maxBuffer: 2 ** 30 },
  );
  const size = widthPx * heightPx * 4;
  return Array.from({ length: Math.floor(raw.length / size) }, (_, i) => ({
    widthPx,
    heightPx,
    rgba: new Uint8ClampedArray(raw.buffer, raw.byteOffset + i * size, size),
  }));
}
