/**
 * Where projects are kept on this device. Saving is serialised and all or nothing; a save that would write over
 * another tab's is refused; the document as it last opened well is kept beside the newest, so that no bug and no torn
 * disk costs more than one session. What cannot be read is never thrown away: its text comes with the error.
 */
import { AppError } from '#core/base/errors.ts';
import { newId, type AssetHash, type JobId, type ProjectId } from '#core/base/ids.ts';
import type { Project } from '#core/document/project.ts';
import type { Inventory } from '#core/document/validate.ts';
import { subjectsOf } from '#core/policy/people.ts';
import { ORATOR_FILE_MAX_BYTES, readOratorFile, writeOratorFile } from '#shared/orator-file.ts';
import type { OpfsStore } from '#shared/opfs.ts';
import { encodeProject, parseProject } from '#shared/project-codec.ts';
import { storageError, type Database, type DocumentRow } from './db.ts';
import type { ReceiptShelf } from './receipt-shelf.ts';
import { usedAssets } from './used-assets.ts';

export interface ProjectSummary {
  readonly id: ProjectId;
  readonly name: string;
  readonly updatedAt: string;
  readonly sceneCount: number;
  readonly thumbnail: Blob | null;
}

export interface OpenedProject {
  readonly project: Project;
  /** What was mended on the way in, one sentence each. */
  readonly notes: readonly string[];
}

/** A stored project that cannot be opened. Nothing has been changed; the person chooses what to do. */
export class DamagedProjectError extends AppError {
  readonly projectId: ProjectId;
  /** The document as it is stored, for download. */
  readonly rawJson: string;
  /** When the copy that `restoreLastGood` would open was made; null when there is none. */
  readonly lastGoodAt: string | null;

  constructor(row: DocumentRow, cause: AppError) {
    super(
      cause.code === 'newer-version' ? 'newer-version' : 'corrupt-file',
      cause.code === 'newer-version'
        ? cause.message
        : `This project is damaged and cannot be opened. ${cause.message}`,
      {
        cause,
        way:
          cause.code === 'newer-version'
            ? (cause.way ?? '')
            : row.lastGood === null
              ? 'Download the damaged project to keep it; nothing has been deleted.'
              : 'Open the copy from the last time it worked, or download the damaged one; nothing has been deleted.',
      },
    );
    this.projectId = row.id;
    this.rawJson = row.json;
    this.lastGoodAt = row.lastGood?.savedAt ?? null;
  }
}

/** Two weeks in the bin. */
const BIN_MS = 14 * 24 * 3600 * 1000;

export class ProjectStore {
  readonly #database: Database;
  readonly #assets: OpfsStore;
  readonly #receipts: ReceiptShelf;
  readonly #inventory: Inventory;
  /** The revision this tab last read or wrote, by project. */
  readonly #revisions = new Map<ProjectId, number>();
  readonly #changes: BroadcastChannel;
  /** Every write of this tab, one after the other. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(
    database: Database,
    assets: OpfsStore,
    receipts: ReceiptShelf,
    inventory: Inventory,
    channel: string,
  ) {
    this.#database = database;
    this.#receipts = receipts;
    this.#assets = assets;
    this.#inventory = inventory;
    this.#changes = new BroadcastChannel(channel);
  }

  /** The newest first. */
  async list(): Promise<readonly ProjectSummary[]> {
    const rows = await this.#guard(() => this.#database.projects.where('deletedAtMs').equals(0).toArray());
    return rows
      .sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1))
      .map(({ id, name, updatedAt, sceneCount, thumbnail }) => ({
        id,
        name,
        updatedAt,
        sceneCount,
        thumbnail,
      }));
  }

  /** @throws AppError not-found; DamagedProjectError when what is stored cannot be opened */
  async get(id: ProjectId): Promise<OpenedProject> {
    const row = await this.#guard(() => this.#database.documents.get(id));
    if (row === undefined)
      throw new AppError('not-found', 'This project is not on this device.', {
        way: 'Open another one, or the file it was saved to.',
      });
    const opened = await this.#open(row);
    this.#revisions.set(id, row.revision);
    if (row.lastGood?.json !== row.json)
      await this.#write(async () => {
        const lastGood = { json: row.json, savedAt: opened.project.updatedAt };
        await this.#database.documents.update(id, { lastGood });
      }).catch(() => undefined); // a full disk must not keep a good project shut; the next opening tries again
    return opened;
  }

  /**
   * Writes the project, new or known.
   * @throws AppError storage-full | storage-failed (also when another tab has saved it since this one read it)
   */
  async save(project: Project): Promise<void> {
    const json = encodeProject(project);
    await this.#write(() =>
      this.#database.atomically(async () => {
        const [row, old] = await Promise.all([
          this.#database.projects.get(project.id),
          this.#database.documents.get(project.id),
        ]);
        const known = this.#revisions.get(project.id);
        if (old !== undefined && known !== undefined && old.revision !== known) throw savedElsewhere();
        const revision = (old?.revision ?? 0) + 1;
        await this.#database.documents.put({
          id: project.id,
          revision,
          json,
          lastGood: old?.lastGood ?? null,
          damaged: old?.damaged ?? [],
        });
        await this.#database.projects.put({
          id: project.id,
          name: project.name,
          updatedAt: project.updatedAt,
          sceneCount: project.scenes.length,
          deletedAtMs: 0,
          thumbnail: row?.thumbnail ?? null,
        });
        this.#revisions.set(project.id, revision);
      }),
    );
  }

  async setThumbnail(id: ProjectId, thumbnail: Blob): Promise<void> {
    await this.#write(() => this.#database.projects.update(id, { thumbnail }));
  }

  /** A copy under a new id. */
  async duplicate(id: ProjectId): Promise<Project> {
    const { project } = await this.get(id);
    const now = new Date().toISOString();
    const copy: Project = {
      ...project,
      id: newId(),
      name: `${project.name.slice(0, 190)} (copy)`,
      createdAt: now,
      updatedAt: now,
    };
    await this.save(copy);
    const thumbnail = (await this.#guard(() => this.#database.projects.get(id)))?.thumbnail;
    if (thumbnail) await this.setThumbnail(copy.id, thumbnail);
    return copy;
  }

  /** Into the bin; `restore` undoes it, until the bin is emptied two weeks later. */
  async remove(id: ProjectId): Promise<void> {
    await this.#write(() => this.#database.projects.update(id, { deletedAtMs: Date.now() }));
  }

  async restore(id: ProjectId): Promise<void> {
    await this.#write(() => this.#database.projects.update(id, { deletedAtMs: 0 }));
  }

  /** Makes the copy from the last time the project opened well the project; the damaged text is kept aside. */
  async restoreLastGood(id: ProjectId): Promise<OpenedProject> {
    const row = await this.#guard(() => this.#database.documents.get(id));
    if (row === undefined || row.lastGood === null)
      throw new AppError('not-found', 'There is no earlier copy of this project.', {
        way: 'Download the damaged one to keep it; nothing has been deleted.',
      });
    const { json } = row.lastGood;
    const revision = row.revision + 1;
    const damaged = [...row.damaged, row.json];
    await this.#open({ ...row, json });
    await this.#write(() => this.#database.documents.update(id, { json, revision, damaged }));
    return this.get(id);
  }

  /** Removes for good what has been in the bin for long (or one project, at once), with media nothing else uses. */
  async purge(id?: ProjectId): Promise<void> {
    const before = Date.now() - BIN_MS;
    const rows = await this.#guard(() => this.#database.projects.where('deletedAtMs').above(0).toArray());
    const gone = rows.filter((row) => row.id === id || row.deletedAtMs < before).map((row) => row.id);
    if (gone.length === 0) return;
    await this.#write(() =>
      this.#database.atomically(async () => {
        await this.#database.documents.bulkDelete(gone);
        await this.#database.projects.bulkDelete(gone);
        for (const projectId of gone) {
          const jobs = await this.#database.exports.where('projectId').equals(projectId).toArray();
          await this.#database.exports.bulkDelete(jobs.map((job): JobId => job.id));
        }
      }),
    );
    for (const projectId of gone) this.#revisions.delete(projectId);
    await this.sweepMedia();
  }

  /**
   * Changes the text of every document that there is, binned ones and kept copies too, all at once with `also`. A
   * project whose text changes loses its still.
   * @returns the projects that were changed
   */
  async rewriteAll(
    change: (json: string) => string,
    also: () => Promise<unknown>,
  ): Promise<readonly ProjectId[]> {
    const changed: ProjectId[] = [];
    await this.#write(() =>
      this.#database.atomically(async () => {
        for (const row of await this.#database.documents.toArray()) {
          const { lastGood } = row;
          const next: DocumentRow = {
            ...row,
            json: change(row.json),
            lastGood: lastGood && { ...lastGood, json: change(lastGood.json) },
            damaged: row.damaged.map(change),
          };
          if (JSON.stringify(next) === JSON.stringify(row)) continue;
          changed.push(row.id);
          // Another tab that has it open finds that it was changed, and does not write the old over it.
          await this.#database.documents.put({ ...next, revision: row.revision + 1 });
          await this.#database.projects.update(row.id, { thumbnail: null });
          this.#revisions.delete(row.id);
        }
        await also();
      }),
    );
    return changed;
  }

  /** Frees media and films that no project, finished export or presenter refers to. */
  async sweepMedia(): Promise<number> {
    return this.#assets.sweepAssets(await usedAssets(this.#database));
  }

  /**
   * Takes a `.orator` file in. A project that is here already comes in as a copy beside it.
   * @throws AppError corrupt-file | invalid-input | newer-version | storage-full
   */
  async importFile(file: Blob): Promise<OpenedProject> {
    const bytes = await bytesOf(file);
    const { project, media, notes, receipts } = await readOratorFile(bytes, this.#inventory);
    for (const content of media.values()) await this.#assets.put(content);
    // Claims until they are verified; those of others have no business here.
    const subjects = subjectsOf(project);
    const named = receipts.filter(({ receipt }) => subjects.has(receipt.presenter));
    await this.#receipts.keep(named.map(({ receipt }) => receipt));
    const taken = (await this.#guard(() => this.#database.documents.get(project.id))) !== undefined;
    const own: Project = taken ? { ...project, id: newId() } : project;
    await this.save(own);
    return { project: own, notes };
  }

  /** @throws AppError not-found when a medium's bytes are gone */
  async exportFile(project: Project): Promise<Blob> {
    const receipts = await this.#receipts.bundlesFor(subjectsOf(project));
    return writeOratorFile(project, (hash) => this.#assets.get(hash), receipts);
  }

  /** Called when another tab has changed something here. @returns how to stop listening */
  onElsewhere(listener: () => void): () => void {
    this.#changes.addEventListener('message', listener);
    return () => this.#changes.removeEventListener('message', listener);
  }

  /** Resolves when every write asked for so far has ended. */
  async settled(): Promise<void> {
    await this.#queue.catch(() => undefined);
  }

  close(): void {
    this.#changes.close();
    this.#database.close();
  }

  async #open(row: DocumentRow): Promise<OpenedProject> {
    try {
      const media = await this.#presentMedia(row.json);
      const { project, notes } = parseProject(row.json, { ...this.#inventory, media });
      if (project.id !== row.id) throw new AppError('corrupt-file', 'It carries the id of another project.');
      return { project, notes };
    } catch (error) {
      throw new DamagedProjectError(row, error instanceof AppError ? error : storageError(error));
    }
  }

  /** Of the hashes the text names, those whose bytes are here. */
  async #presentMedia(json: string): Promise<ReadonlySet<AssetHash>> {
    const named = new Set([...json.matchAll(/[0-9a-f]{64}/g)].map((match) => match[0] as AssetHash));
    const present = new Set<AssetHash>();
    for (const hash of named) if (await this.#assets.has(hash)) present.add(hash);
    return present;
  }

  /** One write at a time, told to other tabs. A full disk is swept of what can be made again, and tried once more. */
  async #write<T>(work: () => PromiseLike<T>): Promise<T> {
    const run = async (): Promise<T> => {
      try {
        return await this.#guard(work);
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'storage-full') throw error;
        if ((await this.#assets.sweepProducts(0)) === 0) throw error;
        return await this.#guard(work);
      }
    };
    const result = this.#queue.then(run, run);
    this.#queue = result;
    const value = await result;
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

/** @throws AppError invalid-input | storage-failed */
async function bytesOf(file: Blob): Promise<Uint8Array<ArrayBuffer>> {
  if (file.size > ORATOR_FILE_MAX_BYTES)
    throw new AppError('invalid-input', 'This file is larger than any that Orator saves.', {
      way: 'Choose a file that Orator saved; its name ends in .orator.',
    });
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (cause) {
    throw new AppError('storage-failed', 'This file could not be read.', {
      cause,
      way: 'Close other tabs and choose it again, or copy it to this device first.',
    });
  }
}

function savedElsewhere(): AppError {
  return new AppError(
    'storage-failed',
    'This project was changed in another tab, so this tab stopped saving it.',
    {
      way: 'Close one of the two: reload to see the other’s changes, or save yours as a file first.',
    },
  );
}
