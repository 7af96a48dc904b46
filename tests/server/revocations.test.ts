/** Many people take their consents back at the same moment, on each database: every one of them is revoked, and listed. */
import { afterAll, expect, test } from 'vitest';
import type { AssetHash } from '#core/base/ids.ts';
import { consentReceipt } from '#server/database/schema/consent.ts';
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
