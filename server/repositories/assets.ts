/** Assets of accounts, and uploads on their way to become some. */
import type { AssetHash } from '#core/base/ids.ts';
import { and, asc, desc, eq, inArray, isNull, lt, sql, sum } from '../database/drizzle.ts';
import type { InferInsertModel, InferSelectModel, Queries } from '../database/drizzle.ts';
import { accountAsset, assetUpload, assetUploadPart } from '../database/schema/assets.ts';
import { storedFilesRepository } from './stored-files.ts';

export type AssetRow = InferSelectModel<typeof accountAsset>;
export type UploadRow = InferSelectModel<typeof assetUpload>;
export type PartRow = InferSelectModel<typeof assetUploadPart>;

export interface AssetsRepository {
  /** Bytes of all that it keeps, and of uploads that may yet become some of it. */
  bytesOf(accountId: string): Promise<number>;
  find(accountId: string, hash: AssetHash): Promise<AssetRow | null>;
  /** Those of `hashes` that are there. */
  known(accountId: string, hashes: readonly AssetHash[]): Promise<ReadonlySet<AssetHash>>;
  /** Those of `hashes` that are there; they count as used from now on. */
  use(accountId: string, hashes: readonly AssetHash[], now: Date): Promise<readonly AssetHash[]>;
  /** The newest first. */
  listOf(accountId: string, most: number): Promise<readonly AssetRow[]>;
  /** Nothing changes where it is there already, but that it was used. */
  add(row: AssetRow): Promise<void>;
  remove(accountId: string, hash: AssetHash): Promise<void>;
  /** Not used since then. */
  unused(before: Date, most: number): Promise<readonly AssetRow[]>;

  findUpload(id: string): Promise<UploadRow | null>;
  uploadOf(accountId: string, hash: AssetHash): Promise<UploadRow | null>;
  addUpload(row: InferInsertModel<typeof assetUpload>): Promise<void>;
  changeUpload(id: string, set: Partial<InferInsertModel<typeof assetUpload>>): Promise<void>;
  removeUpload(id: string): Promise<void>;
  expired(now: Date, most: number): Promise<readonly UploadRow[]>;
  /** Takes the part where it goes on from `offset`; false where another was faster. In a transaction. */
  addPart(part: PartRow, expiresAt: Date): Promise<boolean>;
  parts(uploadId: string): Promise<readonly PartRow[]>;
}

export function assetsRepository(queries: Queries): AssetsRepository {
  const one = async <T>(rows: Promise<T[]>): Promise<T | null> => (await rows)[0] ?? null;
  const asset = (accountId: string, hash: AssetHash) =>
    and(eq(accountAsset.accountId, accountId), eq(accountAsset.hash, hash));
  return {
    async bytesOf(accountId) {
      const [coming] = await queries
        .select({ bytes: sum(assetUpload.bytes) })
        .from(assetUpload)
        .where(and(eq(assetUpload.accountId, accountId), isNull(assetUpload.doneAt)));
      return (await storedFilesRepository(queries).sumWithout(accountId, '')) + Number(coming?.bytes ?? 0);
    },
    find: (accountId, hash) => one(queries.select().from(accountAsset).where(asset(accountId, hash))),
    async known(accountId, hashes) {
      if (hashes.length === 0) return new Set();
      const rows = await queries
        .select({ hash: accountAsset.hash })
        .from(accountAsset)
        .where(and(eq(accountAsset.accountId, accountId), inArray(accountAsset.hash, [...hashes])));
      return new Set(rows.map(({ hash }) => hash));
    },
    async use(accountId, hashes, now) {
      if (hashes.length === 0) return [];
      const rows = await queries
        .update(accountAsset)
        .set({ usedAt: now })
        .where(and(eq(accountAsset.accountId, accountId), inArray(accountAsset.hash, [...hashes])))
        .returning({ hash: accountAsset.hash });
      return rows.map(({ hash }) => hash);
    },
    listOf: (accountId, most) =>
      queries
        .select()
        .from(accountAsset)
        .where(eq(accountAsset.accountId, accountId))
        .orderBy(desc(accountAsset.createdAt))
        .limit(most),
    add: async (row) =>
      void (await queries
        .insert(accountAsset)
        .values(row)
        .onConflictDoUpdate({
          target: [accountAsset.accountId, accountAsset.hash],
          set: { usedAt: row.usedAt },
        })),
    remove: async (accountId, hash) =>
      void (await queries.delete(accountAsset).where(asset(accountId, hash))),
    unused: (before, most) =>
      queries
        .select()
        .from(accountAsset)
        .where(lt(accountAsset.usedAt, before))
        .orderBy(asc(accountAsset.usedAt))
        .limit(most),

    findUpload: (id) => one(queries.select().from(assetUpload).where(eq(assetUpload.id, id))),
    uploadOf: (accountId, hash) =>
      one(
        queries
          .select()
          .from(assetUpload)
          .where(and(eq(assetUpload.accountId, accountId), eq(assetUpload.hash, hash))),
      ),
    addUpload: async (row) => void (await queries.insert(assetUpload).values(row)),
    changeUpload: async (id, set) =>
      void (await queries.update(assetUpload).set(set).where(eq(assetUpload.id, id))),
    removeUpload: async (id) => void (await queries.delete(assetUpload).where(eq(assetUpload.id, id))),
    expired: (now, most) =>
      queries
        .select()
        .from(assetUpload)
        .where(lt(assetUpload.expiresAt, now))
        .orderBy(asc(assetUpload.expiresAt))
        .limit(most),
    async addPart(part, expiresAt) {
      const taken = await queries
        .update(assetUpload)
        .set({ offset: sql`${assetUpload.offset} + ${part.bytes}`, expiresAt })
        .where(
          and(
            eq(assetUpload.id, part.uploadId),
            eq(assetUpload.offset, part.offset),
            isNull(assetUpload.doneAt),
          ),
        )
        .returning({ id: assetUpload.id });
      if (taken.length === 0) return false;
      await queries.insert(assetUploadPart).values(part);
      return true;
    },
    parts: (uploadId) =>
      queries
        .select()
        .from(assetUploadPart)
        .where(eq(assetUploadPart.uploadId, uploadId))
        .orderBy(asc(assetUploadPart.offset)),
  };
}
