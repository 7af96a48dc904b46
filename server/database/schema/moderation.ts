/**
 * Verdicts, and what people made of the hard ones. A case is opened once, decided by one reviewer (two for a ban),
 * appealed at most once, and then decided by another.
 */
import type { Decision, ModerationVerdict, TextPiece } from '#core/policy/moderation/verdict.ts';
import { boolean, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from '../drizzle.ts';
import { organization, user } from './accounts.ts';
import { instant } from './columns.ts';

/** A piece with the scene that it is said or shown in, counted from 1; null where that is all of them, as with a name. */
export interface JudgedPiece extends TextPiece {
  readonly scene: number | null;
}
/** A picture that was judged with the words, as its project calls it, and the scenes it is seen in. */
export interface JudgedPicture {
  readonly hash: string;
  readonly name: string;
  readonly scenes: readonly number[];
}

export const moderationVerdict = pgTable(
  'moderation_verdict',
  {
    id: text('id').primaryKey(),
    accountId: text('account_id')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    projectId: text('project_id').notNull(),
    /** SHA-256 of all that was judged; the same content under the same policy is not judged twice. */
    contentHash: text('content_hash').notNull(),
    decision: text('decision').$type<Decision>().notNull(),
    verdict: jsonb('verdict').$type<ModerationVerdict>().notNull(),
    /** SHA-256 of the finished film whose frames were judged; null where it was a project's words and pictures. */
    film: text('film'),
    /** What was judged, while a person may still have to see it. */
    content: jsonb('content').$type<{
      readonly pieces: readonly JudgedPiece[];
      readonly pictures: readonly JudgedPicture[];
    }>(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    index('moderation_verdict_account').on(table.accountId, table.createdAt),
    index('moderation_verdict_content').on(table.contentHash),
    index('moderation_verdict_film').on(table.accountId, table.film),
  ],
);

export type CaseKind = 'content' | 'consent' | 'footage' | 'ban';
export type CaseState = 'open' | 'second' | 'decided' | 'appealed' | 'closed';
/** As what its author brought a face or a voice: a real person's, or nobody's, generated or drawn. */
export type CaseClaim = 'person' | 'nobody';
export type CaseOutcome = 'approved' | 'rejected';

export const reviewCase = pgTable(
  'review_case',
  {
    id: text('id').primaryKey(),
    kind: text('kind').$type<CaseKind>().notNull(),
    state: text('state').$type<CaseState>().notNull(),
    /** The verdict, consent session or account it is about. */
    subjectId: text('subject_id').notNull(),
    authorId: text('author_id')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    /** Of a case of footage; what was accepted as nobody's is not accepted as a person's, nor the other way round. */
    claim: text('claim').$type<CaseClaim>().notNull().default('person'),
    organizationId: text('organization_id').references(() => organization.id, { onDelete: 'set null' }),
    risk: integer('risk').notNull(), // 0 to 100
    outcome: text('outcome').$type<CaseOutcome>(),
    createdAt: instant('created_at').notNull(),
    /** When the author is promised an answer. */
    dueAt: instant('due_at').notNull(),
    claimedBy: text('claimed_by').references(() => user.id, { onDelete: 'set null' }),
    claimedAt: instant('claimed_at'),
    appealWords: text('appeal_words'),
    appealedAt: instant('appealed_at'),
    closedAt: instant('closed_at'),
  },
  (table) => [
    index('review_case_queue').on(table.state, table.risk, table.createdAt),
    index('review_case_author').on(table.authorId),
    // What one author sent is not decided upon for another.
    uniqueIndex('review_case_subject').on(table.kind, table.subjectId, table.authorId, table.claim),
  ],
);

export const reviewDecision = pgTable(
  'review_decision',
  {
    id: text('id').primaryKey(),
    caseId: text('case_id')
      .notNull()
      .references(() => reviewCase.id, { onDelete: 'cascade' }),
    reviewerId: text('reviewer_id').references(() => user.id, { onDelete: 'set null' }),
    outcome: text('outcome').$type<CaseOutcome>().notNull(),
    reason: text('reason').notNull(),
    onAppeal: boolean('on_appeal').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [index('review_decision_case').on(table.caseId)],
);

/** What the presenter of a footage case was made from and is drawn from: each file's hash, and where it lies once it was sent. */
export const caseSource = pgTable(
  'case_source',
  {
    caseId: text('case_id')
      .notNull()
      .references(() => reviewCase.id, { onDelete: 'cascade' }),
    what: text('what').$type<SourceKind>().notNull(),
    name: text('name').notNull(), // the presenter’s, as its author calls it
    /** SHA-256 of the film, photo, cut-out or sound, which the case’s subject is made of. */
    hash: text('hash').notNull(),
    storeKey: text('store_key'),
    /** Set when the file was deleted, so that it is not deleted twice. */
    deletedAt: instant('deleted_at'),
  },
  (table) => [primaryKey({ columns: [table.caseId, table.what] })],
);
/** source: what a presenter was made from; drawn: the picture that is drawn in a photo's place. */
export type SourceKind = 'source' | 'drawn';

/** Who looked at the films or pictures of which case, once an hour at most; each is an entry of the log, too. */
export const evidenceAccess = pgTable(
  'evidence_access',
  {
    caseId: text('case_id')
      .notNull()
      .references(() => reviewCase.id, { onDelete: 'cascade' }),
    reviewerId: text('reviewer_id')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    hour: integer('hour').notNull(), // since 1970
    at: instant('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.caseId, table.reviewerId, table.hour] })],
);

/** What of a case a reviewer has seen: `clip`, `source`, `drawn`, or the hash of a picture. Nothing is approved unseen. */
export const evidenceSeen = pgTable(
  'evidence_seen',
  {
    caseId: text('case_id')
      .notNull()
      .references(() => reviewCase.id, { onDelete: 'cascade' }),
    reviewerId: text('reviewer_id')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    what: text('what').notNull(),
  },
  (table) => [primaryKey({ columns: [table.caseId, table.reviewerId, table.what] })],
);

export const accountBan = pgTable('account_ban', {
  accountId: text('account_id')
    .primaryKey()
    .references(() => user.id, { onDelete: 'cascade' }),
  caseId: text('case_id').references(() => reviewCase.id, { onDelete: 'set null' }),
  reason: text('reason').notNull(),
  at: instant('at').notNull(),
});
