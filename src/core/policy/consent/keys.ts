/**
 * The keys an issuer publishes, as a signed, numbered list. Whoever has seen one list believes a later one only when a
 * key of the earlier list signed it too, and never an earlier one again: a stolen web site alone cannot put other keys
 * in their place. The first list is believed where it was fetched from.
 */
import { fromBase64Url, toBase64Url } from '../../base/bytes.ts';
import { canonicalJson } from '../../base/hashing.ts';
import { array, count, instant, object, oneOf, orNull, readOrNull, text } from '../read-json.ts';
import { bodyIsSigned, keyIdOf, signBody, type SigningKey, type VerifySignature } from '../signing.ts';

export const KEYS_DOMAIN = 'orator/keys/v1';
const MOST_KEYS = 1000;

export interface PublishedKey {
  readonly keyId: string;
  readonly algorithm: 'Ed25519';
  /** base64url, 32 bytes. */
  readonly publicKey: string;
  /** What it signs counts when it is dated in here; null: still in use. ISO 8601, UTC. */
  readonly validFrom: string;
  readonly validUntil: string | null;
  /** Set where the key may have been stolen: nothing it signed counts any more, whenever it says that was. */
  readonly withdrawnAt: string | null;
}

export interface KeySet {
  readonly version: 1;
  readonly issuer: string;
  /** 1, 2, 3 …: one more with each change. */
  readonly number: number;
  readonly issuedAt: string;
  readonly keys: readonly PublishedKey[];
  /** By a key of its own and, unless it is the first, by one of the list before. */
  readonly signatures: readonly KeySetSignature[];
}
export interface KeySetSignature {
  readonly keyId: string;
  readonly signature: string;
}

export function publishedKey(key: SigningKey, validFrom: string): PublishedKey {
  const publicKey = toBase64Url(key.publicKey);
  return {
    keyId: key.keyId,
    algorithm: 'Ed25519',
    publicKey,
    validFrom,
    validUntil: null,
    withdrawnAt: null,
  };
}

export function signKeySet(
  body: Omit<KeySet, 'version' | 'signatures'>,
  signers: readonly SigningKey[],
): KeySet {
  const whole = { ...body, version: 1 as const };
  const signatures = signers.map((key) => ({
    keyId: key.keyId,
    signature: signBody(KEYS_DOMAIN, whole, key),
  }));
  return { ...whole, signatures };
}

/** Whether a key may sign something dated `at`. */
export function keyServes(key: PublishedKey, at: string): boolean {
  if (key.withdrawnAt !== null) return false;
  return key.validFrom <= at && (key.validUntil === null || at <= key.validUntil);
}

export function findKey(keys: KeySet, keyId: string): PublishedKey | null {
  return keys.keys.find((key) => key.keyId === keyId) ?? null;
}

/**
 * `altered`: not signed by a key of its own. `unchained`: not by one that was known before either. `older`: an earlier
 * list than one already seen. `conflict`: another list under the same number, or one that has lost a key.
 */
export type ListFault = 'altered' | 'other-issuer' | 'older' | 'conflict' | 'unchained';

/** @param seen the newest list of this issuer that was believed before, or null at first sight; null: believe it */
export function keySetFault(next: KeySet, seen: KeySet | null, verify: VerifySignature): ListFault | null {
  const signedBy = (keys: KeySet): boolean =>
    next.signatures.some(({ keyId, signature }) => {
      const key = findKey(keys, keyId);
      if (!key || !keyServes(key, next.issuedAt)) return false;
      const { signatures: _, ...body } = next;
      return bodyIsSigned(KEYS_DOMAIN, body, signature, key.publicKey, verify);
    });
  if (!signedBy(next)) return 'altered';
  if (seen === null) return null;
  if (seen.issuer !== next.issuer) return 'other-issuer';
  if (next.number < seen.number) return 'older';
  if (next.number === seen.number) return bodyText(next) === bodyText(seen) ? null : 'conflict';
  if (next.issuedAt < seen.issuedAt) return 'older';
  if (!signedBy(seen)) return 'unchained';
  return seen.keys.every((old) => stillSaid(old, findKey(next, old.keyId))) ? null : 'conflict';
}

/** A key stays listed as it was; only its end and its withdrawal may be added. */
function stillSaid(old: PublishedKey, now: PublishedKey | null): boolean {
  if (!now || old.publicKey !== now.publicKey || old.validFrom !== now.validFrom) return false;
  if (old.withdrawnAt !== null && now.withdrawnAt !== old.withdrawnAt) return false;
  return old.validUntil === null || old.validUntil === now.validUntil;
}

function bodyText({ signatures: _, ...body }: KeySet): string {
  return canonicalJson(body);
}

/** Null where it is no key set; keys whose names are not theirs do not count as one. */
export function readKeySet(json: unknown): KeySet | null {
  return readOrNull(
    () => {
      const it = object(json);
      const set: KeySet = {
        version: oneOf(it['version'], [1]),
        issuer: text(it['issuer'], 500),
        number: count(it['number']),
        issuedAt: instant(it['issuedAt']),
        keys: array(it['keys'], MOST_KEYS, readKey),
        signatures: array(it['signatures'], MOST_KEYS, (item) => {
          const { keyId, signature } = object(item);
          return { keyId: text(keyId, 64), signature: text(signature, 200) };
        }),
      };
      return set;
    },
    ({ keys }) => new Set(keys.map(({ keyId }) => keyId)).size === keys.length && keys.every(isNamedRight),
  );
}

function isNamedRight({ keyId, publicKey }: PublishedKey): boolean {
  const bytes = fromBase64Url(publicKey);
  return bytes !== null && bytes.byteLength === 32 && keyIdOf(bytes) === keyId;
}

function readKey(item: unknown): PublishedKey {
  const it = object(item);
  return {
    keyId: text(it['keyId'], 64),
    algorithm: oneOf(it['algorithm'], ['Ed25519']),
    publicKey: text(it['publicKey'], 64),
    validFrom: instant(it['validFrom']),
    validUntil: orNull(it['validUntil'], instant),
    withdrawnAt: orNull(it['withdrawnAt'], instant),
  };
}
