/**
 * Brings a picture, film or sound by its URL into an account: fetched by this server, kept in parts as an upload is, and an
 * asset once it is whole and known by its first bytes. So many at once and a day, because each holds a connection and room.
 */
import { concatBytes } from '#core/base/bytes.ts';
import { AppError } from '#core/base/errors.ts';
import { newId } from '#core/base/ids.ts';
import { assetsRepository, type AssetRow, type UploadRow } from '../../repositories/assets.ts';
import { storedFilesRepository } from '../../repositories/stored-files.ts';
import type { UsageRepository } from '../../repositories/usage.ts';
import type { SafeFetch } from '../fetch/safe-fetch.ts';
import { spendQuota } from '../limits.ts';
import { MB, UPLOAD_LIMITS, type AssetParts } from './parts.ts';
import { completeUpload, dropUpload, partKey, requireRoom } from './uploads.ts';

export interface ImportParts extends AssetParts {
  readonly usage: UsageRepository;
  readonly fetchSafely: SafeFetch;
}

const LIMITS = { bytes: 250 * MB, perDay: 300, atOnce: 8, atOnceForOne: 2 };
const TYPES = ['image/', 'video/', 'audio/', 'application/octet-stream', 'application/ogg'];
const HOUR_MS = 3_600_000;

/** @throws AppError invalid-input | refused | network | unsupported-media | too-large | storage-full | too-many | busy */
export type ImportByUrl = (accountId: string, url: string) => Promise<AssetRow>;

export function importer(parts: ImportParts): ImportByUrl {
  const { host, usage } = parts;
  const running: string[] = [];
  return async (accountId, url) => {
    const mine = running.filter((one) => one === accountId).length;
    if (running.length >= LIMITS.atOnce || mine >= LIMITS.atOnceForOne)
      throw new AppError('busy', 'Other files are being fetched.', { way: 'Try again in a moment.' });
    running.push(accountId);
    try {
      const quota = { kind: 'import', perDay: LIMITS.perDay, what: 'files by address' };
      await spendQuota(usage, quota, accountId, host.now());
      return await bring(parts, accountId, url);
    } finally {
      running.splice(running.indexOf(accountId), 1);
    }
  };
}

async function bring(parts: ImportParts, accountId: string, url: string): Promise<AssetRow> {
  const { database, settings, host, fetchSafely } = parts;
  const maxBytes = Math.min(LIMITS.bytes, settings.ASSET_MB * MB);
  const fetched = await fetchSafely(url, { maxBytes, types: TYPES });
  try {
    const row = await reserve(parts, accountId, fetched.bytes ?? maxBytes);
    try {
      const bytes = await keepParts(parts, row, fetched.body);
      if (bytes === 0)
        throw new AppError('unsupported-media', 'There is nothing in the file at that address.');
      const hash = await completeUpload(parts, { ...row, bytes, offset: bytes });
      const asset = await assetsRepository(database.queries).find(accountId, hash);
      if (!asset) throw new AppError('conflict', 'The file was deleted while it came.');
      return { ...asset, usedAt: new Date(host.now()) };
    } finally {
      await dropUpload(parts, row);
    }
  } finally {
    fetched.close();
  }
}

/** Room for what is to come, before it comes. */
async function reserve(
  { database, host, settings }: ImportParts,
  accountId: string,
  bytes: number,
): Promise<UploadRow> {
  const now = host.now();
  const row: UploadRow = {
    ...{ id: newId(), accountId, hash: null, bytes, offset: 0, doneAt: null },
    ...{ createdAt: new Date(now), expiresAt: new Date(now + HOUR_MS) },
  };
  await database.transaction(async (queries) => {
    const assets = assetsRepository(queries);
    await storedFilesRepository(queries).lockAccount(accountId);
    await requireRoom(assets.bytesOf(accountId), bytes, settings.ACCOUNT_STORAGE_MB * MB);
    await assets.addUpload(row);
  });
  return row;
}

/** @returns how many bytes came */
async function keepParts(
  { database, store }: ImportParts,
  row: UploadRow,
  body: AsyncIterable<Uint8Array>,
): Promise<number> {
  let held: Uint8Array[] = [];
  let count = 0;
  let offset = 0;
  const flush = async () => {
    if (count === 0) return;
    const bytes = concatBytes(...held);
    const key = partKey(row, offset, bytes);
    await store.put(key, bytes);
    const part = { uploadId: row.id, offset, bytes: count, storeKey: key };
    await database.transaction((queries) => assetsRepository(queries).addPart(part, row.expiresAt));
    offset += count;
    held = [];
    count = 0;
  };
  for await (const piece of body) {
    held.push(piece);
    count += piece.length;
    if (count >= UPLOAD_LIMITS.partBytes) await flush();
  }
  await flush();
  return offset;
}
