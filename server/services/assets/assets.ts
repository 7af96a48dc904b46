/**
 * What an account has on the server, as the routes and the renders ask for it. An asset is there when its row is: files
 * without one are not spoken of, and a file is deleted before its row, so that deleting can be done again.
 */
import { AppError } from '#core/base/errors.ts';
import type { AssetHash } from '#core/base/ids.ts';
import { errorFields } from '../../logger.ts';
import { assetsRepository, type AssetRow } from '../../repositories/assets.ts';
import { withdrawnRepository } from '../../repositories/withdrawn.ts';
import { assetKey, assetsOf } from './account-assets.ts';
import { importer, type ImportByUrl, type ImportParts } from './import.ts';
import { MB } from './parts.ts';
import { openUploads, type Uploads } from './uploads.ts';

export interface Stock {
  readonly assets: readonly AssetRow[];
  /** With uploads under way. */
  readonly usedBytes: number;
  readonly mostBytes: number;
}

export interface Assets {
  readonly uploads: Uploads;
  readonly importByUrl: ImportByUrl;
  /** Those of `hashes` that must be uploaded first; the others count as used. */
  missing(accountId: string, hashes: readonly AssetHash[]): Promise<readonly AssetHash[]>;
  stock(accountId: string): Promise<Stock>;
  /** Writes down what this server made and put there itself, such as a film; from then on it counts, and goes unused. */
  keep(
    accountId: string,
    made: { readonly hash: AssetHash; readonly bytes: number; readonly mime: string },
  ): Promise<void>;
  /** @throws AppError not-found; refused: a film of someone who has taken back their consent */
  read(
    accountId: string,
    hash: AssetHash,
  ): Promise<{ readonly row: AssetRow; readonly bytes: AsyncIterable<Uint8Array> }>;
  /** Done where there is none. */
  remove(accountId: string, hash: AssetHash): Promise<void>;
  /** Deletes what nobody used, and uploads that stopped. @returns how many */
  sweep(): Promise<number>;
  close(): Promise<void>;
}

const DAY_MS = 86_400_000;
const SWEEP_MS = 600_000;
const AT_ONCE = 100;
const MOST_LISTED = 1000;

export function openAssets(parts: ImportParts): Assets {
  const { database, store, host, log, settings } = parts;
  const assets = assetsRepository(database.queries);
  const uploads = openUploads(parts);
  const removeNow = async (accountId: string, hash: AssetHash) => {
    await store.delete(assetKey(accountId, hash));
    await assets.remove(accountId, hash);
  };
  const remove = (accountId: string, hash: AssetHash) =>
    database.exclusive(assetsOf(accountId), () => removeNow(accountId, hash));
  const clear = async (): Promise<number> => {
    const before = new Date(host.now() - settings.ASSET_DAYS * DAY_MS);
    let gone = 0;
    for (const { accountId, hash } of await assets.unused(before, AT_ONCE))
      await database.exclusive(assetsOf(accountId), async () => {
        // Someone may have used it, or been given it, meanwhile.
        const now = await assets.find(accountId, hash);
        if (now === null || now.usedAt >= before) return;
        await removeNow(accountId, hash);
        gone++;
      });
    return gone + (await uploads.sweep());
  };
  let running: Promise<number> | null = null;
  const sweep = () => (running ??= clear().finally(() => (running = null)));
  const timer = setInterval(
    () => void sweep().catch((error: unknown) => log.error(errorFields(error), 'assets could not be swept')),
    SWEEP_MS,
  );
  timer.unref();
  return {
    uploads,
    importByUrl: importer(parts),
    async missing(accountId, hashes) {
      const there = new Set(await assets.use(accountId, hashes, new Date(host.now())));
      return hashes.filter((hash) => !there.has(hash));
    },
    async stock(accountId) {
      return {
        assets: await assets.listOf(accountId, MOST_LISTED),
        usedBytes: await assets.bytesOf(accountId),
        mostBytes: settings.ACCOUNT_STORAGE_MB * MB,
      };
    },
    async keep(accountId, made) {
      const now = new Date(host.now());
      await assets.add({ ...made, accountId, createdAt: now, usedAt: now });
    },
    async read(accountId, hash) {
      const row = await assets.find(accountId, hash);
      if (row && (await withdrawnRepository(database.queries).has(accountId, hash)))
        throw new AppError(
          'refused',
          'This film is not given out any more: someone in it has taken back their consent.',
        );
      if (row) await assets.use(accountId, [hash], new Date(host.now()));
      if (row) return { row, bytes: store.read(assetKey(accountId, hash)) };
      throw new AppError('not-found', 'There is no such file of yours on the server.');
    },
    remove,
    sweep,
    async close() {
      clearInterval(timer);
      await running?.catch(() => undefined);
    },
  };
}
