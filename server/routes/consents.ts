/**
 * Consent over HTTP: begin, the presenter's own film or photo, then the recording, chunk by chunk while it is made. There
 * is no way to send a finished film. Programs may read with an API key; recording takes a person who is signed in.
 */
import { AppError } from '#core/base/errors.ts';
import { body, json, newApi, route, z, type Api } from '../openapi.ts';
import { requireAccount, type Caller } from '../services/accounts/caller.ts';
import { MOST_PICTURE_BYTES, type PresenterParts } from '../services/consent/begin.ts';
import type { LinkedConsent } from '../services/consent/consents.ts';
import { PRESENTER_PARTS } from '../services/consent/evidence.ts';
import { CHUNK_LIMITS } from '../services/consent/recording.ts';
import type { Services } from '../services/services.ts';
import {
  commonOf,
  Consent,
  Finish,
  Hints,
  id,
  Kept,
  Link,
  Prompts,
  sha256,
  showingOf,
  Taken,
  viewOf,
  Wish,
} from './consent-shapes.ts';

const bytesBody = (description: string) => ({
  required: true,
  description,
  content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
});
const byId = { params: z.object({ id }) };
/** Who is banned has no less right to their own face: they see it, take it back and delete it. */
const READ = { access: 'owner', scope: 'consent', evenBanned: true } as const;

const routes = {
  begin: route(
    { access: 'account' },
    {
      method: 'post',
      path: '/consents',
      summary: 'Begins a consent: of which presenter, for what, until when.',
      request: { body: body(Wish) },
      responses: { 201: json(Consent, 'The session, before its recording.') },
    },
  ),
  list: route(
    { access: 'account', scope: 'consent', evenBanned: true },
    {
      method: 'get',
      path: '/consents',
      summary: 'The account’s consents, the newest first.',
      responses: { 200: json(z.object({ consents: z.array(Consent) }), 'The consents.') },
    },
  ),
  get: route(READ, {
    method: 'get',
    path: '/consents/{id}',
    summary: 'A consent: its state, what each check said, and its receipt.',
    request: byId,
    responses: { 200: json(Consent, 'The consent.') },
  }),
  part: route(
    { access: 'owner', maxBytes: MOST_PICTURE_BYTES },
    {
      method: 'put',
      path: '/consents/{id}/parts/{part}',
      summary:
        'What the presenter is drawn from, to compare the person with: its film; or its photo, person and plate.',
      request: {
        params: z.object({ id, part: z.enum(PRESENTER_PARTS) }),
        body: bytesBody('Its bytes; their SHA-256 is part of the presenter.'),
      },
      responses: { 200: json(Consent, 'The consent.') },
    },
  ),
  start: route(
    { access: 'owner' },
    {
      method: 'post',
      path: '/consents/{id}/start',
      summary: 'Starts the clock of the recording, and answers with the first prompt.',
      request: { ...byId, body: body(Hints) },
      responses: { 200: json(Prompts, 'What is due.') },
    },
  ),
  prompts: route(
    { access: 'owner' },
    {
      method: 'get',
      path: '/consents/{id}/prompts',
      summary: 'Prompts that are due by now, and when the next one is.',
      request: byId,
      responses: { 200: json(Prompts, 'What is due.') },
    },
  ),
  chunk: route(
    { access: 'owner', maxBytes: CHUNK_LIMITS.chunkBytes },
    {
      method: 'put',
      path: '/consents/{id}/chunks/{index}',
      summary: 'The next piece of the recording, as it is made. The same piece may be sent again.',
      request: {
        params: z.object({
          id,
          index: z.coerce
            .number()
            .int()
            .min(0)
            .max(CHUNK_LIMITS.chunks - 1),
        }),
        headers: z.object({ 'x-chain-before': sha256 }),
        body: bytesBody('Bytes as the recorder made them.'),
      },
      responses: { 200: json(Taken, 'When it came, and the chain with it.') },
    },
  ),
  finish: route(
    { access: 'owner' },
    {
      method: 'post',
      path: '/consents/{id}/finish',
      summary: 'The recording is over; the checks begin.',
      request: { ...byId, body: body(Finish) },
      responses: { 202: json(Consent, 'It is being checked.') },
    },
  ),
  withdraw: route(READ, {
    method: 'post',
    path: '/consents/{id}/withdraw',
    summary: 'Takes a consent back. Its receipt is revoked, and its film deleted.',
    request: byId,
    responses: { 200: json(Consent, 'The consent.') },
  }),
  deleteMedia: route(READ, {
    method: 'delete',
    path: '/consents/{id}/media',
    summary: 'Deletes the raw film now; the receipt stands.',
    request: byId,
    responses: { 200: json(Consent, 'The consent.') },
  }),
  link: route(
    { access: 'anyone' },
    {
      method: 'post',
      path: '/consent-links/look',
      summary: 'What is kept of the person who has this link, and until when.',
      request: { body: body(Link) },
      responses: { 200: json(Kept, 'What is kept.') },
    },
  ),
  linkWithdraw: route(
    { access: 'anyone' },
    {
      method: 'post',
      path: '/consent-links/withdraw',
      summary: 'Takes the consent back, by whoever has its link.',
      request: { body: body(Link) },
      responses: { 200: json(Kept, 'What is kept.') },
    },
  ),
  linkDeleteMedia: route(
    { access: 'anyone' },
    {
      method: 'post',
      path: '/consent-links/delete-media',
      summary: 'Deletes the raw film now, by whoever has the consent’s link.',
      request: { body: body(Link) },
      responses: { 200: json(Kept, 'What is kept.') },
    },
  ),
};

export function consentsApi({ consents, origin }: Services): Api {
  const who = (caller: Caller) => requireAccount(caller).accountId;
  const kept = (state: LinkedConsent) => ({
    ...commonOf(state),
    issuer: origin,
    uploaded: state.uploaded,
  });
  return newApi()
    .openapi(routes.begin, async (c) => {
      const { presenter, ...wish } = c.req.valid('json');
      const begun = await consents.begin(who(c.get('caller')), {
        ...wish,
        presenter: presenter as PresenterParts,
      });
      return c.json(viewOf(begun), 201);
    })
    .openapi(routes.list, async (c) => {
      const all = await consents.list(who(c.get('caller')));
      return c.json({ consents: all.map(viewOf) }, 200);
    })
    .openapi(routes.get, async (c) =>
      c.json(viewOf(await consents.get(who(c.get('caller')), c.req.valid('param').id)), 200),
    )
    .openapi(routes.part, async (c) => {
      const { id: session, part } = c.req.valid('param');
      const read = async () => new Uint8Array(await c.req.arrayBuffer());
      return c.json(viewOf(await consents.putPart(who(c.get('caller')), session, part, read)), 200);
    })
    .openapi(routes.start, async (c) => {
      const hints = c.req.valid('json');
      return c.json(
        showingOf(await consents.start(who(c.get('caller')), c.req.valid('param').id, hints)),
        200,
      );
    })
    .openapi(routes.prompts, async (c) =>
      c.json(showingOf(await consents.showing(who(c.get('caller')), c.req.valid('param').id)), 200),
    )
    .openapi(routes.chunk, async (c) => {
      const { id: session, index } = c.req.valid('param');
      const before = c.req.valid('header')['x-chain-before'];
      const bytes = new Uint8Array(await c.req.arrayBuffer());
      if (bytes.length === 0) throw new AppError('invalid-input', 'There is nothing in this chunk.');
      return c.json(await consents.take(who(c.get('caller')), session, { index, before, bytes }), 200);
    })
    .openapi(routes.finish, async (c) => {
      const claimed = c.req.valid('json');
      return c.json(
        viewOf(await consents.finish(who(c.get('caller')), c.req.valid('param').id, claimed)),
        202,
      );
    })
    .openapi(routes.withdraw, async (c) =>
      c.json(viewOf(await consents.withdraw(who(c.get('caller')), c.req.valid('param').id)), 200),
    )
    .openapi(routes.deleteMedia, async (c) =>
      c.json(viewOf(await consents.deleteMedia(who(c.get('caller')), c.req.valid('param').id)), 200),
    )
    .openapi(routes.link, async (c) => c.json(kept(await consents.byLink(c.req.valid('json').token)), 200))
    .openapi(routes.linkWithdraw, async (c) =>
      c.json(kept(await consents.withdrawByLink(c.req.valid('json').token)), 200),
    )
    .openapi(routes.linkDeleteMedia, async (c) =>
      c.json(kept(await consents.deleteMediaByLink(c.req.valid('json').token)), 200),
    );
}
