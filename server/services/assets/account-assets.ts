/**
 * An account's part of the file store, as the AssetStore that core knows: what was uploaded and what was made lies under
 * its SHA-256, what can be made again under its key. Every path begins with the account, so that nothing of one account is
 * ever found by another, not even by knowing a hash.
 *
 *   accounts/ID/assets/HASH         media, finished films
 *   accounts/ID/products/KIND/KEY   what can be made again: segments, sound, …
 *   accounts/ID/uploads/…           parts of uploads under way (uploads.ts)
 */
import { sha256Hex } from '#core/base/hashing.ts';
import { AppError } from '#core/base/errors.ts';
import type { AssetHash, CacheKey } from '#core/base/ids.ts';
import type { AssetStore } from '#core/output/ports.ts';
import { accountKey, type FileStore, type StoreKey } from '../store.ts';

const HASH = /^[0-9a-f]{64}$/;
const KIND = /^[a-z][a-z0-9-]{0,40}$/;

export function assetKey(accountId: string, hash: AssetHash): StoreKey {
  return accountKey(accountId, 'assets', checkedHash(hash));
}

/**
 * Whoever deletes assets of an account, or gives out what lies there already, does it under this name (Database.exclusive):
 * a file that a slow store is still deleting is not given out, and one that was just given out is not deleted.
 */
export const assetsOf = (accountId: string): string => `assets of ${accountId}`;

export function productKey(accountId: string, kind: string, key: CacheKey): StoreKey {
  if (!KIND.test(kind)) throw new Error(`no kind of product: ${JSON.stringify(kind)}`);
  return accountKey(accountId, 'products', kind, checkedHash(key));
}

export function accountAssets(store: FileStore, accountId: string): AssetStore {
  const asset = (hash: AssetHash) => assetKey(accountId, hash);
  const product = (kind: string, key: CacheKey) => productKey(accountId, kind, key);
  return {
    async put(bytes) {
      const hash = await sha256Hex(bytes);
      if ((await store.size(asset(hash))) === null) await store.put(asset(hash), bytes);
      return hash;
    },
    get: (hash) => getOrNull(store, asset(hash)),
    has: async (hash) => (await store.size(asset(hash))) !== null,
    remove: (hash) => store.delete(asset(hash)),
    putProduct: (kind, key, bytes) => store.put(product(kind, key), bytes),
    getProduct: (kind, key) => getOrNull(store, product(kind, key)),
    hasProduct: async (kind, key) => (await store.size(product(kind, key))) !== null,
    removeProduct: (kind, key) => store.delete(product(kind, key)),
  };
}

async function getOrNull(store: FileStore, key: StoreKey): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return (await store.get(key)) as Uint8Array<ArrayBuffer>;
  } catch (error) {
    if (error instanceof AppError && error.code === 'not-found') return null;
    throw error;
  }
}

/** Hashes come from documents that clients wrote. */
function checkedHash(hash: string): string {
  if (HASH.test(hash)) return hash;
  throw new AppError('invalid-input', 'A file is named by something that is no SHA-256.');
}
