/**
 * GET /api/me: who is signed in, and what they may do here. That nobody is, is an answer and no error: every visit of the
 * app asks. A program whose key is not known, or does not carry the scope, is told so.
 */
import { admit } from '../guard.ts';
import { json, newApi, route, z, type Api } from '../openapi.ts';
import { bringsKey } from '../services/accounts/accounts.ts';
import { requireAccount, ROLES, SCOPES } from '../services/accounts/caller.ts';

const Caller = z
  .object({
    accountId: z.string(),
    via: z.enum(['session', 'key']),
    scopes: z.array(z.enum(SCOPES)),
    memberships: z.array(
      z.object({
        organizationId: z.string(),
        role: z.enum(ROLES),
        operator: z.boolean(),
        reviews: z.boolean(),
      }),
    ),
  })
  .openapi('Caller');
const Me = z
  .object({
    /** Null where nobody is signed in. */
    account: Caller.nullable(),
  })
  .openapi('Me');

/** Of whoever is known. */
const KNOWN = { access: 'account', scope: 'projects', evenBanned: true } as const;

export function meApi(): Api {
  const me = route(
    { access: 'anyone' },
    {
      method: 'get',
      path: '/me',
      summary: 'Who is signed in, if anyone is.',
      responses: {
        200: json(Me, 'The caller.'),
        401: { description: 'The API key is not known.' },
        403: { description: 'The API key does not carry the scope “projects”.' },
      },
    },
  );
  return newApi().openapi(me, (c) => {
    const caller = c.get('caller');
    if (caller.kind === 'anyone' && !bringsKey(c.req.raw.headers)) return c.json({ account: null }, 200);
    admit(caller, KNOWN);
    const { accountId, via, scopes, memberships } = requireAccount(caller);
    return c.json({ account: { accountId, via, scopes: [...scopes], memberships: [...memberships] } }, 200);
  });
}
