/**
 * What accounts have in the store. An asset is one file under its SHA-256; an upload is one on its way, its parts written
 * down as they come, so that it goes on where it stopped whatever died meanwhile.
 */
import type { AssetHash } from '#core/base/ids.ts';
import { bigint, index, pgTable, primaryKey, text, uniqueIndex } from '../drizzle.ts';
import { user } from './accounts.ts';
import { instant } from './columns.ts';

const ownerOf = () =>
  text('account_id')
    .notNull()
    .references(() => user.id, { onDelete: 'cascade' });

export const accountAsset = pgTable(
  'account_asset',
  {
    accountId: ownerOf(),
    hash: text('hash').$type<AssetHash>().notNull(),
    bytes: bigint('bytes', { mode: 'number' }).notNull(),
    /** By its first bytes. */
    mime: text('mime').notNull(),
    createdAt: instant('created_at').notNull(),
    /** When it was asked for last; what nobody uses goes. */
    usedAt: instant('used_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.hash] }),
    index('account_asset_used').on(table.usedAt),
  ],
);

export const assetUpload = pgTable(
  'asset_upload',
  {
    id: text('id').primaryKey(),
    accountId: ownerOf(),
    /** What it is to be; null where it is fetched, and nobody knows yet. */
    hash: text('hash').$type<AssetHash>(),
    bytes: bigint('bytes', { mode: 'number' }).notNull(),
    /** So many have come. */
    offset: bigint('offset', { mode: 'number' }).notNull(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    /** When the whole was found to be what was promised. */
    doneAt: instant('done_at'),
  },
  (table) => [
    uniqueIndex('asset_upload_once').on(table.accountId, table.hash),
    index('asset_upload_expires').on(table.expiresAt),
  ],
);

export const assetUploadPart = pgTable(
  'asset_upload_part',
  {
    uploadId: text('upload_id')
      .notNull()
      .references(() => assetUpload.id, { onDelete: 'cascade' }),
    offset: bigint('offset', { mode: 'number' }).notNull(),
    bytes: bigint('bytes', { mode: 'number' }).notNull(),
    storeKey: text('store_key').notNull(),
  },
  (table) => [primaryKey({ columns: [table.uploadId, table.offset] })],
);
