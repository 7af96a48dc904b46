/**
 * Which receipts no longer count, as their issuer publishes it: one signed, numbered, dated list of all that were ever
 * revoked. It only grows. An older list than one already seen is refused, so that nobody can bring a revoked consent
 * back by serving yesterday's list.
 */
import { canonicalJson } from '../../base/hashing.ts';
import { array, count, instant, object, oneOf, readOrNull, text } from '../read-json.ts';
import { bodyIsSigned, signBody, type SigningKey, type VerifySignature } from '../signing.ts';
import { findKey, keyServes, type KeySet, type ListFault } from './keys.ts';

export const REVOCATIONS_DOMAIN = 'orator/revocations/v1';
/** A list that is older than this is told to be: the person should be online once in a while. */
export const REVOCATIONS_FRESH_MS = 7 * 24 * 3600 * 1000;
const MOST_REVOKED = 10_000_000;

export interface Revocation {
  readonly receiptId: string;
  readonly revokedAt: string;
}

export interface RevocationList {
  readonly version: 1;
  readonly issuer: string;
  /** One more with every list that is issued. */
  readonly number: number;
  readonly issuedAt: string;
  /** Sorted by receipt id; never shorter than in the list before. */
  readonly revoked: readonly Revocation[];
  readonly keyId: string;
  readonly signature: string;
}

export function signRevocations(
  body: Omit<RevocationList, 'version' | 'keyId' | 'signature'>,
  key: SigningKey,
): RevocationList {
  const revoked = [...body.revoked].sort((a, b) =>
    a.receiptId < b.receiptId ? -1 : a.receiptId > b.receiptId ? 1 : 0,
  );
  const whole = { ...body, revoked, version: 1 as const, keyId: key.keyId };
  return { ...whole, signature: signBody(REVOCATIONS_DOMAIN, whole, key) };
}

export function revocationOf(list: RevocationList, receiptId: string): Revocation | null {
  return list.revoked.find((item) => item.receiptId === receiptId) ?? null;
}

/** @param seen the newest list of this issuer that was believed before, or null; null: believe it */
export function revocationsFault(
  next: RevocationList,
  seen: RevocationList | null,
  keys: KeySet,
  verify: VerifySignature,
): ListFault | null {
  if (next.issuer !== keys.issuer) return 'other-issuer';
  const { signature, ...body } = next;
  const key = findKey(keys, next.keyId);
  if (!key || !bodyIsSigned(REVOCATIONS_DOMAIN, body, signature, key.publicKey, verify)) return 'altered';
  if (!keyServes(key, next.issuedAt)) return 'unchained';
  if (seen === null) return null;
  if (seen.issuer !== next.issuer) return 'other-issuer';
  if (next.number < seen.number || next.issuedAt < seen.issuedAt) return 'older';
  const { signature: _, ...before } = seen;
  if (next.number === seen.number) return canonicalJson(body) === canonicalJson(before) ? null : 'conflict';
  const now = new Map(next.revoked.map(({ receiptId, revokedAt }) => [receiptId, revokedAt]));
  const kept = seen.revoked.every(({ receiptId, revokedAt }) => now.get(receiptId) === revokedAt);
  return kept ? null : 'conflict';
}

/** Null where it is no revocation list. */
export function readRevocations(json: unknown): RevocationList | null {
  return readOrNull(() => {
    const it = object(json);
    return {
      version: oneOf(it['version'], [1]),
      issuer: text(it['issuer'], 500),
      number: count(it['number']),
      issuedAt: instant(it['issuedAt']),
      revoked: array(it['revoked'], MOST_REVOKED, (item) => {
        const { receiptId, revokedAt } = object(item);
        return { receiptId: text(receiptId), revokedAt: instant(revokedAt) };
      }),
      keyId: text(it['keyId'], 64),
      signature: text(it['signature'], 200),
    };
  });
}
