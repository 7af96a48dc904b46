/**
 * What films left behind goes once nobody has used it for some days: drawn segments, coded sounds, speech. All of it can be
 * made again, so that what goes a moment too soon costs time and no film; what a film that waits or is under way is made
 * of, or one that ended lately, stays. With it goes what was put together and is nobody's (leftovers.ts).
 */
import { SEGMENT_PRODUCT, SOUND_PRODUCT } from '#core/output/ports.ts';
import type { Database } from '../../database/open.ts';
import { renderRepository } from '../../repositories/renders.ts';
import type { Host } from '../services.ts';
import { accountKey, type FileStore } from '../store.ts';
import { sweepUnowned } from './leftovers.ts';

export interface SweepParts {
  readonly database: Database;
  readonly store: FileStore;
  readonly host: Host;
  /** So many days without use. */
  readonly keepDays: number;
}

const DAY_MS = 86_400_000;
/** Whoever still writes is done with it by then. */
const UNFINISHED_MS = DAY_MS;

const AT_ONCE = 500;

/** @returns `work`, done once a day at most, however often it is called */
function daily(host: Host, work: (nowMs: number) => Promise<number>): () => Promise<number> {
  let doneMs = -Infinity;
  return async () => {
    const nowMs = host.now();
    if (nowMs - doneMs < DAY_MS) return 0;
    doneMs = nowMs;
    return work(nowMs);
  };
}

/**
 * Films that ended long ago and whose files are gone are forgotten, with their projects; what the public log says of them
 * stays. Files go by their own days (`ASSET_DAYS` without use), and so from what their account keeps here.
 * @returns what does it, once a day at most, and how many films went
 */
export function renderSweep({ database, host, keepDays }: Omit<SweepParts, 'store'>): () => Promise<number> {
  return daily(host, async (nowMs) => {
    const before = new Date(nowMs - keepDays * DAY_MS);
    let gone = 0;
    for (;;) {
      const some = await renderRepository(database.queries).forgetEnded(before, AT_ONCE);
      if (some === 0) return gone;
      gone += some;
    }
  });
}

/** @returns what does it, once a day at most, however often it is called; and how many files went */
export function productSweep({ database, store, host, keepDays }: SweepParts): () => Promise<number> {
  const renders = renderRepository(database.queries);

  const sweepAccount = async (accountId: string, before: Date): Promise<number> => {
    const { keys, active } = await renders.productsNeeded(accountId, before);
    let gone = 0;
    for await (const file of store.list(`${accountKey(accountId, 'products')}/`, before)) {
      const [kind = '', key = ''] = file.split('/').slice(-2);
      // Which film needs which speech is not written down: while any is under way, all of it may be.
      const known = kind === SEGMENT_PRODUCT || kind === SOUND_PRODUCT;
      if (known ? keys.has(key) : active) continue;
      await store.delete(file);
      gone++;
    }
    return gone;
  };

  return daily(host, async (nowMs) => {
    let gone = await store.dropUnfinished(new Date(nowMs - UNFINISHED_MS));
    const before = new Date(nowMs - keepDays * DAY_MS);
    for (const accountId of await renders.accounts()) {
      gone += await sweepAccount(accountId, before);
      gone += await sweepUnowned({ database, store }, accountId, new Date(nowMs - UNFINISHED_MS));
    }
    return gone;
  });
}
