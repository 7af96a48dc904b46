/**
 * The person's own presenters, and those that are being made. Rows are here, parts are in the asset store. A fit under
 * way holds a Web Lock with its id; a row that says it runs while nobody holds its lock was cut short by a reload or a
 * crash, and goes on from what the worker has kept of it.
 */
import { AppError, errorToWire } from '#core/base/errors.ts';
import { newId, type AssetHash, type JobId, type PresenterId } from '#core/base/ids.ts';
import { SELF_ISSUER, UNCONSENTED } from '#core/document/likeness.ts';
import { presenterHash } from '#core/policy/consent/presenter-hash.ts';
import type { FitJob, FittedPresenter } from '#core/pipeline/fit-api.ts';
import type { OpfsStore } from '#shared/opfs.ts';
import { storageError, type Database, type FitRow, type PresenterRow } from './db.ts';
import { heldLocks, holdLock } from './held-lock.ts';
import type { ReceiptShelf } from './receipt-shelf.ts';
import { usedAssets } from './used-assets.ts';

export type { FitRow, PresenterRow };

/** One presenter being made in this tab. Ends with exactly one of the three; later calls do nothing. */
export interface RunningFit {
  readonly id: JobId;
  readonly job: FitJob;
  progressed(fraction: number): void;
  /** Into the library with it; what it was made of is let go. */
  done(fitted: FittedPresenter): Promise<PresenterRow>;
  /** Ended by the person; can be gone on with. */
  stopped(): Promise<void>;
  failed(error: unknown): Promise<void>;
}

const PROGRESS_EVERY_MS = 1000;

export class PresenterLibrary {
  readonly #database: Database;
  readonly #assets: OpfsStore;
  readonly #receipts: ReceiptShelf;
  readonly #lockPrefix: string;
  readonly #changes: BroadcastChannel;

  constructor(database: Database, assets: OpfsStore, receipts: ReceiptShelf, name: string) {
    this.#receipts = receipts;
    this.#database = database;
    this.#assets = assets;
    this.#lockPrefix = `${name}:fit:`;
    this.#changes = new BroadcastChannel(`${name}:presenters`);
  }

  /** The newest first. */
  async list(): Promise<readonly PresenterRow[]> {
    const rows = await this.#guard(() => this.#database.presenters.toArray());
    return rows.sort((a, b) => b.createdAtMs - a.createdAtMs);
  }

  /** A presenter from a file; one with its id is replaced. Its parts are in the store already. */
  async add(
    fitted: Pick<FittedPresenter, 'presenter' | 'media' | 'thumbnail' | 'troubles'>,
    durationS: number,
  ): Promise<PresenterRow> {
    const row = rowOf(fitted, durationS, null);
    await this.#write(() => this.#database.presenters.put(row));
    return row;
  }

  /**
   * Takes a `.presenter` file in; one that is here already is replaced by it. “It is my own face” was said by whoever
   * made the file: here it is a draft until it is said again.
   * @throws AppError corrupt-file | invalid-input | newer-version | storage-full
   */
  async importFile(file: Blob): Promise<PresenterRow> {
    const { readPresenterFile, PRESENTER_FILE_MAX_BYTES } = await import('#shared/presenter-file.ts');
    if (file.size > PRESENTER_FILE_MAX_BYTES)
      throw new AppError('invalid-input', 'This file is larger than any that Orator saves.', {
        way: 'Choose a file that Orator saved; its name ends in .presenter.',
      });
    const { parts, receipts, ...read } = await readPresenterFile(new Uint8Array(await file.arrayBuffer()));
    for (const content of parts.values()) await this.#assets.put(content);
    // Claims until they are verified; those of others have no business here.
    const subject = presenterHash(read.presenter);
    const named = receipts.filter(({ receipt }) => receipt.presenter === subject);
    await this.#receipts.keep(named.map(({ receipt }) => receipt));
    const { likeness } = read.presenter;
    const said = likeness.kind === 'person' && likeness.consent?.issuer === SELF_ISSUER;
    const presenter = said ? { ...read.presenter, likeness: UNCONSENTED } : read.presenter;
    return this.add({ ...read, presenter }, read.durationS);
  }

  /** @throws AppError not-found when a part of it is gone; invalid-input when it is too large */
  async exportFile(row: PresenterRow): Promise<Blob> {
    const { writePresenterFile } = await import('#shared/presenter-file.ts');
    const receipts = await this.#receipts.bundlesFor(new Set([presenterHash(row.presenter)]));
    return writePresenterFile(row, (hash) => this.#assets.get(hash), receipts);
  }

  /** Another name, or another statement of whose face it is. */
  async change(id: PresenterId, change: Partial<Pick<PresenterRow['presenter'], 'name' | 'likeness'>>) {
    await this.#write(async () => {
      const row = await this.#database.presenters.get(id);
      if (row) await this.#database.presenters.put({ ...row, presenter: { ...row.presenter, ...change } });
    });
  }

  /**
   * Writes down that a presenter is being made, or (with an `id` from `left`) that it goes on.
   * @throws AppError invalid-input when another tab is making it; storage-full | storage-failed
   */
  async start(job: FitJob, id: JobId = newId()): Promise<RunningFit> {
    const release = await holdLock(this.#lockPrefix + id);
    if (!release)
      throw new AppError('invalid-input', 'This presenter is already being made in another tab.', {
        way: 'Wait for it there, or close that tab and go on here.',
      });
    const now = Date.now();
    try {
      await this.#write(async () => {
        const old = await this.#database.fits.get(id);
        const [startedAtMs, progress] = [old?.startedAtMs ?? now, old?.progress ?? 0];
        await this.#database.fits.put({
          id,
          job,
          state: 'running',
          startedAtMs,
          updatedAtMs: now,
          progress,
          error: null,
        });
      });
    } catch (error) {
      await release();
      throw error;
    }
    let ended = false;
    let lastWriteMs = 0;
    const end = async <T>(work: () => PromiseLike<T>): Promise<T> => {
      if (ended) throw new AppError('internal', 'This presenter’s making has ended before.');
      ended = true;
      try {
        return await this.#write(work);
      } finally {
        await release();
      }
    };
    const leave = async (change: Partial<FitRow>) => {
      if (ended) return;
      await end(() => this.#database.fits.update(id, { ...change, updatedAtMs: Date.now() }));
    };
    return {
      id,
      job,
      progressed: (progress) => {
        const at = Date.now();
        if (ended || at - lastWriteMs < PROGRESS_EVERY_MS) return;
        lastWriteMs = at;
        // Only a hint; making it must not fail over that.
        void this.#database.fits.update(id, { progress, updatedAtMs: at }).catch(() => undefined);
      },
      done: async (fitted) => {
        const row = rowOf(fitted, fitted.report.durationS, job.source);
        await end(() =>
          this.#database.atomically(async () => {
            await this.#database.presenters.put(row);
            await this.#database.fits.delete(id);
          }),
        );
        return row;
      },
      stopped: () => leave({ state: 'stopped' }),
      failed: (error) => leave({ state: 'failed', error: errorToWire(error) }),
    };
  }

  /** What is not being made anywhere at the moment, though it was begun; the newest first. */
  async left(): Promise<readonly FitRow[]> {
    const rows = await this.#guard(() => this.#database.fits.toArray());
    const alive = await heldLocks();
    return rows
      .filter((row) => !alive.has(this.#lockPrefix + row.id))
      .sort((a, b) => b.startedAtMs - a.startedAtMs);
  }

  /** Forgets one that was begun, and lets its source go. */
  async giveUp(row: FitRow): Promise<void> {
    await this.#write(() => this.#database.fits.delete(row.id));
    await this.letGo([row.job.source]);
  }

  /** Removes those of these assets that nothing on this device refers to any more. */
  async letGo(hashes: readonly AssetHash[]): Promise<void> {
    const used = await usedAssets(this.#database);
    for (const hash of new Set(hashes)) if (!used.has(hash)) await this.#assets.remove(hash);
  }

  /** Called when another tab has changed something here. @returns how to stop listening */
  onElsewhere(listener: () => void): () => void {
    this.#changes.addEventListener('message', listener);
    return () => this.#changes.removeEventListener('message', listener);
  }

  close(): void {
    this.#changes.close();
  }

  async #write<T>(work: () => PromiseLike<T>): Promise<T> {
    const value = await this.#guard(work);
    this.#changes.postMessage('changed');
    return value;
  }

  async #guard<T>(work: () => PromiseLike<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw storageError(error);
    }
  }
}

function rowOf(
  { presenter, media, thumbnail, troubles }: Omit<FittedPresenter, 'report'>,
  durationS: number,
  source: AssetHash | null,
): PresenterRow {
  const createdAtMs = Date.now();
  return { id: presenter.id, presenter, media, thumbnail, createdAtMs, troubles, durationS, source };
}
