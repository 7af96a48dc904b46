/**
 * How often, and how much. Requests a minute are counted in this process, by account or by address; what an account may
 * do a day, and tries of passwords, are counted in the database, so that they hold over restarts and over several processes.
 * The one place that names the rate limiter.
 */
import { createHmac } from 'node:crypto';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '#core/base/errors.ts';
import type { UsageRepository } from '../repositories/usage.ts';

export interface RateLimit {
  /** @throws TooMany when `who` has asked too often */
  spend(who: string, points?: number): Promise<void>;
  /** Starts the count of `who` anew. */
  forget(who: string): Promise<void>;
}

/** Asked too often; carries when to come back. */
export class TooMany extends AppError {
  readonly retryAfterS: number;
  constructor(message: string, retryAfterS: number) {
    super('too-many', message, { way: `Try again in ${waitText(retryAfterS)}.` });
    this.retryAfterS = retryAfterS;
  }
}

/** More at once than the server answers in good time; whoever waits a moment is let in. */
export class TooBusy extends AppError {
  readonly retryAfterS = 1;
  constructor() {
    super('busy', 'The server has too much to do at the moment.', { way: 'Try again in a moment.' });
  }
}

/** So many answers are worked out at once; what comes beyond is told to come back, rather than to wait for nobody knows how long. */
export const MOST_AT_ONCE = 256;
/** And so many of them for one address: a place is held while a body comes in, and one machine could send slowly on all. */
export const MOST_AT_ONCE_FOR_ONE = MOST_AT_ONCE / 8;

export function atOnceLimit(
  most = MOST_AT_ONCE,
  mostForOne = MOST_AT_ONCE_FOR_ONE,
): <T>(who: string, work: () => Promise<T>) => Promise<T> {
  let now = 0;
  const nowOf = new Map<string, number>();
  return async (who, work) => {
    const theirs = nowOf.get(who) ?? 0;
    if (now >= most || theirs >= mostForOne) throw new TooBusy();
    now++;
    nowOf.set(who, theirs + 1);
    try {
      return await work();
    } finally {
      now--;
      const left = (nowOf.get(who) ?? 1) - 1;
      if (left > 0) nowOf.set(who, left);
      else nowOf.delete(who);
    }
  };
}

export function requestLimit(most: number, withinS = 60): RateLimit {
  const limiter = new RateLimiterMemory({ points: most, duration: withinS });
  return {
    async spend(who, points = 1) {
      try {
        await limiter.consume(who, points);
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused;
        throw new TooMany('Too many requests.', Math.max(1, Math.ceil(refused.msBeforeNext / 1000)));
      }
    },
    forget: async (who) => void (await limiter.delete(who)),
  };
}

interface Shared {
  readonly usage: UsageRepository;
  /** Keeps whose tries they are out of the database. */
  readonly secret: string;
  readonly now: () => number;
}

/** A limit that all processes of one server count together. `kind` keeps its counts from those of others. */
export function sharedLimit(
  { usage, secret, now }: Shared,
  kind: string,
  most: number,
  withinS: number,
): RateLimit {
  const keyOf = (who: string) =>
    createHmac('sha256', secret).update(`attempt/${kind}\n${who}`).digest('base64url');
  return {
    async spend(who) {
      const nowMs = now();
      const { count, until } = await usage.countAttempt(keyOf(who), new Date(nowMs), withinS * 1000);
      if (count <= most) return;
      throw new TooMany('Too many tries.', Math.max(1, Math.ceil((until.getTime() - nowMs) / 1000)));
    },
    forget: (who) => usage.forgetAttempts(keyOf(who)),
  };
}

export interface Quota {
  readonly kind: string;
  /** The most a day, UTC. */
  readonly perDay: number;
  /** For the sentence, such as “consent recordings”. */
  readonly what: string;
}

/**
 * Counts `amount` against the day's quota, all or nothing.
 * @throws TooMany
 */
export async function spendQuota(
  usage: UsageRepository,
  quota: Quota,
  accountId: string,
  nowMs: number,
  amount = 1,
): Promise<void> {
  const { day, leftS } = dayOf(nowMs);
  if (await usage.add(accountId, quota.kind, day, amount, quota.perDay)) return;
  throw new TooMany(`That is more than the ${quota.perDay} ${quota.what} an account may have a day.`, leftS);
}

/** The day that counts, UTC, and how much of it is left. */
export function dayOf(nowMs: number): { readonly day: string; readonly leftS: number } {
  const day = new Date(nowMs).toISOString().slice(0, 10);
  const midnightMs = Date.parse(`${day}T00:00:00Z`) + 86_400_000;
  return { day, leftS: Math.ceil((midnightMs - nowMs) / 1000) };
}

function waitText(seconds: number): string {
  if (seconds < 90) return `${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
}
