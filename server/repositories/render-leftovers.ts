/** What films leave behind: which files and products someone still needs, and rows that nobody does. */
import type { AssetHash } from '#core/base/ids.ts';
import { and, eq, exists, gte, inArray, lt, ne, not, or, sql, type Queries } from '../database/drizzle.ts';
import { accountAsset } from '../database/schema/assets.ts';
import { moderationVerdict, reviewCase } from '../database/schema/moderation.ts';
import { render, renderSegment, renderShare } from '../database/schema/render.ts';
import { ACTIVE_STATES } from './render-states.ts';
import { WAITING } from './reviews.ts';

/** For so long what a reviewer did not accept can still be shown to another. */
const APPEAL_DAYS = 30;

export function renderLeftovers(queries: Queries) {
  return {
    /**
     * Which of these are films, or captions, of the account's films that were given out or are under way; or films that a
     * reviewer is to see, or may be, because an appeal may come.
     */
    async namedFiles(accountId: string, hashes: readonly string[]): Promise<ReadonlySet<string>> {
      const wanted = [...hashes];
      if (wanted.length === 0) return new Set();
      const rows = await queries
        .select({ film: render.film })
        .from(render)
        .where(
          and(
            eq(render.accountId, accountId),
            inArray(render.state, [...ACTIVE_STATES, 'done']),
            or(
              inArray(sql`${render.film} ->> 'hash'`, wanted),
              inArray(sql`${render.film} ->> 'captions'`, wanted),
            ),
          ),
        );
      const cases = await queries
        .select({ content: moderationVerdict.content })
        .from(reviewCase)
        .innerJoin(moderationVerdict, eq(moderationVerdict.id, reviewCase.subjectId))
        .where(
          and(
            eq(reviewCase.kind, 'content'),
            eq(reviewCase.authorId, accountId),
            or(
              inArray(reviewCase.state, [...WAITING]),
              and(
                eq(reviewCase.state, 'decided'),
                eq(reviewCase.outcome, 'rejected'),
                sql`${reviewCase.closedAt} > clock_timestamp() - make_interval(days => ${APPEAL_DAYS})`,
              ),
            ),
          ),
        );
      const shown = cases.flatMap(({ content }) => content?.pictures.map(({ hash }) => hash) ?? []);
      return new Set([
        ...rows.flatMap(({ film }) => [film?.hash ?? [], film?.captions ?? []].flat()),
        ...shown.filter((hash) => wanted.includes(hash)),
      ]);
    },

    /** Who has ever asked for a film: whoever did has a share, which stays when their films are forgotten. */
    async accounts(): Promise<readonly string[]> {
      const rows = await queries.selectDistinct({ accountId: renderShare.accountId }).from(renderShare);
      return rows.map(({ accountId }) => accountId);
    },
    /** When the files of these films were used last; those that are not the account's any more are missing. */
    async filesUsedAt(
      films: readonly { readonly accountId: string; readonly hash: string }[],
    ): Promise<ReadonlyMap<string, Date>> {
      if (films.length === 0) return new Map();
      const rows = await queries
        .select({ accountId: accountAsset.accountId, hash: accountAsset.hash, usedAt: accountAsset.usedAt })
        .from(accountAsset)
        .where(
          and(
            inArray(accountAsset.accountId, [...new Set(films.map(({ accountId }) => accountId))]),
            inArray(accountAsset.hash, [...new Set(films.map(({ hash }) => hash))] as AssetHash[]),
          ),
        );
      return new Map(rows.map(({ accountId, hash, usedAt }) => [`${accountId}/${hash}`, usedAt]));
    },
    /**
     * Forgets films that ended before then, of whose end the log knows, and whose files are gone. Their steps and segments
     * go with them.
     * @returns how many
     */
    async forgetEnded(before: Date, most: number): Promise<number> {
      const ended = and(
        inArray(render.state, ['done', 'failed', 'cancelled', 'stopped']),
        ne(render.logged, 'started'),
        lt(render.finishedAt, before),
      );
      const found = await queries
        .select({ id: render.id })
        .from(render)
        .where(
          and(
            ended,
            not(
              exists(
                queries
                  .select({ hash: accountAsset.hash })
                  .from(accountAsset)
                  .where(
                    and(
                      eq(accountAsset.accountId, render.accountId),
                      eq(accountAsset.hash, sql`${render.film} ->> 'hash'`),
                    ),
                  ),
              ),
            ),
          ),
        )
        .limit(most);
      if (found.length === 0) return 0;
      // Tried again meanwhile, it has not ended.
      const gone = await queries
        .delete(render)
        .where(
          and(
            ended,
            inArray(
              render.id,
              found.map(({ id }) => id),
            ),
          ),
        )
        .returning({ id: render.id });
      return gone.length;
    },
    /** Keys of segments and sounds of films that are not ended, or ended since then; and whether any is not. */
    async productsNeeded(
      accountId: string,
      since: Date,
    ): Promise<{ readonly keys: ReadonlySet<string>; readonly active: boolean }> {
      const films = await queries
        .select({ id: render.id, soundKey: render.soundKey, state: render.state })
        .from(render)
        .where(
          and(
            eq(render.accountId, accountId),
            or(inArray(render.state, [...ACTIVE_STATES]), gte(render.finishedAt, since)),
          ),
        );
      const keys = new Set(films.flatMap(({ soundKey }) => soundKey ?? []));
      for (let at = 0; at < films.length; at += 1000) {
        const ids = films.slice(at, at + 1000).map(({ id }) => id);
        const segments = await queries
          .selectDistinct({ key: renderSegment.key })
          .from(renderSegment)
          .where(inArray(renderSegment.renderId, ids));
        for (const { key } of segments) keys.add(key);
      }
      return { keys, active: films.some(({ state }) => ACTIVE_STATES.some((active) => active === state)) };
    },
  };
}
