/**
 * Consents that are taken back at the same moment as others are, or as permits are issued on them, on each database: every one
 * is revoked and listed, and no permit outlives it.
 */
import { afterAll, expect, test } from 'vitest';
import type { AssetHash } from '#core/base/ids.ts';
import { newId } from '#core/base/ids.ts';
import { consentReceipt } from '#server/database/schema/consent.ts';
import { permitRepository } from '#server/repositories/permits.ts';
import { consentTo } from './harness/renders/consent.ts';
import { bothDatabases } from './harness/places.ts';
import { openTrust } from './harness/trust.ts';

const places = await bothDatabases();
afterAll(() => places.stop());
const TOGETHER = 8;

test.each(places.all)(
  'on %s, withdrawals that meet are all kept, and twice is once',
  async (_, fresh) => {
    const trust = await openTrust({ place: await fresh() });
    try {
      const { services } = trust;
      const { accountId } = await trust.person();
      const receipts: string[] = [];
      for (let i = 0; i < TOGETHER; i++)
        receipts.push(await consentTo(services, accountId, i.toString(16).repeat(64) as AssetHash));
      await Promise.all([...receipts, ...receipts].map((id) => services.receipts.revoke(id)));
      const rows = await services.database.queries
        .select({ id: consentReceipt.id, number: consentReceipt.revocationNumber })
        .from(consentReceipt);
      expect(rows.map(({ number }) => number).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      const { revoked } = await services.publisher.revocations();
      expect(revoked.map(({ receiptId }) => receiptId).sort()).toEqual([...receipts].sort());
    } finally {
      await trust.close();
    }
  },
  120_000,
);

test.each(places.all)(
  'on %s, a permit that is being issued ends with the consent, and none is issued afterwards',
  async (_, fresh) => {
    const trust = await openTrust({ place: await fresh() });
    try {
      const { database, receipts, host } = trust.services;
      const { accountId } = await trust.person();
      const receiptId = await consentTo(trust.services, accountId, 'f'.repeat(64) as AssetHash);
      const now = new Date(host.now());
      const row = (receiptIds: readonly string[]) => ({
        ...{ id: newId<string>(), accountId, projectId: 'p', projectHash: 'h', grade: 'final' as const },
        ...{ receiptIds, verdictId: null, issuedAt: now, until: now, endedAt: null, endReason: null },
      });
      const [leaning, other] = [row([receiptId]), row([])];
      const told: (readonly string[])[] = [];
      receipts.onRevoked((_receipt, ended) => told.push(ended));
      let revoking: Promise<void> = Promise.resolve();
      await database.transaction(async (queries) => {
        await receipts.hold(queries, [receiptId]);
        revoking = receipts.revoke(receiptId);
        // Long enough for it to be through, were it not held up.
        await new Promise((resolve) => setTimeout(resolve, 500));
        for (const one of [leaning, other]) await permitRepository(queries).add(one);
      });
      await revoking;
      // With the revocation, and not some time after it.
      const permits = permitRepository(database.queries);
      expect((await permits.byId(leaning.id))?.endReason).toBe('The person has taken back their consent.');
      expect((await permits.byId(other.id))?.endedAt).toBeNull();
      expect(told).toEqual([[leaning.id]]);
      await expect(
        database.transaction((queries) => receipts.hold(queries, [receiptId])),
      ).rejects.toMatchObject({ code: 'refused' });
    } finally {
      await trust.close();
    }
  },
  120_000,
);
