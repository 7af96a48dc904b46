/** What was drawn, to be looked at: strips of frames, and films side by side. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createCanvas, ImageData } from '@napi-rs/canvas';
import type { Picture } from '#core/track/ports.ts';
import { mouthBox, type Drawn } from './score.ts';
import type { FittedClip } from './refit.ts';

const TILE_PX = 256;
const STRIP_FRAMES = 10;

/** One row for each way, the real frames first; the mouth crop enlarged without smoothing. */
export function writeStrip(file: string, clip: FittedClip, ways: readonly Drawn[]): void {
  const frames = ways[0]?.pictures.length ?? 0;
  const chosen = Array.from({ length: Math.min(frames, STRIP_FRAMES) }, (_, k) =>
    Math.floor(((k + 0.5) * frames) / Math.min(frames, STRIP_FRAMES)),
  );
  const canvas = createCanvas(TILE_PX * chosen.length, TILE_PX * ways.length);
  const context = canvas.getContext('2d');
  context.imageSmoothingEnabled = false;
  ways.forEach(({ name, pictures }, row) => {
    chosen.forEach((i, column) => {
      const { left, top, right, bottom } = mouthBox(clip, clip.held + i);
      const side = Math.max(right - left, bottom - top) * 1.12;
      const [x, y] = [(left + right - side) / 2, (top + bottom - side) / 2];
      context.drawImage(
        canvasOf(pictures[i]!),
        ...[x, y, side, side],
        ...([column * TILE_PX, row * TILE_PX, TILE_PX, TILE_PX] as const),
      );
    });
    context.fillStyle = '#fff';
    context.font = '16px sans-serif';
    context.fillText(name, 6, row * TILE_PX + 18);
  });
  writeFileSync(file, canvas.toBuffer('image/png'));
}

function canvasOf({ widthPx, heightPx, rgba }: Picture) {
  const canvas = createCanvas(widthPx, heightPx);
  canvas.getContext('2d').putImageData(new ImageData(rgba, widthPx, heightPx), 0, 0);
  return canvas;
}

/** Faces side by side, at the film's own rate; each shown twice over, the second time at a quarter of the speed. */
export async function writeFilm(file: string, { film }: FittedClip, ways: readonly Drawn[]): Promise<void> {
  const { widthPx, heightPx, rate } = film.track;
  const child = spawn(
    'ffmpeg',
    [
      ...['-v', 'error', '-y', '-f', 'rawvideo', '-pix_fmt', 'rgba'],
      ...['-s', `${String(widthPx * ways.length)}x${String(heightPx)}`],
      ...['-r', `${String(rate.num)}/${String(rate.den)}`, '-i', '-'],
      ...[
        '-vf',
        'scale=trunc(iw/2)*2:trunc(ih/2)*2',
        '-c:v',
        'libx264',
        '-crf',
        '16',
        '-pix_fmt',
        'yuv420p',
        file,
      ],
    ],
    { stdio: ['pipe', 'ignore', 'inherit'] },
  );
  const frames = ways[0]?.pictures.length ?? 0;
  for (const slow of [1, 4])
    for (let i = 0; i < frames * slow; i++) {
      const row = Buffer.alloc(widthPx * ways.length * heightPx * 4);
      ways.forEach(({ pictures }, k) => {
        const { rgba } = pictures[Math.floor(i / slow)]!;
        for (let y = 0; y < heightPx; y++)
          row.set(rgba.subarray(y * widthPx * 4, (y + 1) * widthPx * 4), (y * ways.length + k) * widthPx * 4);
      });
      if (!child.stdin.write(row)) await once(child.stdin, 'drain');
    }
  child.stdin.end();
  await once(child, 'close');
}
