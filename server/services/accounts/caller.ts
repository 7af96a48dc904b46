/** Who is asking. Worked out once a request, from a session's cookie or an API key, and believed from then on. */
import { AppError } from '#core/base/errors.ts';

/** What an API key may be used for. A session may do all that its account may. */
export const SCOPES = ['consent', 'moderation', 'render', 'projects', 'review'] as const;
export type Scope = (typeof SCOPES)[number];

export const ROLES = ['member', 'reviewer', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export interface Membership {
  readonly organizationId: string;
  readonly role: Role;
  /** The organisation that runs this server: its reviewers and admins serve everyone on it. */
  readonly operator: boolean;
  /** Whether the keeper of the server lets it decide cases about what its own members say; see server/policy. */
  readonly reviews: boolean;
}

export type Caller =
  | { readonly kind: 'anyone' }
  | {
      readonly kind: 'account';
      readonly accountId: string;
      readonly via: 'session' | 'key';
      readonly scopes: readonly Scope[];
      readonly memberships: readonly Membership[];
      /** Why the account is banned; null where it is not. */
      readonly ban: string | null;
    };
export type AccountCaller = Extract<Caller, { kind: 'account' }>;

/** @throws AppError signed-out */
export function requireAccount(caller: Caller): AccountCaller {
  if (caller.kind === 'account') return caller;
  throw new AppError('signed-out', 'This needs an account on the server.', {
    way: 'Sign in, or send an API key.',
  });
}

/** The organisations in which the caller holds the role or a higher one. */
function organizationsAs(caller: AccountCaller, role: Role): readonly Membership[] {
  return caller.memberships.filter((membership) => ROLES.indexOf(membership.role) >= ROLES.indexOf(role));
}

/** True where the caller has the role in the organisation that runs this server. */
export function ofServer(caller: AccountCaller, role: Role): boolean {
  return organizationsAs(caller, role).some(({ operator }) => operator);
}

/**
 * The organisations whose cases the caller may decide; null for everyone's. Anyone may make an organisation and is an admin
 * in it: that alone makes nobody a reviewer.
 */
export function reviewsFor(caller: AccountCaller): readonly string[] | null {
  if (ofServer(caller, 'reviewer')) return null;
  return organizationsAs(caller, 'reviewer').flatMap(({ reviews, organizationId }) =>
    reviews ? [organizationId] : [],
  );
}

/** True where the caller may review what belongs to `organizationId` (null: to no organisation). */
export function mayReview(caller: AccountCaller, organizationId: string | null): boolean {
  const own = reviewsFor(caller);
  return own === null || (organizationId !== null && own.includes(organizationId));
}
