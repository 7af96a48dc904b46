/**
 * Where files of accounts are kept: one port, on disk or in an S3-compatible store. Keys are made by the server and hold
 * nothing that a client said. Files are written whole under another name and then moved, so that a key never names half.
 */
export interface FileStore {
  /** @throws AppError storage-full, storage-failed */
  put(key: StoreKey, bytes: Uint8Array): Promise<void>;
  /**
   * The same for what does not fit in memory, piece after piece. Where `pieces` throws, nothing is kept and it is thrown on.
   * @throws AppError storage-full, storage-failed
   */
  putPieces(key: StoreKey, pieces: AsyncIterable<Uint8Array>): Promise<void>;
  /** @throws AppError not-found, storage-failed */
  get(key: StoreKey): Promise<Uint8Array>;
  /**
   * The bytes from `begin` to before `end`, in pieces, as they are taken.
   * @throws AppError not-found, storage-failed, as it is read
   */
  read(key: StoreKey, begin?: number, end?: number): AsyncIterable<Uint8Array>;
  /** Null where there is none. @throws AppError storage-failed */
  size(key: StoreKey): Promise<number | null>;
  /** Deleting what is not there is done. */
  delete(key: StoreKey): Promise<void>;
  /** Keys under a prefix, in any order. @param before only of what was written before then */
  list(prefix: string, before?: Date): AsyncIterable<StoreKey>;
  /** Drops what whoever wrote it never finished. @returns how many */
  dropUnfinished(before: Date): Promise<number>;
  /** @throws when the store does not answer */
  ping(): Promise<void>;
}

declare const checked: unique symbol;
export type StoreKey = string & { readonly [checked]: true };

const PART = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/;

/** A key of parts such as `consent/ID/00001`. @throws Error where a part could leave its place */
export function storeKey(...parts: readonly string[]): StoreKey {
  for (const part of parts)
    if (!PART.test(part)) throw new Error(`no part of a store key: ${JSON.stringify(part)}`);
  return parts.join('/') as StoreKey;
}

/** All that belongs to an account lies under its id: so it is counted, found and deleted. */
export function accountKey(accountId: string, ...parts: readonly string[]): StoreKey {
  return storeKey('accounts', accountId, ...parts);
}

/** A key as it was kept in the database. */
export function asStoreKey(key: string): StoreKey {
  return storeKey(...key.split('/'));
}
