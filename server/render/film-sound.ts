/** How a film's sound is written: coded by FFmpeg for who watches, uncompressed for who goes on editing. */
import type { CancelSignal } from '#core/base/errors.ts';
import { packSound } from '#core/output/pcm-sound.ts';
import type { AudioChunks, CodedSound } from '#core/output/ports.ts';
import { codeSound, ffmpegVersion } from './adapters/node-av.ts';
import type { OutputSpec } from './process.ts';

/** All that the coded sound depends on but the sound: part of its key. */
export type SoundCoding =
  | { readonly codec: 'aac' | 'opus'; readonly bitrate: number; readonly ffmpeg: string }
  | { readonly codec: 'pcm' };

const BITRATE = { full: 192_000, draft: 128_000 } as const;

export function soundCoding({ codec, container, effort }: OutputSpec): SoundCoding {
  if (codec === 'prores4444') return { codec: 'pcm' };
  return {
    codec: container === 'webm' ? 'opus' : 'aac',
    bitrate: BITRATE[effort],
    ffmpeg: ffmpegVersion(),
  };
}

/** The whole film's sound, once. @throws AppError encoder-failed | cancelled */
export function writeSound(
  audio: AudioChunks,
  coding: SoundCoding,
  onProgress: (fraction: number) => void,
  signal?: CancelSignal,
): Promise<CodedSound> {
  if (coding.codec === 'pcm') return packSound(audio, onProgress, signal);
  return codeSound(audio, coding, onProgress, signal);
}
