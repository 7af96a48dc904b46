/** A consent that was given, without its recording: what the queue asks of it is that it can be taken back. */
import type { AssetHash } from '#core/base/ids.ts';
import { newId } from '#core/base/ids.ts';
import { consentSession } from '#server/database/schema/consent.ts';
import type { Services } from '#server/services/services.ts';

/** @returns the receipt's id */
export async function consentTo(
  services: Services,
  accountId: string,
  presenter: AssetHash,
): Promise<string> {
  return (await grantTo(services, accountId, presenter)).receiptId;
}

export async function grantTo(
  services: Services,
  accountId: string,
  presenter: AssetHash,
): Promise<{ readonly sessionId: string; readonly receiptId: string }> {
  const sessionId = newId<string>();
  const hash = 'a'.repeat(64) as AssetHash;
  const scope = {
    uses: ['own-films', 'distribution'],
    languages: ['*'],
    until: new Date(services.host.now() + 86_400_000).toISOString(),
  } as const;
  return services.database.transaction(async (queries) => {
    await queries.insert(consentSession).values({
      ...{ id: sessionId, accountId, state: 'granted', presenterHash: presenter, presenterName: 'Someone' },
      ...{ files: [], language: 'en', scope, challenge: {} as never, revokeTokenHash: sessionId },
      createdAt: new Date(services.host.now()),
    });
    const evidence = { recording: hash, challenge: hash, checks: hash };
    const receipt = await services.receipts.issue(queries, {
      sessionId,
      accountId,
      presenter,
      scope,
      evidence,
    });
    return { sessionId, receiptId: receipt.id };
  });
}
