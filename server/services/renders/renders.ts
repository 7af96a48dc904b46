/** Cloud renders, as the routes ask for them. Whose a render is, is looked at once for every call. */
import { AppError } from '#core/base/errors.ts';
import type { AssetHash } from '#core/base/ids.ts';
import { assetsRepository } from '../../repositories/assets.ts';
import { permitRepository } from '../../repositories/permits.ts';
import { renderRepository, type RenderRow } from '../../repositories/renders.ts';

import type { AccountCaller } from '../accounts/caller.ts';
import { assetKey } from '../assets/account-assets.ts';
import type { StoredFile } from '../stored-file.ts';
import { deadLetters, dropDead, retryDead, type DeadLetter } from './dead-letters.ts';
import { endRender, withdraw, type Withdrawn } from './flow.ts';
import { CAPTIONS_MIME } from './output.ts';
import { viewsOf } from './show.ts';
import { estimate, submit, type RenderWish, type SubmitParts } from './submit.ts';
import { hasEnded, type RenderEstimate, type RenderView } from './view.ts';
import { openWatching } from './watch.ts';

export interface Renders {
  /** @throws AppError invalid-input */
  estimate(caller: AccountCaller, wish: RenderWish): Promise<RenderEstimate>;
  /**
   * @param key asked again under it, the same film is meant
   * @throws AppError invalid-input | refused | too-many | busy; MissingAssets; KeyReused
   */
  submit(caller: AccountCaller, wish: RenderWish, key?: string): Promise<RenderView>;
  list(accountId: string): Promise<readonly RenderView[]>;
  get(accountId: string, id: string): Promise<RenderView>;
  /** What is newer than version `after`; null where it has ended and that was seen. */
  watch(
    accountId: string,
    id: string,
    after: number | null,
    signal: AbortSignal,
  ): Promise<AsyncIterable<RenderView> | null>;
  cancel(accountId: string, id: string): Promise<RenderView>;
  /** @throws AppError conflict: not done; refused: a consent under it was taken back */
  film(accountId: string, id: string): Promise<StoredFile>;
  captions(accountId: string, id: string): Promise<StoredFile>;
  deadLetters(): Promise<readonly DeadLetter[]>;
  /** @throws AppError not-found, conflict, too-many */
  retryDead(letterId: string): Promise<RenderView>;
  /** @throws AppError not-found */
  dropDead(letterId: string): Promise<void>;
  close(): Promise<void>;
}

const MOST_LISTED = 200;

export function openRenders(parts: SubmitParts): Renders {
  const { database, store } = parts;
  const renders = renderRepository(database.queries);
  const watching = openWatching(parts);
  const own = async (accountId: string, id: string): Promise<RenderRow> => {
    const row = await renders.find(id);
    if (row?.accountId === accountId) return row;
    throw new AppError('not-found', 'There is no such render, or it is not yours.');
  };
  const view = async (row: RenderRow): Promise<RenderView> => {
    const [shown] = await viewsOf(parts, [row]);
    return shown as RenderView;
  };
  const viewById = async (id: string): Promise<RenderView> => view((await renders.find(id)) as RenderRow);

  const finished = async (accountId: string, id: string) => {
    const row = await own(accountId, id);
    if (row.state !== 'done' || !row.film)
      throw new AppError('conflict', 'This film is not finished.', {
        way: 'Its page shows how far it is, and what happened where it ended otherwise.',
      });
    const permit = await permitRepository(database.queries).byId(row.permitId);
    if (permit?.endedAt)
      throw new AppError('refused', `This film is not given out any more. ${permit.endReason ?? ''}`.trim());
    // Who fetches a film keeps it, and its captions with it, from going unused.
    const files = [row.film.hash, row.film.captions ?? []].flat() as AssetHash[];
    await assetsRepository(database.queries).use(accountId, files, new Date(parts.host.now()));
    return { row, film: row.film };
  };
  const stored = async (
    accountId: string,
    hash: string,
  ): Promise<Pick<StoredFile, 'bytes' | 'tag' | 'read'>> => {
    const key = assetKey(accountId, hash as AssetHash);
    const bytes = await store.size(key);
    if (bytes === null)
      throw new AppError('not-found', 'This film is not kept any more.', { way: 'Ask for it again.' });
    return { bytes, tag: hash, read: (begin, end) => store.read(key, begin, end) };
  };

  return {
    estimate: (caller, wish) => estimate(parts, caller, wish),
    async submit(caller, wish, key) {
      return viewById(await submit(parts, caller, wish, key ?? null));
    },
    list: async (accountId) => viewsOf(parts, await renders.listOf(accountId, MOST_LISTED)),
    get: async (accountId, id) => view(await own(accountId, id)),
    async watch(accountId, id, after, signal) {
      const row = await own(accountId, id);
      if (after !== null && after >= row.version && hasEnded(row.state)) return null;
      return watching.watch(id, after ?? 0, signal);
    },
    async cancel(accountId, id) {
      await own(accountId, id);
      const jobs: Withdrawn[] = [];
      await database.transaction(async (queries) => {
        const film = await renderRepository(queries).findToChange(id);
        if (film && !hasEnded(film.state))
          jobs.push(...(await endRender(parts, queries, film, 'cancelled', null)));
      });
      await withdraw(parts, jobs);
      watching.poke();
      return viewById(id);
    },
    async film(accountId, id) {
      const { row, film } = await finished(accountId, id);
      const name = `${fileName(row.projectName)}.${film.extension}`;
      return { ...(await stored(accountId, film.hash)), mime: film.mime, name };
    },
    async captions(accountId, id) {
      const { row, film } = await finished(accountId, id);
      if (film.captions === null) throw new AppError('not-found', 'This film has no separate captions.');
      const name = `${fileName(row.projectName)}.vtt`;
      return { ...(await stored(accountId, film.captions)), mime: CAPTIONS_MIME, name };
    },
    deadLetters: () => deadLetters(parts),
    retryDead: async (letterId) => viewById(await retryDead(parts, letterId)),
    dropDead: (letterId) => dropDead(parts, letterId),
    close() {
      watching.close();
      return Promise.resolve();
    },
  };
}

/** What no file system takes is left out. */
function fileName(name: string): string {
  const kept = [...name].map((c) => (c < ' ' || '<>:"/\\|?*'.includes(c) ? ' ' : c)).join('');
  return kept.replace(/ +/g, ' ').trim().slice(0, 120) || 'film';
}
