/**
 * Uploads that go on where they stopped (the tus protocol's idea; routes/uploads.ts speaks it). The client says beforehand
 * what the whole will be by its SHA-256; parts go to the store as they come and are written down with where they belong, so
 * whatever dies meanwhile, what was acknowledged is there. The last part makes the whole: hashed, known by its first bytes,
 * and only then an asset. The same file twice at once is one upload that both push on.
 */
import { createHash } from 'node:crypto';
import { AppError } from '#core/base/errors.ts';
import { newId, type AssetHash } from '#core/base/ids.ts';
import { HEAD_BYTES, mediaKindOf, type KnownMedia } from '#core/base/media-kind.ts';
import { assetsRepository, type UploadRow } from '../../repositories/assets.ts';
import { storedFilesRepository } from '../../repositories/stored-files.ts';
import { storeKey, type StoreKey } from '../store.ts';
import { assetKey } from './account-assets.ts';
import { MB, UPLOAD_LIMITS, type AssetParts } from './parts.ts';

export interface Uploads {
  /**
   * One for this hash: new, or where it stopped, or done where the asset is there.
   * @throws AppError invalid-input: it is empty | too-large | storage-full | conflict
   */
  begin(accountId: string, hash: AssetHash, bytes: number): Promise<UploadRow>;
  /** Where it is. Ends what was all there and died before it was looked at. @throws as `append` */
  look(accountId: string, id: string): Promise<UploadRow>;
  /**
   * @throws AppError not-found | conflict: it does not go on from there | corrupt-file: the whole is not what was promised |
   *   unsupported-media | storage-full | storage-failed
   */
  append(accountId: string, id: string, offset: number, part: Uint8Array): Promise<UploadRow>;
  /** Gives it up. @throws AppError not-found */
  end(accountId: string, id: string): Promise<void>;
  /** Deletes the parts of those that ended or stopped too long ago. @returns how many */
  sweep(): Promise<number>;
}

const HOUR_MS = 3_600_000;
const AT_ONCE = 100;

export function openUploads(parts: AssetParts): Uploads {
  const { database, store, host, settings } = parts;
  const assets = assetsRepository(database.queries);
  const expiry = () => new Date(host.now() + settings.UPLOAD_HOURS * HOUR_MS);
  const completing = new Map<string, Promise<UploadRow>>();

  const owned = async (accountId: string, id: string): Promise<UploadRow> => {
    const row = await assets.findUpload(id);
    if (row?.accountId === accountId && row.expiresAt.getTime() > host.now()) return row;
    throw new AppError('not-found', 'There is no such upload, or its time is over.', {
      way: 'Begin it again.',
    });
  };
  /** At once for everyone in this process who asks for the same. */
  const complete = (row: UploadRow): Promise<UploadRow> => {
    const running = completing.get(row.id);
    if (running) return running;
    const work = completeUpload(parts, row)
      .then(() => ({ ...row, doneAt: new Date(host.now()) }))
      .finally(() => completing.delete(row.id));
    completing.set(row.id, work);
    return work;
  };
  const whole = (row: UploadRow) => row.doneAt === null && row.offset === row.bytes;

  return {
    begin: (accountId, hash, bytes) => beginUpload(parts, { accountId, hash, bytes }, expiry()),
    async look(accountId, id) {
      const row = await owned(accountId, id);
      return whole(row) ? complete(row) : row;
    },
    async append(accountId, id, offset, bytes) {
      const row = await owned(accountId, id);
      if (row.doneAt !== null || row.offset !== offset) throw notFromThere();
      if (offset + bytes.length > row.bytes)
        throw new AppError('too-large', 'That is more than the upload was to have.');
      if (bytes.length < UPLOAD_LIMITS.leastPartBytes && offset + bytes.length < row.bytes)
        throw new AppError('invalid-input', 'That is too little for one part.', {
          way: `Send ${UPLOAD_LIMITS.leastPartBytes} bytes or more at once.`,
        });
      const key = partKey(row, offset, bytes);
      await store.put(key, bytes);
      const part = { uploadId: id, offset, bytes: bytes.length, storeKey: key };
      const taken = await database.transaction((queries) =>
        assetsRepository(queries).addPart(part, expiry()),
      );
      if (!taken) {
        // Its file stays until the upload ends: another's part may have the same bytes, and so the same name.
        const now = await assets.findUpload(id);
        if (now === null || now.doneAt !== null) await deleteParts(parts, row);
        throw notFromThere();
      }
      const now = { ...row, offset: offset + bytes.length };
      return whole(now) ? complete(now) : now;
    },
    async end(accountId, id) {
      await dropUpload(parts, await owned(accountId, id));
    },
    async sweep() {
      const over = await assets.expired(new Date(host.now()), AT_ONCE);
      for (const row of over) await dropUpload(parts, row);
      return over.length;
    },
  };
}

async function beginUpload(
  parts: AssetParts,
  wanted: { readonly accountId: string; readonly hash: AssetHash; readonly bytes: number },
  expiresAt: Date,
): Promise<UploadRow> {
  const { database, host, settings } = parts;
  const { accountId, hash, bytes } = wanted;
  if (bytes === 0)
    throw new AppError('invalid-input', 'The file is empty.', { way: 'Choose the original file again.' });
  if (bytes > settings.ASSET_MB * MB)
    throw new AppError('too-large', `A file of more than ${settings.ASSET_MB} MB cannot be uploaded here.`, {
      way: 'Shorten or compress it, or export on this device.',
    });
  const ended: UploadRow[] = [];
  const upload = await database.transaction(async (queries) => {
    const assets = assetsRepository(queries);
    await storedFilesRepository(queries).lockAccount(accountId);
    const now = new Date(host.now());
    const there = await assets.find(accountId, hash);
    const begun = await assets.uploadOf(accountId, hash);
    if (begun && (begun.doneAt === null) === (there === null) && begun.expiresAt > now) {
      if (begun.bytes !== bytes) throw new AppError('conflict', 'This upload was begun with another length.');
      await assets.changeUpload(begun.id, { expiresAt });
      return { ...begun, expiresAt };
    }
    // One that is done although its asset was deleted since, or the other way round, begins anew.
    if (begun) {
      await assets.removeUpload(begun.id);
      ended.push(begun);
    }
    if (there === null) await requireRoom(assets.bytesOf(accountId), bytes, settings.ACCOUNT_STORAGE_MB * MB);
    const begin =
      there === null
        ? { bytes, offset: 0, doneAt: null }
        : { bytes: there.bytes, offset: there.bytes, doneAt: now };
    const fresh = { ...begin, id: newId(), accountId, hash, createdAt: now, expiresAt };
    await assets.addUpload(fresh);
    return fresh;
  });
  // Nothing names its parts any more: no sweep would meet them.
  for (const one of ended) await deleteParts(parts, one);
  return upload;
}

export async function requireRoom(used: Promise<number>, more: number, most: number): Promise<void> {
  const sofar = await used;
  if (sofar + more <= most) return;
  const text = (bytes: number) => Math.max(1, Math.round(bytes / MB));
  throw new AppError(
    'storage-full',
    `Your account may keep ${text(most)} MB on the server; ${text(sofar)} MB are in use, and this needs ${text(more)} MB more.`,
    { way: 'Delete films or media of yours from the server, then try again.' },
  );
}

/** Nobody who knows a place can write to it from another upload: the id is in it, and what was written never changes. */
export function partKey({ accountId, id }: UploadRow, offset: number, bytes: Uint8Array): StoreKey {
  const sum = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
  return storeKey('accounts', accountId, 'uploads', id, `${String(offset).padStart(12, '0')}-${sum}`);
}

/** From parts to an asset. Doing it twice, or by two processes at once, comes to the same. */
export async function completeUpload(parts: AssetParts, row: UploadRow): Promise<AssetHash> {
  const { database, store, host } = parts;
  const pieces = await assetsRepository(database.queries).parts(row.id);
  let known: KnownMedia;
  let hash: AssetHash;
  try {
    const first = pieces[0];
    const head = first
      ? await bytesOf(store.read(first.storeKey as StoreKey, 0, HEAD_BYTES))
      : new Uint8Array();
    const kind = mediaKindOf(head);
    if (kind === null) throw unknownKind();
    known = kind;
    hash = row.hash ?? (await hashOf(parts, pieces));
    await store.putPieces(assetKey(row.accountId, hash), verified(parts, pieces, hash));
  } catch (error) {
    // What it is will not change by trying again.
    if (error instanceof AppError && ['corrupt-file', 'unsupported-media'].includes(error.code))
      await dropUpload(parts, row);
    throw error;
  }
  const now = new Date(host.now());
  await database.transaction(async (queries) => {
    const assets = assetsRepository(queries);
    const asset = { accountId: row.accountId, hash, bytes: row.bytes, mime: known.mime };
    await assets.add({ ...asset, createdAt: now, usedAt: now });
    await assets.changeUpload(row.id, { doneAt: now });
  });
  await deleteParts(parts, row);
  return hash;
}

async function* verified(
  { store }: AssetParts,
  pieces: readonly { readonly storeKey: string }[],
  hash: AssetHash,
): AsyncGenerator<Uint8Array> {
  const sum = createHash('sha256');
  for (const { storeKey: key } of pieces)
    for await (const piece of store.read(key as StoreKey)) {
      sum.update(piece);
      yield piece;
    }
  if (sum.digest('hex') !== hash)
    throw new AppError('corrupt-file', 'What arrived is not the file that was announced.', {
      way: 'Upload it again.',
    });
}

async function hashOf({ store }: AssetParts, pieces: readonly { readonly storeKey: string }[]) {
  const sum = createHash('sha256');
  for (const { storeKey: key } of pieces)
    for await (const piece of store.read(key as StoreKey)) sum.update(piece);
  return sum.digest('hex') as AssetHash;
}

async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

/** Files first: what stops half-way is met by the next sweep. */
export async function dropUpload(parts: AssetParts, row: UploadRow): Promise<void> {
  const { database, store } = parts;
  await deleteParts(parts, row);
  // The whole may have been put in its place just before the process died.
  if (row.hash !== null && row.offset === row.bytes && row.doneAt === null) {
    const asset = await assetsRepository(database.queries).find(row.accountId, row.hash);
    if (asset === null) await store.delete(assetKey(row.accountId, row.hash));
  }
  await assetsRepository(database.queries).removeUpload(row.id);
}

async function deleteParts({ store }: AssetParts, { accountId, id }: UploadRow): Promise<void> {
  const prefix = `${storeKey('accounts', accountId, 'uploads', id)}/`;
  for await (const key of store.list(prefix)) await store.delete(key);
}

function notFromThere(): AppError {
  return new AppError('conflict', 'The upload does not go on from there.', {
    way: 'Ask where it is, and go on from that.',
  });
}

function unknownKind(): AppError {
  return new AppError(
    'unsupported-media',
    'This is no picture, film or sound that Orator knows, nor a file of its own.',
  );
}
