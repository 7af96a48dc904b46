/**
 * The receipt of a granted consent: a small signed document that anyone can check without a network, with the issuer's
 * published key. It names nobody: its subject is a salted hash, so that deleting the person's data leaves nothing here.
 */
import type { AssetHash } from '../../base/ids.ts';
import { array, hash, instant, object, oneOf, readOrNull, text } from '../read-json.ts';
import { signBody, signedBytes, type SigningKey } from '../signing.ts';
import { CONSENT_USES, type ConsentScope } from './challenge.ts';

export interface ConsentReceipt {
  readonly version: 1;
  readonly id: string;
  /** Salted SHA-256 of the account and person; the salt stays on the server. */
  readonly subject: AssetHash;
  /** SHA-256 of the presenter, as `presenterHash` makes it. */
  readonly presenter: AssetHash;
  readonly scope: ConsentScope;
  readonly issuedAt: string; // ISO 8601, UTC
  readonly evidence: {
    /** The recording's last chunk hash, which carries all before it. */
    readonly recording: AssetHash;
    /** SHA-256 of the canonical JSON of the challenge, and of the checks' results. */
    readonly challenge: AssetHash;
    readonly checks: AssetHash;
  };
  /** The server's own name: the origin under which its key and revocations are published. */
  readonly issuer: string;
  readonly keyId: string;
  /** Ed25519 over the rest in canonical JSON after a line that names the document; base64url without padding. */
  readonly signature: string;
}

export const RECEIPT_DOMAIN = 'orator/consent-receipt/v1';
export const MOST_CONSENT_YEARS = 10;
const MOST_LANGUAGES = 100;

/** All that is signed: the receipt without its signature. */
export type ReceiptBody = Omit<ConsentReceipt, 'signature'>;

export function signReceipt(body: Omit<ReceiptBody, 'version' | 'keyId'>, key: SigningKey): ConsentReceipt {
  const whole: ReceiptBody = { ...body, version: 1, keyId: key.keyId };
  return { ...whole, signature: signBody(RECEIPT_DOMAIN, whole, key) };
}

/** The bytes that the signature is over. */
export function receiptBytes({ signature: _, ...body }: ConsentReceipt): Uint8Array<ArrayBuffer> {
  return signedBytes(RECEIPT_DOMAIN, body);
}

/** The last moment a consent given then may last to. */
export function latestUntil(issuedAt: string): string {
  const date = new Date(issuedAt);
  date.setUTCFullYear(date.getUTCFullYear() + MOST_CONSENT_YEARS);
  return date.toISOString();
}

/** Null where it is no receipt of a version that is known here. The signature is not looked at. */
export function readReceipt(json: unknown): ConsentReceipt | null {
  return readOrNull(() => {
    const it = object(json);
    const scope = object(it['scope']);
    const evidence = object(it['evidence']);
    return {
      version: oneOf(it['version'], [1]),
      id: text(it['id']),
      subject: hash<AssetHash>(it['subject']),
      presenter: hash<AssetHash>(it['presenter']),
      scope: {
        uses: array(scope['uses'], CONSENT_USES.length, (use) => oneOf(use, CONSENT_USES)),
        languages: array(scope['languages'], MOST_LANGUAGES, (tag) => text(tag, 40)),
        until: instant(scope['until']),
      },
      issuedAt: instant(it['issuedAt']),
      evidence: {
        recording: hash<AssetHash>(evidence['recording']),
        challenge: hash<AssetHash>(evidence['challenge']),
        checks: hash<AssetHash>(evidence['checks']),
      },
      issuer: text(it['issuer'], 500),
      keyId: text(it['keyId'], 64),
      signature: text(it['signature'], 200),
    };
  });
}
