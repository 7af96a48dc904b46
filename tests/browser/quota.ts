/** A disk that is full, as the browser sees it. */
import { cdp } from 'vitest/browser';

/** What the browser grants this site, as the person's disk would; null for its own rule. */
export async function setQuota(quotaSize: number | null): Promise<void> {
  const session = cdp() as unknown as { send(method: string, parameters: object): Promise<unknown> };
  const origin = location.origin;
  await session.send(
    'Storage.overrideQuotaForOrigin',
    quotaSize === null ? { origin } : { origin, quotaSize },
  );
}
