/**
 * Cloud renders over HTTP: what it would cost, the job itself, how it goes (as events that go on where they broke off), and
 * the film. Media that a project names are in the account's store before it is asked for; a project with media missing is
 * told which.
 */
import { decodeProject } from '#shared/project-codec.ts';
import { GRADES } from '#core/policy/permit.ts';
import { errorToWire } from '#core/base/errors.ts';
import { body, ErrorBody, json, newApi, route, z, type Api } from '../openapi.ts';
import { requireAccount } from '../services/accounts/caller.ts';
import { eventStream } from './event-stream.ts';
import { fileResponse } from './file-response.ts';
import { KeyReused, MissingAssets, type RenderWish } from '../services/renders/submit.ts';
import { RENDER_STATES, type RenderEstimate, type RenderView } from '../services/renders/view.ts';
import type { DeadLetter } from '../services/renders/dead-letters.ts';
import type { Services } from '../services/services.ts';

const Output = z
  .object({
    codec: z.enum(['h264', 'h265', 'av1', 'prores4444', 'vp9']),
    container: z.enum(['mp4', 'mov', 'webm']),
    widthPx: z.number().int(),
    heightPx: z.number().int(),
    rate: z.object({
      num: z.number().int().min(1).max(1_000_000),
      den: z.number().int().min(1).max(1_000_000),
    }),
    bits: z.union([z.literal(8), z.literal(10)]),
    alpha: z.boolean(),
    effort: z.enum(['draft', 'full']),
    supersample: z.union([z.literal(1), z.literal(2)]),
    captions: z.enum(['burned', 'separate', 'none']),
  })
  .openapi('RenderOutput');

const Grades = z.enum(GRADES as readonly ['draft', 'final', 'distribution']);
const Wish = z
  .object({
    project: z.unknown(),
    grade: Grades,
    output: Output,
    /** low: when nobody else waits. */
    priority: z.enum(['normal', 'low']).default('normal'),
  })
  .openapi('RenderWish');

/** Printable ASCII, as header values have it. */
const Key = z.string().regex(/^[\x21-\x7e]{1,200}$/);
const Missing = z.array(z.object({ hash: z.string(), bytes: z.number() }));

const Shape = z
  .object({
    id: z.string(),
    projectId: z.string(),
    projectName: z.string(),
    permitId: z.string(),
    grade: Grades,
    output: Output,
    priority: z.enum(['normal', 'low']),
    state: z.enum(RENDER_STATES),
    version: z.number().int(),
    createdAt: z.string(),
    startedAt: z.string().nullable(),
    finishedAt: z.string().nullable(),
    durationS: z.number(),
    segments: z
      .object({ total: z.number().int(), done: z.number().int(), reused: z.number().int() })
      .nullable(),
    progress: z.number(),
    waitS: z.number().nullable(),
    secondsLeft: z.number().nullable(),
    troubleSince: z.string().nullable(),
    cpuS: z.number(),
    error: ErrorBody.nullable(),
    film: z
      .object({
        hash: z.string(),
        bytes: z.number(),
        mime: z.string(),
        extension: z.string(),
        captions: z.boolean(),
      })
      .nullable(),
    /** Until then the film can be fetched, and each time from then on anew; null where it is not there, or not any more. */
    keptUntil: z.string().nullable(),
    /** Not given out any more since then: someone in it took back their consent. */
    withdrawnAt: z.string().nullable(),
  })
  .openapi('Render');

const Estimate = z
  .object({
    durationS: z.number(),
    waitS: z.number().nullable(),
    renderS: z.number().nullable(),
    cpuS: z.number(),
    workers: z.number().int(),
    missing: Missing,
    missingBytes: z.number(),
    quotaLeftS: z.number(),
    /** At whom a reviewer looks first; before that, a marked draft alone is made. */
    looks: z.array(z.object({ name: z.string(), claim: z.enum(['person', 'nobody']), waiting: z.boolean() })),
  })
  .openapi('RenderEstimate');

const Dead = z
  .object({
    id: z.string(),
    renderId: z.string(),
    step: z.string(),
    attempts: z.number().int(),
    error: ErrorBody.nullable(),
    at: z.string(),
  })
  .openapi('DeadLetter');

const PROJECT_MAX_BYTES = 4 * 1024 * 1024;
const ById = z.object({ id: z.string().min(1).max(64) });
const file = { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } };

export function rendersApi({ renders }: Services): Api {
  const withProject = { access: 'account', scope: 'render', maxBytes: PROJECT_MAX_BYTES } as const;
  const own = { access: 'owner', scope: 'render' } as const;
  const estimate = route(withProject, {
    method: 'post',
    path: '/renders/estimate',
    summary: 'What a render would take: time, waiting, processor, and the media that are not here yet.',
    request: { body: body(Wish) },
    responses: { 200: json(Estimate, 'The estimate.') },
  });
  const submit = route(withProject, {
    method: 'post',
    path: '/renders',
    summary: 'Asks for a film. Asked again with the same Idempotency-Key, it is the same film.',
    request: { headers: z.object({ 'idempotency-key': Key.optional() }), body: body(Wish) },
    responses: {
      201: json(Shape, 'It waits for its turn; or it is what was asked for under this key before.'),
      422: json(ErrorBody, 'Another film was asked for under this key.'),
      409: json(
        ErrorBody.extend({ missing: Missing.optional() }).openapi('MissingAssets'),
        'Media of the project are not in the account’s store.',
      ),
    },
  });
  const list = route(
    { access: 'account', scope: 'render' },
    {
      method: 'get',
      path: '/renders',
      summary: 'The account’s renders, the newest first.',
      responses: { 200: json(z.array(Shape), 'The renders.') },
    },
  );
  const dead = route(
    { access: 'admin' },
    {
      method: 'get',
      path: '/renders/dead',
      summary: 'Steps that failed so often that nobody tries them again.',
      responses: { 200: json(z.array(Dead), 'The dead letters, the newest first.') },
    },
  );
  const retry = route(
    { access: 'admin' },
    {
      method: 'post',
      path: '/renders/dead/{id}/retry',
      summary:
        'Tries such a step again, and its render with it; the account pays for what is still to be drawn.',
      request: { params: ById },
      responses: { 200: json(Shape, 'The render goes on.') },
    },
  );
  const drop = route(
    { access: 'admin' },
    {
      method: 'delete',
      path: '/renders/dead/{id}',
      summary: 'Puts such a step away for good; its render stays failed.',
      request: { params: ById },
      responses: { 204: { description: 'It is gone.' } },
    },
  );
  const read = route(own, {
    method: 'get',
    path: '/renders/{id}',
    summary: 'A render, and how far it is.',
    request: { params: ById },
    responses: { 200: json(Shape, 'The render.') },
  });
  const events = route(own, {
    method: 'get',
    path: '/renders/{id}/events',
    summary:
      'The same as server-sent events, one whenever something changes; with Last-Event-ID only what is newer.',
    request: { params: ById },
    responses: {
      200: {
        description: 'Events named `render`.',
        content: { 'text/event-stream': { schema: z.string() } },
      },
      204: { description: 'It has ended, and you know.' },
    },
  });
  const cancel = route(own, {
    method: 'post',
    path: '/renders/{id}/cancel',
    summary: 'Stops it; what has ended stays as it is.',
    request: { params: ById },
    responses: { 200: json(Shape, 'The render.') },
  });
  const film = route(own, {
    method: 'get',
    path: '/renders/{id}/film',
    summary: 'The film; parts of it by Range.',
    request: { params: ById },
    responses: { 200: { description: 'The film.', content: file } },
  });
  const captions = route(own, {
    method: 'get',
    path: '/renders/{id}/captions',
    summary: 'Its captions as WebVTT, where they are separate.',
    request: { params: ById },
    responses: { 200: { description: 'The captions.', content: file } },
  });
  const wishOf = (asked: z.infer<typeof Wish>): RenderWish => ({
    ...asked,
    project: decodeProject(asked.project).project,
  });
  return newApi()
    .openapi(estimate, async (c) => {
      const found = await renders.estimate(requireAccount(c.get('caller')), wishOf(c.req.valid('json')));
      return c.json(estimated(found), 200);
    })
    .openapi(submit, async (c) => {
      try {
        const made = await renders.submit(
          requireAccount(c.get('caller')),
          wishOf(c.req.valid('json')),
          c.req.valid('header')['idempotency-key'],
        );
        return c.json(shown(made), 201);
      } catch (error) {
        if (error instanceof KeyReused) return c.json(errorToWire(error), 422);
        if (!(error instanceof MissingAssets)) throw error;
        return c.json({ ...errorToWire(error), missing: [...error.missing] }, 409);
      }
    })
    .openapi(list, async (c) =>
      c.json((await renders.list(requireAccount(c.get('caller')).accountId)).map(shown), 200),
    )
    .openapi(dead, async (c) => c.json((await renders.deadLetters()).map(deadShown), 200))
    .openapi(retry, async (c) => c.json(shown(await renders.retryDead(c.req.valid('param').id)), 200))
    .openapi(drop, async (c) => {
      await renders.dropDead(c.req.valid('param').id);
      return c.body(null, 204);
    })
    .openapi(read, async (c) =>
      c.json(
        shown(await renders.get(requireAccount(c.get('caller')).accountId, c.req.valid('param').id)),
        200,
      ),
    )
    .openapi(events, async (c) => {
      const { accountId } = requireAccount(c.get('caller'));
      const after = Number(c.req.header('last-event-id') ?? Number.NaN);
      const watched = await renders.watch(
        accountId,
        c.req.valid('param').id,
        Number.isInteger(after) ? after : null,
        c.req.raw.signal,
      );
      if (!watched) return new Response(null, { status: 204 });
      return eventStream(watched, (view) => ({
        id: String(view.version),
        event: 'render',
        data: shown(view),
      }));
    })
    .openapi(cancel, async (c) =>
      c.json(
        shown(await renders.cancel(requireAccount(c.get('caller')).accountId, c.req.valid('param').id)),
        200,
      ),
    )
    .openapi(
      film,
      async (c) =>
        fileResponse(
          c.req.raw,
          await renders.film(requireAccount(c.get('caller')).accountId, c.req.valid('param').id),
        ) as never,
    )
    .openapi(
      captions,
      async (c) =>
        fileResponse(
          c.req.raw,
          await renders.captions(requireAccount(c.get('caller')).accountId, c.req.valid('param').id),
        ) as never,
    );
}

function shown(view: RenderView): z.infer<typeof Shape> {
  const { film, segments, error } = view;
  return {
    ...view,
    output: { ...view.output, rate: { ...view.output.rate } },
    createdAt: view.createdAt.toISOString(),
    startedAt: view.startedAt?.toISOString() ?? null,
    finishedAt: view.finishedAt?.toISOString() ?? null,
    troubleSince: view.troubleSince?.toISOString() ?? null,
    withdrawnAt: view.withdrawnAt?.toISOString() ?? null,
    segments: segments && { ...segments },
    error: error && { ...error },
    film: film && { ...film, captions: film.captions !== null },
    keptUntil: view.keptUntil?.toISOString() ?? null,
  };
}

function estimated(found: RenderEstimate): z.infer<typeof Estimate> {
  return { ...found, missing: [...found.missing], looks: [...found.looks] };
}

function deadShown({ at, error, ...rest }: DeadLetter): z.infer<typeof Dead> {
  return { ...rest, error: error && { ...error }, at: at.toISOString() };
}
