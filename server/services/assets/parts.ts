/** What the service of assets is made of, and its sizes. */
import type { Database } from '../../database/open.ts';
import type { Logger } from '../../logger.ts';
import type { Settings } from '../../settings.ts';
import type { Host } from '../services.ts';
import type { FileStore } from '../store.ts';

export interface AssetParts {
  readonly settings: Pick<Settings, 'ACCOUNT_STORAGE_MB' | 'ASSET_MB' | 'ASSET_DAYS' | 'UPLOAD_HOURS'>;
  readonly host: Host;
  readonly log: Logger;
  readonly database: Database;
  readonly store: FileStore;
}

export const MB = 1_048_576;

export const UPLOAD_LIMITS = {
  /** Of one request; held in memory until it is written. */
  partBytes: 8 * 1024 * 1024,
  /** Of any but the last: an upload is not made of crumbs. */
  leastPartBytes: 64 * 1024,
  /** Requests that are read at once, by this process and for one account. */
  atOnce: 32,
  atOnceForOne: 6,
  /** Nothing came for so long: the rest will not. */
  silenceMs: 30_000,
  /** No part takes longer, however it trickles. */
  partMs: 300_000,
} as const;
