/**
 * Pictures that may be shown as they are: portraits and frames of films in `../shared/media`. They measure false alarms
 * alone; there are no unsafe pictures in this project, so what is missed is not measured here.
 */
import { execFile } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import type { SeenPicture } from '#core/policy/moderation/images/picture-classifier.ts';

const MEDIA = join(import.meta.dirname, '../../../../shared/media');
const FRAMES_A_FILM = 12;

export interface NamedPicture {
  readonly name: string;
  readonly kind: 'portrait' | 'frame';
  readonly picture: SeenPicture;
}

/** Empty where there is no such folder. */
export async function safePictures(): Promise<NamedPicture[]> {
  if (!existsSync(MEDIA)) return [];
  const pictures: NamedPicture[] = [];
  for (const path of globSync('portraits/*.{jpg,jpeg,png,webp}', { cwd: MEDIA }).sort())
    pictures.push({ name: path, kind: 'portrait', picture: await decoded(join(MEDIA, path)) });
  const folder = mkdtempSync(join(tmpdir(), 'frames-'));
  try {
    for (const path of globSync('{footage,speaking}/*.{mp4,webm,mov,mpg,mkv}', { cwd: MEDIA }).sort()) {
      const out = mkdtempSync(join(folder, 'film-'));
      const film = join(MEDIA, path);
      await promisify(execFile)('ffmpeg', [
        ...['-v', 'error', '-i', film, '-vf', "select='not(mod(n,9))',scale='min(640,iw)':-2"],
        ...['-fps_mode', 'vfr', '-frames:v', String(FRAMES_A_FILM), join(out, '%03d.png')],
      ]);
      for (const frame of readdirSync(out).sort())
        pictures.push({ name: `${path} ${frame}`, kind: 'frame', picture: await decoded(join(out, frame)) });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return pictures;
}

async function decoded(path: string): Promise<SeenPicture> {
  const image = await loadImage(path);
  const [widthPx, heightPx] = [image.width, image.height];
  const context = createCanvas(widthPx, heightPx).getContext('2d');
  context.drawImage(image, 0, 0);
  return { rgba: context.getImageData(0, 0, widthPx, heightPx).data, widthPx, heightPx };
}
