/** Verdicts as they are kept. */
import {
  and,
  desc,
  eq,
  exists,
  gte,
  inArray,
  isNotNull,
  lt,
  not,
  or,
  sql,
  type InferSelectModel,
  type Queries,
} from '../database/drizzle.ts';
import { moderationVerdict, reviewCase } from '../database/schema/moderation.ts';
import { WAITING } from './reviews.ts';

export type StoredVerdict = InferSelectModel<typeof moderationVerdict>;

export interface ModerationRepository {
  add(row: StoredVerdict): Promise<void>;
  byId(id: string): Promise<StoredVerdict | null>;
  /** The newest verdict on exactly this content of this account. */
  byContent(accountId: string, contentHash: string): Promise<StoredVerdict | null>;
  /** Keeps what was judged once more, as of now. */
  keepContent(id: string, content: StoredVerdict['content'], at: Date): Promise<void>;
  /** As if it had never been said. */
  remove(id: string): Promise<void>;
  /** What was judged goes; what was said of it stays. */
  dropContent(id: string): Promise<void>;
  /** Deletes what was judged before then and waits for nobody, nor was decided since. @returns of how many verdicts */
  forgetContent(before: Date): Promise<number>;
}

export function moderationRepository(queries: Queries): ModerationRepository {
  return {
    async add(row) {
      await queries.insert(moderationVerdict).values(row);
    },
    async byId(id) {
      const [row] = await queries.select().from(moderationVerdict).where(eq(moderationVerdict.id, id));
      return row ?? null;
    },
    async byContent(accountId, contentHash) {
      const [row] = await queries
        .select()
        .from(moderationVerdict)
        .where(
          and(eq(moderationVerdict.accountId, accountId), eq(moderationVerdict.contentHash, contentHash)),
        )
        .orderBy(desc(moderationVerdict.createdAt))
        .limit(1);
      return row ?? null;
    },
    async keepContent(id, content, at) {
      await queries
        .update(moderationVerdict)
        .set({ content, createdAt: at })
        .where(eq(moderationVerdict.id, id));
    },
    async remove(id) {
      await queries.delete(moderationVerdict).where(eq(moderationVerdict.id, id));
    },
    async dropContent(id) {
      await queries.update(moderationVerdict).set({ content: null }).where(eq(moderationVerdict.id, id));
    },
    async forgetContent(before) {
      const needed = queries
        .select({ one: sql`1` })
        .from(reviewCase)
        .where(
          and(
            eq(reviewCase.kind, 'content'),
            eq(reviewCase.subjectId, moderationVerdict.id),
            or(inArray(reviewCase.state, [...WAITING]), gte(reviewCase.closedAt, before)),
          ),
        );
      const forgotten = await queries
        .update(moderationVerdict)
        .set({ content: null })
        .where(
          and(
            isNotNull(moderationVerdict.content),
            lt(moderationVerdict.createdAt, before),
            not(exists(needed)),
          ),
        )
        .returning({ id: moderationVerdict.id });
      return forgotten.length;
    },
  };
}
