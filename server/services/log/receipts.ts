/**
 * Issuing and revoking receipts: signature, row, log entry and revocation list in one transaction, and with a revocation the
 * end of every permit that leans on the receipt. Whoever renders subscribes to revocations, and stops what runs the sooner.
 * Locks are taken in one order everywhere: the log, receipts, permits.
 */
import type { AssetHash } from '#core/base/ids.ts';
import { newId } from '#core/base/ids.ts';
import { AppError } from '#core/base/errors.ts';
import type { ConsentScope } from '#core/policy/consent/challenge.ts';
import type { ReceiptBundle } from '#core/policy/consent/bundle.ts';
import { latestUntil, signReceipt, type ConsentReceipt } from '#core/policy/consent/receipt.ts';
import { and, eq, inArray, type Queries } from '../../database/drizzle.ts';
import type { Database } from '../../database/open.ts';
import { consentReceipt } from '../../database/schema/consent.ts';
import { logRepository } from '../../repositories/log.ts';
import { permitRepository } from '../../repositories/permits.ts';
import { publishedRepository } from '../../repositories/published.ts';
import { currentKey, type Publisher } from '../keys/publisher.ts';
import type { SigningKeys } from '../keys/signing-keys.ts';
import type { Host } from '../services.ts';
import type { Log } from './log.ts';
import type { Salts } from './salts.ts';

export interface NewReceipt {
  readonly sessionId: string;
  readonly accountId: string;
  readonly presenter: AssetHash;
  readonly scope: ConsentScope;
  readonly evidence: ConsentReceipt['evidence'];
}

export interface Receipts {
  /** In the transaction that grants. @throws AppError invalid-input: a longer time than ten years */
  issue(queries: Queries, wanted: NewReceipt): Promise<ConsentReceipt>;
  /** @throws AppError not-found */
  get(receiptId: string): Promise<ConsentReceipt>;
  /** With what it takes to verify it. @throws AppError not-found */
  bundle(receiptId: string): Promise<ReceiptBundle>;
  /**
   * Of any of these presenters, as they consented to films of this account: a receipt is no leave for anyone else who has
   * the presenter. Whether they still hold is for `verifyReceipt` to say.
   */
  bundlesFor(accountId: string, presenters: readonly AssetHash[]): Promise<readonly ReceiptBundle[]>;
  /**
   * In a transaction that writes down a permit which leans on these: none of them is revoked before it ends, and whoever
   * revokes one afterwards finds that permit.
   * @throws AppError refused: one was revoked
   */
  hold(queries: Queries, receiptIds: readonly string[]): Promise<void>;
  /** For good, and with it end the permits that lean on it. Revoking again changes nothing. @throws AppError not-found */
  revoke(receiptId: string): Promise<void>;
  /** Called after a revocation is kept, with the permits that ended. @returns how to stop listening */
  onRevoked(listener: RevocationListener): () => void;
}

export type RevocationListener = (receipt: ConsentReceipt, endedPermits: readonly string[]) => void;

interface ReceiptParts {
  readonly database: Database;
  readonly publisher: Publisher;
  readonly secrets: SigningKeys;
  readonly log: Log;
  readonly salts: Salts;
  readonly host: Host;
}

const TAKEN_BACK = 'The person has taken back their consent.';

export function openReceipts({ database, publisher, secrets, log, salts, host }: ReceiptParts): Receipts {
  const listeners = new Set<RevocationListener>();
  const find = async (queries: Queries, id: string) => {
    const [row] = await queries.select().from(consentReceipt).where(eq(consentReceipt.id, id));
    if (!row) throw new AppError('not-found', 'There is no such receipt.');
    return row;
  };
  const published = async () => ({
    keys: await publisher.keys(),
    revocations: await publisher.revocations(),
  });

  return {
    async issue(queries, { sessionId, accountId, presenter, scope, evidence }) {
      const issuedAt = new Date(host.now()).toISOString();
      if (scope.until > latestUntil(issuedAt) || scope.until <= issuedAt)
        throw new AppError(
          'invalid-input',
          'A consent lasts ten years at most, and at least until tomorrow.',
        );
      const salted = await salts.hasherOf(queries, { kind: 'consent', sessionId, accountId });
      const subject = salted('subject', `${accountId}/${sessionId}`);
      const receipt = signReceipt(
        {
          id: newId(),
          subject: subject as string as AssetHash,
          presenter,
          scope,
          issuedAt,
          evidence,
          issuer: publisher.issuer,
        },
        currentKey(secrets),
      );
      await queries.insert(consentReceipt).values({
        id: receipt.id,
        sessionId,
        accountId,
        presenterHash: presenter,
        receipt,
        issuedAt: new Date(issuedAt),
        until: new Date(scope.until),
      });
      await log.append(queries, [
        {
          type: 'consent-granted',
          subject,
          presenter: salted('presenter', presenter),
          receipt: salted('receipt', receipt.id),
        },
      ]);
      return receipt;
    },
    get: async (receiptId) => (await find(database.queries, receiptId)).receipt,
    async bundle(receiptId) {
      return { receipt: (await find(database.queries, receiptId)).receipt, ...(await published()) };
    },
    async bundlesFor(accountId, presenters) {
      if (presenters.length === 0) return [];
      const rows = await database.queries
        .select({ receipt: consentReceipt.receipt })
        .from(consentReceipt)
        .where(
          and(
            eq(consentReceipt.accountId, accountId),
            inArray(consentReceipt.presenterHash, [...presenters]),
          ),
        );
      const by = await published();
      return rows.map(({ receipt }) => ({ receipt, ...by }));
    },
    async hold(queries, receiptIds) {
      if (receiptIds.length === 0) return;
      await logRepository(queries).lock();
      const held = await queries
        .select({ revokedAt: consentReceipt.revokedAt })
        .from(consentReceipt)
        .where(inArray(consentReceipt.id, [...receiptIds]))
        .for('share');
      if (held.length === receiptIds.length && held.every(({ revokedAt }) => revokedAt === null)) return;
      throw new AppError('refused', TAKEN_BACK, { way: 'Choose another presenter or voice.' });
    },
    async revoke(receiptId) {
      const done = await database.transaction(async (queries) => {
        const row = await find(queries, receiptId);
        const now = new Date(host.now());
        if (!(await publishedRepository(queries).revoke(receiptId, now))) return null;
        const ended = await permitRepository(queries).endByReceipt(receiptId, now, TAKEN_BACK);
        // Whoever was deleted has no salt any more: a fresh one would say nothing, and nothing need be said.
        const { sessionId, accountId } = row;
        const known =
          sessionId !== null && accountId !== null
            ? await salts.hasherOf(queries, { kind: 'consent', sessionId, accountId })
            : null;
        if (known)
          await log.append(queries, [
            {
              type: 'consent-revoked',
              subject: known('subject', `${accountId}/${sessionId}`),
              receipt: known('receipt', receiptId),
            },
          ]);
        await publisher.publishRevocations(queries);
        return { receipt: row.receipt, ended };
      });
      if (done) for (const listener of listeners) listener(done.receipt, done.ended);
    },
    onRevoked(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
