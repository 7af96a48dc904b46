/**
 * Deleting a presenter for good: out of the library, out of every project (binned ones, kept copies and unreadable
 * texts too), out of the log of exports, and with its parts, its source, and every encoded piece of film, out of the
 * asset store. What shows the person and is not asked to stay is gone when this resolves.
 */
import type { AssetHash, JobId, ProjectId } from '#core/base/ids.ts';
import { newPresenter } from '#core/document/create.ts';
import { presenterMedia, withoutPresenter } from '#core/document/edit.ts';
import type { Project } from '#core/document/project.ts';
import { presenterHash } from '#core/policy/consent/presenter-hash.ts';
import { SEGMENT_PRODUCT } from '#core/output/ports.ts';
import type { OpfsStore } from '#shared/opfs.ts';
import { encodeProject, parseProject } from '#shared/project-codec.ts';
import { storageError, type Database, type ExportRow, type PresenterRow } from './db.ts';
import type { ProjectStore } from './project-store.ts';
import { usedAssets } from './used-assets.ts';

/** Where a presenter is met. */
export interface PresenterTraces {
  /** Names of projects that show it. */
  readonly projects: readonly string[];
  /** Finished films that show it and are still kept here. */
  readonly films: number;
}

export interface EraseOptions {
  /** Finished films that show it go too. */
  readonly films: boolean;
}

type Marked = Pick<PresenterRow, 'id' | 'presenter'>;

/** By its id, or by what was fitted: a copy under another id shows the same person. */
function shows(text: string, { id, presenter }: Marked): boolean {
  return text.includes(`"${id}"`) || text.includes(presenter.fit);
}

export class PresenterEraser {
  readonly #database: Database;
  readonly #assets: OpfsStore;
  readonly #projects: ProjectStore;

  constructor(database: Database, assets: OpfsStore, projects: ProjectStore) {
    this.#database = database;
    this.#assets = assets;
    this.#projects = projects;
  }

  async tracesOf(row: Marked): Promise<PresenterTraces> {
    try {
      const names = new Map<ProjectId, string>();
      for (const { id, name, deletedAtMs } of await this.#database.projects.toArray())
        if (deletedAtMs === 0) names.set(id, name);
      const documents = await this.#database.documents.toArray();
      const projects = documents.flatMap(({ id, json }) => {
        const name = names.get(id);
        return name !== undefined && shows(json, row) ? [name] : [];
      });
      const exports = await this.#database.exports.toArray();
      return { projects, films: exports.filter((e) => e.movie !== null && shows(e.json, row)).length };
    } catch (error) {
      throw storageError(error);
    }
  }

  /**
   * @returns the projects that were changed: whoever holds one of them open reads it anew
   * @throws AppError storage-full | storage-failed
   */
  async erase(row: PresenterRow, { films }: EraseOptions): Promise<readonly ProjectId[]> {
    const own: AssetHash[] = [...presenterMedia(row.presenter), ...row.media.map(({ hash }) => hash)];
    if (row.source) own.push(row.source);
    const movies: AssetHash[] = [];
    const stand = newPresenter();
    const strip = (json: string) => (shows(json, row) ? without(json, row, stand) : json);
    const changed = await this.#projects.rewriteAll(strip, async () => {
      for (const made of await this.#database.exports.toArray()) {
        if (!shows(made.json, row)) continue;
        if (made.movie === null || films) {
          if (made.movie !== null) movies.push(made.movie.asset);
          await this.#database.exports.delete(made.id);
        } else {
          const kept: Pick<ExportRow, 'json'> = { json: strip(made.json) };
          await this.#database.exports.update(made.id, kept);
        }
      }
      const fits = await this.#database.fits.toArray();
      const same = fits.filter(({ job }) => job.source === row.source).map(({ id }): JobId => id);
      await this.#database.fits.bulkDelete(same);
      await this.#database.presenters.delete(row.id);
      await this.#database.receipts.where('presenter').equals(presenterHash(row.presenter)).delete();
    });
    const used = await usedAssets(this.#database);
    for (const hash of new Set([...own, ...movies])) if (!used.has(hash)) await this.#assets.remove(hash);
    // Pieces of film carry no names of who is in them; all are made again when they are needed.
    await this.#assets.removeProductsOf(SEGMENT_PRODUCT);
    return changed;
  }
}

/** A text that opens loses the presenter; one that does not loses the hashes of its parts. */
function without(json: string, { id, presenter }: Marked, stand: ReturnType<typeof newPresenter>): string {
  let project: Project;
  try {
    project = parseProject(json).project;
  } catch {
    const hidden = '0'.repeat(64);
    return presenterMedia(presenter).reduce((text, hash) => text.replaceAll(hash, hidden), json);
  }
  const copies = project.presenters.filter(
    (p) => p.id === id || (p.kind !== 'illustrated' && p.fit === presenter.fit),
  );
  return encodeProject(copies.reduce((rest, copy) => withoutPresenter(rest, copy.id, stand), project));
}
