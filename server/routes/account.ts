/** One's own account: what is known of it, its password, and its end. For people who are signed in; keys reach none of it. */
import { body, json, newApi, route, z, type Api } from '../openapi.ts';
import { requireAccount } from '../services/accounts/caller.ts';
import { AppError } from '#core/base/errors.ts';
import type { Services } from '../services/services.ts';

const Account = z
  .object({
    email: z.string(),
    name: z.string(),
    createdAt: z.string(),
    /** What lies in the store for this account, and the most that may. */
    storage: z.object({ usedBytes: z.number(), mostBytes: z.number() }),
  })
  .openapi('Account');
const Done = z.object({ done: z.literal(true) });
const DONE = { done: true } as const;
const password = z.string().min(1).max(256);

export function accountApi({ accounts, repositories, deletion, store, settings }: Services): Api {
  const own = { access: 'account', evenBanned: true } as const;
  const read = route(own, {
    method: 'get',
    path: '/account',
    summary: 'The account, and how much it keeps here.',
    responses: { 200: json(Account, 'The account.') },
  });
  const change = route(own, {
    method: 'post',
    path: '/account/password',
    summary: 'Changes the password; every other session ends.',
    request: { body: body(z.object({ current: password, next: password })) },
    responses: { 200: json(Done, 'Changed.') },
  });
  const remove = route(own, {
    method: 'post',
    path: '/account/delete',
    summary:
      'Deletes the account and all that is its own; its consents are taken back. Asks the password again.',
    request: { body: body(z.object({ password })) },
    responses: { 200: json(Done, 'It is gone.') },
  });
  const reset = route(
    { access: 'anyone' },
    {
      method: 'post',
      path: '/password-reset',
      summary: 'Sets a password anew by the link that the keeper of the server gave.',
      request: { body: body(z.object({ token: z.string().regex(/^[A-Za-z0-9_-]{32}$/), password })) },
      responses: { 200: json(Done, 'It is set.') },
    },
  );
  return newApi()
    .openapi(read, async (c) => {
      const { accountId } = requireAccount(c.get('caller'));
      const found = await repositories.accounts.byId(accountId);
      if (!found) throw new AppError('not-found', 'This account is no more.');
      const usedBytes = await store.usedBy(accountId);
      const storage = { usedBytes, mostBytes: settings.ACCOUNT_STORAGE_MB * 1_048_576 };
      return c.json({ ...found, createdAt: found.createdAt.toISOString(), storage }, 200);
    })
    .openapi(change, async (c) => {
      const { accountId } = requireAccount(c.get('caller'));
      const cookies = await accounts.changePassword(accountId, c.req.raw.headers, c.req.valid('json'));
      for (const cookie of cookies) c.header('Set-Cookie', cookie, { append: true });
      return c.json(DONE, 200);
    })
    .openapi(remove, async (c) => {
      const { accountId } = requireAccount(c.get('caller'));
      await accounts.requirePassword(accountId, c.req.valid('json').password);
      await deletion.delete(accountId);
      return c.json(DONE, 200);
    })
    .openapi(reset, async (c) => {
      const { token, password: next } = c.req.valid('json');
      await accounts.resetPassword(token, next);
      return c.json(DONE, 200);
    });
}
