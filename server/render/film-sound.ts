/**
 * A film's sound, made once and kept: coded by FFmpeg for who watches, uncompressed for who goes on editing.
 */
import { AppError, type CancelSignal } from '#core/base/errors.ts';
import type { CacheKey } from '#core/base/ids.ts';
import { openCoded, packCoded } from '#core/output/coded-sound.ts';
import { packSound } from '#core/output/pcm-sound.ts';
import { SOUND_PRODUCT, type AudioChunks } from '#core/output/ports.ts';
import type { MovieSound } from '#shared/mediabunny.ts';
import { productKey } from '../services/assets/account-assets.ts';
import type { FileStore, StoreKey } from '../services/store.ts';
import { codeSound, ffmpegVersion } from './adapters/node-av.ts';
import type { OutputSpec } from './process.ts';
import { storedBlocks } from './stored-blocks.ts';
import { openPcm } from './stored-pcm.ts';

/** All that the sound's bytes depend on but the sound: part of its key. */
export type SoundCoding =
  | { readonly codec: 'aac' | 'opus'; readonly bitrate: number; readonly ffmpeg: string }
  | { readonly codec: 'pcm'; readonly bits: 24 };

export interface SoundPlace {
  readonly store: FileStore;
  readonly accountId: string;
  readonly key: CacheKey;
}

/** Forty seconds. */
const CODED_BLOCK_BYTES = 1_048_576;
const BITRATE = { full: 192_000, draft: 128_000 } as const;

export function soundCoding({ codec, container, effort }: OutputSpec): SoundCoding {
  if (codec === 'prores4444') return { codec: 'pcm', bits: 24 };
  return {
    codec: container === 'webm' ? 'opus' : 'aac',
    bitrate: BITRATE[effort],
    ffmpeg: ffmpegVersion(),
  };
}

/**
 * The whole film's sound as it is kept; made where it is not, or where what is kept is damaged.
 * @param master called only then
 * @throws AppError encoder-failed | cancelled | storage-full | storage-failed
 */
export async function filmSound(
  place: SoundPlace,
  coding: SoundCoding,
  master: () => Promise<AudioChunks>,
  onProgress: (fraction: number) => void,
  signal?: CancelSignal,
): Promise<MovieSound> {
  const { store, accountId, key } = place;
  const file = productKey(accountId, SOUND_PRODUCT, key);
  const open = () => (coding.codec === 'pcm' ? pcmSound(store, file) : codedSound(store, file));
  const kept = await open();
  if (kept) return kept;
  const audio = await master();
  const pieces =
    coding.codec === 'pcm'
      ? packSound(audio, onProgress, signal)
      : packCoded(await codeSound(audio, coding, onProgress, signal), signal);
  await store.putPieces(file, pieces);
  const sound = await open();
  if (!sound) throw new AppError('storage-failed', 'The store does not give back the sound it was given.');
  return sound;
}

async function pcmSound(store: FileStore, file: StoreKey): Promise<MovieSound | null> {
  const sound = await openPcm(store, file);
  return sound && { kind: 'pcm', sound };
}

/** Read through once, a block at a time: what is damaged in the middle is noticed while it can still be made again. */
async function codedSound(store: FileStore, file: StoreKey): Promise<MovieSound | null> {
  const size = await store.size(file);
  if (size === null) return null;
  try {
    const read = (...range: [number, number]) => storedBlocks(store, file, range, CODED_BLOCK_BYTES);
    const sound = await openCoded({ size, read });
    if (sound) for await (const packet of sound.packets()) void packet;
    return sound && { kind: 'coded', sound };
  } catch (error) {
    if (error instanceof AppError && error.code === 'corrupt-file') return null;
    throw error;
  }
}
