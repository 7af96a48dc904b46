/** What a case's presenter was made from, and who looked at the films of which case. */
import {
  and,
  eq,
  inArray,
  isNotNull,
  isNull,
  lt,
  or,
  type InferSelectModel,
  type Queries,
} from '../database/drizzle.ts';
import { caseSource, evidenceAccess, evidenceSeen, reviewCase } from '../database/schema/moderation.ts';

export type StoredSource = InferSelectModel<typeof caseSource>;

export interface EvidenceRepository {
  /** What is there already stays as it is. */
  expect(row: Pick<StoredSource, 'caseId' | 'what' | 'name' | 'hash'>): Promise<void>;
  sources(caseIds: readonly string[]): Promise<readonly StoredSource[]>;
  changeSource(
    source: Pick<StoredSource, 'caseId' | 'what'>,
    set: Partial<Pick<StoredSource, 'storeKey' | 'deletedAt'>>,
  ): Promise<void>;
  /** @returns whether this is the first look at anything of the case in this hour */
  noteAccess(caseId: string, reviewerId: string, what: string, at: Date): Promise<boolean>;
  /** What of the case this reviewer has seen. */
  seenBy(caseId: string, reviewerId: string): Promise<ReadonlySet<string>>;
  /** Sources that nobody needs any more: of cases that are settled, or that were rejected before `rejectedBefore`. */
  done(
    rejectedBefore: Date,
    most: number,
  ): Promise<readonly { readonly caseId: string; readonly authorId: string }[]>;
}

const HOUR_MS = 3_600_000;

export function evidenceRepository(queries: Queries): EvidenceRepository {
  return {
    expect: async (row) => void (await queries.insert(caseSource).values(row).onConflictDoNothing()),
    sources: async (caseIds) =>
      caseIds.length === 0
        ? []
        : queries
            .select()
            .from(caseSource)
            .where(inArray(caseSource.caseId, [...caseIds])),
    changeSource: async ({ caseId, what }, set) =>
      void (await queries
        .update(caseSource)
        .set(set)
        .where(and(eq(caseSource.caseId, caseId), eq(caseSource.what, what)))),
    async noteAccess(caseId, reviewerId, what, at) {
      await queries.insert(evidenceSeen).values({ caseId, reviewerId, what }).onConflictDoNothing();
      const hour = Math.floor(at.getTime() / HOUR_MS);
      const noted = await queries
        .insert(evidenceAccess)
        .values({ caseId, reviewerId, hour, at })
        .onConflictDoNothing()
        .returning({ hour: evidenceAccess.hour });
      return noted.length > 0;
    },
    async seenBy(caseId, reviewerId) {
      const rows = await queries
        .select({ what: evidenceSeen.what })
        .from(evidenceSeen)
        .where(and(eq(evidenceSeen.caseId, caseId), eq(evidenceSeen.reviewerId, reviewerId)));
      return new Set(rows.map(({ what }) => what));
    },
    done: (rejectedBefore, most) =>
      queries
        .selectDistinct({ caseId: caseSource.caseId, authorId: reviewCase.authorId })
        .from(caseSource)
        .innerJoin(reviewCase, eq(reviewCase.id, caseSource.caseId))
        .where(
          and(
            isNotNull(caseSource.storeKey),
            isNull(caseSource.deletedAt),
            or(
              eq(reviewCase.state, 'closed'),
              and(eq(reviewCase.state, 'decided'), eq(reviewCase.outcome, 'approved')),
              // An appeal may still come.
              and(eq(reviewCase.state, 'decided'), lt(reviewCase.closedAt, rejectedBefore)),
            ),
          ),
        )
        .limit(most),
  };
}
