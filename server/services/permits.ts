/**
 * Permits of the server: derived here, from its own consents, its own verdict and its own reviewers, whatever a browser
 * claims. A permit is for one account, one exact project and one grade; it is derived again when work begins and before it
 * is delivered, and ends when a consent under it is revoked.
 */
import { canonicalJson, sha256Hex } from '#core/base/hashing.ts';
import { AppError } from '#core/base/errors.ts';
import { newId, type AssetHash } from '#core/base/ids.ts';
import type { Project, Recording } from '#core/document/project.ts';
import { verifiedAmong, type ReceiptBundle } from '#core/policy/consent/bundle.ts';
import { recordingHash } from '#core/policy/consent/presenter-hash.ts';
import { portrayals, saidSynthetic, subjectsOf } from '#core/policy/people.ts';
import { issuePermit, type Grade, type RenderPermit } from '#core/policy/permit.ts';
import { verifyEd25519 } from '#shared/ed25519.ts';
import type { Database } from '../database/open.ts';
import type { CaseClaim } from '../database/schema/moderation.ts';
import { permitRepository, type StoredPermit } from '../repositories/permits.ts';
import type { StoredCase } from '../repositories/reviews.ts';
import type { AccountCaller } from './accounts/caller.ts';
import type { OwnVoices } from './consent/own-voices.ts';
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

/** A face or a voice that a reviewer looks at before the film is made. */
export interface FirstLook {
  /** As its author calls it. */
  readonly name: string;
  readonly subject: AssetHash;
  readonly claim: CaseClaim;
  /** It is a sound: there is nothing to be seen. */
  readonly recorded: boolean;
  /** The case, once it was asked for. */
  readonly found: StoredCase | null;
}

export interface Permits {
  /**
   * Who is in the film, and nothing of what is said in it: writes down nothing, so that it can be asked before anything is
   * sent.
   * @returns who a reviewer has to look at first
   * @throws AppError refused, with the reason and a way on
   */
  people(caller: AccountCaller, project: Project, grade: Grade): Promise<readonly FirstLook[]>;
  /** @throws AppError refused, with the reason and a way on; too-many */
  issue(caller: AccountCaller, project: Project, grade: Grade): Promise<IssuedPermit>;
  /** Derives it anew: consent, revocation, moderation. @throws AppError refused */
  renew(caller: AccountCaller, permitId: string, project: Project): Promise<RenderPermit>;
  /** The receipts that a film's people stand on; for a recorded voice, that of whoever is heard in it. */
  bundles(accountId: string, project: Project): Promise<readonly ReceiptBundle[]>;
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
  readonly voices: OwnVoices;
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
  voices,
  evidence,
  log,
  salts,
  host,
}: PermitParts): Permits {
  const reading = permitRepository(database.queries);
  const listeners = new Set<(permitIds: readonly string[]) => void>();
  // They have ended already, with the receipt; whoever works on one need not wait for the next beat.
  receipts.onRevoked((_, ended) => {
    if (ended.length > 0) for (const listener of listeners) listener(ended);
  });

  /**
   * Whose voices the recordings are: heard here, or by a reviewer. Before they were sent, whoever has consented counts as
   * the one who speaks.
   */
  const speakersOf = async (accountId: string, project: Project, when: 'unsent' | 'asked' | 'made') => {
    const speakers = new Map<AssetHash, AssetHash>();
    const looks: FirstLook[] = [];
    for (const [subject, recording] of recordedPeople(project)) {
      const found = await review.caseOf('footage', subject, accountId, 'person');
      const speaker =
        when === 'asked' && !found
          ? await voices.listen(accountId, recording)
          : await voices.known(accountId, recording);
      if (!speaker) continue;
      if (speaker.heard || found?.outcome === 'approved' || when === 'unsent')
        speakers.set(subject, speaker.presenter);
      else looks.push({ name: RECORDED, subject, claim: 'person', recorded: true, found });
    }
    return { speakers, looks };
  };
  const bundlesOf = async (
    accountId: string,
    project: Project,
    speakers: ReadonlyMap<AssetHash, AssetHash>,
  ): Promise<readonly ReceiptBundle[]> => {
    const named = new Set([...subjectsOf(project), ...speakers.values()]);
    return (await receipts.bundlesFor(accountId, [...named])).map((bundle) => ({
      ...bundle,
      heardIn: [...speakers].flatMap(([subject, by]) => (by === bundle.receipt.presenter ? [subject] : [])),
    }));
  };

  /** @throws AppError refused: someone has not consented */
  const permitFor = async (
    caller: AccountCaller,
    project: Project,
    grade: Grade,
    speakers: ReadonlyMap<AssetHash, AssetHash>,
  ): Promise<RenderPermit> => {
    const at = new Date(host.now()).toISOString();
    const bundles = await bundlesOf(caller.accountId, project, speakers);
    return issuePermit(project, grade, 'server', verifiedAmong(bundles, at, verifyEd25519));
  };

  /**
   * Before more than a draft, what is said to be nobody’s, and every recording: nothing here tells what one says. Before the
   * first film for others, what the presenter of a real person was made from. Those that were looked at and accepted are left out.
   */
  const firstLooks = async (
    { accountId }: AccountCaller,
    project: Project,
    grade: Grade,
  ): Promise<readonly FirstLook[]> => {
    const wanted: readonly (readonly [CaseClaim, ReadonlySet<AssetHash>])[] = [
      ['nobody', grade === 'draft' ? new Set() : saidSynthetic(project)],
      ['person', grade === 'distribution' ? subjectsOf(project) : new Set()],
      ['person', grade === 'final' ? new Set(recordedPeople(project).keys()) : new Set()],
    ];
    const names = new Map(portrayals(project).map(({ subject, name }) => [subject, name]));
    const looks: FirstLook[] = [];
    for (const [claim, subjects] of wanted)
      for (const subject of subjects) {
        const found = await review.caseOf('footage', subject, accountId, claim);
        if (found?.outcome !== 'approved')
          looks.push({
            ...{ name: names.get(subject) ?? '', subject, claim, found },
            recorded: isRecorded(project, subject),
          });
      }
    return looks;
  };

  /** @throws AppError refused */
  const derive = async (caller: AccountCaller, project: Project, grade: Grade) => {
    const { speakers, looks } = await speakersOf(caller.accountId, project, 'asked');
    if (looks.length > 0) await requireSeen(caller, project, looks);
    const permit = await permitFor(caller, project, grade, speakers);
    const judged = await verdicts.judge(caller, project);
    if (judged.decision !== 'allow') throw notAllowed(judged.decision, judged.caseId);
    await requireSeen(caller, project, await firstLooks(caller, project, grade));
    return { permit, verdictId: judged.id, receiptIds: standingOn(permit, project) };
  };

  /** All that are missing are asked for at once. @throws AppError refused */
  const requireSeen = async (
    { accountId: authorId }: AccountCaller,
    project: Project,
    looks: readonly FirstLook[],
  ): Promise<void> => {
    for (const { subject, claim } of looks.filter(({ found }) => found === null))
      await database.transaction(async (queries) => {
        const { id } = await review.open(queries, {
          ...{ kind: 'footage', subjectId: subject, authorId, claim, risk: 50 },
          // For the server’s own reviewers: nobody passes their own footage in an organisation they made.
          organizationId: null,
        });
        await evidence.expect(queries, id, project, subject);
      });
    const [look] = looks.toSorted((a, b) => Number(isRejected(b)) - Number(isRejected(a)));
    if (look) throw notSeen(look);
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
      await receipts.hold(queries, receiptIds);
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
    async people(caller, project, grade) {
      const { speakers } = await speakersOf(caller.accountId, project, 'unsent');
      await permitFor(caller, project, grade, speakers);
      const looks = await firstLooks(caller, project, grade);
      const rejected = looks.find(isRejected);
      if (rejected) throw notSeen(rejected);
      return looks;
    },
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
    async bundles(accountId, project) {
      const { speakers } = await speakersOf(accountId, project, 'made');
      return bundlesOf(accountId, project, speakers);
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
  const used = permit.receipts.filter(
    ({ receipt, heardIn }) =>
      subjects.has(receipt.presenter) || heardIn.some((subject) => subjects.has(subject)),
  );
  return used.map(({ receipt }) => receipt.id);
}

const RECORDED = 'A recorded voice';

/** Recordings of real people, by what a receipt for them would name. */
function recordedPeople(project: Project): ReadonlyMap<AssetHash, Recording> {
  return new Map(
    project.scenes.flatMap(({ recording }) =>
      recording?.likeness.kind === 'person' ? [[recordingHash(recording), recording] as const] : [],
    ),
  );
}
function isRecorded(project: Project, subject: AssetHash): boolean {
  return project.scenes.some(({ recording }) => recording && recordingHash(recording) === subject);
}

const isRejected = ({ found }: FirstLook): boolean =>
  found?.outcome === 'rejected' && found.state !== 'appealed';

function notSeen(look: FirstLook): AppError {
  const { claim } = look;
  if (isRejected(look))
    return new AppError(
      'refused',
      claim === 'nobody'
        ? 'A reviewer did not accept that this face or voice is nobody’s.'
        : look.recorded
          ? 'A reviewer did not accept a recording in this film: for what it says, or for whose voice it is.'
          : 'A reviewer did not accept what this presenter was made from.',
      { way: 'You can appeal once, under “Your cases”.' },
    );
  return new AppError(
    'refused',
    claim === 'nobody'
      ? 'You say that a face or a voice in this film is nobody’s. A person of this server looks at it once, before more than a draft is made.'
      : look.recorded
        ? 'A person first listens to a recording in this film: nothing else here tells what it says, and not always whose voice it is.'
        : 'A person first looks at what this presenter was made from, before its first film for others.',
    { way: 'You see the clock and the decision under “Your cases”; then ask for the film again.' },
  );
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
