/**
 * The films and pictures of a case over HTTP: streamed to who may decide it, a stretch at a time and into no cache; and the author's
 * sending of what a presenter was made from. For people who are signed in alone: no key opens them.
 */
import { AppError } from '#core/base/errors.ts';
import type { AssetHash } from '#core/base/ids.ts';
import { json, newApi, route, z, type Api } from '../openapi.ts';
import { requireAccount, type Caller } from '../services/accounts/caller.ts';
import { MOST_SOURCE_BYTES, type CaseFilm, type Evidence } from '../services/review/evidence.ts';
import type { Seen } from '../services/review/seen.ts';
import type { Services } from '../services/services.ts';

const params = z.object({ id: z.string().min(1).max(64) });
const headers = z.object({ range: z.string().max(100).optional() });
const Done = z.object({ done: z.literal(true) });
const OCTETS = 'application/octet-stream';

/** As much of a film as is sent at once where a browser asks for all that follows. */
const MOST_AT_ONCE = 4 * 1024 * 1024;
/** Files that may be on their way in at once, on the whole server and of one account; each is held in memory. */
const UPLOADS = { all: 4, each: 1 };

const picturePath = z.object({ id: z.string().min(1).max(64), hash: z.string().regex(/^[0-9a-f]{64}$/) });

function film(what: CaseFilm, summary: string) {
  const stream = {
    description: 'A stretch of it.',
    content: { [OCTETS]: { schema: z.string() } },
  };
  return route(
    { access: 'reviewer' },
    {
      method: 'get',
      path: `/reviews/{id}/${what}`,
      summary,
      request: { params, headers },
      responses: { 200: { ...stream, description: 'The whole of it.' }, 206: stream },
    },
  );
}

export function evidenceApi({ evidence }: Services): Api {
  const put = route(
    { access: 'owner', maxBytes: MOST_SOURCE_BYTES },
    {
      method: 'put',
      path: '/cases/{id}/source',
      summary: 'A file that the presenter of a case of footage was made from, for a reviewer to see.',
      request: {
        params,
        body: {
          required: true,
          description: 'Its bytes; their SHA-256 is part of the presenter.',
          content: { [OCTETS]: { schema: z.string().openapi({ format: 'binary' }) } },
        },
      },
      responses: { 200: json(Done, 'It is there.') },
    },
  );
  const picture = route(
    { access: 'reviewer' },
    {
      method: 'get',
      path: '/reviews/{id}/pictures/{hash}',
      summary:
        'A picture that was judged with the words of a film; or the film, where nothing else could look at it.',
      request: { params: picturePath, headers },
      responses: {
        200: { description: 'The picture, or the film.', content: { [OCTETS]: { schema: z.string() } } },
        206: { description: 'A stretch of it.', content: { [OCTETS]: { schema: z.string() } } },
      },
    },
  );
  const under = new Map<string, number>();
  let all = 0;
  const answer = async (caller: Caller, id: string, what: Evidence, range: string | undefined) =>
    streamed(await evidence.open(requireAccount(caller), id, what), range ?? null);
  return newApi()
    .openapi(film('clip', 'The recording of a consent.'), (c) =>
      answer(
        c.get('caller'),
        c.req.valid('param').id,
        { kind: 'film', film: 'clip' },
        c.req.valid('header').range,
      ),
    )
    .openapi(film('source', 'What the presenter was made from.'), (c) =>
      answer(
        c.get('caller'),
        c.req.valid('param').id,
        { kind: 'film', film: 'source' },
        c.req.valid('header').range,
      ),
    )
    .openapi(film('drawn', 'What is drawn in the place of a presenter’s photo.'), (c) =>
      answer(
        c.get('caller'),
        c.req.valid('param').id,
        { kind: 'film', film: 'drawn' },
        c.req.valid('header').range,
      ),
    )
    .openapi(picture, (c) => {
      const { id, hash } = c.req.valid('param');
      return answer(
        c.get('caller'),
        id,
        { kind: 'picture', hash: hash as AssetHash },
        c.req.valid('header').range,
      );
    })
    .openapi(put, async (c) => {
      const author = requireAccount(c.get('caller'));
      const mine = under.get(author.accountId) ?? 0;
      if (all >= UPLOADS.all || mine >= UPLOADS.each)
        throw new AppError('busy', 'The server is taking in other films.', { way: 'Try again in a moment.' });
      all++;
      under.set(author.accountId, mine + 1);
      try {
        await evidence.putSource(author, c.req.valid('param').id, new Uint8Array(await c.req.arrayBuffer()));
      } finally {
        all--;
        under.delete(author.accountId);
      }
      return c.json({ done: true } as const, 200);
    });
}

/** The stretch that was asked for, as a stream; the whole where none was. */
export function streamed(seen: Seen, range: string | null): Response {
  const common = {
    'Content-Type': seen.type,
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'no-store',
    'Content-Disposition': 'inline',
  };
  const asked = range === null ? null : stretchOf(range, seen.bytes);
  if (asked === 'none')
    return new Response(null, {
      status: 416,
      headers: { ...common, 'Content-Range': `bytes */${seen.bytes}` },
    });
  const [begin, end] = asked ?? [0, seen.bytes];
  return new Response(streamOf(seen.read(begin, end)), {
    status: asked ? 206 : 200,
    headers: {
      ...common,
      'Content-Length': String(end - begin),
      ...(asked ? { 'Content-Range': `bytes ${begin}-${end - 1}/${seen.bytes}` } : {}),
    },
  });
}

/** One stretch, as browsers ask for them; null for what is none, which then means all. */
export function stretchOf(range: string, bytes: number): readonly [number, number] | 'none' | null {
  const found = /^bytes=(\d*)-(\d*)$/.exec(range.trim());
  if (!found || (found[1] === '' && found[2] === '')) return null;
  const [from, to] = [found[1] ?? '', found[2] ?? ''];
  if (from === '') {
    const last = Number(to);
    return last === 0 ? 'none' : [Math.max(0, bytes - last), bytes];
  }
  const begin = Number(from);
  if (begin >= bytes || (to !== '' && Number(to) < begin)) return 'none';
  const end = to === '' ? begin + MOST_AT_ONCE : Number(to) + 1;
  return [begin, Math.min(end, bytes)];
}

function streamOf(pieces: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const from = pieces[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await from.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    cancel: async () => void (await from.return?.()),
  });
}
