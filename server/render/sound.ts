/**
 * A sound file's samples in Node. WAV is read here; whatever else there is goes through FFmpeg, as a program of its own.
 */
import { execFile } from 'node:child_process';
import { openAsBlob } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '#core/base/errors.ts';
import type { Sound } from '#core/speech/recording/sound.ts';
import { decodeSound } from '#shared/sound-file.ts';

const PROGRAM = fileURLToPath(new URL('ffmpeg-program.ts', import.meta.url));

/** @throws AppError not-found | unsupported-media | corrupt-file | cancelled */
export async function readSound(path: string, signal: AbortSignal): Promise<Sound> {
  try {
    return await decodeSound(await openAsBlob(path), 0, Infinity, signal);
  } catch (error) {
    const elsewhere =
      error instanceof AppError && (error.code === 'unsupported-media' || error.code === 'corrupt-file');
    if (!elsewhere) throw error;
    return throughFfmpeg(path, signal, error);
  }
}

async function throughFfmpeg(path: string, signal: AbortSignal, first: AppError): Promise<Sound> {
  const folder = await mkdtemp(join(tmpdir(), 'orator-sound-'));
  const wav = join(folder, 'sound.wav');
  try {
    await new Promise<void>((resolve, reject) => {
      execFile(process.execPath, [PROGRAM, path, wav], { signal }, (cause) => {
        if (!cause) resolve();
        else if (signal.aborted) reject(new AppError('cancelled', 'Stopped.'));
        else
          reject(
            new AppError(first.code, `The sound in ${path} cannot be read.`, {
              cause,
              way: 'Save it as WAV, then try again.',
            }),
          );
      });
    });
    return await decodeSound(await openAsBlob(wav), 0, Infinity, signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
