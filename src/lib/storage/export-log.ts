/**
 * What has been exported, and what was being exported when a tab closed. A running export holds a Web Lock with its
 * id; a row that says it runs while nobody holds its lock was interrupted, and can go on from the segments it has.
 */
import { AppError, errorToWire } from '#core/base/errors.ts';
import type { JobId, ProjectId } from '#core/base/ids.ts';
import type { Project } from '#core/document/project.ts';
import type { MovieFile } from '#core/output/ports.ts';
import type { ExportSettings } from '#core/pipeline/worker-api.ts';
import { encodeProject, parseProject } from '#shared/project-codec.ts';
import { storageError, type Database, type ExportRow, type ExportState } from './db.ts';
import { heldLocks, holdLock } from './held-lock.ts';

export interface ExportEntry {
  readonly id: JobId;
  readonly projectId: ProjectId;
  readonly projectName: string;
  readonly settings: ExportSettings;
  readonly state: ExportState;
  readonly startedAtMs: number;
  readonly progress: number;
  readonly movie: MovieFile | null;
  readonly errorMessage: string | null;
}

/** One export under way in this tab. Ends with exactly one of the four; later calls do nothing. */
export interface RunningExport {
  readonly id: JobId;
  progressed(fraction: number): void;
  done(movie: MovieFile): Promise<void>;
  failed(error: unknown): Promise<void>;
  cancelled(): Promise<void>;
}

const PROGRESS_EVERY_MS = 1000;
/** An ended export is told of for a day: its film has long been downloaded. */
const ENDED_MS = 24 * 3600 * 1000;
/** An interrupted one can be gone on with for two weeks, as long as a project stays in the bin. */
const INTERRUPTED_MS = 14 * ENDED_MS;

export class ExportLog {
  readonly #database: Database;
  readonly #lockPrefix: string;

  constructor(database: Database, name: string) {
    this.#database = database;
    this.#lockPrefix = `${name}:export:`;
  }

  /**
   * Writes down that an export starts, or (with an `id` from `interrupted`) that it goes on.
   * @throws AppError invalid-input when another tab is making it; storage-full | storage-failed
   */
  async start(id: JobId, project: Project, settings: ExportSettings): Promise<RunningExport> {
    const release = await holdLock(this.#lockPrefix + id);
    if (!release) throw madeElsewhere();
    const now = Date.now();
    try {
      const old = await this.#guard(() => this.#database.exports.get(id));
      await this.#guard(() =>
        this.#database.exports.put({
          id,
          projectId: project.id,
          projectName: project.name,
          settings,
          state: 'running',
          startedAtMs: old?.startedAtMs ?? now,
          updatedAtMs: now,
          json: encodeProject(project),
          progress: old?.progress ?? 0,
          movie: null,
          error: null,
        }),
      );
    } catch (error) {
      await release();
      throw error;
    }
    let ended = false;
    let lastWriteMs = 0;
    const end = async (change: Partial<ExportRow>) => {
      if (ended) return;
      ended = true;
      try {
        await this.#guard(() => this.#database.exports.update(id, { ...change, updatedAtMs: Date.now() }));
      } finally {
        await release();
      }
    };
    return {
      id,
      progressed: (fraction) => {
        const at = Date.now();
        if (ended || at - lastWriteMs < PROGRESS_EVERY_MS) return;
        lastWriteMs = at;
        // Only a hint for the list; an export must not fail over it.
        void this.#database.exports
          .update(id, { progress: fraction, updatedAtMs: at })
          .catch(() => undefined);
      },
      done: (movie) => end({ state: 'done', progress: 1, movie }),
      failed: (error) => end({ state: 'failed', error: errorToWire(error) }),
      cancelled: () => end({ state: 'cancelled' }),
    };
  }

  /** All exports of a project, or of all, the newest first. */
  async list(projectId?: ProjectId): Promise<readonly ExportEntry[]> {
    await this.#markInterrupted();
    const rows = await this.#guard(() =>
      projectId === undefined
        ? this.#database.exports.toArray()
        : this.#database.exports.where('projectId').equals(projectId).toArray(),
    );
    return rows.sort((a, b) => b.startedAtMs - a.startedAtMs).map(entryOf);
  }

  /** Exports that a closed tab left unfinished, with the project as it was. */
  async interrupted(): Promise<readonly { readonly entry: ExportEntry; readonly project: Project }[]> {
    await this.#markInterrupted();
    const rows = await this.#guard(() =>
      this.#database.exports.where('state').equals('interrupted').toArray(),
    );
    return rows
      .sort((a, b) => b.startedAtMs - a.startedAtMs)
      .flatMap((row) => {
        try {
          return [{ entry: entryOf(row), project: parseProject(row.json).project }];
        } catch {
          return []; // cannot be gone on with; it stays in the list
        }
      });
  }

  /** Forgets an export; its film is freed with the next sweep of media. */
  async remove(id: JobId): Promise<void> {
    await this.#guard(() => this.#database.exports.delete(id));
  }

  /** Forgets what nobody will come back for; films among it are freed with the next sweep of media. */
  async forgetOld(): Promise<void> {
    await this.#markInterrupted();
    const now = Date.now();
    await this.#guard(() =>
      this.#database.exports
        .filter(({ state, updatedAtMs }) => {
          if (state === 'running') return false;
          return updatedAtMs < now - (state === 'interrupted' ? INTERRUPTED_MS : ENDED_MS);
        })
        .delete(),
    );
  }

  async #markInterrupted(): Promise<void> {
    const rows = await this.#guard(() => this.#database.exports.where('state').equals('running').toArray());
    if (rows.length === 0) return;
    const alive = await heldLocks();
    for (const row of rows)
      if (!alive.has(this.#lockPrefix + row.id))
        await this.#guard(() => this.#database.exports.update(row.id, { state: 'interrupted' }));
  }

  async #guard<T>(work: () => PromiseLike<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw storageError(error);
    }
  }
}

function madeElsewhere(): AppError {
  return new AppError('invalid-input', 'This film is already being made in another tab.', {
    way: 'Wait for it there, or close that tab and go on here.',
  });
}

function entryOf(row: ExportRow): ExportEntry {
  return {
    id: row.id,
    projectId: row.projectId,
    projectName: row.projectName,
    settings: row.settings,
    state: row.state,
    startedAtMs: row.startedAtMs,
    progress: row.progress,
    movie: row.movie,
    errorMessage: row.error?.message ?? null,
  };
}
