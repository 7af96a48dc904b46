/**
 * A person's video, whatever it was filmed with, as upright frames of one size at one constant rate. WebCodecs decodes
 * what it can; FFmpeg the rest. Nothing is decoded to learn what is in a file: only its index is read.
 */
import { AppError, throwIfCancelled } from '#core/base/errors.ts';
import type { CancelSignal } from '#core/base/errors.ts';
import { frameToSeconds } from '#core/base/time.ts';
import type { Sound } from '#core/speech/recording/sound.ts';
import { decodeSound } from '#shared/sound-file.ts';
import { FfmpegFilm, type FrameRequest } from '../adapters/ffmpeg-frames.ts';
import { FramePixels, type PixelFrame } from '../adapters/frame-pixels.ts';
import { openVideoFile, storedFrameAt, type VideoFile } from '../adapters/video-source.ts';

/** What is known of a film before a frame is decoded. */
export interface FilmFacts {
  readonly codec: string;
  /** Upright, square pixels. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** When each frame starts, seconds, ascending; only those that are whole. */
  readonly timesS: Float64Array;
  /** How long the file says it is; null where it does not. */
  readonly claimedS: number | null;
  readonly sound: boolean;
}

export interface FilmFrame extends PixelFrame {
  readonly index: number;
}

export interface FilmSource {
  readonly facts: FilmFacts;
  readonly decoder: 'webcodecs' | 'ffmpeg';
  /**
   * In order; fewer than asked for where the file is damaged. Pixels are the source's, and valid until the next frame.
   * One stream at a time, and none after one that was left early.
   * @throws AppError corrupt-file | cancelled
   */
  frames(request: FrameRequest, signal?: CancelSignal): AsyncGenerator<FilmFrame, void, void>;
  /** Its sound, mixed to one channel, on the film's own clock; null where there is none that can be read. */
  sound(signal?: CancelSignal): Promise<Sound | null>;
  close(): void;
}

/** @throws AppError unsupported-media | corrupt-file | cancelled */
export async function openFilm(blob: Blob, signal?: CancelSignal): Promise<FilmSource> {
  if (blob.size === 0)
    throw new AppError('corrupt-file', 'The file is empty.', { way: 'Choose the original file again.' });
  const file = await openVideoFile(blob).catch((error: unknown) => {
    throwIfCancelled(signal);
    // What FFmpeg cannot read either, it says better: it knows more formats.
    if (error instanceof AppError && error.code !== 'cancelled') return null;
    throw error;
  });
  return file === null ? foreignFilm(blob, await FfmpegFilm.open(blob, signal)) : nativeFilm(blob, file);
}

async function nativeFilm(blob: Blob, file: VideoFile): Promise<FilmSource> {
  const facts = await file.facts().catch((error: unknown) => {
    file.close();
    throw error;
  });
  return {
    facts,
    decoder: 'webcodecs',
    async *frames({ rate, widthPx, heightPx, from, count }, signal) {
      const pixels = new FramePixels(widthPx, heightPx);
      const reader = file.reader();
      try {
        for (let index = from; index < from + count; index++) {
          throwIfCancelled(signal);
          // The middle of the frame's time: rounding then takes no other.
          const { frame, turn } = await storedFrameAt(reader, frameToSeconds(index + 0.5, rate));
          try {
            yield { index, ...(await pixels.of(frame, turn)) };
          } finally {
            frame.close();
          }
        }
      } finally {
        await reader.close();
      }
    },
    sound: (signal) => soundOf(blob, facts, signal),
    close: () => file.close(),
  };
}

function foreignFilm(blob: Blob, film: FfmpegFilm): FilmSource {
  return {
    facts: film.facts,
    decoder: 'ffmpeg',
    async *frames(request, signal) {
      const pixels = new FramePixels(request.widthPx, request.heightPx);
      for await (const { index, planes } of film.frames(request, signal))
        yield { index, ...(await pixels.ofPlanes(planes, film.facts.colour)) };
    },
    async sound(signal) {
      const own = await soundOf(blob, film.facts, signal);
      if (own !== null) return own;
      const wav = await film.sound(signal);
      return wav === null ? null : soundOf(wav, film.facts, signal);
    },
    close: () => film.close(),
  };
}

/** Cut where the pictures end. Sound that cannot be read is none: the film is of use without. */
async function soundOf(blob: Blob, facts: FilmFacts, signal?: CancelSignal): Promise<Sound | null> {
  if (!facts.sound) return null;
  try {
    const endS = (facts.timesS.at(-1) ?? 0) + 0.5;
    const sound = await decodeSound(blob, 0, endS, signal);
    return sound.pcm.length > 0 ? sound : null;
  } catch (error) {
    if (error instanceof AppError && error.code === 'cancelled') throw error;
    return null;
  }
}
