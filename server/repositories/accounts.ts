/** Accounts and their organisations, as the rest of the server asks about them. */
import { and, count, eq, exists, gt, inArray, ne, not, notInArray } from '../database/drizzle.ts';
import type { Queries } from '../database/drizzle.ts';
import { accountBan } from '../database/schema/moderation.ts';
import {
  apikey,
  invitation,
  member,
  organization,
  session,
  user,
  verification,
} from '../database/schema/accounts.ts';
import { ROLES, type Membership, type Role } from '../services/accounts/caller.ts';

/** The organisation that runs the server. */
export const OPERATOR_SLUG = 'operator';

export interface AccountsRepository {
  membershipsOf(accountId: string): Promise<readonly Membership[]>;
  /** Why the account is banned, or null. */
  banOf(accountId: string): Promise<string | null>;
  /** Whether an invitation to this address stands. */
  isInvited(email: string): Promise<boolean>;
  countAccounts(): Promise<number>;
  byId(
    accountId: string,
  ): Promise<{ readonly email: string; readonly name: string; readonly createdAt: Date } | null>;
  /** Organisations that would keep members and lose their only admin. */
  leaderless(accountId: string): Promise<readonly string[]>;
  /** Everything of the account that hangs on it, and what is only its own. Within a transaction. */
  remove(accountId: string): Promise<void>;
  endSessions(accountId: string): Promise<void>;
  accountByEmail(email: string): Promise<{ readonly id: string } | null>;
  /** Puts someone into the operator organisation, making it when it is not there. */
  joinOperator(
    accountId: string,
    role: Role,
    ids: { readonly organization: string; readonly member: string },
  ): Promise<void>;
  /**
   * Lets an organisation decide cases about its own members, or no longer.
   * @returns the addresses of its admins; null where there is none of that name
   */
  letReview(slug: string, reviews: boolean): Promise<readonly string[] | null>;
}

export function accountsRepository(queries: Queries): AccountsRepository {
  return {
    async membershipsOf(accountId) {
      const rows = await queries
        .select({
          organizationId: member.organizationId,
          role: member.role,
          slug: organization.slug,
          reviews: organization.reviews,
        })
        .from(member)
        .innerJoin(organization, eq(member.organizationId, organization.id))
        .where(eq(member.userId, accountId));
      return rows.map(({ organizationId, role, slug, reviews }) => ({
        organizationId,
        reviews,
        role: ROLES.find((known) => known === role) ?? 'member',
        operator: slug === OPERATOR_SLUG,
      }));
    },
    async banOf(accountId) {
      const [row] = await queries
        .select({ reason: accountBan.reason })
        .from(accountBan)
        .where(eq(accountBan.accountId, accountId));
      return row?.reason ?? null;
    },
    async isInvited(email) {
      const [row] = await queries
        .select({ id: invitation.id })
        .from(invitation)
        .where(
          and(
            eq(invitation.email, email.toLowerCase()),
            eq(invitation.status, 'pending'),
            gt(invitation.expiresAt, new Date()),
          ),
        );
      return row !== undefined;
    },
    async countAccounts() {
      const [row] = await queries.select({ all: count() }).from(user);
      return row?.all ?? 0;
    },
    async byId(accountId) {
      const [row] = await queries
        .select({ email: user.email, name: user.name, createdAt: user.createdAt })
        .from(user)
        .where(eq(user.id, accountId));
      return row ?? null;
    },
    async leaderless(accountId) {
      const others = (admins: boolean) =>
        queries
          .select({ id: member.id })
          .from(member)
          .where(
            and(
              eq(member.organizationId, organization.id),
              ne(member.userId, accountId),
              ...(admins ? [eq(member.role, 'admin')] : []),
            ),
          );
      const rows = await queries
        .select({ name: organization.name })
        .from(organization)
        .innerJoin(member, eq(member.organizationId, organization.id))
        .where(
          and(
            eq(member.userId, accountId),
            eq(member.role, 'admin'),
            exists(others(false)),
            not(exists(others(true))),
          ),
        );
      return rows.map(({ name }) => name);
    },
    async remove(accountId) {
      const mine = queries
        .select({ id: member.organizationId })
        .from(member)
        .where(eq(member.userId, accountId));
      const shared = queries
        .select({ id: member.organizationId })
        .from(member)
        .where(ne(member.userId, accountId));
      await queries
        .delete(organization)
        .where(and(inArray(organization.id, mine), notInArray(organization.id, shared)));
      await queries.delete(apikey).where(eq(apikey.referenceId, accountId));
      await queries.delete(verification).where(eq(verification.value, accountId));
      const [row] = await queries.select({ email: user.email }).from(user).where(eq(user.id, accountId));
      if (row) await queries.delete(invitation).where(eq(invitation.email, row.email));
      await queries.delete(user).where(eq(user.id, accountId));
    },
    endSessions: async (accountId) =>
      void (await queries.delete(session).where(eq(session.userId, accountId))),
    async accountByEmail(email) {
      const [row] = await queries
        .select({ id: user.id })
        .from(user)
        .where(eq(user.email, email.toLowerCase()));
      return row ?? null;
    },
    async letReview(slug, reviews) {
      const [changed] = await queries
        .update(organization)
        .set({ reviews })
        .where(and(eq(organization.slug, slug), ne(organization.slug, OPERATOR_SLUG)))
        .returning({ id: organization.id });
      if (!changed) return null;
      const admins = await queries
        .select({ email: user.email })
        .from(member)
        .innerJoin(user, eq(user.id, member.userId))
        .where(and(eq(member.organizationId, changed.id), eq(member.role, 'admin')));
      return admins.map(({ email }) => email);
    },
    async joinOperator(accountId, role, ids) {
      await queries
        .insert(organization)
        .values({ id: ids.organization, name: 'Operator', slug: OPERATOR_SLUG, createdAt: new Date() })
        .onConflictDoNothing();
      const [house] = await queries
        .select({ id: organization.id })
        .from(organization)
        .where(eq(organization.slug, OPERATOR_SLUG));
      if (!house) return;
      await queries
        .insert(member)
        .values({ id: ids.member, organizationId: house.id, userId: accountId, role, createdAt: new Date() })
        .onConflictDoNothing();
      await queries
        .update(member)
        .set({ role })
        .where(and(eq(member.organizationId, house.id), eq(member.userId, accountId)));
    },
  };
}
