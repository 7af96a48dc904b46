/**
 * Salts: 32 random bytes for each account and each consent, without which the log's hashes say nothing of anyone. Deleting
 * someone deletes their salts, and from then on nobody, this server included, can tell which entries were about them.
 */
import { randomBytes } from 'node:crypto';
import { SALT_BYTES, saltedHash, type HashedThing, type SaltedHash } from '#core/policy/log/entry.ts';
import type { Queries } from '../../database/drizzle.ts';
import { publishedRepository } from '../../repositories/published.ts';
import type { Host } from '../services.ts';

/** Whose salt it is. A consent's own goes with the consent; an account's with the account. */
export type SaltOwner =
  | { readonly kind: 'account'; readonly accountId: string }
  | { readonly kind: 'consent'; readonly sessionId: string; readonly accountId: string };

export type Salted = (thing: HashedThing, value: string) => SaltedHash;

export interface Salts {
  /** Hashes with the owner's salt, which is made where there is none. */
  hasherOf(queries: Queries, owner: SaltOwner): Promise<Salted>;
  /** The salt itself, for its owner to prove what an entry is about; null where it was forgotten. */
  reveal(queries: Queries, owner: SaltOwner): Promise<Uint8Array | null>;
  /** Forgets this one; an account's takes those of its consents with it. @returns how many went */
  forget(queries: Queries, owner: SaltOwner): Promise<number>;
}

export function openSalts(host: Host): Salts {
  return {
    async hasherOf(queries, owner) {
      const published = publishedRepository(queries);
      const fresh = new Uint8Array(randomBytes(SALT_BYTES));
      const value =
        (await published.salt(idOf(owner))) ??
        (await published.keepSalt(idOf(owner), owner.accountId, fresh, new Date(host.now())));
      return (thing, text) => saltedHash(thing, value, text);
    },
    reveal: (queries, owner) => publishedRepository(queries).salt(idOf(owner)),
    forget(queries, owner) {
      const published = publishedRepository(queries);
      return owner.kind === 'account'
        ? published.forgetSaltsOf(owner.accountId)
        : published.forgetSalt(idOf(owner));
    },
  };
}

function idOf(owner: SaltOwner): string {
  return owner.kind === 'account' ? `account:${owner.accountId}` : `consent:${owner.sessionId}`;
}
