/**
 * Opens everything this device keeps: projects, exports, media, presenters and the room they take. One call at start-up; what it
 * gives back is closed by `close`.
 */
import type { Inventory } from '#core/document/validate.ts';
import { openOpfsStore, type OpfsStore } from '#shared/opfs.ts';
import { CloudLog } from './cloud-log.ts';
import { openDatabase } from './db.ts';
import { PresenterEraser } from './erase-presenter.ts';
import { ExportLog } from './export-log.ts';
import { MediaLibrary } from './media-library.ts';
import { PresenterLibrary } from './presenter-library.ts';
import { ProjectStore } from './project-store.ts';
import { ReceiptShelf } from './receipt-shelf.ts';
import { Room } from './room.ts';

export interface Storage {
  readonly projects: ProjectStore;
  readonly exports: ExportLog;
  readonly cloud: CloudLog;
  readonly media: MediaLibrary;
  readonly presenters: PresenterLibrary;
  readonly eraser: PresenterEraser;
  readonly receipts: ReceiptShelf;
  readonly room: Room;
  /** The asset store itself: finished films are in it. */
  readonly assets: OpfsStore;
  close(): void;
}

export interface StorageOptions {
  /** Another place than the app's own; for tests. */
  readonly name?: string;
  /** Voices and characters that exist here; projects that name others are mended as they open. */
  readonly inventory?: Inventory;
}

/** @throws AppError unsupported-browser | storage-failed | newer-version */
export async function openStorage(options: StorageOptions = {}): Promise<Storage> {
  const name = options.name ?? 'orator';
  const [database, assets] = await Promise.all([openDatabase(name), openOpfsStore(name)]);
  const receipts = new ReceiptShelf(database, name);
  const projects = new ProjectStore(database, assets, receipts, options.inventory ?? {}, `${name}:projects`);
  const exports = new ExportLog(database, name);
  const presenters = new PresenterLibrary(database, assets, receipts, name);
  return {
    projects,
    exports,
    cloud: new CloudLog(database, name),
    media: new MediaLibrary(assets),
    presenters,
    eraser: new PresenterEraser(database, assets, projects),
    receipts,
    room: new Room(assets, projects, exports),
    assets,
    close() {
      presenters.close();
      receipts.close();
      projects.close();
    },
  };
}
