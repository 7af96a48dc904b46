/**
 * Receipts as they travel inside `.presenter` and `.orator` files: `receipts.json`, a list of bundles. Whoever opens the
 * file verifies them again with keys of their own; what cannot be read of them is passed over, because it proves nothing.
 */
import { canonicalJson } from '#core/base/hashing.ts';
import { readBundle, type ReceiptBundle } from '#core/policy/consent/bundle.ts';
import type { ZipEntry } from './zip.ts';

export const RECEIPTS_NAME = 'receipts.json';
export const MOST_RECEIPTS_BYTES = 1 << 20;
const MOST_RECEIPTS = 200;
/** A longer list of revocations stays at home: whoever opens the file has, or fetches, a newer one. */
const MOST_REVOKED = 500;

/** No entry where there is nothing to carry, so that files without receipts stay what they were. */
export function receiptEntries(bundles: readonly ReceiptBundle[]): readonly ZipEntry[] {
  if (bundles.length === 0) return [];
  const carried = bundles
    .slice(0, MOST_RECEIPTS)
    .map((bundle) =>
      (bundle.revocations?.revoked.length ?? 0) > MOST_REVOKED ? { ...bundle, revocations: null } : bundle,
    );
  const bytes = new TextEncoder().encode(canonicalJson(carried));
  return bytes.byteLength > MOST_RECEIPTS_BYTES ? [] : [{ name: RECEIPTS_NAME, bytes, compress: true }];
}

export function receiptsIn(entry: Uint8Array | undefined): readonly ReceiptBundle[] {
  if (entry === undefined) return [];
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(entry));
  } catch {
    return [];
  }
  if (!Array.isArray(json)) return [];
  return json.slice(0, MOST_RECEIPTS).flatMap((item) => readBundle(item) ?? []);
}
