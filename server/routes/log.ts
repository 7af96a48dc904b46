/** The log and what is published, for anyone: heads, entries, proofs, keys, revocations. Nothing here names a person. */
import { toBase64 } from '#core/base/bytes.ts';
import { AppError } from '#core/base/errors.ts';
import type { KeySet } from '#core/policy/consent/keys.ts';
import { json, newApi, route, z, type Api } from '../openapi.ts';
import { ofServer, requireAccount } from '../services/accounts/caller.ts';
import type { Services } from '../services/services.ts';

/** Entries in one answer. */
export const MOST_ENTRIES = 1000;

const place = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const hashes = z.array(z.string()).openapi({ description: 'SHA-256 each, in base64.' });
const instant = z.iso.datetime();
const KeySetBody = z
  .object({
    version: z.literal(1),
    issuer: z.string(),
    number: z.number(),
    issuedAt: instant,
    keys: z.array(
      z.object({
        keyId: z.string(),
        algorithm: z.literal('Ed25519'),
        publicKey: z.string(),
        validFrom: instant,
        validUntil: instant.nullable(),
        withdrawnAt: instant.nullable(),
      }),
    ),
    signatures: z.array(z.object({ keyId: z.string(), signature: z.string() })),
  })
  .openapi('KeySet');
const RevocationsBody = z
  .object({
    version: z.literal(1),
    issuer: z.string(),
    number: z.number(),
    issuedAt: instant,
    revoked: z.array(z.object({ receiptId: z.string(), revokedAt: instant })),
    keyId: z.string(),
    signature: z.string(),
  })
  .openapi('RevocationList');

const EntryBody = z
  .object({
    position: z.number(),
    entry: z.string().openapi({ description: 'The text that the leaf hash is made of, canonical JSON.' }),
    leafHash: z.string(),
    kind: z.string(),
    at: instant,
  })
  .openapi('LogEntry');

const headRoute = route(
  { access: 'anyone' },
  {
    method: 'get',
    path: '/log/head',
    summary: 'The newest signed tree head, or the one that was signed for a size, as a C2SP checkpoint.',
    request: { query: z.object({ size: place.optional() }) },
    responses: {
      200: { description: 'The signed text.', content: { 'text/plain': { schema: z.string() } } },
      404: { description: 'No head of that size was signed.' },
    },
  },
);
const entriesRoute = route(
  { access: 'anyone' },
  {
    method: 'get',
    path: '/log/entries',
    summary: `Entries in order, ${MOST_ENTRIES} at most in one answer; each is the text its leaf hash is made of.`,
    request: {
      query: z.object({
        from: place,
        count: z.coerce.number().int().min(1).max(MOST_ENTRIES).default(MOST_ENTRIES),
      }),
    },
    responses: { 200: json(z.object({ entries: z.array(EntryBody) }), 'The entries.') },
  },
);
const nodesRoute = route(
  { access: 'anyone' },
  {
    method: 'get',
    path: '/log/nodes',
    summary: 'Hashes of complete subtrees of 2^level entries: what proofs are made of.',
    request: {
      query: z.object({
        level: z.coerce.number().int().min(1).max(52),
        from: place,
        count: z.coerce.number().int().min(1).max(MOST_ENTRIES).default(MOST_ENTRIES),
      }),
    },
    responses: { 200: json(z.object({ hashes }), 'The hashes, in order.') },
  },
);
const inclusionRoute = route(
  { access: 'anyone' },
  {
    method: 'get',
    path: '/log/inclusion',
    summary: 'That an entry is part of the tree of a size (RFC 9162 §2.1.3).',
    request: { query: z.object({ index: place, size: place }) },
    responses: { 200: json(z.object({ leafHash: z.string(), proof: hashes }), 'The leaf and its proof.') },
  },
);
const consistencyRoute = route(
  { access: 'anyone' },
  {
    method: 'get',
    path: '/log/consistency',
    summary: 'That a later tree is an earlier one, grown (RFC 9162 §2.1.4).',
    request: { query: z.object({ from: place, to: place }) },
    responses: { 200: json(z.object({ proof: hashes }), 'The proof.') },
  },
);
const keysRoute = route(
  { access: 'anyone' },
  {
    method: 'get',
    path: '/keys',
    summary: 'The keys that sign receipts and heads; the same as /.well-known/orator/keys.json.',
    responses: { 200: json(KeySetBody, 'The signed list.') },
  },
);
const revocationsRoute = route(
  { access: 'anyone' },
  {
    method: 'get',
    path: '/revocations',
    summary: 'Receipts that were revoked; the same as /.well-known/orator/revocations.json.',
    responses: { 200: json(RevocationsBody, 'The signed list.') },
  },
);
const rotateRoute = route(
  { access: 'admin' },
  {
    method: 'post',
    path: '/keys/rotate',
    summary: 'Signs with a new key from now on.',
    responses: { 200: json(KeySetBody, 'The new list.') },
  },
);
const withdrawRoute = route(
  { access: 'admin' },
  {
    method: 'post',
    path: '/keys/{keyId}/withdraw',
    summary: 'Makes everything that a key ever signed void, because it may have been stolen.',
    request: { params: z.object({ keyId: z.string().regex(/^[0-9a-f]{32}$/) }) },
    responses: { 200: json(KeySetBody, 'The new list.') },
  },
);

export function logApi({ trustLog, publisher }: Services): Api {
  return newApi()
    .openapi(headRoute, async (c) => {
      const head = await trustLog.head(c.req.valid('query').size);
      if (!head) throw new AppError('not-found', 'No head of that size was signed.');
      return c.text(head.signed, 200);
    })
    .openapi(entriesRoute, async (c) => {
      const { from, count } = c.req.valid('query');
      const rows = await trustLog.entries(from, count);
      const entries = rows.map(({ position, body, leafHash, kind, at }) => ({
        position,
        entry: new TextDecoder().decode(body),
        leafHash: toBase64(leafHash),
        kind,
        at: at.toISOString(),
      }));
      return c.json({ entries }, 200);
    })
    .openapi(nodesRoute, async (c) => {
      const { level, from, count } = c.req.valid('query');
      return c.json({ hashes: (await trustLog.nodes(level, from, count)).map(toBase64) }, 200);
    })
    .openapi(inclusionRoute, async (c) => {
      const { index, size } = c.req.valid('query');
      const { leaf, proof } = await trustLog.inclusion(index, size);
      return c.json({ leafHash: toBase64(leaf), proof: proof.map(toBase64) }, 200);
    })
    .openapi(consistencyRoute, async (c) => {
      const { from, to } = c.req.valid('query');
      return c.json({ proof: (await trustLog.consistency(from, to)).map(toBase64) }, 200);
    })
    .openapi(keysRoute, async (c) => c.json(keysOf(await publisher.keys()), 200))
    .openapi(revocationsRoute, async (c) => {
      const list = await publisher.revocations();
      return c.json({ ...list, revoked: [...list.revoked] }, 200);
    })
    .openapi(rotateRoute, async (c) => {
      requireOperator(c.get('caller'));
      return c.json(keysOf(await publisher.rotate()), 200);
    })
    .openapi(withdrawRoute, async (c) => {
      requireOperator(c.get('caller'));
      return c.json(keysOf(await publisher.withdraw(c.req.valid('param').keyId)), 200);
    });
}

/** The same, in the mutable lists that the router's types ask for. */
function keysOf(set: KeySet): z.infer<typeof KeySetBody> {
  return { ...set, keys: [...set.keys], signatures: [...set.signatures] };
}

/** The keys are the whole server's: an admin of some organisation on it does not touch them. */
function requireOperator(caller: Parameters<typeof requireAccount>[0]): void {
  if (!ofServer(requireAccount(caller), 'admin'))
    throw new AppError('refused', 'This is for admins of the server itself.');
}

/** Where others look for it without knowing our API. */
export function wellKnownApi({ publisher }: Services): Api {
  const api = newApi();
  const headers = { 'Cache-Control': 'public, max-age=300', 'Access-Control-Allow-Origin': '*' };
  api.get('/.well-known/orator/keys.json', async () => Response.json(await publisher.keys(), { headers }));
  api.get('/.well-known/orator/revocations.json', async () =>
    Response.json(await publisher.revocations(), { headers }),
  );
  return api;
}
