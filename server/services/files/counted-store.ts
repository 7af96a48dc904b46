/**
 * The store with a limit for each account: what lies under `accounts/ID/` is written down with its size, and what would
 * pass the account's sum is refused before it is kept. A row comes before its file and goes after it, so that a file is
 * never uncounted, whatever stops in between. Not to be written to from within a transaction: each write takes one.
 */
import { AppError } from '#core/base/errors.ts';
import type { Queries } from '../../database/drizzle.ts';
import type { Database } from '../../database/open.ts';
import { storedFilesRepository } from '../../repositories/stored-files.ts';
import type { Host } from '../services.ts';
import type { FileStore, StoreKey } from '../store.ts';

interface Counting {
  readonly database: Database;
  readonly host: Host;
  /** The most an account may have lying here. */
  readonly mostBytes: number;
}

export interface CountedStore extends FileStore {
  /** What an account has lying here, in bytes. */
  usedBy(accountId: string): Promise<number>;
  /** @throws AccountFull where nothing more of the account's would be taken */
  requireRoom(accountId: string): Promise<void>;
  /**
   * Counts what others put here, such as films by the processes that draw, in the caller's transaction.
   * @throws AccountFull; AppError not-found: the account is no more
   */
  count(queries: Queries, accountId: string, files: readonly CountedFile[]): Promise<void>;
}

export interface CountedFile {
  readonly key: StoreKey;
  readonly bytes: number;
}

/** With it an account would have more than it may keep; waiting does not help, as it may where a disk is full. */
export class AccountFull extends AppError {
  constructor(mostBytes: number) {
    const mb = Math.round(mostBytes / 1_048_576);
    super('storage-full', `That would be more than the ${mb} MB an account may keep on this server.`, {
      way: 'Delete films or uploads that you do not need, or ask the server’s keeper for more room.',
    });
  }
}

export function countedStore(store: FileStore, { database, host, mostBytes }: Counting): CountedStore {
  const files = storedFilesRepository(database.queries);

  /** @returns what stood there before. @throws AppError storage-full, not-found */
  const reserve = (owner: string, key: StoreKey, bytes: number): Promise<number | null> =>
    database.transaction(async (queries) => {
      const inside = storedFilesRepository(queries);
      await inside.lockAccount(owner);
      const before = await inside.bytesOf(key);
      await count(queries, owner, [{ key, bytes }]);
      return before;
    });
  const count: CountedStore['count'] = async (queries, owner, added) => {
    const inside = storedFilesRepository(queries);
    if (!(await inside.lockAccount(owner))) throw new AppError('not-found', 'This account is no more.');
    for (const { key, bytes } of added) {
      if ((await inside.sumWithout(owner, key)) + bytes > mostBytes) throw new AccountFull(mostBytes);
      await inside.keep(key, owner, bytes, new Date(host.now()));
    }
  };
  const giveBack = async (owner: string, key: StoreKey, before: number | null): Promise<void> => {
    if (before === null) await files.forget(key);
    else await files.keep(key, owner, before, new Date(host.now()));
  };

  return {
    ...store,
    usedBy: (accountId) => files.sumWithout(accountId, ''),
    async requireRoom(accountId) {
      if ((await files.sumWithout(accountId, '')) >= mostBytes) throw new AccountFull(mostBytes);
    },
    count,
    async put(key, bytes) {
      const owner = ownerOf(key);
      if (owner === null) return store.put(key, bytes);
      const before = await reserve(owner, key, bytes.length);
      try {
        await store.put(key, bytes);
      } catch (error) {
        await giveBack(owner, key, before).catch(() => undefined); // the first fault is the one to tell of
        throw error;
      }
    },
    async putPieces(key, pieces) {
      const owner = ownerOf(key);
      if (owner === null) return store.putPieces(key, pieces);
      const before = await reserve(owner, key, 0);
      const left = mostBytes - (await files.sumWithout(owner, key));
      let bytes = 0;
      try {
        await store.putPieces(
          key,
          limited(pieces, left, mostBytes, (more) => (bytes += more)),
        );
      } catch (error) {
        await giveBack(owner, key, before).catch(() => undefined); // as above
        throw error;
      }
      try {
        // Others of the same account may have come in meanwhile.
        await reserve(owner, key, bytes);
      } catch (error) {
        await store.delete(key);
        await files.forget(key);
        throw error;
      }
    },
    async delete(key) {
      await store.delete(key);
      if (ownerOf(key) !== null) await files.forget(key);
    },
  };
}

async function* limited(
  pieces: AsyncIterable<Uint8Array>,
  left: number,
  mostBytes: number,
  count: (bytes: number) => number,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    if (count(piece.length) > left) throw new AccountFull(mostBytes);
    yield piece;
  }
}

/**
 * What can be made again (`products`) counts for nobody: it is swept when room is wanted. Parts of uploads do not count here,
 * because the whole upload was counted when it began (assets/uploads.ts); what it becomes does.
 */
function ownerOf(key: StoreKey): string | null {
  return /^accounts\/([^/]+)\/(?!products\/|uploads\/)/.exec(key)?.[1] ?? null;
}
