/**
 * A receipt with what it takes to check it: how receipts are kept, sent to workers, and carried in files. A bundle out of a
 * file is a claim like any other. Its keys count only where the issuer is one that this device knows, and those it knows
 * are used instead.
 */
import type { AssetHash } from '../../base/ids.ts';
import { object, readOrNull, Unreadable } from '../read-json.ts';
import type { VerifySignature } from '../signing.ts';
import { readKeySet, type KeySet } from './keys.ts';
import { readReceipt, type ConsentReceipt } from './receipt.ts';
import { readRevocations, type RevocationList } from './revocations.ts';
import { verifyReceipt, type VerifiedReceipt } from './verify.ts';

export interface ReceiptBundle {
  readonly receipt: ConsentReceipt;
  readonly keys: KeySet;
  /** The last list that was fetched; null: none ever was. */
  readonly revocations: RevocationList | null;
  /** Of the issuer's own bundles alone, as in `VerifiedReceipt`: what a file says of it is not read. */
  readonly heardIn?: readonly AssetHash[];
}

/** Null for anything that is no bundle. Nothing is verified. */
export function readBundle(json: unknown): ReceiptBundle | null {
  return readOrNull(() => {
    const it = object(json);
    const [receipt, keys] = [readReceipt(it['receipt']), readKeySet(it['keys'])];
    const revocations = it['revocations'] === null ? null : readRevocations(it['revocations']);
    if (!receipt || !keys || (revocations === null && it['revocations'] !== null))
      throw new Unreadable('a part of it is not what it should be');
    return { receipt, keys, revocations };
  });
}

/** Those that hold and were held against a revocation list: what a permit may be given on. */
export function verifiedAmong(
  bundles: readonly ReceiptBundle[],
  at: string,
  verify: VerifySignature,
): readonly VerifiedReceipt[] {
  return bundles.flatMap((bundle) => {
    if (bundle.revocations === null) return [];
    const verdict = verifyReceipt(bundle.receipt, bundle, at, verify);
    return verdict.valid ? [{ ...verdict.verified, heardIn: bundle.heardIn ?? [] }] : [];
  });
}
