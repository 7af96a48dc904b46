/** A stored file in blocks: whoever reads it slowly holds no request open meanwhile, and a store that is far away is asked seldom. */
import { AppError } from '#core/base/errors.ts';
import type { FileStore, StoreKey } from '../services/store.ts';

/** @throws AppError not-found | storage-failed */
export async function* storedBlocks(
  store: FileStore,
  key: StoreKey,
  [begin, end]: readonly [begin: number, end: number],
  blockBytes: number,
): AsyncGenerator<Uint8Array> {
  for (let at = begin; at < end; at += blockBytes)
    yield await storedBytes(store, key, at, Math.min(end, at + blockBytes));
}

/** @throws AppError not-found | storage-failed, also where less comes than was asked for */
export async function storedBytes(
  store: FileStore,
  key: StoreKey,
  begin: number,
  end: number,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of store.read(key, begin, end)) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  if (bytes.length === end - begin) return bytes;
  throw new AppError('storage-failed', 'The store gave less of the sound than it has.');
}
