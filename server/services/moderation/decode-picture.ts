/**
 * Pictures to what the network looks at, decoded by FFmpeg in a child process: a file that is made to break a decoder breaks
 * that, and not the server. Finished films have a process of their own (render/look-process.ts).
 */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '#core/base/errors.ts';
import type { SeenPicture } from '#core/policy/moderation/images/picture-classifier.ts';
import { openFilm } from '../consent/decode.ts';
import type { Scratch } from '../scratch.ts';

/** What it gives @throws AppError corrupt-file */
export function pictureDecoder(scratch: Scratch): (bytes: Uint8Array<ArrayBuffer>) => Promise<SeenPicture> {
  return async (bytes) => {
    const folder = await scratch.folder();
    try {
      const path = join(folder, 'picture');
      await writeFile(path, bytes, { mode: 0o600 });
      // How long it lasts is of no interest here, and finding out would decode it once more.
      const film = await openFilm(path, 1);
      for await (const { rgba, width, height } of film.frames(0))
        return { rgba, widthPx: width, heightPx: height };
      throw new AppError('corrupt-file', 'This picture is empty.');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}
