/** `orator receipt verify`: whether a consent receipt holds, without a network. */
import { extname } from 'node:path';
import { AppError } from '#core/base/errors.ts';
import { canonicalJson } from '#core/base/hashing.ts';
import type { AssetHash } from '#core/base/ids.ts';
import { readBundle } from '#core/policy/consent/bundle.ts';
import { CONSENT_USES, type ConsentUse } from '#core/policy/consent/challenge.ts';
import { keySetFault, readKeySet, type KeySet } from '#core/policy/consent/keys.ts';
import { presenterHash } from '#core/policy/consent/presenter-hash.ts';
import { readReceipt, type ConsentReceipt } from '#core/policy/consent/receipt.ts';
import { readRevocations, revocationsFault, type RevocationList } from '#core/policy/consent/revocations.ts';
import { verifyReceipt, type ReceiptQuestion, type ReceiptVerdict } from '#core/policy/consent/verify.ts';
import { verifyEd25519 } from '#shared/ed25519.ts';
import { readPresenterFile } from '#shared/presenter-file.ts';
import { BrokenProof, parseOptions, UsageError, type Command, type Io } from './command.ts';
import { bytesOf, jsonIn, published } from './published.ts';

const USAGE = `Usage: orator receipt verify <file> [--keys FILE] [--revocations FILE] [options]

Checks a consent receipt without a network: its signature, its dates, its scope, and whether it was revoked. The file is
a receipt as JSON, a receipt with its keys and revocation list (as the server hands it out), or a .presenter file; that
one's receipt must be for its own face.

  --keys FILE         The issuer's keys, from https://ISSUER/.well-known/orator/keys.json. Without it, keys inside the
                      file are taken, and prove only that the file agrees with itself.
  --revocations FILE  The issuer's list, from https://ISSUER/.well-known/orator/revocations.json
  --seen FILE         A revocation list seen earlier: an older one is then refused
  --use USE           Whether this is allowed: ${CONSENT_USES.join(', ')}
  --language TAG      Whether this language is, such as fr or pt-BR
  --at TIME           The moment to look at it (default: now), such as 2027-01-31T12:00:00Z
  --json              The verdict as JSON

Exit codes: 0 every receipt holds, 1 a file could not be read, 2 wrong usage, 4 a receipt does not hold`;

export const receiptCommand: Command = {
  name: 'receipt',
  summary: 'Verify a consent receipt, offline',
  usage: USAGE,
  run: verify,
};

const OPTIONS = {
  keys: { type: 'string' },
  revocations: { type: 'string' },
  seen: { type: 'string' },
  use: { type: 'string' },
  language: { type: 'string' },
  at: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** What a file says; nothing of it is believed yet. */
interface Claimed {
  readonly receipt: ConsentReceipt;
  readonly keys: KeySet | null;
  readonly revocations: RevocationList | null;
  /** Of the face that came with it; null where none did. */
  readonly presenter: AssetHash | null;
}

async function verify(args: readonly string[], io: Io): Promise<void> {
  const { values, positionals } = parseOptions(args, OPTIONS);
  const [what, file, extra] = positionals;
  if (what !== 'verify') throw new UsageError('`orator receipt verify <file>` is what there is.');
  if (file === undefined) throw new UsageError('name a file with a receipt.');
  if (extra !== undefined) throw new UsageError(`one file at a time; “${extra}” is one too many.`);
  const use = values.use === undefined ? null : useOf(values.use);
  const at = momentOf(values.at);
  const givenKeys = values.keys === undefined ? null : await published(values.keys, readKeySet, 'keys');
  const given =
    values.revocations === undefined
      ? null
      : await published(values.revocations, readRevocations, 'revocations');
  const seen =
    values.seen === undefined ? null : await published(values.seen, readRevocations, 'revocations');

  let broken = 0;
  for (const claimed of await receiptsIn(file)) {
    const keys = givenKeys ?? claimed.keys;
    if (!keys)
      throw new UsageError('the file carries no keys of the issuer: name them with --keys. See the help.');
    const revocations = given ?? claimed.revocations;
    const doubt = publishedDoubt(keys, revocations, seen);
    const verdict =
      doubt ??
      verifyReceipt(
        claimed.receipt,
        { keys, revocations },
        at,
        verifyEd25519,
        question(claimed, use, values.language),
      );
    if (!verdict.valid) broken++;
    const own = givenKeys === null;
    io.print(values.json ? JSON.stringify(plain(claimed, verdict, own)) : sentences(claimed, verdict, own));
  }
  if (broken > 0)
    throw new BrokenProof(broken === 1 ? 'The receipt does not hold.' : `${broken} receipts do not hold.`);
}

function question(
  { presenter }: Claimed,
  use: ConsentUse | null,
  language: string | undefined,
): ReceiptQuestion {
  return {
    ...(presenter === null ? {} : { presenter }),
    ...(use === null ? {} : { uses: [use] }),
    ...(language === undefined ? {} : { languages: [language] }),
  };
}

/** The documents themselves, before the receipt. */
function publishedDoubt(
  keys: KeySet,
  revocations: RevocationList | null,
  seen: RevocationList | null,
): Extract<ReceiptVerdict, { valid: false }> | null {
  if (keySetFault(keys, null, verifyEd25519) !== null)
    return {
      valid: false,
      fault: 'key-not-valid',
      reason: 'The list of keys is not signed by one of its own.',
    };
  const fault = revocations && revocationsFault(revocations, seen, keys, verifyEd25519);
  if (!fault) return null;
  const reason =
    fault === 'older'
      ? 'The revocation list is older than the one that was seen before.'
      : `The revocation list is not one that ${keys.issuer} signed (${fault}).`;
  return { valid: false, fault: 'revocations-wrong', reason };
}

function sentences({ receipt }: Claimed, verdict: ReceiptVerdict, ownKeys: boolean): string {
  if (!verdict.valid) return `✗ ${receipt.id}: ${verdict.reason} (${verdict.fault})`;
  const { scope, issuer, issuedAt } = receipt;
  const { state, issuedAt: listedAt } = verdict.revocations;
  const revoked = {
    unchecked: 'Not looked up whether it was revoked: name the list with --revocations.',
    fresh: `Not revoked, by the list of ${listedAt}.`,
    stale: `Not revoked by the list of ${listedAt}, which is more than a week old.`,
  }[state];
  return [
    `✓ ${receipt.id}: holds`,
    `  issued by ${issuer} on ${issuedAt}, until ${scope.until}`,
    `  for ${scope.uses.join(', ')}; languages: ${scope.languages.join(', ')}`,
    `  presenter ${receipt.presenter}`,
    `  ${revoked}`,
    ...(ownKeys ? ['  The keys came in the file itself: compare them with those the issuer publishes.'] : []),
  ].join('\n');
}

function plain({ receipt }: Claimed, verdict: ReceiptVerdict, ownKeys: boolean): object {
  const { id, issuer, issuedAt, scope, presenter } = receipt;
  const about = { id, issuer, issuedAt, scope, presenter, keysFromFile: ownKeys };
  return verdict.valid
    ? { valid: true, ...about, revocations: verdict.revocations }
    : { valid: false, ...about, fault: verdict.fault, reason: verdict.reason };
}

/** @throws AppError not-found | corrupt-file */
async function receiptsIn(file: string): Promise<readonly Claimed[]> {
  const bytes = await bytesOf(file);
  if (extname(file).toLowerCase() === '.presenter') {
    const { presenter, receipts } = await readPresenterFile(bytes);
    if (receipts.length === 0)
      throw new AppError('not-found', `${file} carries no receipt: nobody has recorded consent to it.`);
    return receipts.map((bundle) => ({ ...bundle, presenter: presenterHash(presenter) }));
  }
  const json = jsonIn(bytes, file);
  const bundle = readBundle(json);
  if (bundle) return [{ ...bundle, presenter: null }];
  const receipt = readReceipt(json);
  // What a reader leaves out would have been signed too, or is someone’s addition: either way it is not this receipt.
  if (receipt && canonicalJson(receipt) === canonicalJson(json))
    return [{ receipt, keys: null, revocations: null, presenter: null }];
  throw new AppError('corrupt-file', `${file} is no receipt that this version of Orator knows.`);
}

function useOf(given: string): ConsentUse {
  const use = CONSENT_USES.find((known) => known === given);
  if (use) return use;
  throw new UsageError(`--use is “${given}”; it may be ${CONSENT_USES.join(', ')}.`);
}

function momentOf(given: string | undefined): string {
  const ms = given === undefined ? Date.now() : Date.parse(given);
  if (Number.isNaN(ms)) throw new UsageError(`--at is “${given}”, which is no moment.`);
  return new Date(ms).toISOString();
}
