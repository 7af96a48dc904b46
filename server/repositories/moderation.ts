/** Verdicts as they are kept. */
import { and, desc, eq, type InferSelectModel, type Queries } from '../database/drizzle.ts';
import { moderationVerdict } from '../database/schema/moderation.ts';

export type StoredVerdict = InferSelectModel<typeof moderationVerdict>;

export interface ModerationRepository {
  add(row: StoredVerdict): Promise<void>;
  byId(id: string): Promise<StoredVerdict | null>;
  /** The newest verdict on exactly this content of this account. */
  byContent(accountId: string, contentHash: string): Promise<StoredVerdict | null>;
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
  };
}
