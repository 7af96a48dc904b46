/** What accounts have used a day, and tries that are counted over all processes. */
import { and, eq, lt, sql, type Queries } from '../database/drizzle.ts';
import { attempt, usage } from '../database/schema/work.ts';

export interface UsageRepository {
  /** Adds to the day's sum unless it would pass `most`; says whether it did. One statement, so that two at once cannot both fit. */
  add(accountId: string, kind: string, day: string, amount: number, most: number): Promise<boolean>;
  /** Takes from the day's sum what was added and not used. */
  giveBack(accountId: string, kind: string, day: string, amount: number): Promise<void>;
  /** The day's sum. */
  of(accountId: string, kind: string, day: string): Promise<number>;
  /** Counts a try. The count begins anew once its window is over. One statement, so that none is missed. */
  countAttempt(
    key: string,
    now: Date,
    windowMs: number,
  ): Promise<{ readonly count: number; readonly until: Date }>;
  forgetAttempts(key: string): Promise<void>;
  /** Windows that are over. */
  sweepAttempts(now: Date): Promise<void>;
}

export function usageRepository(queries: Queries): UsageRepository {
  return {
    async add(accountId, kind, day, amount, most) {
      if (amount > most) return false;
      const rows = await queries
        .insert(usage)
        .values({ accountId, kind, day, amount })
        .onConflictDoUpdate({
          target: [usage.accountId, usage.kind, usage.day],
          set: { amount: sql`${usage.amount} + ${amount}` },
          setWhere: sql`${usage.amount} + ${amount} <= ${most}`,
        })
        .returning({ amount: usage.amount });
      return rows.length > 0;
    },
    async giveBack(accountId, kind, day, amount) {
      await queries
        .update(usage)
        .set({ amount: sql`greatest(0, ${usage.amount} - ${amount})` })
        .where(and(eq(usage.accountId, accountId), eq(usage.kind, kind), eq(usage.day, day)));
    },
    async of(accountId, kind, day) {
      const [row] = await queries
        .select({ amount: usage.amount })
        .from(usage)
        .where(and(eq(usage.accountId, accountId), eq(usage.kind, kind), eq(usage.day, day)));
      return row?.amount ?? 0;
    },
    async countAttempt(key, now, windowMs) {
      const until = new Date(now.getTime() + windowMs);
      const [row] = await queries
        .insert(attempt)
        .values({ key, count: 1, until })
        .onConflictDoUpdate({
          target: attempt.key,
          set: {
            count: sql`case when ${attempt.until} <= ${now.toISOString()} then 1 else ${attempt.count} + 1 end`,
            until: sql`case when ${attempt.until} <= ${now.toISOString()} then excluded.until else ${attempt.until} end`,
          },
        })
        .returning({ count: attempt.count, until: attempt.until });
      return row ?? { count: 1, until };
    },
    forgetAttempts: async (key) => void (await queries.delete(attempt).where(eq(attempt.key, key))),
    sweepAttempts: async (now) => void (await queries.delete(attempt).where(lt(attempt.until, now))),
  };
}
