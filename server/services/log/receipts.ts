/**
 * Issuing and revoking receipts: signature, row, log entry and revocation list in one transaction. Whoever renders
 * subscribes to revocations, and stops what runs.
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
  /** For good. Revoking again changes nothing. @throws AppError not-found */
  revoke(receiptId: string): Promise<void>;
  /** Called after a revocation is kept. @returns how to stop listening */
  onRevoked(listener: (receipt: ConsentReceipt) => void): () => void;
}

interface ReceiptParts {
  readonly database: Database;
  readonly publisher: Publisher;
  readonly secrets: SigningKeys;
  readonly log: Log;
  readonly salts: Salts;
  readonly host: Host;
}

export function openReceipts({ database, publisher, secrets, log, salts, host }: ReceiptParts): Receipts {
  const listeners = new Set<(receipt: ConsentReceipt) => void>();
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
    async revoke(receiptId) {
      const receipt = await database.transaction(async (queries) => {
        const row = await find(queries, receiptId);
        if (!(await publishedRepository(queries).revoke(receiptId, new Date(host.now())))) return null;
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
        return row.receipt;
      });
      if (receipt) for (const listener of listeners) listener(receipt);
    },
    onRevoked(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
