/**
 * The server's own verdict on a project. What a browser found is advice: the words are taken from the project again, judged
 * again, and the verdict is kept with its content's hash and logged. What needs a person opens a case; what a person
 * approved counts as allowed, for exactly that content.
 */
import { canonicalJson, sha256Hex } from '#core/base/hashing.ts';
import { AppError } from '#core/base/errors.ts';
import { newId, type AssetHash } from '#core/base/ids.ts';
import type { Project } from '#core/document/project.ts';
import type { AssetStore } from '#core/output/ports.ts';
import { pictureIn, picturesOf } from '#core/policy/moderation/images/project-pictures.ts';
import { saidPieceId, textPieces } from '#core/policy/moderation/pieces.ts';
import { POLICY_VERSION } from '#core/policy/moderation/policy.ts';
import {
  type Category,
  type Decision,
  type Finding,
  type ModerationVerdict,
  type PieceVerdict,
  type TextPiece,
} from '#core/policy/moderation/verdict.ts';
import type { Database } from '../../database/open.ts';
import type { CaseOutcome, JudgedPicture, JudgedPiece } from '../../database/schema/moderation.ts';
import { moderationRepository, type StoredVerdict } from '../../repositories/moderation.ts';
import type { UsageRepository } from '../../repositories/usage.ts';
import type { AccountCaller } from '../accounts/caller.ts';
import { spendQuota } from '../limits.ts';
import type { Log } from '../log/log.ts';
import type { Salts } from '../log/salts.ts';
import type { NewCase, Review } from '../review/review.ts';
import type { Host } from '../services.ts';
import type { Judging } from './judging.ts';
import type { NamedPicture } from './pictures.ts';
import { markReader } from './pronunciations.ts';

export interface Judged {
  readonly id: string;
  readonly verdict: ModerationVerdict;
  /** With what a person decided, if one did. */
  readonly decision: Decision;
  readonly caseId: string | null;
  /** A person has decided, and it stands. */
  readonly settled: boolean;
  readonly createdAt: Date;
}

export interface Verdicts {
  /**
   * Counts one towards what the account may have judged a day: when someone asks, and not when the server judges again what
   * it let pass before, or a film that was drawn would be refused for that. @throws AppError too-many
   */
  spend(caller: AccountCaller): Promise<void>;
  /** @throws AppError too-large */
  judge(caller: AccountCaller, project: Project): Promise<Judged>;
  /** @throws AppError not-found, also where it is another's */
  read(caller: AccountCaller, verdictId: string): Promise<Judged>;
  /** Asks for a person where a machine said no. @throws AppError not-found, refused */
  dispute(caller: AccountCaller, verdictId: string): Promise<Judged>;
  /** What was said of a finished film before; null where nothing was. */
  ofFilm(film: JudgedFilm): Promise<Judged | null>;
  /** Writes down that a finished film is held back for what its frames show, and has a person look at those. */
  holdFilm(film: JudgedFilm, seen: SeenFrames): Promise<Judged>;
  /** Deletes words that were not allowed and that nobody has to look at any more. @returns of how many verdicts */
  sweep(): Promise<number>;
  /** For reviewers: what was judged, and what was said of it. */
  contentOf(verdictId: string): Promise<StoredVerdict | null>;
}

/** A finished film, as whoever looks at frames of it names it. */
export interface JudgedFilm {
  readonly accountId: string;
  readonly projectId: string;
  /** SHA-256 of its file. */
  readonly hash: string;
  /** Of what looked. */
  readonly classifierRevision: string;
}

export interface SeenFrames {
  readonly decision: Exclude<Decision, 'allow'>;
  /** Each `pieceId` is the hash of one of `pictures`. */
  readonly pieces: readonly PieceVerdict[];
  /** Frames of it, which lie among the account's assets. */
  readonly pictures: readonly JudgedPicture[];
}

interface VerdictParts {
  readonly database: Database;
  readonly usage: UsageRepository;
  readonly review: Review;
  readonly log: Log;
  readonly salts: Salts;
  readonly host: Host;
  readonly perDay: number;
  /** For so long the words of a film that was not allowed are kept. */
  readonly keepDays: number;
  readonly judging: Judging;
  /** What an account has uploaded, where pictures are judged. */
  readonly assets: (accountId: string) => Pick<AssetStore, 'get'> & {
    /** Null where it is not there. */
    size(hash: AssetHash): Promise<number | null>;
  };
}

/** Which categories bring more harm when a mistake is made: they are looked at first. */
const RISK: Readonly<Partial<Record<Category, number>>> = {
  minors: 100,
  threats: 85,
  'self-harm': 80,
  hate: 75,
  sexual: 65,
  fraud: 65,
};

const DAY_MS = 86_400_000;

/** Characters of one project, about three hours of speech: what is judged holds up everyone else’s requests meanwhile. */
export const MOST_JUDGED_CHARACTERS = 200_000;

export function openVerdicts(parts: VerdictParts): Verdicts {
  const { database, usage, review, log, salts, host, perDay, keepDays, judging, assets } = parts;
  const reading = moderationRepository(database.queries);

  /** Those that were uploaded; what a browser alone has is not seen here, and is in no film that is drawn here. */
  const uploaded = async (accountId: string, project: Project) => {
    const found: (NamedPicture & { readonly id: AssetHash })[] = [];
    for (const hash of judging.seesPictures ? picturesOf(project) : []) {
      const { size, get } = assets(accountId);
      const bytes = await size(hash);
      // What is in it is read when its turn comes, if it is not known.
      if (bytes !== null) found.push({ id: hash, hash, bytes, read: () => get(hash) });
    }
    return found;
  };

  const judgedOf = async (row: StoredVerdict): Promise<Judged> => {
    const found = row.decision === 'allow' ? null : await review.caseOf('content', row.id, row.accountId);
    return {
      id: row.id,
      verdict: row.verdict,
      decision: effective(row.decision, found?.outcome ?? null, found?.state ?? null),
      caseId: found?.id ?? null,
      settled: found !== null && isFinal(found.state) && found.outcome !== null,
      createdAt: row.createdAt,
    };
  };

  /** Writes it down and into the log; `open` asks for a person. */
  const keep = (row: StoredVerdict, open: NewCase | null): Promise<void> =>
    database.transaction(async (queries) => {
      const { accountId, contentHash, verdict } = row;
      await moderationRepository(queries).add(row);
      const hashed = await salts.hasherOf(queries, { kind: 'account', accountId });
      await log.append(queries, [
        {
          type: 'verdict',
          account: hashed('account', accountId),
          content: hashed('content', contentHash),
          decision: verdict.decision,
          categories: [...new Set(findingsOf(verdict).map(({ category }) => category))].sort(),
          policyVersion: verdict.policyVersion,
        },
      ]);
      if (open) await review.open(queries, open);
    });

  /** Words that were forgotten, and are here again: whoever is asked to look must see them. */
  const withWords = async (
    row: StoredVerdict,
    content: () => NonNullable<StoredVerdict['content']>,
  ): Promise<StoredVerdict> => {
    if (row.decision === 'allow' || row.content !== null) return row;
    const again = { ...row, content: content(), createdAt: new Date(host.now()) };
    await reading.keepContent(row.id, again.content, again.createdAt);
    return again;
  };

  const own = async (caller: AccountCaller, verdictId: string): Promise<StoredVerdict> => {
    const row = await reading.byId(verdictId);
    if (row?.accountId === caller.accountId) return row;
    throw new AppError('not-found', 'There is no such verdict, or it is not yours.');
  };

  return {
    spend: ({ accountId }) =>
      spendQuota(usage, { kind: 'verdict', perDay, what: 'verdicts' }, accountId, host.now()),
    async judge(caller, project) {
      const pieces = textPieces(project, await markReader(project));
      if (pieces.reduce((sum, { text }) => sum + text.length, 0) > MOST_JUDGED_CHARACTERS)
        throw new AppError(
          'too-large',
          `That is more than the ${MOST_JUDGED_CHARACTERS} characters that are judged at once.`,
          {
            way: 'Divide the project.',
          },
        );
      const pictures = await uploaded(caller.accountId, project);
      const own = await judging.own(pieces, pictures);
      const seen = pictures.map(({ id }) => id);
      const hashWith = (heard: readonly string[]) => hashOf(pieces, seen, heard, own);
      const before = await reading.byContent(caller.accountId, await hashWith(judging.providerNames));
      const content = () => ({
        pieces: inScenes(project, pieces),
        pictures: seen.map((hash) => ({ hash, ...pictureIn(project, hash) })),
      });
      if (before) return judgedOf(await withWords(before, content));
      const { verdict, heard } = await judging.ask(own, pieces);
      // A provider that was not heard is asked again the next time; until then the verdict without it is the verdict.
      const contentHash = await hashWith(heard);
      const known = await reading.byContent(caller.accountId, contentHash);
      if (known) return judgedOf(await withWords(known, content));
      const row: StoredVerdict = {
        id: newId(),
        accountId: caller.accountId,
        projectId: project.id,
        contentHash,
        decision: verdict.decision,
        verdict,
        film: null,
        content: verdict.decision === 'allow' ? null : content(),
        createdAt: new Date(host.now()),
      };
      await keep(row, verdict.decision === 'review' ? caseFor(row, reviewedIn(caller, verdict)) : null);
      return judgedOf(row);
    },
    async ofFilm(film) {
      const row = await reading.byContent(film.accountId, await filmHash(film));
      return row && judgedOf(row);
    },
    async holdFilm(film, { decision, pieces, pictures }) {
      const row: StoredVerdict = {
        id: newId(),
        accountId: film.accountId,
        projectId: film.projectId,
        contentHash: await filmHash(film),
        decision,
        verdict: {
          ...{ decision, pieces, policyVersion: POLICY_VERSION },
          classifierRevision: film.classifierRevision,
        },
        film: film.hash,
        content: { pieces: [], pictures },
        createdAt: new Date(host.now()),
      };
      // A machine alone does not end a film whose words and pictures it let pass before.
      await keep(row, caseFor(row, null));
      return judgedOf(row);
    },
    read: async (caller, verdictId) => judgedOf(await own(caller, verdictId)),
    async dispute(caller, verdictId) {
      const row = await own(caller, verdictId);
      if (row.decision === 'allow')
        throw new AppError('refused', 'This was allowed; there is nothing to look at again.');
      if (row.content === null)
        throw new AppError('conflict', 'The words of this film are not kept any more.', {
          way: 'Have it checked again, then ask for a person.',
        });
      await database.transaction((queries) =>
        review.open(queries, caseFor(row, reviewedIn(caller, row.verdict))),
      );
      return judgedOf(row);
    },
    sweep: () => reading.forgetContent(new Date(host.now() - keepDays * DAY_MS)),
    contentOf: (verdictId) => reading.byId(verdictId),
  };
}

/** For whoever decides: which words belong to which picture. */
function inScenes(project: Project, pieces: readonly TextPiece[]): readonly JudgedPiece[] {
  const scenes = new Map<string, number>();
  for (const [i, { script, layers }] of project.scenes.entries()) {
    for (const { id } of script.paragraphs) scenes.set(id, i + 1).set(saidPieceId(id), i + 1);
    for (const { id } of layers) scenes.set(id, i + 1);
  }
  return pieces.map((piece) => ({ ...piece, scene: scenes.get(piece.id) ?? null }));
}

/**
 * The organisation whose reviewers may decide beside the server’s own: one that the keeper lets review, where the policy
 * leaves it to a person, and not in the categories in which a mistake does most harm. Else none: anyone may make an
 * organisation, and would review their own words in it.
 */
function reviewedIn(caller: AccountCaller, verdict: ModerationVerdict): string | null {
  const own = caller.memberships.find(({ reviews, operator }) => reviews && !operator);
  if (!own || verdict.decision !== 'review') return null;
  return findingsOf(verdict).some(({ category }) => category in RISK) ? null : own.organizationId;
}

function caseFor({ id, accountId, verdict }: StoredVerdict, organizationId: string | null): NewCase {
  return {
    kind: 'content',
    subjectId: id,
    authorId: accountId,
    organizationId,
    risk: riskOf(verdict),
  };
}

function effective(decision: Decision, outcome: CaseOutcome | null, state: string | null): Decision {
  if (decision === 'allow') return 'allow';
  if (!isFinal(state) || outcome === null) return decision;
  return outcome === 'approved' ? 'allow' : 'block';
}

function isFinal(state: string | null): boolean {
  return state === 'decided' || state === 'closed';
}

function findingsOf(verdict: ModerationVerdict): readonly Finding[] {
  return verdict.pieces.flatMap(({ findings }) => findings);
}

function riskOf(verdict: ModerationVerdict): number {
  const risks = findingsOf(verdict).map(({ category, score }) => (RISK[category] ?? 45) * (0.5 + score / 2));
  return Math.round(Math.min(100, Math.max(0, ...risks)));
}

function filmHash({ hash, classifierRevision }: JudgedFilm): Promise<string> {
  const content = { film: hash, classifierRevision, policyVersion: POLICY_VERSION };
  return sha256Hex(new TextEncoder().encode(canonicalJson(content)));
}

async function hashOf(
  pieces: readonly TextPiece[],
  pictures: readonly string[],
  heard: readonly string[],
  { policyVersion, classifierRevision }: ModerationVerdict,
): Promise<string> {
  const texts = pieces.map(({ kind, text }) => [kind, text]);
  const content = { texts, pictures, heard, policyVersion, classifierRevision };
  return sha256Hex(new TextEncoder().encode(canonicalJson(content)));
}
