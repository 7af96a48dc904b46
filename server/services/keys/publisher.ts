/**
 * What the server publishes of itself: the keys that sign its receipts and log, and which receipts are revoked. Both
 * documents are signed, numbered and kept; a number is never given twice, whatever happens in between. A change of the keys
 * is an entry of the log.
 */
import { toBase64Url } from '#core/base/bytes.ts';
import { AppError } from '#core/base/errors.ts';
import { publishedKey, signKeySet, type KeySet, type PublishedKey } from '#core/policy/consent/keys.ts';
import { signRevocations, type RevocationList } from '#core/policy/consent/revocations.ts';
import type { EntryBody } from '#core/policy/log/entry.ts';
import type { SigningKey } from '#core/policy/signing.ts';
import type { Queries } from '../../database/drizzle.ts';
import type { Database } from '../../database/open.ts';
import { logRepository } from '../../repositories/log.ts';
import { publishedRepository, type PublishedRepository } from '../../repositories/published.ts';
import type { Log } from '../log/log.ts';
import type { Host } from '../services.ts';
import type { SigningKeys } from './signing-keys.ts';

export interface Publisher {
  readonly issuer: string;
  keys(): Promise<KeySet>;
  /** Issued anew once an hour, so that its date says something. */
  revocations(): Promise<RevocationList>;
  /** A new list, in the transaction that revokes. */
  publishRevocations(queries: Queries): Promise<RevocationList>;
  /** Signs with a new key from now on; the old one's work stays good. @throws AppError refused */
  rotate(): Promise<KeySet>;
  /** Nothing the key signed counts any more. The key in use is exchanged first. @throws AppError not-found | refused */
  withdraw(keyId: string): Promise<KeySet>;
}

interface PublisherParts {
  readonly database: Database;
  readonly issuer: string;
  readonly secrets: SigningKeys;
  readonly log: Log;
  readonly host: Host;
}

const LIST_EVERY_MS = 3600 * 1000;

/** Brings what is published in line with the keys at hand. @throws AppError invalid-input */
export async function openPublisher(parts: PublisherParts): Promise<Publisher> {
  const { database, issuer, secrets, log, host } = parts;

  /** All that publishes waits its turn behind the log's own lock. */
  const alone = <T>(work: (queries: Queries, published: PublishedRepository) => Promise<T>): Promise<T> =>
    database.transaction(async (queries) => {
      await logRepository(queries).lock();
      return work(queries, publishedRepository(queries));
    });

  const publishKeys = async (
    queries: Queries,
    changes: readonly { readonly keyId: string; readonly change: 'added' | 'retired' | 'withdrawn' }[],
  ): Promise<KeySet> => {
    const published = publishedRepository(queries);
    const number = ((await published.document('keys'))?.number ?? 0) + 1;
    const issuedAt = new Date(host.now());
    const keys = await published.keys();
    const good = new Set(keys.filter(({ withdrawnAt }) => withdrawnAt === null).map(({ keyId }) => keyId));
    const signers = secrets.list().filter(({ keyId }) => good.has(keyId));
    const set = signKeySet({ issuer, number, issuedAt: issuedAt.toISOString(), keys }, signers);
    await published.putDocument('keys', { number, issuedAt, document: JSON.stringify(set) });
    const entries: EntryBody[] = changes.map((change) => ({
      type: 'key-change',
      ...change,
      keySetNumber: number,
    }));
    await log.append(queries, entries);
    return set;
  };

  const publishRevocations = async (queries: Queries): Promise<RevocationList> => {
    const published = publishedRepository(queries);
    const number = ((await published.document('revocations'))?.number ?? 0) + 1;
    const issuedAt = new Date(host.now());
    const revoked = await published.revocations();
    const list = signRevocations(
      { issuer, number, issuedAt: issuedAt.toISOString(), revoked },
      currentKey(secrets),
    );
    await published.putDocument('revocations', { number, issuedAt, document: JSON.stringify(list) });
    return list;
  };

  /** The first of the secrets takes over from whichever key is published as in use. */
  const takeOver = async (queries: Queries, published: PublishedRepository): Promise<KeySet | null> => {
    const now = new Date(host.now());
    const [wanted, keys] = [currentKey(secrets), await published.keys()];
    const inUse = keys.find(({ validUntil }) => validUntil === null) ?? null;
    if (inUse?.keyId === wanted.keyId) return null;
    requireOurs(inUse, wanted, keys, secrets);
    await published.addKey(publishedKey(wanted, now.toISOString()));
    if (inUse) await published.endKey(inUse.keyId, { until: now, withdrawnAt: null });
    return publishKeys(queries, [
      ...(inUse ? [{ keyId: inUse.keyId, change: 'retired' as const }] : []),
      { keyId: wanted.keyId, change: 'added' as const },
    ]);
  };

  const read = async <T>(kind: 'keys' | 'revocations'): Promise<{ value: T; issuedAtMs: number } | null> => {
    const stored = await publishedRepository(database.queries).document(kind);
    return stored ? { value: JSON.parse(stored.document) as T, issuedAtMs: stored.issuedAt.getTime() } : null;
  };

  await alone(async (queries, published) => {
    await takeOver(queries, published);
    const stored = await published.document('keys');
    const set = stored ? (JSON.parse(stored.document) as KeySet) : null;
    // Reached under another address from now on: what is published says so.
    if (set?.issuer !== issuer) await publishKeys(queries, []);
    await publishRevocations(queries);
  });

  return {
    issuer,
    async keys() {
      const stored = await read<KeySet>('keys');
      if (!stored) throw new AppError('internal', 'No keys are published.');
      return stored.value;
    },
    async revocations() {
      const stored = await read<RevocationList>('revocations');
      if (stored && host.now() - stored.issuedAtMs < LIST_EVERY_MS) return stored.value;
      return alone((queries) => publishRevocations(queries));
    },
    publishRevocations,
    async rotate() {
      secrets.add();
      return alone(async (queries, published) => {
        const set = await takeOver(queries, published);
        if (!set) throw new AppError('conflict', 'The keys were changed at the same moment.');
        await publishRevocations(queries);
        return set;
      });
    },
    async withdraw(keyId) {
      if (currentKey(secrets).keyId === keyId) secrets.add();
      return alone(async (queries, published) => {
        await takeOver(queries, published);
        const key = (await published.keys()).find((one) => one.keyId === keyId);
        if (!key) throw new AppError('not-found', 'This server has published no such key.');
        const now = new Date(host.now());
        const until = key.validUntil === null ? now : new Date(key.validUntil);
        await published.endKey(keyId, { until, withdrawnAt: now });
        const set = await publishKeys(queries, [{ keyId, change: 'withdrawn' }]);
        await publishRevocations(queries);
        return set;
      });
    },
  };
}

export function currentKey(secrets: SigningKeys): SigningKey {
  const [first] = secrets.list();
  if (!first) throw new AppError('invalid-input', 'This server has no key to sign with.');
  return first;
}

/** Another database's keys, or a folder that was left behind: going on would break what everyone has seen. */
function requireOurs(
  inUse: PublishedKey | null,
  wanted: SigningKey,
  keys: readonly PublishedKey[],
  secrets: SigningKeys,
): void {
  const held = (keyId: string) => secrets.list().some((key) => key.keyId === keyId);
  if (inUse !== null && !held(inUse.keyId))
    throw new AppError('invalid-input', `The key this server signs with (${inUse.keyId}) is not here.`, {
      way: 'Put back the file signing-keys of its data folder, or name the key in ORATOR_SIGNING_KEYS.',
    });
  if (keys.some(({ publicKey }) => publicKey === toBase64Url(wanted.publicKey)))
    throw new AppError('invalid-input', `The key ${wanted.keyId} was retired and cannot serve again.`, {
      way: 'Put a newer one in front.',
    });
}
