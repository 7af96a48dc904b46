/** An issuer for tests, with real keys: what a trust server has, made from fixed secrets. */
import type { AssetHash } from '#core/base/ids.ts';
import { publishedKey, signKeySet, type KeySet, type PublishedKey } from '#core/policy/consent/keys.ts';
import { signReceipt, type ConsentReceipt } from '#core/policy/consent/receipt.ts';
import { signRevocations, type Revocation, type RevocationList } from '#core/policy/consent/revocations.ts';
import type { SigningKey } from '#core/policy/signing.ts';
import { ed25519Key } from '#shared/ed25519.ts';

export const ISSUER = 'https://trust.example';
export const NOW = '2026-11-28T18:00:00.000Z';
export const KEY = ed25519Key(new Uint8Array(32).fill(1));
export const OTHER_KEY = ed25519Key(new Uint8Array(32).fill(2));

export const hashOf = (digit: string) => digit.repeat(64) as AssetHash;

export function keysOf(
  keys: readonly PublishedKey[] = [publishedKey(KEY, '2026-01-01T00:00:00.000Z')],
  { number = 1, signers = [KEY], issuedAt = '2026-01-01T00:00:00.000Z', issuer = ISSUER } = {},
): KeySet {
  return signKeySet({ issuer, number, issuedAt, keys }, signers);
}

export function listOf(
  revoked: readonly Revocation[] = [],
  { number = 1, issuedAt = '2026-11-28T06:00:00.000Z', key = KEY, issuer = ISSUER } = {},
): RevocationList {
  return signRevocations({ issuer, number, issuedAt, revoked }, key);
}

type Wanted = Partial<Omit<ConsentReceipt, 'version' | 'keyId' | 'signature'>>;

export function receiptOf(change: Wanted = {}, key: SigningKey = KEY): ConsentReceipt {
  return signReceipt(
    {
      id: 'receipt-1',
      subject: hashOf('a'),
      presenter: hashOf('b'),
      scope: { uses: ['own-films'], languages: ['en', 'fr'], until: '2027-11-01T00:00:00.000Z' },
      issuedAt: '2026-11-01T12:00:00.000Z',
      evidence: { recording: hashOf('c'), challenge: hashOf('d'), checks: hashOf('e') },
      issuer: ISSUER,
      ...change,
    },
    key,
  );
}
