/** The append-only log: leaves in order, heads that were signed, keys that were published, salts that may be forgotten. */
import { bigint, index, integer, pgTable, primaryKey, text } from '../drizzle.ts';
import { bytes, instant } from './columns.ts';

export const logEntry = pgTable('log_entry', {
  position: bigint('position', { mode: 'number' }).primaryKey(), // from 0, without gaps
  kind: text('kind').notNull(),
  /** Canonical bytes of the entry: what the leaf hash is made of. */
  body: bytes('body').notNull(),
  leafHash: bytes('leaf_hash').notNull(),
  at: instant('at').notNull(),
});

/** Complete subtrees above the leaves. Once full they never change, and every proof is made of a few of them. */
export const logNode = pgTable(
  'log_node',
  {
    level: integer('level').notNull(), // 1 and above: 2^level leaves
    position: bigint('position', { mode: 'number' }).notNull(),
    hash: bytes('hash').notNull(),
  },
  (table) => [primaryKey({ columns: [table.level, table.position] })],
);

export const logHead = pgTable('log_head', {
  size: bigint('size', { mode: 'number' }).primaryKey(),
  rootHash: bytes('root_hash').notNull(),
  at: instant('at').notNull(),
  keyId: text('key_id').notNull(),
  /** The signed text, as it was published. */
  signed: text('signed').notNull(),
});

export const publishedKey = pgTable('published_key', {
  keyId: text('key_id').primaryKey(),
  publicKey: bytes('public_key').notNull(),
  from: instant('valid_from').notNull(),
  until: instant('valid_until'),
  /** Set where it may have been stolen: nothing that it signed counts any more. */
  withdrawnAt: instant('withdrawn_at'),
});

/** The signed documents that are served, the newest of each kind: a number is never given twice. */
export const publishedDocument = pgTable('published_document', {
  kind: text('kind').$type<'keys' | 'revocations'>().primaryKey(),
  number: bigint('number', { mode: 'number' }).notNull(),
  issuedAt: instant('issued_at').notNull(),
  /** The whole document as JSON. */
  document: text('document').notNull(),
});

/** Without its salt a hash in the log says nothing of anyone; deleting a person deletes their salts. */
export const salt = pgTable(
  'salt',
  {
    id: text('id').primaryKey(), // what is salted, such as `account:…` or `consent:…`
    accountId: text('account_id'),
    value: bytes('value').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [index('salt_account').on(table.accountId)],
);
