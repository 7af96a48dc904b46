/** A film's uncompressed sound in the store: written as it is made, and read in blocks as the film is put together. */
import { AppError } from '#core/base/errors.ts';
import { PCM_HEAD_BYTES, pcmFileBytes, pcmPieceBytes, readPcmHead } from '#core/output/pcm-sound.ts';
import type { PcmSound } from '#core/output/ports.ts';
import type { FileStore, StoreKey } from '../services/store.ts';

/** Thirteen seconds in stereo, 3.7 MB: few enough requests to a store that is far away. */
const BLOCK_PIECES = 128;

/** @returns null where there is none, or not all of it. @throws AppError storage-failed */
export async function openPcm(store: FileStore, key: StoreKey): Promise<PcmSound | null> {
  const size = await store.size(key);
  if (size === null || size < PCM_HEAD_BYTES) return null;
  const facts = readPcmHead(await bytesOf(store, key, 0, PCM_HEAD_BYTES));
  if (!facts || pcmFileBytes(facts) !== size) return null;
  const blockBytes = BLOCK_PIECES * pcmPieceBytes(facts);
  return {
    ...facts,
    async *bytes() {
      for (let at = PCM_HEAD_BYTES; at < size; at += blockBytes)
        yield await bytesOf(store, key, at, Math.min(size, at + blockBytes));
    },
  };
}

/** @throws AppError not-found | storage-failed, also where less comes than was asked for */
async function bytesOf(store: FileStore, key: StoreKey, begin: number, end: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of store.read(key, begin, end)) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  if (bytes.length === end - begin) return bytes;
  throw new AppError('storage-failed', 'The store gave less of the sound than it has.');
}
