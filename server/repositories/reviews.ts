/** Cases for people, and what they decided. */
import {
  and,
  asc,
  count,
  desc,
  eq,
  gte,
  inArray,
  isNotNull,
  sql,
  type InferInsertModel,
  type InferSelectModel,
  type Queries,
} from '../database/drizzle.ts';
import {
  accountBan,
  reviewCase,
  reviewDecision,
  type CaseClaim,
  type CaseKind,
} from '../database/schema/moderation.ts';

export type StoredCase = InferSelectModel<typeof reviewCase>;
export type StoredDecision = InferSelectModel<typeof reviewDecision>;

/** States in which a case waits for a reviewer. */
export const WAITING = ['open', 'second', 'appealed'] as const;

export interface ReviewFigures {
  readonly waiting: number;
  readonly oldestAt: Date | null;
  readonly decided: number;
  readonly appealsDecided: number;
  readonly appealsApproved: number;
}

export interface ReviewRepository {
  open(row: InferInsertModel<typeof reviewCase>): Promise<void>;
  byId(id: string): Promise<StoredCase | null>;
  /** Holds the row until the transaction ends, so that two decisions cannot cross. */
  lock(id: string): Promise<StoredCase | null>;
  bySubject(
    kind: CaseKind,
    subjectId: string,
    authorId: string,
    claim?: CaseClaim,
  ): Promise<StoredCase | null>;
  /** Of one author, whatever their state. */
  about(kind: CaseKind, subjectId: string, authorId: string): Promise<readonly StoredCase[]>;
  /** Ends a case that waits and need not be decided any more: unless it was decided before, it is deleted. */
  endWaiting(id: string, at: Date): Promise<void>;
  change(id: string, fields: Partial<InferInsertModel<typeof reviewCase>>): Promise<void>;
  /** @param organizations whose cases; null for all */
  waiting(organizations: readonly string[] | null, most: number): Promise<readonly StoredCase[]>;
  ofAuthor(authorId: string): Promise<readonly StoredCase[]>;
  decisions(caseIds: readonly string[]): Promise<readonly StoredDecision[]>;
  decide(row: InferInsertModel<typeof reviewDecision>): Promise<void>;
  ban(row: InferInsertModel<typeof accountBan>): Promise<void>;
  unban(accountId: string): Promise<void>;
  /** @param organizations of whose cases; null for all */
  figures(organizations: readonly string[] | null, since: Date): Promise<ReviewFigures>;
}

export function reviewRepository(queries: Queries): ReviewRepository {
  const among = (organizations: readonly string[] | null) =>
    organizations ? inArray(reviewCase.organizationId, [...organizations]) : undefined;
  const one = async (rows: Promise<StoredCase[]>) => (await rows)[0] ?? null;
  return {
    async open(row) {
      await queries.insert(reviewCase).values(row).onConflictDoNothing();
    },
    byId: (id) => one(queries.select().from(reviewCase).where(eq(reviewCase.id, id))),
    lock: (id) => one(queries.select().from(reviewCase).where(eq(reviewCase.id, id)).for('update')),
    bySubject: (kind, subjectId, authorId, claim = 'person') =>
      one(
        queries
          .select()
          .from(reviewCase)
          .where(
            and(
              eq(reviewCase.kind, kind),
              eq(reviewCase.subjectId, subjectId),
              eq(reviewCase.authorId, authorId),
              eq(reviewCase.claim, claim),
            ),
          ),
      ),
    about: (kind, subjectId, authorId) =>
      queries
        .select()
        .from(reviewCase)
        .where(
          and(
            eq(reviewCase.kind, kind),
            eq(reviewCase.subjectId, subjectId),
            eq(reviewCase.authorId, authorId),
          ),
        ),
    async endWaiting(id, at) {
      // In one statement each: whoever decides it at this moment holds the row, and is waited for.
      await queries.delete(reviewCase).where(and(eq(reviewCase.id, id), eq(reviewCase.state, 'open')));
      await queries
        .update(reviewCase)
        .set({ state: 'closed', closedAt: at, claimedBy: null, claimedAt: null })
        .where(and(eq(reviewCase.id, id), eq(reviewCase.state, 'appealed')));
    },
    async change(id, fields) {
      await queries.update(reviewCase).set(fields).where(eq(reviewCase.id, id));
    },
    waiting: (organizations, most) =>
      queries
        .select()
        .from(reviewCase)
        .where(and(inArray(reviewCase.state, [...WAITING]), among(organizations)))
        .orderBy(desc(reviewCase.risk), asc(reviewCase.createdAt))
        .limit(most),
    ofAuthor: (authorId) =>
      queries
        .select()
        .from(reviewCase)
        .where(eq(reviewCase.authorId, authorId))
        .orderBy(desc(reviewCase.createdAt))
        .limit(200),
    decisions: (caseIds) =>
      caseIds.length === 0
        ? Promise.resolve([])
        : queries
            .select()
            .from(reviewDecision)
            .where(inArray(reviewDecision.caseId, [...caseIds]))
            .orderBy(asc(reviewDecision.createdAt)),
    async decide(row) {
      await queries.insert(reviewDecision).values(row);
    },
    async ban(row) {
      await queries.insert(accountBan).values(row).onConflictDoNothing();
    },
    async unban(accountId) {
      await queries.delete(accountBan).where(eq(accountBan.accountId, accountId));
    },
    async figures(organizations, since) {
      const [waiting] = await queries
        .select({
          all: count(),
          oldestAt: sql<string | null>`min(coalesce(${reviewCase.appealedAt}, ${reviewCase.createdAt}))`,
        })
        .from(reviewCase)
        .where(and(inArray(reviewCase.state, [...WAITING]), among(organizations)));
      const [decided] = await queries
        .select({ all: count() })
        .from(reviewDecision)
        .innerJoin(reviewCase, eq(reviewCase.id, reviewDecision.caseId))
        .where(and(gte(reviewDecision.createdAt, since), among(organizations)));
      const [appeals] = await queries
        .select({
          all: count(),
          approved: sql<number>`count(*) filter (where ${reviewCase.outcome} = 'approved')`,
        })
        .from(reviewCase)
        .where(
          and(
            isNotNull(reviewCase.appealedAt),
            eq(reviewCase.state, 'closed'),
            gte(reviewCase.closedAt, since),
            among(organizations),
          ),
        );
      return {
        waiting: waiting?.all ?? 0,
        oldestAt: waiting?.oldestAt ? new Date(waiting.oldestAt) : null,
        decided: decided?.all ?? 0,
        appealsDecided: appeals?.all ?? 0,
        appealsApproved: Number(appeals?.approved ?? 0),
      };
    },
  };
}
