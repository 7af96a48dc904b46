/** What an account has on the server: which of its files are missing for a render, what is there, and taking it away. */
import { Readable } from 'node:stream';
import type { AssetHash } from '#core/base/ids.ts';
import { body, json, newApi, route, z, type Api } from '../openapi.ts';
import type { AssetRow } from '../repositories/assets.ts';
import { requireAccount, type Caller } from '../services/accounts/caller.ts';
import type { Services } from '../services/services.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256 in hexadecimal');
const Hashes = z.object({ hashes: z.array(hash).max(5000) });
const Asset = z
  .object({ hash, bytes: z.number(), mime: z.string(), createdAt: z.string(), usedAt: z.string() })
  .openapi('Asset');
const Stock = z
  .object({
    usedBytes: z.number(),
    mostBytes: z.number(),
    assets: z.array(Asset),
  })
  .openapi('AssetStock');
const byHash = { params: z.object({ hash }) };
const MINE = { access: 'owner', scope: 'render' } as const;

const routes = {
  missing: route(
    { access: 'account', scope: 'render', maxBytes: 400_000 },
    {
      method: 'post',
      path: '/assets/missing',
      summary: 'Which of these files the account has not uploaded yet.',
      request: { body: body(Hashes) },
      responses: { 200: json(z.object({ missing: z.array(hash) }), 'Those that are to be uploaded.') },
    },
  ),
  importByUrl: route(
    { access: 'account', scope: 'render' },
    {
      method: 'post',
      path: '/assets/import',
      summary: 'Fetches a picture, film or sound from an address on the public web.',
      request: { body: body(z.object({ url: z.string().max(2048) })) },
      responses: { 201: json(Asset, 'It is the account’s own now.') },
    },
  ),
  stock: route(
    { access: 'account', scope: 'render' },
    {
      method: 'get',
      path: '/assets',
      summary: 'What the account keeps on the server, and how much it may.',
      responses: { 200: json(Stock, 'Its files, the newest first.') },
    },
  ),
  read: route(MINE, {
    method: 'get',
    path: '/assets/{hash}',
    summary: 'The bytes of a file of one’s own.',
    request: byHash,
    responses: {
      200: {
        description: 'Its bytes.',
        content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
      },
    },
  }),
  remove: route(MINE, {
    method: 'delete',
    path: '/assets/{hash}',
    summary: 'Deletes a file of one’s own from the server.',
    request: byHash,
    responses: { 204: { description: 'It is gone.' } },
  }),
};

export function assetsApi({ assets }: Services): Api {
  const who = (caller: Caller) => requireAccount(caller).accountId;
  return newApi()
    .openapi(routes.missing, async (c) => {
      const { hashes } = c.req.valid('json');
      const wanted = [...new Set(hashes)] as AssetHash[];
      return c.json({ missing: [...(await assets.missing(who(c.get('caller')), wanted))] }, 200);
    })
    .openapi(routes.stock, async (c) => {
      const stock = await assets.stock(who(c.get('caller')));
      return c.json({ ...stock, assets: stock.assets.map(viewOf) }, 200);
    })
    .openapi(routes.importByUrl, async (c) => {
      const asset = await assets.importByUrl(who(c.get('caller')), c.req.valid('json').url);
      return c.json(viewOf(asset), 201);
    })
    .openapi(routes.read, async (c) => {
      const { row, bytes } = await assets.read(who(c.get('caller')), c.req.valid('param').hash as AssetHash);
      // Never as a page of ours, whatever is in it.
      return new Response(Readable.toWeb(Readable.from(bytes)) as ReadableStream<Uint8Array>, {
        headers: {
          'Content-Type': 'application/octet-stream',
          'Content-Length': String(row.bytes),
          'Content-Disposition': 'attachment',
          'X-Content-Type-Options': 'nosniff',
        },
      });
    })
    .openapi(routes.remove, async (c) => {
      await assets.remove(who(c.get('caller')), c.req.valid('param').hash as AssetHash);
      return c.body(null, 204);
    });
}

function viewOf({ hash: sum, bytes, mime, createdAt, usedAt }: AssetRow) {
  return { hash: sum, bytes, mime, createdAt: createdAt.toISOString(), usedAt: usedAt.toISOString() };
}
