/**
 * Ed25519 (RFC 8032) through @noble/curves, on every host: browsers without it in WebCrypto, workers, Node. Verification
 * is the strict one of RFC 8032, so that no signature is good here and bad elsewhere.
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { AppError } from '#core/base/errors.ts';
import { keyIdOf, type SigningKey, type VerifySignature } from '#core/policy/signing.ts';

export const ED25519_SECRET_BYTES = 32;

/** Signatures and keys of any other length are simply wrong. */
export const verifyEd25519: VerifySignature = (signature, message, publicKey) => {
  if (signature.byteLength !== 64 || publicKey.byteLength !== 32) return false;
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false; // a key that is no point of the curve
  }
};

export function newEd25519Secret(): Uint8Array {
  return ed25519.utils.randomSecretKey();
}

/** @throws AppError invalid-input when the secret has another length */
export function ed25519Key(secret: Uint8Array): SigningKey {
  if (secret.byteLength !== ED25519_SECRET_BYTES)
    throw new AppError('invalid-input', 'A signing key has 32 bytes; this one has not.');
  const publicKey = ed25519.getPublicKey(secret);
  return { keyId: keyIdOf(publicKey), publicKey, sign: (message) => ed25519.sign(message, secret) };
}
