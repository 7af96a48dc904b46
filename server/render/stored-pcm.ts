/** A film's uncompressed sound in the store: written as it is made, and read in blocks as the film is put together. */
import { PCM_HEAD_BYTES, pcmFileBytes, pcmPieceBytes, readPcmHead } from '#core/output/pcm-sound.ts';
import type { PcmSound } from '#core/output/ports.ts';
import type { FileStore, StoreKey } from '../services/store.ts';
import { storedBlocks, storedBytes } from './stored-blocks.ts';

/** Thirteen seconds in stereo, 3.7 MB: few enough requests to a store that is far away. */
const BLOCK_PIECES = 128;

/** @returns null where there is none, or not all of it. @throws AppError storage-failed */
export async function openPcm(store: FileStore, key: StoreKey): Promise<PcmSound | null> {
  const size = await store.size(key);
  if (size === null || size < PCM_HEAD_BYTES) return null;
  const facts = readPcmHead(await storedBytes(store, key, 0, PCM_HEAD_BYTES));
  if (!facts || pcmFileBytes(facts) !== size) return null;
  const blockBytes = BLOCK_PIECES * pcmPieceBytes(facts);
  return {
    ...facts,
    bytes: () => storedBlocks(store, key, [PCM_HEAD_BYTES, size], blockBytes),
  };
}
