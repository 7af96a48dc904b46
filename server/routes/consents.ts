/**
 * Consent over HTTP: begin, the presenter's own film or photo, then the recording, chunk by chunk while it is made. There
 * is no way to send a finished film. Programs may read with an API key; recording takes a person who is signed in.
 */
import { AppError } from '#core/base/errors.ts';
import type { AssetHash } from '#core/base/ids.ts';
import { ASKED_USES, CONSENT_USES } from '#core/policy/consent/challenge.ts';
import { CHECKS } from '#core/policy/consent/checks.ts';
import { body, json, newApi, route, z, type Api } from '../openapi.ts';
import { requireAccount, type Caller } from '../services/accounts/caller.ts';
import { MOST_PICTURE_BYTES, type PresenterParts } from '../services/consent/begin.ts';
import type { ConsentState, LinkedConsent, Showing } from '../services/consent/consents.ts';
import { PRESENTER_PARTS } from '../services/consent/evidence.ts';
import { CHUNK_LIMITS } from '../services/consent/recording.ts';
import type { Services } from '../services/services.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256 in hexadecimal');
const id = z.string().regex(/^[0-9a-z]{16}$/);
const tag = z
  .string()
  .regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/, 'is no language')
  .refine(hasName, 'is no language that can be named');

const Scope = z
  .object({
    uses: z.array(z.enum(CONSENT_USES)).min(1).max(CONSENT_USES.length),
    languages: z
      .array(z.union([tag, z.literal('*')]))
      .min(1)
      .max(12),
    until: z.iso.datetime(),
  })
  .openapi('ConsentScope');

const AskedScope = Scope.extend({
  uses: z.array(z.enum(ASKED_USES)).min(1).max(ASKED_USES.length),
}).openapi('AskedConsentScope');

const Parts = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('photo'), fit: sha256, picture: sha256, person: sha256, plate: sha256 }),
    z.object({ kind: z.literal('footage'), fit: sha256, film: sha256, mouths: sha256 }),
  ])
  .openapi('PresenterParts');

const Wish = z
  .object({
    presenter: Parts,
    presenterName: z.string().trim().min(1).max(100),
    language: tag,
    scope: AskedScope,
  })
  .openapi('ConsentWish');

const Hints = z
  .object({
    cameraLabel: z.string().max(200),
    settings: z
      .record(z.string().max(60), z.union([z.string().max(200), z.number(), z.boolean()]))
      .refine((settings) => Object.keys(settings).length <= 60, 'are too many'),
    webdriver: z.boolean(),
  })
  .openapi('CaptureHints');

export const Result = z
  .object({
    check: z.enum(CHECKS),
    outcome: z.enum(['passed', 'failed', 'unsure', 'not-applicable']),
    score: z.number().nullable(),
    threshold: z.number().nullable(),
    unit: z.string(),
    reason: z.string(),
  })
  .openapi('CheckResult');

const STATES = [
  'open',
  'recording',
  'checking',
  'granted',
  'refused',
  'person',
  'expired',
  'withdrawn',
] as const;

const common = {
  id: z.string(),
  state: z.enum(STATES),
  presenterName: z.string(),
  language: z.string(),
  scope: Scope,
  createdAt: z.string(),
  decidedAt: z.string().nullable(),
  /** When the raw film is deleted, and when it was. */
  mediaDeleteAt: z.string().nullable(),
  mediaDeletedAt: z.string().nullable(),
  receiptId: z.string().nullable(),
  revokedAt: z.string().nullable(),
};
const Consent = z
  .object({
    ...common,
    presenterHash: z.string(),
    results: z.array(Result),
    /** By which the person takes it back, without an account. Null before there is anything to take back. */
    link: z.string().nullable(),
    /** Signed; anyone can verify it with the published keys. */
    receipt: z.record(z.string(), z.unknown()).nullable(),
  })
  .openapi('Consent');
const Kept = z
  .object({
    ...common,
    issuer: z.string(),
    /** Whether the account has, for films that are drawn here, a copy of what the presenter was made from. */
    uploaded: z.boolean(),
  })
  .openapi('KeptConsent');

const timed = { index: z.number(), shownAtMs: z.number(), forMs: z.number() };
const Prompt = z
  .discriminatedUnion('kind', [
    z.object({ ...timed, kind: z.literal('code'), words: z.array(z.string()) }),
    z.object({ ...timed, kind: z.literal('turn'), direction: z.enum(['left', 'right', 'up', 'down']) }),
    z.object({ ...timed, kind: z.literal('flash'), color: z.enum(['red', 'green', 'blue']) }),
    z.object({ ...timed, kind: z.literal('statement'), text: z.string() }),
  ])
  .openapi('ConsentPrompt');
const Prompts = z
  .object({
    nowMs: z.number(),
    endsAtMs: z.number(),
    /** When to ask for the next; null after the last. */
    nextAtMs: z.number().nullable(),
    shown: z.array(Prompt),
  })
  .openapi('ConsentPrompts');

const Taken = z
  .object({ index: z.number(), receivedAtMs: z.number(), hash: z.string() })
  .openapi('TakenChunk');
const Finish = z
  .object({ chunks: z.number().int().min(1).max(CHUNK_LIMITS.chunks), chainHead: sha256 })
  .openapi('FinishedRecording');
const Link = z.object({ token: z.string().regex(/^[A-Za-z0-9_-]{43}$/) }).openapi('ConsentLink');

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

/** The person reads its name aloud; of `en-a` there is none. */
function hasName(language: string): boolean {
  try {
    return new Intl.DisplayNames(['en'], { type: 'language' }).of(language) !== undefined;
  } catch {
    return false;
  }
}

function commonOf({ row, receipt }: ConsentState) {
  return {
    id: row.id,
    state: row.state,
    presenterName: row.presenterName,
    language: row.language,
    scope: { uses: [...row.scope.uses], languages: [...row.scope.languages], until: row.scope.until },
    createdAt: row.createdAt.toISOString(),
    decidedAt: row.decidedAt?.toISOString() ?? null,
    mediaDeleteAt: row.mediaDeleteAt?.toISOString() ?? null,
    mediaDeletedAt: row.mediaDeletedAt?.toISOString() ?? null,
    receiptId: receipt?.id ?? null,
    revokedAt: receipt?.revokedAt?.toISOString() ?? null,
  };
}

function viewOf(state: ConsentState) {
  const { row, receipt, link } = state;
  return {
    ...commonOf(state),
    presenterHash: row.presenterHash as AssetHash,
    results: (row.results ?? []).map((result) => ({ ...result })),
    link: receipt || row.state === 'person' ? link.address : null,
    receipt: receipt ? ({ ...receipt.receipt } as Record<string, unknown>) : null,
  };
}

function showingOf({ nowMs, endsAtMs, nextAtMs, shown }: Showing) {
  return {
    nowMs,
    endsAtMs,
    nextAtMs,
    shown: shown.map(({ index, forMs, prompt }) => {
      const at = { index, forMs, shownAtMs: prompt.shownAtMs };
      switch (prompt.kind) {
        case 'code':
          return { ...at, kind: prompt.kind, words: [...prompt.words] };
        case 'turn':
          return { ...at, kind: prompt.kind, direction: prompt.direction };
        case 'flash':
          return { ...at, kind: prompt.kind, color: prompt.color };
        case 'statement':
          return { ...at, kind: prompt.kind, text: prompt.text };
      }
    }),
  };
}
