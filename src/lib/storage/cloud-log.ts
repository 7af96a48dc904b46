/**
 * The films that a server was asked for, as this device remembers them. Only one tab sends one: it holds a Web Lock with the
 * row's id while it does. Any tab may watch.
 */
import type { JobId } from '#core/base/ids.ts';
import { storageError, type CloudRow, type CloudStage, type Database } from './db.ts';
import { holdLock, type ReleaseLock } from './held-lock.ts';

export type { CloudRow, CloudStage } from './db.ts';
export type CloudChange = Partial<Omit<CloudRow, 'id'>>;

const ENDED: readonly CloudStage[] = ['done', 'failed', 'cancelled'];
/** What has ended is remembered so long; the server lets its films go about then. */
const ENDED_MS = 30 * 24 * 3600 * 1000;

export class CloudLog {
  readonly #database: Database;
  readonly #lockPrefix: string;

  constructor(database: Database, name: string) {
    this.#database = database;
    this.#lockPrefix = `${name}:cloud:`;
  }

  /** The newest first. */
  async list(): Promise<readonly CloudRow[]> {
    const rows = await this.#guard(() => this.#database.cloud.toArray());
    return rows.sort((a, b) => b.createdAtMs - a.createdAtMs);
  }

  async get(id: JobId): Promise<CloudRow | null> {
    return (await this.#guard(() => this.#database.cloud.get(id))) ?? null;
  }

  /** @throws AppError storage-full | storage-failed */
  async put(row: CloudRow): Promise<void> {
    await this.#guard(() => this.#database.cloud.put(row));
  }

  /**
   * Changes a row as it is by now, whichever tab changed it last: two of them cannot overwrite each other.
   * @param edit what to set; null leaves it alone
   * @returns the row after it; null where it was left alone, or taken off the list
   */
  async change(id: JobId, edit: (row: CloudRow) => CloudChange | null): Promise<CloudRow | null> {
    let changed: CloudRow | null = null;
    await this.#guard(() =>
      this.#database.cloud
        .where('id')
        .equals(id)
        .modify((row, place) => {
          const set = edit(row);
          if (set !== null) place.value = changed = { ...row, ...set };
        }),
    );
    return changed;
  }

  async remove(id: JobId): Promise<void> {
    await this.#guard(() => this.#database.cloud.delete(id));
  }

  async forgetOld(): Promise<void> {
    const before = Date.now() - ENDED_MS;
    await this.#guard(() =>
      this.#database.cloud
        .filter(
          ({ stage, unlisted, createdAtMs }) => (ENDED.includes(stage) || !!unlisted) && createdAtMs < before,
        )
        .delete(),
    );
  }

  /** @returns how to let go; null while another tab sends it */
  claim(id: JobId): Promise<ReleaseLock | null> {
    return holdLock(this.#lockPrefix + id);
  }

  async #guard<T>(work: () => PromiseLike<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw storageError(error);
    }
  }
}
