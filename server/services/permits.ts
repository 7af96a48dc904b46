/**
 * Permits of the server: derived here, from its own consents, its own verdict and its own reviewers, whatever a browser
 * claims. A permit is for one account, one exact project and one grade; it is derived again when work begins and before it
 * is delivered, and ends when a consent under it is revoked.
 */
import { canonicalJson, sha256Hex } from '#core/base/hashing.ts';
import { AppError } from '#core/base/errors.ts';
import { newId } from '#core/base/ids.ts';
import type { Project } from '#core/document/project.ts';
import { verifiedAmong } from '#core/policy/consent/bundle.ts';
import { subjectsOf } from '#core/policy/people.ts';
import { issuePermit, type Grade, type RenderPermit } from '#core/policy/permit.ts';
import { verifyEd25519 } from '#shared/ed25519.ts';
import type { Database } from '../database/open.ts';
import { permitRepository, type StoredPermit } from '../repositories/permits.ts';
import type { AccountCaller } from './accounts/caller.ts';
import type { Log } from './log/log.ts';
import type { Receipts } from './log/receipts.ts';
import type { Salts } from './log/salts.ts';
import type { Verdicts } from './moderation/verdicts.ts';
import type { ReviewEvidence } from './review/evidence.ts';
import type { Review } from './review/review.ts';
import type { Host } from './services.ts';

export interface IssuedPermit {
  readonly row: StoredPermit;
  readonly permit: RenderPermit;
}

export interface Permits {
  /** @throws AppError refused, with the reason and a way on; too-many */
  issue(caller: AccountCaller, project: Project, grade: Grade): Promise<IssuedPermit>;
  /** Derives it anew: consent, revocation, moderation. @throws AppError refused */
  renew(caller: AccountCaller, permitId: string, project: Project): Promise<RenderPermit>;
  /** @throws AppError not-found, also where it is another's */
  read(caller: AccountCaller, permitId: string): Promise<StoredPermit>;
  /** Called with the ids of permits that ended because a consent did. @returns how to stop listening */
  onEnded(listener: (permitIds: readonly string[]) => void): () => void;
}

interface PermitParts {
  readonly database: Database;
  readonly receipts: Receipts;
  readonly verdicts: Verdicts;
  readonly review: Review;
  readonly evidence: Pick<ReviewEvidence, 'expect'>;
  readonly log: Log;
  readonly salts: Salts;
  readonly host: Host;
}

const VALID_MS = 24 * 3_600_000;

export function openPermits({
  database,
  receipts,
  verdicts,
  review,
  evidence,
  log,
  salts,
  host,
}: PermitParts): Permits {
  const reading = permitRepository(database.queries);
  const listeners = new Set<(permitIds: readonly string[]) => void>();
  receipts.onRevoked((receipt) => {
    const reason = 'The person has taken back their consent.';
    void reading.endByReceipt(receipt.id, new Date(host.now()), reason).then((ended) => {
      if (ended.length > 0) for (const listener of listeners) listener(ended);
    });
  });

  /** @throws AppError refused */
  const derive = async (caller: AccountCaller, project: Project, grade: Grade) => {
    const at = new Date(host.now()).toISOString();
    const subjects = [...subjectsOf(project)];
    const verified = verifiedAmong(await receipts.bundlesFor(subjects), at, verifyEd25519);
    const permit = issuePermit(project, grade, 'online', verified);
    const judged = await verdicts.judge(caller, project);
    if (judged.decision !== 'allow') throw notAllowed(judged.decision, judged.caseId);
    if (grade === 'distribution') await requireFootageSeen(caller, project);
    return { permit, verdictId: judged.id, receiptIds: standingOn(permit, project) };
  };

  /** Before the first film for others, a person has looked at what the presenter was made from. */
  const requireFootageSeen = async (caller: AccountCaller, project: Project): Promise<void> => {
    for (const subject of subjectsOf(project)) {
      const found = await review.caseOf('footage', subject);
      if (found?.outcome === 'approved') continue;
      if (!found)
        await database.transaction(async (queries) => {
          const { id } = await review.open(queries, {
            kind: 'footage',
            subjectId: subject,
            authorId: caller.accountId,
            // For the server’s own reviewers: nobody passes their own footage in an organisation they made.
            organizationId: null,
            risk: 50,
          });
          await evidence.expect(queries, id, project, subject);
        });
      throw new AppError(
        'refused',
        found?.outcome === 'rejected'
          ? 'A reviewer did not accept what this presenter was made from.'
          : 'A person first looks at what this presenter was made from, before its first film for others.',
        {
          way:
            found?.outcome === 'rejected'
              ? 'You can appeal once, under “Reviews”.'
              : 'You will see the decision under “Reviews”.',
        },
      );
    }
  };

  const note = async (
    caller: AccountCaller,
    project: Project,
    grade: Grade,
    outcome: 'issued' | 'refused',
    receiptIds: readonly string[],
    row: StoredPermit | null,
  ): Promise<void> => {
    await database.transaction(async (queries) => {
      const hashed = await salts.hasherOf(queries, { kind: 'account', accountId: caller.accountId });
      if (row) await permitRepository(queries).add(row);
      await log.append(queries, [
        {
          type: 'permit',
          account: hashed('account', caller.accountId),
          project: hashed('project', project.id),
          grade,
          outcome,
          receipts: receiptIds.map((id) => hashed('receipt', id)),
        },
      ]);
    });
  };

  const own = async (caller: AccountCaller, permitId: string): Promise<StoredPermit> => {
    const row = await reading.byId(permitId);
    if (row?.accountId === caller.accountId) return row;
    throw new AppError('not-found', 'There is no such permit, or it is not yours.');
  };

  return {
    async issue(caller, project, grade) {
      try {
        const { permit, verdictId, receiptIds } = await derive(caller, project, grade);
        const nowMs = host.now();
        const row: StoredPermit = {
          id: newId(),
          accountId: caller.accountId,
          projectId: project.id,
          projectHash: await projectHash(project),
          grade,
          receiptIds,
          verdictId,
          issuedAt: new Date(nowMs),
          until: new Date(nowMs + VALID_MS),
          endedAt: null,
          endReason: null,
        };
        await note(caller, project, grade, 'issued', receiptIds, row);
        return { row, permit };
      } catch (error) {
        if (error instanceof AppError && error.code === 'refused')
          await note(caller, project, grade, 'refused', [], null);
        throw error;
      }
    },
    async renew(caller, permitId, project) {
      const row = await own(caller, permitId);
      if (row.endedAt) throw new AppError('refused', row.endReason ?? 'This permit has ended.');
      if (row.until.getTime() <= host.now())
        throw new AppError('refused', 'This permit has run out.', {
          way: 'Start again; the film is then checked anew.',
        });
      if (row.projectHash !== (await projectHash(project)))
        throw new AppError('refused', 'This permit was given for another film.', {
          way: 'Start again; the film is then checked as it is now.',
        });
      return (await derive(caller, project, row.grade)).permit;
    },
    read: own,
    onEnded(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Which of the receipts at hand this film leans on: revoking one of them ends its permit. */
function standingOn(permit: RenderPermit, project: Project): readonly string[] {
  const subjects = subjectsOf(project);
  const used = permit.receipts.filter(({ receipt }) => subjects.has(receipt.presenter));
  return used.map(({ receipt }) => receipt.id);
}

function notAllowed(decision: 'review' | 'block', caseId: string | null): AppError {
  if (decision === 'block')
    return new AppError('refused', 'Some words of this film are against the policy of this server.', {
      way: 'The editor shows which, and what would make them acceptable; or ask for a person to look.',
    });
  return new AppError('refused', 'A person looks at some words of this film first.', {
    way: caseId === null ? 'Try again later.' : 'You see the clock and the decision under “Reviews”.',
  });
}

async function projectHash(project: Project): Promise<string> {
  return sha256Hex(new TextEncoder().encode(canonicalJson(project)));
}
