/** Permits that the server issued, and when they ended. */
import {
  and,
  desc,
  eq,
  inArray,
  isNull,
  sql,
  type InferSelectModel,
  type Queries,
} from '../database/drizzle.ts';
import { serverPermit } from '../database/schema/work.ts';

export type StoredPermit = InferSelectModel<typeof serverPermit>;

export interface PermitRepository {
  add(row: StoredPermit): Promise<void>;
  byId(id: string): Promise<StoredPermit | null>;
  ofAccount(accountId: string): Promise<readonly StoredPermit[]>;
  /** Those of them that have ended, and when. */
  endsOf(ids: readonly string[]): Promise<ReadonlyMap<string, Date>>;
  /** Ends all that stand on the receipt. @returns the ids of those that had not ended before */
  endByReceipt(receiptId: string, at: Date, reason: string): Promise<readonly string[]>;
}

export function permitRepository(queries: Queries): PermitRepository {
  return {
    async add(row) {
      await queries.insert(serverPermit).values(row);
    },
    async byId(id) {
      const [row] = await queries.select().from(serverPermit).where(eq(serverPermit.id, id));
      return row ?? null;
    },
    ofAccount: (accountId) =>
      queries
        .select()
        .from(serverPermit)
        .where(eq(serverPermit.accountId, accountId))
        .orderBy(desc(serverPermit.issuedAt))
        .limit(200),
    async endsOf(ids) {
      if (ids.length === 0) return new Map();
      const rows = await queries
        .select({ id: serverPermit.id, endedAt: serverPermit.endedAt })
        .from(serverPermit)
        .where(inArray(serverPermit.id, [...new Set(ids)]));
      return new Map(rows.flatMap(({ id, endedAt }) => (endedAt ? [[id, endedAt] as const] : [])));
    },
    async endByReceipt(receiptId, at, reason) {
      const ended = await queries
        .update(serverPermit)
        .set({ endedAt: at, endReason: reason })
        .where(
          and(
            isNull(serverPermit.endedAt),
            sql`${serverPermit.receiptIds} @> ${JSON.stringify([receiptId])}::jsonb`,
          ),
        )
        .returning({ id: serverPermit.id });
      return ended.map(({ id }) => id);
    },
  };
}
