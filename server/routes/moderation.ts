/** Verdicts over HTTP: on a whole project, read again, and disputed. */
import { decodeProject } from '#shared/project-codec.ts';
import { CATEGORIES } from '#core/policy/moderation/verdict.ts';
import { body, json, newApi, route, z, type Api } from '../openapi.ts';
import { requireAccount } from '../services/accounts/caller.ts';
import type { Judged } from '../services/moderation/verdicts.ts';
import type { Services } from '../services/services.ts';

const Decision = z.enum(['allow', 'review', 'block']);
const FindingShape = z
  .object({
    category: z.enum(CATEGORIES),
    rule: z.string(),
    decision: z.enum(['review', 'block']),
    source: z.enum(['rule', 'classifier', 'image', 'provider']),
    score: z.number(),
    span: z.object({ start: z.number().int(), end: z.number().int() }).nullable(),
    reason: z.string(),
    way: z.string(),
  })
  .openapi('Finding');
const VerdictShape = z
  .object({
    id: z.string(),
    /** With what a person decided, if one did. */
    decision: Decision,
    pieces: z.array(z.object({ pieceId: z.string(), decision: Decision, findings: z.array(FindingShape) })),
    policyVersion: z.string(),
    classifierRevision: z.string().nullable(),
    caseId: z.string().nullable(),
    createdAt: z.string(),
  })
  .openapi('Verdict');

const PROJECT_MAX_BYTES = 4 * 1024 * 1024;
const ById = z.object({ id: z.string().min(1).max(64) });

export function moderationApi({ verdicts }: Services): Api {
  const judge = route(
    { access: 'account', scope: 'moderation', maxBytes: PROJECT_MAX_BYTES },
    {
      method: 'post',
      path: '/moderation/verdicts',
      summary: 'Judges every word of a project.',
      request: { body: body(z.object({ project: z.unknown() })) },
      responses: { 200: json(VerdictShape, 'The verdict, the same for the same content.') },
    },
  );
  const read = route(
    { access: 'owner', scope: 'moderation' },
    {
      method: 'get',
      path: '/moderation/verdicts/{id}',
      summary: 'A verdict, with what a person decided.',
      request: { params: ById },
      responses: { 200: json(VerdictShape, 'The verdict.') },
    },
  );
  const dispute = route(
    { access: 'owner', scope: 'moderation' },
    {
      method: 'post',
      path: '/moderation/verdicts/{id}/dispute',
      summary: 'Asks for a person to look at what was blocked.',
      request: { params: ById },
      responses: { 200: json(VerdictShape, 'The verdict, now with its case.') },
    },
  );
  return newApi()
    .openapi(judge, async (c) => {
      const { project } = decodeProject(c.req.valid('json').project);
      const caller = requireAccount(c.get('caller'));
      await verdicts.spend(caller);
      return c.json(shown(await verdicts.judge(caller, project)), 200);
    })
    .openapi(read, async (c) =>
      c.json(shown(await verdicts.read(requireAccount(c.get('caller')), c.req.valid('param').id)), 200),
    )
    .openapi(dispute, async (c) =>
      c.json(shown(await verdicts.dispute(requireAccount(c.get('caller')), c.req.valid('param').id)), 200),
    );
}

function shown({ id, verdict, decision, caseId, createdAt }: Judged): z.infer<typeof VerdictShape> {
  return {
    id,
    decision,
    pieces: verdict.pieces.map(({ pieceId, decision: ofPiece, findings }) => ({
      pieceId,
      decision: ofPiece,
      findings: findings.map((finding) => ({ ...finding })),
    })),
    policyVersion: verdict.policyVersion,
    classifierRevision: verdict.classifierRevision,
    caseId,
    createdAt: createdAt.toISOString(),
  };
}
