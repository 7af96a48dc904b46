/**
 * Films that were put together and that nobody has: theirs failed, was called off, or was stopped before it was given out,
 * or whoever made it died before it could be written down. A file of an account stays while it is an asset of its own, or
 * while a film names it that was given out or is under way. Looking and deleting are one, however slow the store is: the same
 * film is given out before, and then the file stays, or after, and then it is missed and put together again (desk.ts).
 */
import type { AssetHash } from '#core/base/ids.ts';
import { assetsRepository } from '../../repositories/assets.ts';
import { moderationRepository, type StoredVerdict } from '../../repositories/moderation.ts';
import { renderRepository } from '../../repositories/renders.ts';
import { reviewRepository } from '../../repositories/reviews.ts';
import { withdrawnRepository } from '../../repositories/withdrawn.ts';
import { assetKey, assetsOf } from '../assets/account-assets.ts';
import type { Log } from '../log/log.ts';
import type { Salts } from '../log/salts.ts';
import { accountKey } from '../store.ts';
import type { RenderParts } from './parts.ts';

type Parts = Pick<RenderParts, 'database' | 'store'>;
type WithdrawnParts = Pick<RenderParts, 'database' | 'store' | 'host'> & {
  readonly trustLog: Log;
  readonly salts: Salts;
};

const AT_ONCE = 500;
const HASH = /^[0-9a-f]{64}$/;

/** Deletes those of `hashes` that nobody has. @returns how many */
export async function dropUnowned(
  { database, store }: Parts,
  accountId: string,
  hashes: readonly AssetHash[],
): Promise<number> {
  const unowned = async (some: readonly AssetHash[]): Promise<readonly AssetHash[]> => {
    const assets = await assetsRepository(database.queries).known(accountId, some);
    const films = await renderRepository(database.queries).namedFiles(accountId, some);
    return some.filter((hash) => !assets.has(hash) && !films.has(hash));
  };
  let gone = 0;
  for (const hash of await unowned(hashes))
    await database.exclusive(assetsOf(accountId), async () => {
      // Someone may have come to it meanwhile.
      if ((await unowned([hash])).length === 0) return;
      await store.delete(assetKey(accountId, hash));
      gone++;
    });
  return gone;
}

/**
 * Deletes films that were given out on permits that have ended since: someone in them has taken back their consent. Where the
 * same film was made on a consent that stands, it stays. The row goes last, so that what stops half-way is found again.
 */
export async function dropWithdrawn(parts: WithdrawnParts): Promise<void> {
  const { database, store } = parts;
  const assets = assetsRepository(database.queries);
  for (const { accountId, hash } of await withdrawnRepository(database.queries).films(AT_ONCE))
    await database.exclusive(assetsOf(accountId), async () => {
      // Given out meanwhile on a consent that stands, it stays.
      if (!(await withdrawnRepository(database.queries).has(accountId, hash))) return;
      await store.delete(assetKey(accountId, hash));
      await assets.remove(accountId, hash);
    });
  for (const held of await withdrawnRepository(database.queries).held(AT_ONCE)) await dropFrames(parts, held);
}

/**
 * What was kept of a film that was held back goes with the consent under it, and nobody need decide any more. What a reviewer
 * had decided stays; else the film is looked at anew, should it be made on another consent.
 */
async function dropFrames(
  { database, store, trustLog, salts, host }: WithdrawnParts,
  { id, accountId, content }: Pick<StoredVerdict, 'id' | 'accountId' | 'content'>,
): Promise<void> {
  const frames = (content?.pictures ?? []).map(({ hash }) => hash as AssetHash);
  await database.exclusive(assetsOf(accountId), async () => {
    for (const hash of frames) {
      await store.delete(assetKey(accountId, hash));
      await assetsRepository(database.queries).remove(accountId, hash);
    }
  });
  await database.transaction(async (queries) => {
    const reviews = reviewRepository(queries);
    for (const found of await reviews.about('content', id, accountId))
      await reviews.endWaiting(found.id, new Date(host.now()));
    const decided = await reviews.about('content', id, accountId);
    const verdicts = moderationRepository(queries);
    if (decided.length > 0) await verdicts.dropContent(id);
    else await verdicts.remove(id);
    const hashed = await salts.hasherOf(queries, { kind: 'account', accountId });
    await trustLog.append(queries, [
      { type: 'deletion', subject: hashed('subject', id), what: 'frames', items: frames.length },
    ]);
  });
}

/** The same with everything that an account had before then. */
export async function sweepUnowned(parts: Parts, accountId: string, before: Date): Promise<number> {
  const hashes: AssetHash[] = [];
  for await (const file of parts.store.list(`${accountKey(accountId, 'assets')}/`, before)) {
    const name = file.split('/').at(-1) ?? '';
    if (HASH.test(name)) hashes.push(name as AssetHash);
  }
  let gone = 0;
  for (let at = 0; at < hashes.length; at += AT_ONCE)
    gone += await dropUnowned(parts, accountId, hashes.slice(at, at + AT_ONCE));
  return gone;
}
