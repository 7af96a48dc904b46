/** What accounts do: permits that were issued, and what counts against quotas. */
import type { Grade } from '#core/policy/permit.ts';
import { bigint, index, integer, jsonb, pgTable, primaryKey, text } from '../drizzle.ts';
import { user } from './accounts.ts';
import { instant } from './columns.ts';

export const serverPermit = pgTable(
  'server_permit',
  {
    id: text('id').primaryKey(),
    accountId: text('account_id')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    projectId: text('project_id').notNull(),
    projectHash: text('project_hash').notNull(),
    grade: text('grade').$type<Grade>().notNull(),
    /** Receipts it stands on: revoking one of them ends it. */
    receiptIds: jsonb('receipt_ids').$type<readonly string[]>().notNull(),
    verdictId: text('verdict_id'),
    issuedAt: instant('issued_at').notNull(),
    until: instant('until').notNull(),
    endedAt: instant('ended_at'),
    endReason: text('end_reason'),
  },
  (table) => [index('server_permit_account').on(table.accountId, table.issuedAt)],
);

export const usage = pgTable(
  'usage',
  {
    accountId: text('account_id')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    kind: text('kind').notNull(),
    day: text('day').notNull(), // YYYY-MM-DD, UTC
    amount: integer('amount').notNull(),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.kind, table.day] })],
);

/** Tries that are counted over all processes of the server, such as sign-ins; whose they are stands there as a keyed hash. */
export const attempt = pgTable(
  'attempt',
  {
    key: text('key').primaryKey(),
    count: integer('count').notNull(),
    until: instant('until').notNull(),
  },
  (table) => [index('attempt_until').on(table.until)],
);

/** What lies in the store for an account; the sum is held to a limit. */
export const storedFile = pgTable(
  'stored_file',
  {
    key: text('key').primaryKey(),
    accountId: text('account_id')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    bytes: bigint('bytes', { mode: 'number' }).notNull(),
    at: instant('at').notNull(),
  },
  (table) => [index('stored_file_account').on(table.accountId)],
);

/** Accounts that are gone, while files of theirs may still lie in the store. */
export const deletedAccount = pgTable('deleted_account', {
  id: text('id').primaryKey(),
  at: instant('at').notNull(),
});
