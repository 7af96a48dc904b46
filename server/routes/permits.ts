/** Permits over HTTP: asked for a project and a grade, and read back. */
import { decodeProject } from '#shared/project-codec.ts';
import { GRADES } from '#core/policy/permit.ts';
import { body, json, newApi, route, z, type Api } from '../openapi.ts';
import type { StoredPermit } from '../repositories/permits.ts';
import { requireAccount } from '../services/accounts/caller.ts';
import type { Services } from '../services/services.ts';

const PermitShape = z
  .object({
    id: z.string(),
    projectId: z.string(),
    grade: z.enum(GRADES as readonly ['draft', 'final', 'distribution']),
    receiptIds: z.array(z.string()),
    verdictId: z.string().nullable(),
    issuedAt: z.string(),
    until: z.string(),
    endedAt: z.string().nullable(),
    endReason: z.string().nullable(),
  })
  .openapi('Permit');

const PROJECT_MAX_BYTES = 4 * 1024 * 1024;

export function permitsApi({ permits, verdicts }: Services): Api {
  const issue = route(
    { access: 'account', scope: 'render', maxBytes: PROJECT_MAX_BYTES },
    {
      method: 'post',
      path: '/permits',
      summary: 'Asks whether a project may be rendered at a grade, by consent, moderation and revocation.',
      request: {
        body: body(
          z.object({
            project: z.unknown(),
            grade: z.enum(GRADES as readonly ['draft', 'final', 'distribution']),
          }),
        ),
      },
      responses: { 200: json(PermitShape, 'It may.') },
    },
  );
  const read = route(
    { access: 'owner', scope: 'render' },
    {
      method: 'get',
      path: '/permits/{id}',
      summary: 'A permit, and whether it has ended.',
      request: { params: z.object({ id: z.string().min(1).max(64) }) },
      responses: { 200: json(PermitShape, 'The permit.') },
    },
  );
  return newApi()
    .openapi(issue, async (c) => {
      const { project, grade } = c.req.valid('json');
      const caller = requireAccount(c.get('caller'));
      await verdicts.spend(caller);
      const { row } = await permits.issue(caller, decodeProject(project).project, grade);
      return c.json(shown(row), 200);
    })
    .openapi(read, async (c) =>
      c.json(shown(await permits.read(requireAccount(c.get('caller')), c.req.valid('param').id)), 200),
    );
}

function shown(row: StoredPermit): z.infer<typeof PermitShape> {
  return {
    id: row.id,
    projectId: row.projectId,
    grade: row.grade,
    receiptIds: [...row.receiptIds],
    verdictId: row.verdictId,
    issuedAt: row.issuedAt.toISOString(),
    until: row.until.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    endReason: row.endReason,
  };
}
