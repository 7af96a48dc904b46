/**
 * The one place that names better-auth: sign-up by e-mail and password, passkeys, API keys with scopes, organisations
 * with roles, and sessions that can be revoked. Everything else in the server knows `Caller` alone.
 */
import { apiKey } from '@better-auth/api-key';
import { passkey } from '@better-auth/passkey';
import { betterAuth } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { APIError } from 'better-auth/api';
import { organization } from 'better-auth/plugins';
import { createAccessControl } from 'better-auth/plugins/access';
import { createHash, randomBytes } from 'node:crypto';
import { AppError } from '#core/base/errors.ts';
import { newId } from '#core/base/ids.ts';
import type { Database } from '../../database/open.ts';
import * as schema from '../../database/schema/accounts.ts';
import { OPERATOR_SLUG, type AccountsRepository } from '../../repositories/accounts.ts';
import type { UsageRepository } from '../../repositories/usage.ts';
import { requestLimit, sharedLimit, TooMany, type RateLimit } from '../limits.ts';
import { SCOPES, type Caller, type Scope } from './caller.ts';

export interface AccountsOptions {
  readonly database: Database;
  readonly accounts: AccountsRepository;
  /** The public address, such as `https://studio.example`; cookies, passkeys and the CSRF check hang on it. */
  readonly origin: string;
  /** invited: only e-mail addresses that an organisation has invited may make an account. */
  readonly signUp: 'open' | 'invited';
  /** At least 32 random characters, the same on every process of one server. */
  readonly secret: string;
  readonly usage: UsageRepository;
  readonly now: () => number;
}

export interface Accounts {
  /** better-auth's own addresses, under /api/auth. */
  handle(request: Request, address: string): Promise<Response>;
  callerOf(headers: Headers): Promise<Caller>;
  /** A key that carries these scopes and no more. */
  makeKey(
    accountId: string,
    wanted: { readonly name: string; readonly scopes: readonly Scope[]; readonly days: number },
  ): Promise<{ readonly id: string; readonly key: string }>;
  /** Holds a password against the account's own, and counts the try. @throws AppError refused, too-many */
  requirePassword(accountId: string, password: string): Promise<void>;
  /**
   * Ends every other session with it. @param headers with the session's own cookie
   * @returns the cookies of the session that takes its place
   * @throws AppError refused, invalid-input, too-many
   */
  changePassword(
    accountId: string,
    headers: Headers,
    change: { readonly current: string; readonly next: string },
  ): Promise<readonly string[]>;
  /** Ends every session of the account. @returns an address by which its password is set anew, once, within an hour */
  resetLink(accountId: string): Promise<string>;
  /** By the secret of such an address. @throws AppError refused, invalid-input */
  resetPassword(token: string, password: string): Promise<void>;
  /** @returns the new account's id */
  signUp(person: {
    readonly name: string;
    readonly email: string;
    readonly password: string;
  }): Promise<string>;
}

/** The most characters of an API key's name. */
export const KEY_NAME_CHARACTERS = 60;
const PASSWORD = { minPasswordLength: 12, maxPasswordLength: 128 };
/** Set by us on every request, over whatever a client sends under that name. */
const ADDRESS_HEADER = 'x-orator-address';
const DAY_S = 86_400;
/** Passwords tried for one account, wherever from, before it has to wait. One that is right starts the count anew. */
export const SIGN_INS = { tries: 20, withinS: 15 * 60 };
const RESET_S = 3600;
/** The library’s own ways that are taken by ours, which do more, or that would need mail. */
const CLOSED_PATHS = [
  '/change-password',
  '/set-password',
  '/reset-password',
  '/request-password-reset',
  '/delete-user',
  '/change-email',
  '/send-verification-email',
  '/verify-email',
];

export function openAccounts(options: AccountsOptions): Accounts {
  const { accounts, origin, now } = options;
  const auth = buildAuth(options);
  const signIns = sharedLimit(options, 'sign-in', SIGN_INS.tries, SIGN_INS.withinS);
  return {
    async handle(request, address) {
      const headers = new Headers(request.headers);
      headers.set(ADDRESS_HEADER, address);
      // On a socket the request is the adapter's own kind, which cannot be given to another Request whole.
      const { method, url } = request;
      const bytes = method === 'GET' || method === 'HEAD' ? null : await request.arrayBuffer();
      if (bytes !== null) requireJson(headers.get('content-type'), bytes.byteLength);
      const email = new URL(url).pathname.endsWith('/sign-in/email') ? emailIn(bytes) : null;
      // Guesses from many addresses are still guesses at one account. Known or not, the answer is the same.
      if (email !== null) await signIns.spend(email);
      const answer = await auth.handler(
        new Request(url, { method, headers, ...(bytes === null ? {} : { body: bytes }) }),
      );
      if (email !== null && answer.ok) await signIns.forget(email);
      return answer;
    },
    async callerOf(headers) {
      const key = apiKeyOf(headers);
      if (key !== null) return callerOfKey(auth, accounts, key);
      // Prolonged by `get-session` alone, whose answer brings the cookie along: here it would go on in the database only.
      const found = await auth.api.getSession({ headers, query: { disableRefresh: true } });
      if (!found) return { kind: 'anyone' };
      return {
        kind: 'account',
        accountId: found.user.id,
        via: 'session',
        scopes: SCOPES,
        ...(await standingOf(accounts, found.user.id)),
      };
    },
    async makeKey(accountId, { name, scopes, days }) {
      const made = await auth.api.createApiKey({
        body: {
          userId: accountId,
          name,
          expiresIn: days * DAY_S,
          permissions: Object.fromEntries(scopes.map((scope) => [scope, ['use']])),
        },
      });
      return { id: made.id, key: made.key };
    },
    async requirePassword(accountId, password) {
      await signIns.spend(accountId);
      const context = await auth.$context;
      const kept = await context.internalAdapter.findCredentialAccount(accountId);
      if (!kept?.password || !(await context.password.verify({ hash: kept.password, password })))
        throw new AppError('refused', 'That is not the password of this account.');
      await signIns.forget(accountId);
    },
    async changePassword(accountId, headers, { current, next }) {
      await this.requirePassword(accountId, current);
      requireLength(next);
      const body = { currentPassword: current, newPassword: next, revokeOtherSessions: true };
      const answer = await auth.api.changePassword({ body, headers, asResponse: true });
      if (!answer.ok)
        throw new AppError('refused', 'The password was not changed.', { way: 'Sign in anew.' });
      return answer.headers.getSetCookie();
    },
    async resetLink(accountId) {
      const token = randomBytes(24).toString('base64url');
      const context = await auth.$context;
      await context.internalAdapter.createVerificationValue({
        value: accountId,
        identifier: resetName(token),
        expiresAt: new Date(now() + RESET_S * 1000),
      });
      await accounts.endSessions(accountId);
      // Behind the `#`, which browsers send to nobody.
      return `${origin}/reset#${token}`;
    },
    async resetPassword(token, password) {
      requireLength(password);
      try {
        await auth.api.resetPassword({ body: { newPassword: password, token: hashOfToken(token) } });
      } catch (cause) {
        throw new AppError('refused', 'This link was used, or its hour is over.', {
          cause,
          way: 'Ask the server’s keeper for another.',
        });
      }
    },
    async signUp(person) {
      const { user } = await auth.api.signUpEmail({ body: { ...person } });
      return user.id;
    },
  };
}

/** @throws AppError invalid-input */
function requireLength(password: string): void {
  const { minPasswordLength: least, maxPasswordLength: most } = PASSWORD;
  if (password.length < least || password.length > most)
    throw new AppError('invalid-input', `A password has ${least} to ${most} characters.`);
}

/** In the database stands the hash alone: who reads it there cannot set a password by it. */
function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
/** As the library looks for it. */
function resetName(token: string): string {
  return `reset-password:${hashOfToken(token)}`;
}

/** The origins by which a browser may have come here: a machine is `localhost` to itself, too. */
export function namesOf(origin: string): readonly string[] {
  const { hostname } = new URL(origin);
  if (hostname !== '127.0.0.1' && hostname !== 'localhost') return [origin];
  return ['127.0.0.1', 'localhost'].map((name) => origin.replace(hostname, name));
}

/**
 * The operator's organisation is known by its name alone, so nobody may take that name. And into it nobody is invited as
 * more than a member: an address is not proven here, so whoever signs up with an invited one first would review for the
 * whole server. Reviewers and admins of it are made on its own machine, or by an admin among its members.
 */
const ORGANIZATION_RULES = {
  beforeCreateOrganization: ({
    organization: made,
  }: {
    readonly organization: { readonly slug?: unknown };
  }) => refuseOperatorName(made.slug),
  beforeUpdateOrganization: ({ organization: set }: { readonly organization: { readonly slug?: unknown } }) =>
    refuseOperatorName(set.slug),
  beforeCreateInvitation: ({
    organization: into,
    invitation,
  }: {
    readonly organization: { readonly slug?: unknown };
    readonly invitation: { readonly role?: unknown };
  }) => {
    if (into.slug === OPERATOR_SLUG && String(invitation.role) !== 'member')
      throw new APIError('FORBIDDEN', {
        message: 'Reviewers and admins of the server are not invited; its keeper runs `orator admin add`.',
      });
    return Promise.resolve();
  },
};

function refuseOperatorName(slug: unknown): Promise<void> {
  if (typeof slug === 'string' && slug.trim().toLowerCase() === OPERATOR_SLUG)
    throw new APIError('FORBIDDEN', { message: 'That name is the server’s own.' });
  return Promise.resolve();
}

type Auth = ReturnType<typeof buildAuth>;

async function callerOfKey(auth: Auth, accounts: AccountsRepository, key: string): Promise<Caller> {
  const answer = await auth.api.verifyApiKey({ body: { key } });
  if (!answer.valid || !answer.key) return { kind: 'anyone' };
  const accountId = answer.key.referenceId;
  const granted = Object.keys(answer.key.permissions ?? {});
  return {
    kind: 'account',
    accountId,
    via: 'key',
    scopes: SCOPES.filter((scope): scope is Scope => granted.includes(scope)),
    ...(await standingOf(accounts, accountId)),
  };
}

async function standingOf(accounts: AccountsRepository, accountId: string) {
  const [memberships, ban] = await Promise.all([
    accounts.membershipsOf(accountId),
    accounts.banOf(accountId),
  ]);
  return { memberships, ban };
}

/**
 * The library would read forms as well, past our own reading of whom a sign-in is for.
 * @throws AppError unsupported-media
 */
function requireJson(type: string | null, bytes: number): void {
  if (type === null && bytes === 0) return;
  if (type?.split(';')[0]?.trim().toLowerCase() !== 'application/json')
    throw new AppError('unsupported-media', 'This is sent as JSON and in no other way.', {
      way: 'Send it with Content-Type: application/json.',
    });
}

/** Whom a sign-in is for, as better-auth will read it; null where it will read nothing. */
function emailIn(bytes: ArrayBuffer | null): string | null {
  try {
    const body: unknown = JSON.parse(new TextDecoder().decode(bytes ?? new ArrayBuffer(0)));
    const email: unknown = body !== null && typeof body === 'object' ? Reflect.get(body, 'email') : null;
    return typeof email === 'string' ? email.toLowerCase() : null;
  } catch {
    return null;
  }
}

/** `Authorization: Bearer orator_…` or `X-Api-Key`. */
function apiKeyOf(headers: Headers): string | null {
  const bearer = /^Bearer\s+(orator_\S+)$/i.exec(headers.get('authorization') ?? '')?.[1];
  return bearer ?? headers.get('x-api-key');
}

/** Whether a program asks, which wants to be known by the key it sends, right or wrong. */
export function bringsKey(headers: Headers): boolean {
  return apiKeyOf(headers) !== null || /^Bearer\b/i.test(headers.get('authorization') ?? '');
}

/** Tries that matter, a few in ten seconds, are counted over all processes; what is merely much, in this one. */
function countAddresses(options: AccountsOptions) {
  const limits = new Map<string, RateLimit>();
  const limitFor = (window: number, max: number): RateLimit => {
    const name = `${window}/${max}`;
    const known =
      limits.get(name) ??
      (max <= 10 ? sharedLimit(options, `address/${name}`, max, window) : requestLimit(max, window));
    limits.set(name, known);
    return known;
  };
  return {
    async consume(key: string, { window, max }: { readonly window: number; readonly max: number }) {
      try {
        await limitFor(window, max).spend(key);
        return { allowed: true, retryAfter: null };
      } catch (error) {
        if (!(error instanceof TooMany)) throw error;
        return { allowed: false, retryAfter: error.retryAfterS };
      }
    },
  };
}

function buildAuth(options: AccountsOptions) {
  const { database, accounts, origin, secret, signUp } = options;
  const { hostname, protocol } = new URL(origin);
  const origins = [...namesOf(origin)];
  const control = createAccessControl({
    organization: ['update', 'delete'],
    member: ['create', 'update', 'delete'],
    invitation: ['create', 'cancel'],
    case: ['read', 'decide'],
  } as const);
  const admin = control.newRole({
    organization: ['update', 'delete'],
    member: ['create', 'update', 'delete'],
    invitation: ['create', 'cancel'],
    case: ['read', 'decide'],
  });
  const reviewer = control.newRole({ case: ['read', 'decide'] });
  const memberRole = control.newRole({});
  return betterAuth({
    appName: 'Orator',
    baseURL: origin,
    basePath: '/api/auth',
    secret,
    trustedOrigins: origins,
    telemetry: { enabled: false },
    // Its lines could name people; what matters of them shows in the answers.
    logger: { disabled: true },
    database: drizzleAdapter(database.queries, { provider: 'pg', schema }),
    emailAndPassword: {
      enabled: true,
      autoSignIn: true,
      revokeSessionsOnPasswordReset: true,
      ...PASSWORD,
    },
    disabledPaths: CLOSED_PATHS,
    databaseHooks: {
      user: {
        create: {
          before: async ({ email }) => signUp === 'open' || (await accounts.isInvited(email)),
        },
      },
    },
    session: { expiresIn: 7 * DAY_S, updateAge: DAY_S },
    // By address; by account, see `handle`.
    rateLimit: { enabled: true, window: 60, max: 100, customStorage: countAddresses(options) },
    advanced: {
      cookiePrefix: 'orator',
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
      // The library would leave this check out where NODE_ENV says `test`.
      disableOriginCheck: false,
      useSecureCookies: protocol === 'https:',
      database: { generateId: () => newId() },
    },
    plugins: [
      // An address of numbers cannot own a passkey; its name can.
      passkey({ rpID: hostname === '127.0.0.1' ? 'localhost' : hostname, rpName: 'Orator', origin: origins }),
      // Keys count against their account's own limits.
      apiKey({
        defaultPrefix: 'orator_',
        maximumNameLength: KEY_NAME_CHARACTERS,
        enableSessionForAPIKeys: false,
        rateLimit: { enabled: false },
        startingCharactersConfig: { charactersLength: 12 },
      }),
      organization({
        ac: control,
        roles: { admin, reviewer, member: memberRole },
        creatorRole: 'admin',
        organizationLimit: 5,
        membershipLimit: 500,
        // No mail goes out, so no address is ever proven: an invitation is a link, and its id the secret in it (82 bits).
        requireEmailVerificationOnInvitation: false,
        organizationHooks: ORGANIZATION_RULES,
      }),
    ],
  });
}
