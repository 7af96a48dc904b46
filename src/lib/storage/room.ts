/** How much room Orator takes on this device, and how to keep it or free it. */
import { PROBE_PRODUCT } from '#core/output/ports.ts';
import type { OpfsStore } from '#shared/opfs.ts';
import type { ExportLog } from './export-log.ts';
import type { ProjectStore } from './project-store.ts';

export interface RoomReport {
  /** All that this site holds, and may hold; null when the browser will not say. */
  readonly usedBytes: number | null;
  readonly quotaBytes: number | null;
  /** What can be made again: speech, segments. */
  readonly cacheBytes: number;
  readonly mediaBytes: number;
  /** The browser has promised not to clear it on its own. */
  readonly persisted: boolean;
}

export class Room {
  readonly #assets: OpfsStore;
  readonly #projects: ProjectStore;
  readonly #exports: ExportLog;

  constructor(assets: OpfsStore, projects: ProjectStore, exports: ExportLog) {
    this.#assets = assets;
    this.#projects = projects;
    this.#exports = exports;
  }

  /** Asks the browser to keep what is stored. Ask after the first own work: some browsers ask the person. */
  async persist(): Promise<boolean> {
    return (await navigator.storage.persisted()) || (await navigator.storage.persist());
  }

  async report(): Promise<RoomReport> {
    const [estimate, usage, persisted] = await Promise.all([
      navigator.storage.estimate(),
      this.#assets.usage(),
      navigator.storage.persisted(),
    ]);
    return {
      usedBytes: estimate.usage ?? null,
      quotaBytes: estimate.quota ?? null,
      cacheBytes: usage.productBytes,
      mediaBytes: usage.assetBytes,
      persisted,
    };
  }

  /** In an idle moment after start: empties the bin and the log of what is old. The render worker sees to the caches. */
  async tidy(): Promise<void> {
    await this.#exports.forgetOld();
    await this.#projects.purge();
    await this.#projects.sweepMedia();
  }

  /** The next start measures the device again. */
  forgetProbe(): Promise<void> {
    return this.#assets.removeProductsOf(PROBE_PRODUCT);
  }

  /** @returns bytes freed */
  freeCache(): Promise<number> {
    return this.#assets.sweepProducts(0);
  }
}
