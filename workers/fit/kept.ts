/**
 * What making a presenter has come to so far, kept in the store so that it goes on where it stopped: after a reload, a
 * lost graphics card, a full disk. All of one source lies in one folder of products, so that it can be forgotten whole.
 */
import { cacheKey } from '#core/base/hashing.ts';
import type { AssetHash } from '#core/base/ids.ts';
import { BEGUN, type OpfsStore } from '#shared/opfs.ts';

export interface Kept {
  read(name: string): Promise<Uint8Array<ArrayBuffer> | null>;
  has(name: string): Promise<boolean>;
  /** @throws AppError storage-full | storage-failed */
  write(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

/** @param inputs whatever else changes what is kept: sizes, rate, versions, encoder */
export function keptOf(store: OpfsStore, source: AssetHash, inputs: unknown): Kept {
  const kind = kindOf(source);
  const key = (name: string) => cacheKey(`fit/${name}`, inputs);
  return {
    read: async (name) => store.getProduct(kind, await key(name)),
    has: async (name) => store.hasProduct(kind, await key(name)),
    // The same name again means newer. On a full disk what is there stays.
    write: async (name, bytes) => store.replaceProduct(kind, await key(name), bytes),
  };
}

export function forgetKept(store: OpfsStore, source: AssetHash): Promise<void> {
  return store.removeProductsOf(kindOf(source));
}

function kindOf(source: AssetHash): string {
  return `${BEGUN}${source.slice(0, 32)}`;
}
