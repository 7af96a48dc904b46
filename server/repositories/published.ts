/** What the server has published of its keys and its revocations, and the salts that keep the log's hashes apart. */
import type { PublishedKey } from '#core/policy/consent/keys.ts';
import type { Revocation } from '#core/policy/consent/revocations.ts';
import { fromBase64Url, toBase64Url } from '#core/base/bytes.ts';
import { and, asc, eq, isNotNull, isNull, sql, type Queries } from '../database/drizzle.ts';
import { consentReceipt } from '../database/schema/consent.ts';
import { publishedDocument, publishedKey, salt } from '../database/schema/log.ts';
import { logRepository } from './log.ts';

export type DocumentKind = 'keys' | 'revocations';
export interface StoredDocument {
  readonly number: number;
  readonly issuedAt: Date;
  readonly document: string;
}

export interface PublishedRepository {
  keys(): Promise<readonly PublishedKey[]>;
  addKey(key: PublishedKey): Promise<void>;
  endKey(keyId: string, end: { readonly until: Date; readonly withdrawnAt: Date | null }): Promise<void>;
  document(kind: DocumentKind): Promise<StoredDocument | null>;
  putDocument(kind: DocumentKind, document: StoredDocument): Promise<void>;
  revocations(): Promise<readonly Revocation[]>;
  /** Only within a transaction. @returns false where there is no such receipt, or it was revoked before */
  revoke(receiptId: string, at: Date): Promise<boolean>;
  salt(id: string): Promise<Uint8Array | null>;
  /** Keeps a fresh salt unless there is one already. @returns the one that is kept */
  keepSalt(id: string, accountId: string | null, value: Uint8Array, at: Date): Promise<Uint8Array>;
  /** @returns how many were deleted */
  forgetSalt(id: string): Promise<number>;
  forgetSaltsOf(accountId: string): Promise<number>;
}

export function publishedRepository(queries: Queries): PublishedRepository {
  const saltOf = async (id: string) => {
    const [row] = await queries.select({ value: salt.value }).from(salt).where(eq(salt.id, id));
    return row?.value ?? null;
  };
  return {
    async keys() {
      const rows = await queries.select().from(publishedKey).orderBy(asc(publishedKey.from));
      return rows.map(({ keyId, publicKey, from, until, withdrawnAt }) => ({
        keyId,
        algorithm: 'Ed25519' as const,
        publicKey: toBase64Url(publicKey),
        validFrom: from.toISOString(),
        validUntil: until?.toISOString() ?? null,
        withdrawnAt: withdrawnAt?.toISOString() ?? null,
      }));
    },
    async addKey({ keyId, publicKey, validFrom }) {
      const bytes = fromBase64Url(publicKey) ?? new Uint8Array(0);
      await queries.insert(publishedKey).values({ keyId, publicKey: bytes, from: new Date(validFrom) });
    },
    async endKey(keyId, { until, withdrawnAt }) {
      await queries.update(publishedKey).set({ until, withdrawnAt }).where(eq(publishedKey.keyId, keyId));
    },
    async document(kind) {
      const [row] = await queries.select().from(publishedDocument).where(eq(publishedDocument.kind, kind));
      return row ?? null;
    },
    async putDocument(kind, { number, issuedAt, document }) {
      const set = { number, issuedAt, document };
      await queries
        .insert(publishedDocument)
        .values({ kind, ...set })
        .onConflictDoUpdate({ target: publishedDocument.kind, set });
    },
    async revocations() {
      const rows = await queries
        .select({ receiptId: consentReceipt.id, revokedAt: consentReceipt.revokedAt })
        .from(consentReceipt)
        .where(isNotNull(consentReceipt.revokedAt));
      return rows.flatMap(({ receiptId, revokedAt }) =>
        revokedAt ? [{ receiptId, revokedAt: revokedAt.toISOString() }] : [],
      );
    },
    async revoke(receiptId, at) {
      // Before the number is read: two would take the same.
      await logRepository(queries).lock();
      const next = sql<number>`(select coalesce(max(${consentReceipt.revocationNumber}), 0) + 1 from ${consentReceipt})`;
      const rows = await queries
        .update(consentReceipt)
        .set({ revokedAt: at, revocationNumber: next })
        .where(and(eq(consentReceipt.id, receiptId), isNull(consentReceipt.revokedAt)))
        .returning({ id: consentReceipt.id });
      return rows.length > 0;
    },
    salt: saltOf,
    async keepSalt(id, accountId, value, at) {
      await queries.insert(salt).values({ id, accountId, value, createdAt: at }).onConflictDoNothing();
      return (await saltOf(id)) ?? value;
    },
    async forgetSalt(id) {
      return (await queries.delete(salt).where(eq(salt.id, id)).returning({ id: salt.id })).length;
    },
    async forgetSaltsOf(accountId) {
      const gone = await queries.delete(salt).where(eq(salt.accountId, accountId)).returning({ id: salt.id });
      return gone.length;
    },
  };
}
