/**
 * FFmpeg as a separate program in a worker of its own (the core is GPL): files go in, one file comes out. It is loaded
 * only when it is needed and ended afterwards, which gives its memory back. Inputs are mounted, not copied.
 */
import { FFFSType, FFmpeg } from '@ffmpeg/ffmpeg';
import coreURL from '@ffmpeg/core?url';
import wasmURL from '@ffmpeg/core/wasm?url';
import { AppError, throwIfCancelled } from '#core/base/errors.ts';
import type { CancelSignal } from '#core/base/errors.ts';

/** How often a running command looks whether it was cancelled. */
const CANCEL_POLL_MS = 100;
const INPUT_FOLDER = '/in';
const LOG_LINES_KEPT = 40;

export interface FfmpegJob {
  /** Name → bytes, seen by the program as `/in/<name>`. */
  readonly inputs: Readonly<Record<string, Blob>>;
  readonly args: readonly string[];
  readonly output: string;
}

/**
 * Runs one command and gives back its output file.
 * @param onProgress fraction done, 0…1
 * @throws AppError encoder-failed | cancelled
 */
export async function runFfmpeg(
  job: FfmpegJob,
  onProgress: (fraction: number) => void,
  signal?: CancelSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const program = new FFmpeg();
  const log: string[] = [];
  program.on('log', ({ message }) => {
    log.push(message);
    if (log.length > LOG_LINES_KEPT) log.shift();
  });
  program.on('progress', ({ progress }) => onProgress(Math.min(1, Math.max(0, progress))));
  const fail = (cause: unknown) =>
    new AppError('encoder-failed', 'The film file could not be put together.', {
      cause: cause instanceof Error ? cause : new Error(`${String(cause)}\n${log.join('\n')}`),
      way: 'Try again; the pictures encoded so far are kept.',
    });
  let poll: ReturnType<typeof setInterval> | undefined;
  const cancelled = new Promise<never>((_, reject) => {
    poll = setInterval(() => {
      if (signal?.aborted) reject(new AppError('cancelled', 'Stopped.'));
    }, CANCEL_POLL_MS);
  });
  const run = async () => {
    await program.load(ffmpegCore());
    await program.createDir(INPUT_FOLDER);
    const blobs = Object.entries(job.inputs).map(([name, data]) => ({ name, data }));
    await program.mount(FFFSType.WORKERFS, { blobs }, INPUT_FOLDER);
    const status = await program.exec([...job.args, job.output]);
    if (status !== 0) throw new Error(`ffmpeg ended with status ${status}`);
    return program.readFile(job.output);
  };
  try {
    throwIfCancelled(signal);
    const made = await Promise.race([run(), cancelled]);
    if (typeof made === 'string') throw new Error('text instead of bytes');
    return made as Uint8Array<ArrayBuffer>;
  } catch (error) {
    throw error instanceof AppError ? error : fail(error);
  } finally {
    clearInterval(poll);
    program.terminate();
  }
}

/** Where the program lies, for a worker that runs it in its own way (ffmpeg-frames.ts). */
export function ffmpegCore(): { readonly coreURL: string; readonly wasmURL: string } {
  return { coreURL: absolute(coreURL), wasmURL: absolute(wasmURL) };
}

/** The core is imported from inside another worker, where relative addresses mean something else. */
function absolute(url: string): string {
  return new URL(url, self.location.href).href;
}
