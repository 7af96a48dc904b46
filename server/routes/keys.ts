/** API keys of one's own: made with the scopes they are to carry, shown once. Only someone who is signed in makes one. */
import { body, json, newApi, route, z, type Api } from '../openapi.ts';
import { KEY_NAME_CHARACTERS } from '../services/accounts/accounts.ts';
import { requireAccount, SCOPES } from '../services/accounts/caller.ts';
import type { Services } from '../services/services.ts';

const NewKey = z
  .object({
    name: z.string().trim().min(1).max(KEY_NAME_CHARACTERS),
    scopes: z.array(z.enum(SCOPES)).min(1),
    days: z.number().int().min(1).max(365).optional(),
  })
  .openapi('NewKey');
const MadeKey = z
  .object({ id: z.string(), key: z.string().describe('Shown this once.'), scopes: z.array(z.enum(SCOPES)) })
  .openapi('MadeKey');

export function keysApi({ accounts }: Services): Api {
  const make = route(
    { access: 'account' },
    {
      method: 'post',
      path: '/keys',
      summary: 'Makes an API key.',
      request: { body: body(NewKey) },
      responses: { 200: json(MadeKey, 'The key; it cannot be shown again.') },
    },
  );
  return newApi().openapi(make, async (c) => {
    const { accountId } = requireAccount(c.get('caller'));
    const { name, scopes, days = 90 } = c.req.valid('json');
    return c.json({ ...(await accounts.makeKey(accountId, { name, scopes, days })), scopes }, 200);
  });
}
