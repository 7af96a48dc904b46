/**
 * People decide the hard cases. A case waits in one queue by risk and age; whoever takes it holds it for a while; nobody
 * decides what is their own; a ban needs two; an author may appeal once, and somebody else decides then. Cases that are an
 * organisation's are decided by its reviewers or the server's; bans and appeals by the server's alone. Every decision has a
 * reason, and stands in the log in the same transaction as what follows from it.
 */
import { AppError } from '#core/base/errors.ts';
import { newId } from '#core/base/ids.ts';
import type { Queries } from '../../database/drizzle.ts';
import type { Database } from '../../database/open.ts';
import type { CaseClaim, CaseKind, CaseOutcome } from '../../database/schema/moderation.ts';
import {
  reviewRepository,
  WAITING,
  type StoredCase,
  type StoredDecision,
} from '../../repositories/reviews.ts';
import { logRepository } from '../../repositories/log.ts';
import { storedFilesRepository } from '../../repositories/stored-files.ts';
import { mayReview, ofServer, reviewsFor, type AccountCaller } from '../accounts/caller.ts';
import type { Log } from '../log/log.ts';
import type { Salts } from '../log/salts.ts';
import type { Host } from '../services.ts';

export interface NewCase {
  readonly kind: CaseKind;
  readonly subjectId: string;
  readonly authorId: string;
  /** Of a case of footage; where it is not said, a person's. */
  readonly claim?: CaseClaim;
  /** Whose reviewers may decide it, beside the server's own. */
  readonly organizationId: string | null;
  /** 0 to 100. */
  readonly risk: number;
}

export interface CaseWithDecisions {
  readonly found: StoredCase;
  readonly decisions: readonly StoredDecision[];
}

/** What follows from a final decision, in its transaction. */
export type Consequence = (queries: Queries, found: StoredCase, outcome: CaseOutcome) => Promise<void>;

export interface Review {
  /** Opens a case in the caller's transaction; one that is there already stays as it is. */
  open(queries: Queries, made: NewCase): Promise<StoredCase>;
  caseOf(kind: CaseKind, subjectId: string, authorId: string, claim?: CaseClaim): Promise<StoredCase | null>;
  /** What waits and this person may decide, gravest first. */
  queue(reviewer: AccountCaller): Promise<readonly CaseWithDecisions[]>;
  /** For a reviewer of it, or its author. @throws AppError not-found */
  read(caller: AccountCaller, caseId: string): Promise<CaseWithDecisions>;
  /** The case, where this reviewer may decide it now. @throws AppError not-found, refused, conflict */
  requireDecidable(reviewer: AccountCaller, caseId: string): Promise<StoredCase>;
  /** Takes a case for a quarter of an hour. @throws AppError conflict: someone else has it */
  claim(reviewer: AccountCaller, caseId: string): Promise<void>;
  release(reviewer: AccountCaller, caseId: string): Promise<void>;
  /** @throws AppError refused, conflict */
  decide(reviewer: AccountCaller, caseId: string, outcome: CaseOutcome, reason: string): Promise<StoredCase>;
  /** Proposes to ban the author of a case; the proposer's is the first of two decisions. */
  proposeBan(reviewer: AccountCaller, caseId: string, reason: string): Promise<StoredCase>;
  ofAuthor(author: AccountCaller): Promise<readonly CaseWithDecisions[]>;
  /** Once, by the author, of what was rejected. @throws AppError refused, conflict */
  appeal(author: AccountCaller, caseId: string, words: string): Promise<void>;
  /** Of the cases that this reviewer may see. */
  figures(reviewer: AccountCaller): Promise<Figures>;
}

export interface Figures {
  readonly waiting: number;
  readonly oldestHours: number | null;
  readonly decided30Days: number;
  /** Appeals that were granted, of those decided in thirty days; null while there were none. */
  readonly overturnRate: number | null;
}

interface ReviewParts {
  readonly database: Database;
  readonly log: Log;
  readonly salts: Salts;
  readonly host: Host;
  readonly promiseHours: number;
  /** Why this reviewer may not approve the case yet, beyond what holds of every case; null where they may. */
  readonly barToApproval?: (found: StoredCase, reviewerId: string) => Promise<AppError | null>;
  readonly consequences: Readonly<Partial<Record<CaseKind, Consequence>>>;
}

const CLAIM_MS = 15 * 60_000;
const MOST_IN_QUEUE = 200;

export function openReview(parts: ReviewParts): Review {
  const { database, log, salts, host, promiseHours, consequences, barToApproval } = parts;
  const reading = reviewRepository(database.queries);
  const dueFrom = (nowMs: number) => new Date(nowMs + promiseHours * 3_600_000);

  const withDecisions = async (cases: readonly StoredCase[]): Promise<readonly CaseWithDecisions[]> => {
    const decisions = await reading.decisions(cases.map(({ id }) => id));
    return cases.map((found) => ({
      found,
      decisions: decisions.filter(({ caseId }) => caseId === found.id),
    }));
  };

  /** Decides on the locked row, writes the decision and the log, and does what follows. */
  const settle = async (
    queries: Queries,
    reviewer: AccountCaller,
    found: StoredCase,
    earlier: readonly StoredDecision[],
    outcome: CaseOutcome,
    reason: string,
  ): Promise<StoredCase> => {
    const reviews = reviewRepository(queries);
    const now = new Date(host.now());
    const onAppeal = found.state === 'appealed';
    if (!(await storedFilesRepository(queries).lockAccount(reviewer.accountId)))
      throw new AppError('signed-out', 'Your account was deleted meanwhile.');
    await reviews.decide({
      id: newId(),
      caseId: found.id,
      reviewerId: reviewer.accountId,
      outcome,
      reason,
      onAppeal,
      createdAt: now,
    });
    const hashed = await salts.hasherOf(queries, { kind: 'account', accountId: found.authorId });
    const hashedReviewer = await salts.hasherOf(queries, { kind: 'account', accountId: reviewer.accountId });
    await log.append(queries, [
      {
        type: 'decision',
        about: onAppeal ? 'appeal' : found.kind,
        account: hashed('account', found.authorId),
        content: hashed('content', found.subjectId),
        reviewer: hashedReviewer('reviewer', reviewer.accountId),
        outcome: outcome === 'approved' ? 'allowed' : 'refused',
      },
    ]);
    // One who would ban alone has only proposed it.
    const needsSecond =
      found.kind === 'ban' &&
      outcome === 'rejected' &&
      !onAppeal &&
      !earlier.some((d) => d.outcome === 'rejected');
    const fields = needsSecond
      ? ({ state: 'second', claimedBy: null, claimedAt: null } as const)
      : ({
          state: onAppeal ? 'closed' : 'decided',
          outcome,
          closedAt: now,
          claimedBy: null,
          claimedAt: null,
        } as const);
    await reviews.change(found.id, fields);
    if (!needsSecond) await consequences[found.kind]?.(queries, found, outcome);
    return { ...found, ...fields };
  };

  return {
    async open(queries, made) {
      const nowMs = host.now();
      const reviews = reviewRepository(queries);
      await reviews.open({
        ...made,
        id: newId(),
        state: 'open',
        createdAt: new Date(nowMs),
        dueAt: dueFrom(nowMs),
      });
      const found = await reviews.bySubject(made.kind, made.subjectId, made.authorId, made.claim);
      if (!found) throw noSuchCase();
      return found;
    },
    caseOf: (kind, subjectId, authorId, claim) => reading.bySubject(kind, subjectId, authorId, claim),
    async queue(reviewer) {
      const cases = await withDecisions(await reading.waiting(reviewsFor(reviewer), MOST_IN_QUEUE));
      return cases.filter(({ found, decisions }) => barTo(reviewer, found, decisions) === null);
    },
    async read(caller, caseId) {
      const found = await reading.byId(caseId);
      const own = found?.authorId === caller.accountId;
      if (!found || !(own || mayReview(caller, found.organizationId))) throw noSuchCase();
      const [read] = await withDecisions([found]);
      return read ?? { found, decisions: [] };
    },
    async requireDecidable(reviewer, caseId) {
      const found = await reading.byId(caseId);
      if (!found || !mayReview(reviewer, found.organizationId)) throw noSuchCase();
      const bar = barTo(reviewer, found, await reading.decisions([caseId]));
      if (bar) throw bar;
      if (heldByAnother(found, reviewer, host.now())) throw claimed();
      return found;
    },
    claim: (reviewer, caseId) =>
      database.transaction(async (queries) => {
        const reviews = reviewRepository(queries);
        const found = await lockFor(queries, reviewer, caseId);
        if (heldByAnother(found, reviewer, host.now())) throw claimed();
        // Nor does anyone keep from others what they may not decide.
        const bar = barTo(reviewer, found, await reviews.decisions([caseId]));
        if (bar) throw bar;
        await reviews.change(caseId, { claimedBy: reviewer.accountId, claimedAt: new Date(host.now()) });
      }),
    release: (reviewer, caseId) =>
      database.transaction(async (queries) => {
        const found = await lockFor(queries, reviewer, caseId);
        if (found.claimedBy !== reviewer.accountId) return;
        await reviewRepository(queries).change(caseId, { claimedBy: null, claimedAt: null });
      }),
    async decide(reviewer, caseId, outcome, reason) {
      const seen = outcome === 'approved' ? await reading.byId(caseId) : null;
      const unseen = seen && (await barToApproval?.(seen, reviewer.accountId));
      return database.transaction(async (queries) => {
        // Before the case, as whoever deletes an account does it, and its cases with it.
        await logRepository(queries).lock();
        const reviews = reviewRepository(queries);
        const found = await lockFor(queries, reviewer, caseId);
        if (heldByAnother(found, reviewer, host.now())) throw claimed();
        const earlier = await reviews.decisions([caseId]);
        const bar = barTo(reviewer, found, earlier);
        if (bar) throw bar;
        if (unseen) throw unseen;
        return settle(queries, reviewer, found, earlier, outcome, reason);
      });
    },
    proposeBan: (reviewer, caseId, reason) =>
      database.transaction(async (queries) => {
        await logRepository(queries).lock();
        const reviews = reviewRepository(queries);
        const about = await lockFor(queries, reviewer, caseId);
        if (about.authorId === reviewer.accountId) throw ownCase();
        if (!ofServer(reviewer, 'reviewer'))
          throw new AppError('refused', 'A ban is for the server’s own reviewers to propose.');
        const before = await reviews.bySubject('ban', about.authorId, about.authorId);
        if (before && before.state !== 'closed' && before.outcome !== 'approved')
          throw new AppError('conflict', 'A ban of this account is being decided already.');
        const nowMs = host.now();
        const id = before?.id ?? newId();
        const fresh = {
          state: 'open',
          risk: 100,
          dueAt: dueFrom(nowMs),
          createdAt: new Date(nowMs),
        } as const;
        if (before)
          await reviews.change(id, {
            ...fresh,
            outcome: null,
            closedAt: null,
            appealWords: null,
            appealedAt: null,
          });
        else
          await reviews.open({
            ...fresh,
            id,
            kind: 'ban',
            subjectId: about.authorId,
            authorId: about.authorId,
            // A ban shuts someone out of the whole server, so its own reviewers decide.
            organizationId: null,
          });
        const found = await reviews.lock(id);
        if (!found) throw noSuchCase();
        return settle(queries, reviewer, found, [], 'rejected', reason);
      }),
    ofAuthor: async (author) => withDecisions(await reading.ofAuthor(author.accountId)),
    appeal: (author, caseId, words) =>
      database.transaction(async (queries) => {
        const reviews = reviewRepository(queries);
        const found = await reviews.lock(caseId);
        if (found?.authorId !== author.accountId) throw noSuchCase();
        if (found.appealedAt)
          throw new AppError('conflict', 'This was appealed already; a decision can be appealed once.');
        if (found.state !== 'decided' || found.outcome !== 'rejected')
          throw new AppError('refused', 'Only what was rejected can be appealed.');
        const nowMs = host.now();
        await reviews.change(caseId, {
          state: 'appealed',
          appealWords: words,
          appealedAt: new Date(nowMs),
          dueAt: dueFrom(nowMs),
          closedAt: null,
        });
      }),
    async figures(reviewer) {
      const nowMs = host.now();
      const figures = await reading.figures(reviewsFor(reviewer), new Date(nowMs - 30 * 86_400_000));
      return {
        waiting: figures.waiting,
        oldestHours: figures.oldestAt ? (nowMs - figures.oldestAt.getTime()) / 3_600_000 : null,
        decided30Days: figures.decided,
        overturnRate: figures.appealsDecided > 0 ? figures.appealsApproved / figures.appealsDecided : null,
      };
    },
  };
}

/** @throws AppError not-found, also where the case is none of this reviewer's */
async function lockFor(queries: Queries, reviewer: AccountCaller, caseId: string): Promise<StoredCase> {
  const found = await reviewRepository(queries).lock(caseId);
  if (!found || !mayReview(reviewer, found.organizationId)) throw noSuchCase();
  return found;
}

/** Why this reviewer may not decide this case now; null where they may. */
function barTo(
  reviewer: AccountCaller,
  found: StoredCase,
  earlier: readonly StoredDecision[],
): AppError | null {
  if (!mayReview(reviewer, found.organizationId)) return noSuchCase();
  if (found.authorId === reviewer.accountId) return ownCase();
  if (!WAITING.some((state) => state === found.state))
    return new AppError('conflict', 'This case is decided already.');
  if (found.state === 'appealed' && !ofServer(reviewer, 'reviewer'))
    return new AppError('refused', 'An appeal is for the server’s own reviewers.');
  if (found.state !== 'open' && earlier.some(({ reviewerId }) => reviewerId === reviewer.accountId))
    return new AppError(
      'refused',
      found.state === 'appealed'
        ? 'You decided this before; an appeal is for someone else.'
        : 'A ban needs a second person to agree.',
    );
  return null;
}

function heldByAnother(found: StoredCase, reviewer: AccountCaller, nowMs: number): boolean {
  if (found.claimedBy === null || found.claimedBy === reviewer.accountId) return false;
  return nowMs - (found.claimedAt?.getTime() ?? 0) < CLAIM_MS;
}

const noSuchCase = () => new AppError('not-found', 'There is no such case, or it is not yours.');
const ownCase = () => new AppError('refused', 'Nobody decides what is their own.');
const claimed = () =>
  new AppError('conflict', 'Someone else has this case at the moment.', {
    way: 'Take another, or come back in a quarter of an hour.',
  });
