/**
 * Consent as it is kept. A session is one live recording and what came of it; raw film stands in the store under the
 * chunks' keys and goes first; measurements of faces and voices are never written down; the receipt names nobody and may
 * stay.
 */
import type { ConsentChallenge, ConsentScope } from '#core/policy/consent/challenge.ts';
import type { CheckResult } from '#core/policy/consent/checks.ts';
import type { ConsentReceipt } from '#core/policy/consent/receipt.ts';
import type { CaptureHints, PresenterFile } from '../../services/consent/evidence.ts';
import { bigint, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from '../drizzle.ts';
import { user } from './accounts.ts';
import { instant } from './columns.ts';

export type ConsentState =
  | 'open' // made, the recording has not begun
  | 'recording'
  | 'checking'
  | 'granted'
  | 'refused'
  | 'person' // waits for a reviewer
  | 'expired'
  | 'withdrawn'; // by the person, or revoked later

export const consentSession = pgTable(
  'consent_session',
  {
    id: text('id').primaryKey(),
    accountId: text('account_id')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    state: text('state').$type<ConsentState>().notNull(),
    presenterHash: text('presenter_hash').notNull(),
    presenterName: text('presenter_name').notNull(),
    files: jsonb('files').$type<readonly PresenterFile[]>().notNull(),
    language: text('language').notNull(),
    scope: jsonb('scope').$type<ConsentScope>().notNull(),
    challenge: jsonb('challenge').$type<ConsentChallenge>().notNull(),
    hints: jsonb('hints').$type<CaptureHints>(),
    results: jsonb('results').$type<readonly CheckResult[]>(),
    chainHead: text('chain_head'),
    createdAt: instant('created_at').notNull(),
    startedAt: instant('started_at'),
    finishedAt: instant('finished_at'),
    decidedAt: instant('decided_at'),
    /** SHA-256 of the secret in the link by which the person revokes. */
    revokeTokenHash: text('revoke_token_hash').notNull().unique(),
    /** While it is being checked: until when whoever checks it has it, and how often that was begun. */
    leaseUntil: instant('lease_until'),
    attempts: integer('attempts').notNull().default(0),
    mediaDeleteAt: instant('media_delete_at'),
    mediaDeletedAt: instant('media_deleted_at'),
  },
  (table) => [
    index('consent_session_account').on(table.accountId, table.createdAt),
    index('consent_session_state').on(table.state),
    index('consent_session_media').on(table.mediaDeleteAt),
  ],
);

export const consentChunk = pgTable(
  'consent_chunk',
  {
    sessionId: text('session_id')
      .notNull()
      .references(() => consentSession.id, { onDelete: 'cascade' }),
    position: integer('position').notNull(),
    receivedAtMs: integer('received_at_ms').notNull(), // after the session's start, on this server's clock
    bytes: integer('bytes').notNull(),
    hash: text('hash').notNull(),
    storeKey: text('store_key').notNull(),
  },
  (table) => [primaryKey({ columns: [table.sessionId, table.position] })],
);

export const consentReceipt = pgTable(
  'consent_receipt',
  {
    id: text('id').primaryKey(),
    sessionId: text('session_id').references(() => consentSession.id, { onDelete: 'set null' }),
    accountId: text('account_id').references(() => user.id, { onDelete: 'set null' }),
    presenterHash: text('presenter_hash').notNull(),
    receipt: jsonb('receipt').$type<ConsentReceipt>().notNull(),
    issuedAt: instant('issued_at').notNull(),
    until: instant('until').notNull(),
    revokedAt: instant('revoked_at'),
    /** Counts revocations over the whole server; null while it stands. */
    revocationNumber: bigint('revocation_number', { mode: 'number' }),
  },
  (table) => [
    index('consent_receipt_account').on(table.accountId),
    index('consent_receipt_presenter').on(table.presenterHash),
    uniqueIndex('consent_receipt_revocation').on(table.revocationNumber),
  ],
);

/** Recordings in which whoever gave a consent was heard to speak; nothing of the voice is kept. */
export const heardVoice = pgTable(
  'heard_voice',
  {
    accountId: text('account_id')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    recordingHash: text('recording_hash').notNull(), // what a receipt would name
    sessionId: text('session_id')
      .notNull()
      .references(() => consentSession.id, { onDelete: 'cascade' }),
    at: instant('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.recordingHash, table.sessionId] })],
);

export const recordingFingerprint = pgTable(
  'recording_fingerprint',
  {
    sessionId: text('session_id')
      .primaryKey()
      .references(() => consentSession.id, { onDelete: 'cascade' }),
    exact: text('exact').notNull(),
    pictures: jsonb('pictures').$type<readonly string[]>().notNull(),
    sounds: jsonb('sounds').$type<readonly string[]>().notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [index('recording_fingerprint_exact').on(table.exact)],
);
