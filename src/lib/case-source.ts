/**
 * What a presenter was made from, brought to the reviewers who look at it before its first film for others. The server
 * says by hash which file it waits for; it is here on the device that made the presenter, or nowhere.
 */
import { AppError } from '#core/base/errors.ts';
import type { AssetHash } from '#core/base/ids.ts';
import type { Case, ServerClient } from './api/client.ts';

/** Whether the server waits for something that this case is decided by. */
export function wantsSource(found: Case): boolean {
  const waits = found.state === 'open' || found.state === 'appealed';
  return waits && found.sources.some(({ sent }) => !sent);
}

/** @throws AppError not-found: this device has it not; network, or what the server says */
export async function sendSource(
  client: ServerClient,
  found: Case,
  bytesOf: (hash: AssetHash) => Promise<Uint8Array<ArrayBuffer> | null>,
): Promise<void> {
  for (const { hash, sent } of found.sources) {
    if (sent) continue;
    const bytes = await bytesOf(hash as AssetHash);
    if (!bytes)
      throw new AppError('not-found', 'What this presenter was made from is not on this device.', {
        way: 'Send it from the device that made the presenter.',
      });
    await client.call('PUT /api/cases/{id}/source', { path: { id: found.id }, body: new Blob([bytes]) });
  }
}
