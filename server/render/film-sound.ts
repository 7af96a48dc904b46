/**
 * A film's sound, made once and kept: coded by FFmpeg for who watches, uncompressed for who goes on editing.
 */
import { AppError, type CancelSignal } from '#core/base/errors.ts';
import type { CacheKey } from '#core/base/ids.ts';
import { packSound } from '#core/output/pcm-sound.ts';
import { SOUND_PRODUCT, type AudioChunks, type CodedSound } from '#core/output/ports.ts';
import { decodeSound, encodeSound } from '#core/output/sound-bytes.ts';
import type { MovieSound } from '#shared/mediabunny.ts';
import { accountAssets, productKey } from '../services/assets/account-assets.ts';
import type { FileStore } from '../services/store.ts';
import { codeSound, ffmpegVersion } from './adapters/node-av.ts';
import type { OutputSpec } from './process.ts';
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
  if (coding.codec === 'pcm') return pcmSound(place, master, onProgress, signal);
  const store = accountAssets(place.store, place.accountId);
  const bytes = await store.getProduct(SOUND_PRODUCT, place.key);
  const kept = bytes && readCoded(bytes);
  if (kept) return { kind: 'coded', sound: kept };
  const sound = await codeSound(await master(), coding, onProgress, signal);
  await store.putProduct(SOUND_PRODUCT, place.key, encodeSound(sound));
  return { kind: 'coded', sound };
}

async function pcmSound(
  { store, accountId, key }: SoundPlace,
  master: () => Promise<AudioChunks>,
  onProgress: (fraction: number) => void,
  signal?: CancelSignal,
): Promise<MovieSound> {
  const file = productKey(accountId, SOUND_PRODUCT, key);
  const kept = await openPcm(store, file);
  if (kept) return { kind: 'pcm', sound: kept };
  await store.putPieces(file, packSound(await master(), onProgress, signal));
  const sound = await openPcm(store, file);
  if (!sound) throw new AppError('storage-failed', 'The store does not give back the sound it was given.');
  return { kind: 'pcm', sound };
}

function readCoded(bytes: Uint8Array<ArrayBuffer>): CodedSound | null {
  try {
    return decodeSound(bytes);
  } catch (error) {
    if (error instanceof AppError && error.code === 'corrupt-file') return null;
    throw error;
  }
}
