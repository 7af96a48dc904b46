/**
 * Films that were given out, or held back for a person to see, and whose permits have ended since: someone in them has taken
 * back their consent.
 */
import { and, eq, isNotNull, sql, type Queries } from '../database/drizzle.ts';
import { accountAsset } from '../database/schema/assets.ts';
import { moderationVerdict } from '../database/schema/moderation.ts';
import { render } from '../database/schema/render.ts';
import { serverPermit } from '../database/schema/work.ts';

const hashOf = sql<string>`${render.film} ->> 'hash'`;

export function withdrawnRepository(queries: Queries) {
  return {
    /** Those that lie in their accounts' store, and are no film that is under way or was given out on a permit that stands. */
    films: (most: number) =>
      queries
        .select({ accountId: render.accountId, hash: accountAsset.hash })
        .from(render)
        .innerJoin(serverPermit, eq(serverPermit.id, render.permitId))
        .innerJoin(
          accountAsset,
          and(eq(accountAsset.accountId, render.accountId), eq(accountAsset.hash, hashOf)),
        )
        .where(
          and(
            eq(render.state, 'done'),
            isNotNull(serverPermit.endedAt),
            sql`not exists (
              select 1 from render other left join server_permit permit on permit.id = other.permit_id
              where other.account_id = ${render.accountId}
                and other.film ->> 'hash' = ${hashOf}
                and other.state in ('queued', 'preparing', 'drawing', 'finishing', 'done')
                and permit.ended_at is null)`,
          ),
        )
        .limit(most),
    /** Verdicts on films that were held back, whose frames are still kept, and of which no permit stands. */
    held: (most: number) =>
      queries
        .select({
          id: moderationVerdict.id,
          accountId: moderationVerdict.accountId,
          content: moderationVerdict.content,
        })
        .from(moderationVerdict)
        .where(
          and(
            isNotNull(moderationVerdict.film),
            isNotNull(moderationVerdict.content),
            sql`(
              select bool_and(permit.ended_at is not null)
              from render join server_permit permit on permit.id = render.permit_id
              where render.account_id = ${moderationVerdict.accountId}
                and render.film ->> 'hash' = ${moderationVerdict.film})`,
          ),
        )
        .limit(most),
    /** Whether the file is a film of the account's that was given out, on permits that have all ended since. */
    async has(accountId: string, hash: string): Promise<boolean> {
      const rows = await queries
        .select({ endedAt: serverPermit.endedAt })
        .from(render)
        .leftJoin(serverPermit, eq(serverPermit.id, render.permitId))
        .where(and(eq(render.accountId, accountId), eq(render.state, 'done'), eq(hashOf, hash)));
      return rows.length > 0 && rows.every(({ endedAt }) => endedAt !== null);
    },
  };
}
