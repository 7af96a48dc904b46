/**
 * Pictures and films to what the network looks at, decoded by FFmpeg in a child process: a file that is made to break a
 * decoder breaks that, and not the server.
 */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, type CancelSignal } from '#core/base/errors.ts';
import type { SeenPicture } from '#core/policy/moderation/images/picture-classifier.ts';
import { openFilm } from '../consent/decode.ts';
import type { Scratch } from '../scratch.ts';
import type { FilmFrame } from './pictures.ts';

/** What it gives @throws AppError corrupt-file */
export function pictureDecoder(scratch: Scratch): (bytes: Uint8Array<ArrayBuffer>) => Promise<SeenPicture> {
  return async (bytes) => {
    const folder = await scratch.folder();
    try {
      const path = join(folder, 'picture');
      await writeFile(path, bytes, { mode: 0o600 });
      for await (const { picture } of framesOf(path, 0)) return picture;
      throw new AppError('corrupt-file', 'This picture is empty.');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

/** Of a film on this disk, at most one frame in so many seconds; 0 for all. @throws AppError corrupt-file | cancelled */
export async function* framesOf(
  path: string,
  everyS: number,
  signal?: CancelSignal,
): AsyncGenerator<FilmFrame> {
  // How long it lasts is of no interest here, and finding out would decode it once more.
  const film = await openFilm(path, 1, signal);
  for await (const { timeS, rgba, width, height } of film.frames(everyS, signal))
    yield { atS: timeS, picture: { rgba, widthPx: width, heightPx: height } };
}
