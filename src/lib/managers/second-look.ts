/** Asks the server's people to look at words that the policy holds back: judged there again, then disputed. */
import { AppError } from '#core/base/errors.ts';
import type { Project } from '#core/document/project.ts';
import type { ServerClient, Verdict } from '../api/client.ts';

/** @throws AppError signed-out, network, too-many; refused: the server finds nothing to look at */
export async function askForPerson(client: ServerClient, project: Project): Promise<Verdict> {
  const verdict = await client.call('POST /api/moderation/verdicts', { body: { project } });
  if (verdict.decision === 'allow')
    throw new AppError('refused', 'The server holds none of this back: there is nothing to look at.');
  if (verdict.caseId !== null) return verdict;
  return client.call('POST /api/moderation/verdicts/{id}/dispute', { path: { id: verdict.id } });
}
