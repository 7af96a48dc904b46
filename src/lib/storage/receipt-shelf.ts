/**
 * Receipts on this device, and the issuers whose word counts here: the keys they publish and the last revocation list that
 * was fetched. A receipt may come from anywhere; it is believed only by the keys of an issuer this device knows, and that
 * is the server it is served from. Everything is verified from what is stored, so it holds without a network.
 */
import { AppError } from '#core/base/errors.ts';
import type { AssetHash } from '#core/base/ids.ts';
import type { ReceiptBundle } from '#core/policy/consent/bundle.ts';
import { keySetFault, readKeySet, type KeySet } from '#core/policy/consent/keys.ts';
import type { ConsentReceipt } from '#core/policy/consent/receipt.ts';
import { readRevocations, revocationsFault, type RevocationList } from '#core/policy/consent/revocations.ts';
import { verifyReceipt, type ReceiptVerdict } from '#core/policy/consent/verify.ts';
import type { VerifySignature } from '#core/policy/signing.ts';
import { storageError, type Database, type IssuerRow } from './db.ts';

/** What became of a receipt when it was looked at here. */
export type ReceiptState =
  | (Extract<ReceiptVerdict, { valid: true }> & { readonly kind: 'valid' })
  | (Extract<ReceiptVerdict, { valid: false }> & { readonly kind: 'invalid' })
  /** Nobody here knows who issued it: it says nothing. */
  | { readonly kind: 'unknown-issuer'; readonly issuer: string };

export interface ShelvedReceipt {
  readonly receipt: ConsentReceipt;
  readonly state: ReceiptState;
}

/** Public documents, or null where there are none. @throws what the network throws */
export type FetchDocument = (path: string) => Promise<unknown>;

export const KEYS_PATH = '/.well-known/orator/keys.json';
export const REVOCATIONS_PATH = '/.well-known/orator/revocations.json';

export class ReceiptShelf {
  readonly #database: Database;
  readonly #verify: () => Promise<VerifySignature>;
  readonly #changes: BroadcastChannel;

  constructor(database: Database, name: string) {
    this.#database = database;
    this.#verify = async () => (await import('#shared/ed25519.ts')).verifyEd25519;
    this.#changes = new BroadcastChannel(`${name}:receipts`);
  }

  /** Keeps receipts that came in a file or from a server. Nothing is believed by it. */
  async keep(receipts: readonly ConsentReceipt[]): Promise<void> {
    if (receipts.length === 0) return;
    const addedAtMs = Date.now();
    await this.#write(() =>
      this.#database.receipts.bulkPut(
        receipts.map((receipt) => ({
          id: `${receipt.issuer} ${receipt.id}`,
          presenter: receipt.presenter,
          receipt,
          addedAtMs,
        })),
      ),
    );
  }

  /**
   * Takes over what the issuer publishes now. What does not follow from what was seen before is not taken.
   * @throws AppError refused: the documents are altered, older than ones already seen, or not the issuer's
   */
  async learn(keys: KeySet, revocations: RevocationList | null, nowMs = Date.now()): Promise<void> {
    const verify = await this.#verify();
    const seen = await this.#guard(() => this.#database.issuers.get(keys.issuer));
    const fault =
      keySetFault(keys, seen?.keys ?? null, verify) ??
      (revocations && revocationsFault(revocations, seen?.revocations ?? null, keys, verify));
    if (fault !== null)
      throw new AppError(
        'refused',
        `What ${keys.issuer} publishes about receipts does not hold (${fault}).`,
        {
          way: 'What was known before stays in force. Ask whoever runs the server; it may be under attack.',
        },
      );
    const row: IssuerRow = {
      issuer: keys.issuer,
      keys,
      revocations: revocations ?? seen?.revocations ?? null,
      checkedAtMs: nowMs,
    };
    await this.#write(() => this.#database.issuers.put(row));
  }

  /**
   * Asks the server this app is served from. Without one, or without a network, everything stays as it is.
   * @returns whether the server answered
   * @throws AppError refused, as `learn`
   */
  async refresh(fetchDocument: FetchDocument): Promise<boolean> {
    let documents: readonly [unknown, unknown];
    try {
      documents = [await fetchDocument(KEYS_PATH), await fetchDocument(REVOCATIONS_PATH)];
    } catch {
      return false;
    }
    const keys = readKeySet(documents[0]);
    if (keys === null) return false;
    await this.learn(keys, readRevocations(documents[1]));
    return true;
  }

  /** Every receipt of these subjects with its issuer's keys: what a worker verifies again. */
  async bundlesFor(subjects: ReadonlySet<AssetHash>): Promise<readonly ReceiptBundle[]> {
    if (subjects.size === 0) return [];
    const issuers = await this.#issuers();
    const rows = await this.#guard(() =>
      this.#database.receipts
        .where('presenter')
        .anyOf([...subjects])
        .toArray(),
    );
    return rows.flatMap(({ receipt }) => {
      const issuer = issuers.get(receipt.issuer);
      return issuer ? [{ receipt, keys: issuer.keys, revocations: issuer.revocations }] : [];
    });
  }

  /** All of them, each looked at now. */
  async list(at = new Date().toISOString()): Promise<readonly ShelvedReceipt[]> {
    const rows = await this.#guard(() => this.#database.receipts.toArray());
    if (rows.length === 0) return [];
    const [issuers, verify] = [await this.#issuers(), await this.#verify()];
    return rows.map(({ receipt }): ShelvedReceipt => {
      const issuer = issuers.get(receipt.issuer);
      if (!issuer) return { receipt, state: { kind: 'unknown-issuer', issuer: receipt.issuer } };
      const verdict = verifyReceipt(receipt, issuer, at, verify);
      const state: ReceiptState = verdict.valid
        ? { ...verdict, kind: 'valid' }
        : { ...verdict, kind: 'invalid' };
      return { receipt, state };
    });
  }

  /** Called when something was kept, learned or deleted, in this tab or another. @returns how to stop listening */
  onChange(listener: () => void): () => void {
    const told = () => listener();
    this.#changes.addEventListener('message', told);
    this.#listeners.add(told);
    return () => {
      this.#changes.removeEventListener('message', told);
      this.#listeners.delete(told);
    };
  }
  readonly #listeners = new Set<() => void>();

  close(): void {
    this.#changes.close();
  }

  async #issuers(): Promise<ReadonlyMap<string, IssuerRow>> {
    const rows = await this.#guard(() => this.#database.issuers.toArray());
    return new Map(rows.map((row) => [row.issuer, row]));
  }

  async #write(work: () => PromiseLike<unknown>): Promise<void> {
    await this.#guard(work);
    this.#changes.postMessage('changed');
    for (const listener of this.#listeners) listener();
  }

  async #guard<T>(work: () => PromiseLike<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw storageError(error);
    }
  }
}
