/**
 * Whether a receipt counts: offline, from the receipt, its issuer's published keys and last revocation list. Only here
 * is a `VerifiedReceipt` made, which is what a permit asks for.
 */
import type { AssetHash } from '../../base/ids.ts';
import { bodyIsSigned, type VerifySignature } from '../signing.ts';
import type { ConsentUse } from './challenge.ts';
import { findKey, keyServes, type KeySet } from './keys.ts';
import { latestUntil, RECEIPT_DOMAIN, type ConsentReceipt } from './receipt.ts';
import { revocationOf, REVOCATIONS_FRESH_MS, revocationsFault, type RevocationList } from './revocations.ts';

export const RECEIPT_FAULTS = [
  'other-issuer', // the keys or the list at hand are of another issuer
  'unknown-key',
  'altered',
  'key-not-valid', // not yet, not any more, or withdrawn
  'too-long', // more than ten years, or ending before it begins
  'not-yet', // issued in the future
  'expired',
  'revocations-wrong', // the list itself does not hold
  'revoked',
  'wrong-presenter',
  'use-outside-scope',
  'language-outside-scope',
] as const;
export type ReceiptFault = (typeof RECEIPT_FAULTS)[number];

/** Clocks differ: what is issued this little in the future is issued now. */
const CLOCKS_DIFFER_MS = 5 * 60 * 1000;

/** What is to be done with it; what is left out is not asked. */
export interface ReceiptQuestion {
  readonly presenter?: AssetHash;
  /** Any of these will do. */
  readonly uses?: readonly ConsentUse[];
  /** BCP 47; each of them must be within the scope. */
  readonly languages?: readonly string[];
}

declare const verified: unique symbol;
/** A receipt that held when it was looked at. Made by `verifyReceipt` alone; what crosses a worker is verified again. */
export interface VerifiedReceipt {
  readonly [verified]: true;
  readonly receipt: ConsentReceipt;
  /** When the revocation list that was asked was issued; null: none was. Only receipts held against one give a permit. */
  readonly revocationsAt: string | null;
  /** Recordings in which the issuer heard the person who gave it; by what a receipt for them would name. */
  readonly heardIn: readonly AssetHash[];
}

export interface RevocationAge {
  /** unchecked: there was no list to look at. stale: older than seven days. */
  readonly state: 'fresh' | 'stale' | 'unchecked';
  readonly issuedAt: string | null;
}

export type ReceiptVerdict =
  | { readonly valid: true; readonly verified: VerifiedReceipt; readonly revocations: RevocationAge }
  | { readonly valid: false; readonly fault: ReceiptFault; readonly reason: string };

/** @param at the moment that counts as now, ISO 8601 in UTC */
export function verifyReceipt(
  receipt: ConsentReceipt,
  trust: { readonly keys: KeySet; readonly revocations: RevocationList | null },
  at: string,
  verify: VerifySignature,
  question: ReceiptQuestion = {},
): ReceiptVerdict {
  const { keys, revocations } = trust;
  const fault =
    signatureFault(receipt, keys, verify) ??
    timeFault(receipt, at) ??
    revocationFault(receipt, keys, revocations, verify) ??
    scopeFault(receipt, question);
  if (fault !== null) return { valid: false, fault, reason: faultSentence(fault, receipt) };
  const issuedAt = revocations?.issuedAt ?? null;
  return {
    valid: true,
    verified: { receipt, revocationsAt: issuedAt, heardIn: [] as readonly AssetHash[] } as VerifiedReceipt,
    revocations: { state: revocationState(issuedAt, at), issuedAt },
  };
}

export function revocationState(issuedAt: string | null, at: string): RevocationAge['state'] {
  if (issuedAt === null) return 'unchecked';
  return Date.parse(at) - Date.parse(issuedAt) > REVOCATIONS_FRESH_MS ? 'stale' : 'fresh';
}

function signatureFault(receipt: ConsentReceipt, keys: KeySet, verify: VerifySignature): ReceiptFault | null {
  if (receipt.issuer !== keys.issuer) return 'other-issuer';
  const key = findKey(keys, receipt.keyId);
  if (!key) return 'unknown-key';
  const { signature, ...body } = receipt;
  if (!bodyIsSigned(RECEIPT_DOMAIN, body, signature, key.publicKey, verify)) return 'altered';
  return keyServes(key, receipt.issuedAt) ? null : 'key-not-valid';
}

function timeFault({ issuedAt, scope }: ConsentReceipt, at: string): ReceiptFault | null {
  if (scope.until > latestUntil(issuedAt) || scope.until < issuedAt) return 'too-long';
  if (Date.parse(issuedAt) > Date.parse(at) + CLOCKS_DIFFER_MS) return 'not-yet';
  return at > scope.until ? 'expired' : null;
}

function revocationFault(
  receipt: ConsentReceipt,
  keys: KeySet,
  list: RevocationList | null,
  verify: VerifySignature,
): ReceiptFault | null {
  if (list === null) return null;
  if (revocationsFault(list, null, keys, verify) !== null) return 'revocations-wrong';
  return revocationOf(list, receipt.id) === null ? null : 'revoked';
}

/** Whether a receipt that holds is one for this. */
export function scopeFault(receipt: ConsentReceipt, question: ReceiptQuestion): ReceiptFault | null {
  const { presenter, uses, languages = [] } = question;
  if (presenter !== undefined && presenter !== receipt.presenter) return 'wrong-presenter';
  if (uses !== undefined && !uses.some((use) => receipt.scope.uses.includes(use))) return 'use-outside-scope';
  const within = languages.every((tag) => receipt.scope.languages.some((range) => inRange(tag, range)));
  return within ? null : 'language-outside-scope';
}

/** Basic filtering of RFC 4647: `fr` has `fr-CA` in it, and not the other way round. */
function inRange(tag: string, range: string): boolean {
  if (range === '*') return true;
  const [t, r] = [tag.toLowerCase(), range.toLowerCase()];
  return t === r || t.startsWith(`${r}-`);
}

/** For the person. */
export function faultSentence(fault: ReceiptFault, receipt: ConsentReceipt): string {
  const day = (at: string) => at.slice(0, 10);
  switch (fault) {
    case 'other-issuer':
      return `The receipt was issued by ${receipt.issuer}, whose keys are not at hand.`;
    case 'unknown-key':
      return `${receipt.issuer} does not list the key that signed the receipt.`;
    case 'altered':
      return 'The receipt was changed after it was signed.';
    case 'key-not-valid':
      return `The key that signed the receipt did not serve ${receipt.issuer} on ${day(receipt.issuedAt)}.`;
    case 'too-long':
      return 'The receipt says that the consent lasts longer than ten years, which no consent does.';
    case 'not-yet':
      return `The receipt is dated ${day(receipt.issuedAt)}, which is still to come.`;
    case 'expired':
      return `The consent ended on ${day(receipt.scope.until)}.`;
    case 'revocations-wrong':
      return `The list of revoked receipts at hand is not one that ${receipt.issuer} signed.`;
    case 'revoked':
      return 'The person has taken their consent back.';
    case 'wrong-presenter':
      return 'The receipt is for another presenter.';
    case 'use-outside-scope':
      return 'The person has not consented to this use.';
    case 'language-outside-scope':
      return 'The person has not consented to being made to speak this language.';
    default:
      return fault satisfies never;
  }
}
