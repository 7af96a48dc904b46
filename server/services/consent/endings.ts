/**
 * How a consent ends, and what goes when. Withdrawing is the owner's, the link is the person's; raw film goes after its days
 * or as soon as it is asked for; and that it went is an entry of the log.
 */
import { AppError } from '#core/base/errors.ts';
import { errorFields } from '../../logger.ts';
import { consentRepository, NEEDED, type ConsentRow } from '../../repositories/consent.ts';
import { accountKey } from '../store.ts';
import { requireRow } from './begin.ts';
import { tokenHash } from './link.ts';
import type { ConsentParts } from './parts.ts';

const HOUR_MS = 3_600_000;
/** Whoever began so long ago and did not finish will not. */
const ABANDONED_MS = HOUR_MS;
const AT_ONCE = 100;

/**
 * Takes a consent back: what was granted is revoked, what was under way ends. Its film goes at once, and so does what was
 * sent to a reviewer of the presenter.
 */
export async function withdraw(parts: ConsentParts, id: string): Promise<ConsentRow> {
  const { database, host, receipts } = parts;
  const consents = consentRepository(database.queries);
  requireRow(await consents.find(id));
  const receipt = await consents.receiptOf(id);
  // Permits that stand on it end with it.
  if (receipt) await receipts.revoke(receipt.id);
  const since = await database.transaction(async (queries) => {
    const inside = consentRepository(queries);
    const locked = requireRow(await inside.findToChange(id));
    if (locked.state !== 'withdrawn')
      await inside.change(id, { state: 'withdrawn', decidedAt: new Date(host.now()), leaseUntil: null });
    return inside.receiptOf(id);
  });
  // Its checks may have ended between the two looks, with a receipt.
  if (since && since.id !== receipt?.id) await receipts.revoke(since.id);
  await endCases(parts, id);
  return deleteMedia(parts, id);
}

/** Nobody need decide any more; nor about the presenter, unless another consent to it stands. */
async function endCases({ database, evidence }: ConsentParts, id: string): Promise<void> {
  const consents = consentRepository(database.queries);
  const { accountId, presenterHash } = requireRow(await consents.find(id));
  await evidence.end('consent', id, accountId);
  if (!(await consents.newestFor(accountId, presenterHash)))
    await evidence.end('footage', presenterHash, accountId);
}

/** A person was told until when the film is kept. Where nobody has decided by then, nobody can any more. */
async function expireUndecided(parts: ConsentParts, id: string): Promise<void> {
  const ended = await parts.database.transaction(async (queries) => {
    const consents = consentRepository(queries);
    if ((await consents.findToChange(id))?.state !== 'person') return false;
    await consents.change(id, { state: 'expired', decidedAt: new Date(parts.host.now()) });
    return true;
  });
  if (ended) await endCases(parts, id);
}

/** @throws AppError not-found */
export async function findByLink({ database }: ConsentParts, token: string): Promise<ConsentRow> {
  const row = await consentRepository(database.queries).findByLink(tokenHash(token));
  if (row) return row;
  throw new AppError('not-found', 'This link leads to no consent.', {
    way: 'See that it was copied whole. If the account was deleted, the consent went with it.',
  });
}

/**
 * Deletes the film and what it was compared with. Files go first: what stops half-way is met by the next sweep.
 * @throws AppError conflict while it is needed
 */
export async function deleteMedia(parts: ConsentParts, id: string): Promise<ConsentRow> {
  const { database, store, host, trustLog, salts } = parts;
  const consents = consentRepository(database.queries);
  const row = requireRow(await consents.find(id));
  if (row.mediaDeletedAt !== null) return row;
  if (NEEDED.includes(row.state))
    throw new AppError('conflict', 'The film is still needed to decide.', {
      way: 'Wait for the decision, or withdraw the consent.',
    });
  let items = 0;
  for await (const key of store.list(`${accountKey(row.accountId, 'consent', id)}/`)) {
    await store.delete(key);
    items++;
  }
  return database.transaction(async (queries) => {
    const inside = consentRepository(queries);
    const locked = requireRow(await inside.findToChange(id));
    if (locked.mediaDeletedAt !== null) return locked;
    const files = locked.files.map((file) => ({ ...file, key: null }));
    await inside.change(id, { mediaDeletedAt: new Date(host.now()), files });
    const owner = { kind: 'consent', sessionId: id, accountId: row.accountId } as const;
    const salted = await salts.hasherOf(queries, owner);
    const subject = salted('subject', `${row.accountId}/${id}`);
    await trustLog.append(queries, [{ type: 'deletion', subject, what: 'recording', items }]);
    return requireRow(await inside.find(id));
  });
}

export interface Sweeper {
  /** @returns how many recordings were deleted */
  sweep(): Promise<number>;
  close(): Promise<void>;
}

/** Sweeps now, and once an hour. */
export function openSweeper(parts: ConsentParts): Sweeper {
  const { database, host, log } = parts;
  const consents = consentRepository(database.queries);
  let running: Promise<number> | null = null;
  const work = async (): Promise<number> => {
    const now = new Date(host.now());
    for (const { id } of await consents.abandoned(new Date(now.getTime() - ABANDONED_MS), AT_ONCE)) {
      await consents.change(id, { state: 'expired', mediaDeleteAt: now });
    }
    for (const { id } of await consents.undecided(now, AT_ONCE)) await expireUndecided(parts, id);
    for (const { id } of await consents.lapsed(now, AT_ONCE)) await consents.change(id, { state: 'expired' });
    let deleted = 0;
    for (const { id } of await consents.mediaDue(now, AT_ONCE))
      try {
        await deleteMedia(parts, id);
        deleted++;
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'conflict')
          log.error({ consent: id, ...errorFields(error) }, 'film could not be deleted');
      }
    return deleted;
  };
  const sweep = (): Promise<number> => (running ??= work().finally(() => (running = null)));
  const tell = (error: unknown) => log.error(errorFields(error), 'the sweep stopped half-way');
  const timer = setInterval(() => void sweep().catch(tell), HOUR_MS);
  timer.unref();
  void sweep().catch(tell);
  return {
    sweep,
    async close() {
      clearInterval(timer);
      await running?.catch(() => undefined);
    },
  };
}
