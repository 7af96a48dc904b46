/**
 * How documents of the trust server are signed: Ed25519 over a line that names the kind of document, and the document
 * without its signature in canonical JSON. The line keeps a signature of one kind from ever being one of another.
 * The algorithm itself is a port; `shared/ed25519.ts` is its adapter.
 */
import { fromBase64Url, toBase64Url } from '../base/bytes.ts';
import { canonicalJson } from '../base/hashing.ts';
import { sha256 } from '../base/sha256.ts';
import { toHex } from '../base/bytes.ts';

/** False for anything malformed; never throws. */
export type VerifySignature = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => boolean;

export interface SigningKey {
  readonly keyId: string;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}

/** A key is named by its own hash, so that a name can stand for one key alone: 32 hex digits. */
export function keyIdOf(publicKey: Uint8Array): string {
  return toHex(sha256(new TextEncoder().encode('orator/key/v1\n'), publicKey)).slice(0, 32);
}

/** The bytes that are signed. `domain` names the kind and version of document, such as `orator/consent-receipt/v1`. */
export function signedBytes(domain: string, body: object): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${domain}\n${canonicalJson(body)}`);
}

/** base64url without padding. */
export function signBody(domain: string, body: object, key: SigningKey): string {
  return toBase64Url(key.sign(signedBytes(domain, body)));
}

export function bodyIsSigned(
  domain: string,
  body: object,
  signature: string,
  publicKey: string,
  verify: VerifySignature,
): boolean {
  const [made, key] = [fromBase64Url(signature), fromBase64Url(publicKey)];
  return made !== null && key !== null && verify(made, signedBytes(domain, body), key);
}
