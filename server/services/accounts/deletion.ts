/**
 * An account that is deleted, whole: its consents are taken back first, so that permits end and renders stop; then its rows,
 * sessions and keys go in one transaction with the last entry that will ever be about it, and its salts with them; then
 * its files. What is left of the files when the process dies is met by the next sweep; and so is what whoever was still at
 * work for it wrote afterwards: the account counts as gone only when nobody can be any more.
 */
import { AppError } from '#core/base/errors.ts';
import { despiteDeadlocks } from '../../database/deadlock.ts';
import type { Database } from '../../database/open.ts';
import { errorFields, type Logger } from '../../logger.ts';
import { accountsRepository } from '../../repositories/accounts.ts';
import { storedFilesRepository } from '../../repositories/stored-files.ts';
import type { Consents } from '../consent/consents.ts';
import type { Log } from '../log/log.ts';
import type { Salts } from '../log/salts.ts';
import type { Host } from '../services.ts';
import { accountKey, type FileStore } from '../store.ts';

export interface AccountDeletion {
  /** @throws AppError conflict: others would be left without an admin */
  delete(accountId: string): Promise<void>;
  /** Files of accounts that are gone. @returns how many went */
  sweep(): Promise<number>;
}

interface DeletionParts {
  readonly database: Database;
  readonly store: FileStore;
  readonly consents: Pick<Consents, 'withdrawAll'>;
  readonly trustLog: Log;
  readonly salts: Salts;
  readonly host: Host;
  readonly log: Logger;
  /** As long as anything may go on that was begun for the account. */
  readonly workMinutes: number;
}

/** For whoever starts late, and clocks that differ. */
const MARGIN_MS = 15 * 60_000;

const AT_ONCE = 100;

export function openDeletion(parts: DeletionParts): AccountDeletion {
  const { database, store, consents, trustLog, salts, host, log, workMinutes } = parts;
  const graves = storedFilesRepository(database.queries);

  const deleteFiles = async (accountId: string): Promise<number> => {
    let files = 0;
    for await (const key of store.list(`${accountKey(accountId)}/`)) {
      await store.delete(key);
      files++;
    }
    return files;
  };

  return {
    async delete(accountId) {
      const left = await accountsRepository(database.queries).leaderless(accountId);
      if (left.length > 0)
        throw new AppError('conflict', `“${left[0]}” would be left without an admin.`, {
          way: 'Make someone else an admin of it, or remove its other members, first.',
        });
      const recordings = await consents.withdrawAll(accountId);
      // What works on the account's films has locked them before it writes into the log; this goes the other way.
      const end = () =>
        database.transaction(async (queries) => {
          const hashed = await salts.hasherOf(queries, { kind: 'account', accountId });
          const subject = hashed('account', accountId);
          await trustLog.append(queries, [{ type: 'deletion', subject, what: 'account', items: recordings }]);
          await storedFilesRepository(queries).bury(accountId, new Date(host.now()));
          await accountsRepository(queries).remove(accountId);
          await salts.forget(queries, { kind: 'account', accountId });
        });
      await despiteDeadlocks(end);
      await deleteFiles(accountId);
    },
    async sweep() {
      let files = 0;
      const over = host.now() - workMinutes * 60_000 - MARGIN_MS;
      for (const { id, at } of await graves.buried(AT_ONCE))
        try {
          files += await deleteFiles(id);
          if (at.getTime() < over) await graves.unbury(id);
        } catch (error) {
          log.error({ ...errorFields(error) }, 'files of a deleted account could not be deleted');
        }
      return files;
    },
  };
}
