/** What each account has lying in the store, file by file, and accounts whose files still have to go. */
import { and, asc, eq, ne, sql, sum, type Queries } from '../database/drizzle.ts';
import { user } from '../database/schema/accounts.ts';
import { deletedAccount, storedFile } from '../database/schema/work.ts';

export interface StoredFilesRepository {
  /** Holds the account until the transaction ends: what it stores is summed up by one at a time. @returns whether it is there */
  lockAccount(accountId: string): Promise<boolean>;
  /** All that the account has, without this file. */
  sumWithout(accountId: string, key: string): Promise<number>;
  bytesOf(key: string): Promise<number | null>;
  keep(key: string, accountId: string, bytes: number, at: Date): Promise<void>;
  forget(key: string): Promise<void>;

  bury(accountId: string, at: Date): Promise<void>;
  /** The longest gone first. */
  buried(most: number): Promise<readonly { readonly id: string; readonly at: Date }[]>;
  unbury(accountId: string): Promise<void>;
}

export function storedFilesRepository(queries: Queries): StoredFilesRepository {
  return {
    async lockAccount(accountId) {
      const rows = await queries
        .select({ id: user.id })
        .from(user)
        .where(eq(user.id, accountId))
        .for('update');
      return rows.length > 0;
    },
    async sumWithout(accountId, key) {
      const [row] = await queries
        .select({ bytes: sum(storedFile.bytes) })
        .from(storedFile)
        .where(and(eq(storedFile.accountId, accountId), ne(storedFile.key, key)));
      return Number(row?.bytes ?? 0);
    },
    async bytesOf(key) {
      const [row] = await queries
        .select({ bytes: storedFile.bytes })
        .from(storedFile)
        .where(eq(storedFile.key, key));
      return row?.bytes ?? null;
    },
    keep: async (key, accountId, bytes, at) =>
      void (await queries
        .insert(storedFile)
        .values({ key, accountId, bytes, at })
        .onConflictDoUpdate({ target: storedFile.key, set: { bytes, at: sql`excluded.at` } })),
    forget: async (key) => void (await queries.delete(storedFile).where(eq(storedFile.key, key))),

    bury: async (accountId, at) =>
      void (await queries.insert(deletedAccount).values({ id: accountId, at }).onConflictDoNothing()),
    buried: (most) => queries.select().from(deletedAccount).orderBy(asc(deletedAccount.at)).limit(most),
    unbury: async (accountId) =>
      void (await queries.delete(deletedAccount).where(eq(deletedAccount.id, accountId))),
  };
}
