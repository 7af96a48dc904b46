/** The review console's addresses, and an author's own cases with their clock and their one appeal. */
import type { ConsentPrompt } from '#core/policy/consent/challenge.ts';
import { Result as CheckResult } from './consent-shapes.ts';
import { body, json, newApi, route, z, type Api } from '../openapi.ts';
import type { ConsentRow } from '../repositories/consent.ts';
import { requireAccount } from '../services/accounts/caller.ts';
import type { CaseWithDecisions } from '../services/review/review.ts';
import type { AwaitedSource } from '../services/review/evidence.ts';
import type { Services } from '../services/services.ts';

const Outcome = z.enum(['approved', 'rejected']);
const DecisionShape = z.object({
  outcome: Outcome,
  reason: z.string(),
  onAppeal: z.boolean(),
  at: z.string(),
});
const CaseShape = z
  .object({
    id: z.string(),
    kind: z.enum(['content', 'consent', 'footage', 'ban']),
    /** Of a case of footage: as whose its author brought it; nobody's is generated or drawn. */
    claim: z.enum(['person', 'nobody']).nullable(),
    state: z.enum(['open', 'second', 'decided', 'appealed', 'closed']),
    subjectId: z.string(),
    risk: z.number().int(),
    outcome: Outcome.nullable(),
    createdAt: z.string(),
    dueAt: z.string(),
    /** Whether someone holds it at the moment. */
    claimed: z.boolean(),
    claimedByMe: z.boolean(),
    appealWords: z.string().nullable(),
    mayAppeal: z.boolean(),
    decisions: z.array(DecisionShape),
    /** Of a case of footage: what its presenter was made from and is drawn from, for its author to send. */
    sources: z.array(z.object({ hash: z.string(), sent: z.boolean() })),
  })
  .openapi('Case');
const Film = z.object({ type: z.string(), bytes: z.number().int() }).openapi('CaseFilm');
const Detail = CaseShape.extend({
  /** What was judged and what was said of it, where it is about content. */
  content: z
    .object({
      pieces: z.array(
        z.object({
          id: z.string(),
          kind: z.enum(['script', 'on-screen', 'name']),
          text: z.string(),
          /** Counted from 1; null where it belongs to all of them. */
          scene: z.number().int().nullable(),
        }),
      ),
      /** The pictures that were judged, to be seen at `…/pictures/{hash}`; that someone looks is logged. */
      pictures: z.array(
        z.object({
          hash: z.string(),
          name: z.string(),
          scenes: z.array(z.number().int()),
          /** Null where it is gone, or no picture that a browser shows. */
          file: Film.nullable(),
        }),
      ),
      findings: z.array(
        z.object({
          pieceId: z.string(),
          category: z.string(),
          rule: z.string(),
          score: z.number(),
          span: z.object({ start: z.number().int(), end: z.number().int() }).nullable(),
          reason: z.string(),
        }),
      ),
    })
    .nullable(),
  /** The consent it is about, or that the presenter of a footage has, and what its checks said. */
  consent: z
    .object({
      presenterName: z.string(),
      language: z.string(),
      /** What was asked, in order: words, turns, flashes, the statement; milliseconds of the session. */
      asked: z.array(z.object({ atMs: z.number(), what: z.string() })),
      results: z.array(CheckResult),
    })
    .nullable(),
  /** What there is to be seen, at `…/clip`, `…/source` and `…/drawn`; that someone looks is logged. */
  films: z
    .object({
      presenterName: z.string(),
      clip: Film.nullable(),
      source: Film.nullable(),
      drawn: Film.nullable(),
    })
    .nullable(),
}).openapi('CaseDetail');
const FiguresShape = z
  .object({
    waiting: z.number().int(),
    oldestHours: z.number().nullable(),
    decided30Days: z.number().int(),
    overturnRate: z.number().nullable(),
  })
  .openapi('ReviewFigures');

const ById = z.object({ id: z.string().min(1).max(64) });
const Reasoned = z.object({ outcome: Outcome, reason: z.string().trim().min(3).max(2000) });
const Done = z.object({ done: z.literal(true) });
const DONE = { done: true } as const;

export function reviewApi({ review, verdicts, evidence }: Services): Api {
  const byReviewer = { access: 'reviewer', scope: 'review' } as const;
  const queue = route(byReviewer, {
    method: 'get',
    path: '/reviews',
    summary: 'What waits for this reviewer, gravest first.',
    responses: { 200: json(z.array(CaseShape), 'The queue.') },
  });
  const figures = route(byReviewer, {
    method: 'get',
    path: '/reviews/figures',
    summary: 'Length and age of the queue, and how often appeals succeed.',
    responses: { 200: json(FiguresShape, 'The figures.') },
  });
  const read = route(byReviewer, {
    method: 'get',
    path: '/reviews/{id}',
    summary: 'A case with what it is about.',
    request: { params: ById },
    responses: { 200: json(Detail, 'The case.') },
  });
  const claim = route(byReviewer, {
    method: 'post',
    path: '/reviews/{id}/claim',
    summary: 'Takes a case for a quarter of an hour.',
    request: { params: ById },
    responses: { 200: json(Done, 'It is yours.'), 409: { description: 'Someone else has it.' } },
  });
  const release = route(byReviewer, {
    method: 'post',
    path: '/reviews/{id}/release',
    summary: 'Lets a case go.',
    request: { params: ById },
    responses: { 200: json(Done, 'Done.') },
  });
  const decide = route(byReviewer, {
    method: 'post',
    path: '/reviews/{id}/decision',
    summary: 'Decides a case, with a reason.',
    request: { params: ById, body: body(Reasoned) },
    responses: { 200: json(CaseShape, 'The case, decided.'), 409: { description: 'It is decided already.' } },
  });
  const ban = route(byReviewer, {
    method: 'post',
    path: '/reviews/{id}/ban',
    summary: 'Proposes to ban the author of a case; a second reviewer must agree.',
    request: { params: ById, body: body(z.object({ reason: z.string().trim().min(3).max(2000) })) },
    responses: { 200: json(CaseShape, 'The new case.'), 409: { description: 'It is proposed already.' } },
  });
  const mine = route(
    { access: 'account', scope: 'moderation', evenBanned: true },
    {
      method: 'get',
      path: '/cases',
      summary: 'An author’s own cases, with when each is promised a decision.',
      responses: { 200: json(z.array(CaseShape), 'The cases.') },
    },
  );
  const appeal = route(
    { access: 'owner', scope: 'moderation', evenBanned: true },
    {
      method: 'post',
      path: '/cases/{id}/appeal',
      summary: 'Appeals a rejection, once.',
      request: { params: ById, body: body(z.object({ words: z.string().trim().min(3).max(2000) })) },
      responses: {
        200: json(Done, 'Another reviewer will look.'),
        409: { description: 'It was appealed already.' },
      },
    },
  );
  return newApi()
    .openapi(queue, async (c) => {
      const reviewer = requireAccount(c.get('caller'));
      return c.json(
        (await review.queue(reviewer)).map((found) => shown(found, reviewer.accountId)),
        200,
      );
    })
    .openapi(figures, async (c) =>
      c.json({ ...(await review.figures(requireAccount(c.get('caller')))) }, 200),
    )
    .openapi(read, async (c) => {
      const reviewer = requireAccount(c.get('caller'));
      const found = await review.read(reviewer, c.req.valid('param').id);
      const content = found.found.kind === 'content' ? await verdicts.contentOf(found.found.subjectId) : null;
      const pictures = content ? await evidence.pictures(found.found) : [];
      const about = content && {
        pieces: (content.content?.pieces ?? []).map(({ id, kind, text, scene }) => ({
          id,
          kind,
          text,
          scene,
        })),
        pictures: pictures.map(({ hash, name, scenes, file }) => ({ hash, name, scenes: [...scenes], file })),
        findings: content.verdict.pieces.flatMap(({ pieceId, findings }) =>
          findings.map(({ category, rule, score, span, reason }) => ({
            pieceId,
            category,
            rule,
            score,
            span,
            reason,
          })),
        ),
      };
      const seen = await evidence.of(found.found);
      const { kind } = found.found;
      const films =
        kind === 'consent' || kind === 'footage'
          ? { presenterName: seen.presenterName, clip: seen.clip, source: seen.source, drawn: seen.drawn }
          : null;
      const consent = seen.session && consentOf(seen.session);
      return c.json({ ...shown(found, reviewer.accountId), content: about, consent, films }, 200);
    })
    .openapi(claim, async (c) => {
      await review.claim(requireAccount(c.get('caller')), c.req.valid('param').id);
      return c.json(DONE, 200);
    })
    .openapi(release, async (c) => {
      await review.release(requireAccount(c.get('caller')), c.req.valid('param').id);
      return c.json(DONE, 200);
    })
    .openapi(decide, async (c) => {
      const reviewer = requireAccount(c.get('caller'));
      const { outcome, reason } = c.req.valid('json');
      await review.decide(reviewer, c.req.valid('param').id, outcome, reason);
      return c.json(shown(await review.read(reviewer, c.req.valid('param').id), reviewer.accountId), 200);
    })
    .openapi(ban, async (c) => {
      const reviewer = requireAccount(c.get('caller'));
      const made = await review.proposeBan(reviewer, c.req.valid('param').id, c.req.valid('json').reason);
      return c.json(shown(await review.read(reviewer, made.id), reviewer.accountId), 200);
    })
    .openapi(mine, async (c) => {
      const author = requireAccount(c.get('caller'));
      const cases = await review.ofAuthor(author);
      const sources = await evidence.awaited(cases.map(({ found }) => found));
      return c.json(
        cases.map((one) => shown(one, author.accountId, sources.get(one.found.id))),
        200,
      );
    })
    .openapi(appeal, async (c) => {
      await review.appeal(
        requireAccount(c.get('caller')),
        c.req.valid('param').id,
        c.req.valid('json').words,
      );
      return c.json(DONE, 200);
    });
}

/** Who decided is not told: reviewers answer to their organisation, not to the author. */
function shown(
  { found, decisions }: CaseWithDecisions,
  asking: string,
  sources: readonly AwaitedSource[] = [],
): z.infer<typeof CaseShape> {
  return {
    sources: [...sources],
    id: found.id,
    kind: found.kind,
    claim: found.kind === 'footage' ? found.claim : null,
    state: found.state,
    subjectId: found.subjectId,
    risk: found.risk,
    outcome: found.outcome,
    createdAt: found.createdAt.toISOString(),
    dueAt: found.dueAt.toISOString(),
    claimed: found.claimedBy !== null,
    claimedByMe: found.claimedBy === asking,
    appealWords: found.appealWords,
    mayAppeal:
      found.authorId === asking &&
      found.state === 'decided' &&
      found.outcome === 'rejected' &&
      !found.appealedAt,
    decisions: decisions.map(({ outcome, reason, onAppeal, createdAt }) => ({
      outcome,
      reason,
      onAppeal,
      at: createdAt.toISOString(),
    })),
  };
}

function consentOf({ presenterName, language, results, challenge }: ConsentRow) {
  const asked = challenge.prompts.map((prompt) => ({ atMs: prompt.shownAtMs, what: askedFor(prompt) }));
  return { presenterName, language, asked, results: (results ?? []).map((result) => ({ ...result })) };
}

function askedFor(prompt: ConsentPrompt): string {
  switch (prompt.kind) {
    case 'code':
      return `To say: ${prompt.words.join(', ')}`;
    case 'turn':
      return `To turn the head: ${prompt.direction}`;
    case 'flash':
      return `A flash of ${prompt.color}`;
    case 'statement':
      return `To read: ${prompt.text}`;
    default:
      return prompt satisfies never;
  }
}
