/**
 * What stands in front of a route: its own rule. Who is asking was worked out before; here it is held against what the
 * route demands, and a body against the most it may carry.
 */
import { AppError } from '#core/base/errors.ts';
import { limitBody, type Context } from './http.ts';
import { DEFAULT_MAX_BYTES, type ApiEnv, type Rule } from './openapi.ts';
import { ofServer, requireAccount, reviewsFor, type Caller } from './services/accounts/caller.ts';

type Next = () => Promise<void>;

export function guard(rule: Rule) {
  const limit = limitBody(rule.maxBytes ?? DEFAULT_MAX_BYTES);
  return async (c: Context<ApiEnv>, next: Next): Promise<unknown> => {
    admit(c.get('caller'), rule);
    return limit(c, next);
  };
}

/** @throws AppError signed-out, refused */
export function admit(caller: Caller, rule: Rule): void {
  if (rule.access === 'anyone') return;
  const account = requireAccount(caller);
  if (account.ban !== null && !rule.evenBanned)
    throw new AppError('refused', `This account is banned. ${account.ban}`, {
      way: 'You can appeal once, under “Reviews”.',
    });
  if (account.via === 'key' && (rule.scope === undefined || !account.scopes.includes(rule.scope)))
    throw new AppError(
      'refused',
      rule.scope === undefined
        ? 'This can only be done by someone who is signed in, not with an API key.'
        : `This API key does not carry the scope “${rule.scope}”.`,
    );
  if (rule.access === 'admin' && !ofServer(account, 'admin'))
    throw new AppError('refused', 'This is for admins of the server itself.');
  if (rule.access === 'reviewer' && reviewsFor(account)?.length === 0)
    throw new AppError('refused', 'This is for reviewers.');
}

/**
 * A change that comes with a cookie must come from our own pages.
 * @throws AppError refused
 */
export function requireOwnPage(headers: Headers, origins: readonly string[]): void {
  const from = headers.get('origin');
  if (
    (from !== null && origins.includes(from)) ||
    (from === null && headers.get('sec-fetch-site') === 'same-origin')
  )
    return;
  throw new AppError('refused', 'This request did not come from a page of this server.', {
    way: 'Use the studio itself, or an API key.',
  });
}
