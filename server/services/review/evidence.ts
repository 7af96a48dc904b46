/**
 * What a reviewer sees beside a case: the recording of the consent, and what the presenter was made from; of a film's
 * content, its pictures. Only who may decide the case at this moment sees them, and that they looked is an entry of the log
 * before the first byte is sent. What a presenter was made from, and of a photo what is drawn in its place, must be the very
 * files that its hash is made of: the consent's own copies while those are kept, what was uploaded for a cloud render, or what
 * its author sends for the case, which goes when the case is settled.
 */
import { AppError } from '#core/base/errors.ts';
import type { AssetHash } from '#core/base/ids.ts';
import type { Project } from '#core/document/project.ts';
import type { Queries } from '../../database/drizzle.ts';
import type { Database } from '../../database/open.ts';
import { errorFields, type Logger } from '../../logger.ts';
import { consentRepository, type ConsentRow } from '../../repositories/consent.ts';
import type { SourceKind } from '../../database/schema/moderation.ts';
import { evidenceRepository } from '../../repositories/evidence.ts';
import { moderationRepository } from '../../repositories/moderation.ts';
import { reviewRepository, WAITING, type StoredCase } from '../../repositories/reviews.ts';
import type { AccountCaller } from '../accounts/caller.ts';
import type { Log } from '../log/log.ts';
import type { Salts } from '../log/salts.ts';
import type { Host } from '../services.ts';
import { assetKey } from '../assets/account-assets.ts';
import { accountKey, asStoreKey, type FileStore } from '../store.ts';
import type { Review } from './review.ts';
import { readChunks, seenOf, type Seen } from './seen.ts';
import { keptKey, requireSource, sourcesOf } from './sources.ts';

/** clip: the recording of the consent; source: what the presenter was made from; drawn: what is drawn in a photo's place. */
const FILMS = ['clip', 'source', 'drawn'] as const;
export type CaseFilm = (typeof FILMS)[number];
export type Evidence =
  | { readonly kind: 'film'; readonly film: CaseFilm }
  /** One that was judged with the words of a film. */
  | { readonly kind: 'picture'; readonly hash: AssetHash };
export const MOST_SOURCE_BYTES = 128 * 1024 * 1024;

/** A picture that was judged with a film's words. */
export interface CasePicture {
  readonly hash: AssetHash;
  readonly name: string;
  /** Where it is seen, counted from 1. */
  readonly scenes: readonly number[];
  /** Whether something was found in it. */
  readonly found: boolean;
  /** Null where it is gone, or no picture that a browser shows. */
  readonly file: Pick<Seen, 'type' | 'bytes'> | null;
}

/** A file that a case of footage is decided by. */
export interface AwaitedSource {
  readonly hash: string;
  readonly sent: boolean;
}

export interface CaseEvidence extends Readonly<Record<CaseFilm, Pick<Seen, 'type' | 'bytes'> | null>> {
  readonly presenterName: string;
  /** Of whom it is the consent: for a case of footage, whether there is one that stands. */
  readonly session: ConsentRow | null;
}

export interface ReviewEvidence {
  /** In the transaction that opens a case of footage: what it will have to be seen with. */
  expect(queries: Queries, caseId: string, project: Project, subject: AssetHash): Promise<void>;
  /** For each of these cases that has sources: their hashes, and whether they still have to be sent. */
  awaited(cases: readonly StoredCase[]): Promise<ReadonlyMap<string, readonly AwaitedSource[]>>;
  /** By the case's author, while it waits. @throws AppError not-found, conflict, refused, unsupported-media */
  putSource(author: AccountCaller, caseId: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** What there is to be seen, without a look at it. */
  of(found: StoredCase): Promise<CaseEvidence>;
  /** Of a case about content: the pictures that were judged with it. */
  pictures(found: StoredCase): Promise<readonly CasePicture[]>;
  /** Writes down that this reviewer looks, then gives the bytes. @throws AppError not-found, refused, conflict */
  open(reviewer: AccountCaller, caseId: string, what: Evidence): Promise<Seen>;
  /** Why this reviewer may not approve it yet: what there is to be seen, they have not seen. */
  barToApproval(found: StoredCase, reviewerId: string): Promise<AppError | null>;
  /**
   * The person has gone: what was sent for cases about this goes, and none of them is decided any more. One that was rejected
   * stays so.
   */
  end(kind: 'consent' | 'footage', subjectId: string, authorId: string): Promise<void>;
  /** Deletes what is not needed any more. @returns how many files went */
  sweep(): Promise<number>;
}

interface EvidenceParts {
  readonly database: Database;
  readonly store: FileStore;
  readonly review: Review;
  readonly trustLog: Log;
  readonly salts: Salts;
  readonly host: Host;
  readonly log: Logger;
  /** After so many days what was rejected is not kept for an appeal any longer. */
  readonly keepDays: number;
}

const AT_ONCE = 100;
const DAY_MS = 86_400_000;

export function openEvidence(parts: EvidenceParts): ReviewEvidence {
  const { database, store, review, trustLog, salts, host, log, keepDays } = parts;
  const reading = evidenceRepository(database.queries);
  const consents = consentRepository(database.queries);
  const verdicts = moderationRepository(database.queries);

  const fileAt = async (key: string | null): Promise<Seen | null> => {
    if (key === null) return null;
    const bytes = await store.size(asStoreKey(key));
    if (bytes === null) return null;
    const read = (begin: number, end: number) => store.read(asStoreKey(key), begin, end);
    return seenOf(bytes, read);
  };
  const recordingOf = async (session: ConsentRow | null): Promise<Seen | null> => {
    if (session === null || session.mediaDeletedAt !== null) return null;
    const chunks = await consents.chunks(session.id);
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.bytes, 0);
    if (bytes === 0) return null;
    return seenOf(bytes, (begin, end) => readChunks(store, chunks, begin, end));
  };
  const sessionOf = async ({ kind, subjectId, authorId, claim }: StoredCase): Promise<ConsentRow | null> => {
    if (kind === 'consent') return consents.find(subjectId);
    if (kind !== 'footage') return null;
    // A recorded voice has no consent of its own: it is heard beside the newest of its author's.
    return (
      (await consents.newestFor(authorId, subjectId)) ??
      (claim === 'person' ? ((await consents.granted(authorId))[0] ?? null) : null)
    );
  };
  const find = async (found: StoredCase) => {
    const session = await sessionOf(found);
    const sent = found.kind === 'footage' ? await reading.sources([found.id]) : [];
    const kept = found.kind === 'consent' || session?.presenterHash === found.subjectId ? session : null;
    const file = async (what: SourceKind) => {
      const source = sent.find((one) => one.what === what);
      return (
        (await fileAt(kept && keptKey(kept, what))) ??
        (await fileAt(source?.storeKey ?? null)) ??
        (await fileAt(source ? assetKey(found.authorId, source.hash as AssetHash) : null))
      );
    };
    return {
      session,
      name: kept?.presenterName ?? sent[0]?.name ?? '',
      awaited: sent.map(({ what }) => what),
      clip: () => recordingOf(session),
      source: () => file('source'),
      drawn: () => file('drawn'),
    };
  };
  const pictureFile = async (authorId: string, hash: AssetHash): Promise<Seen | null> => {
    const seen = await fileAt(assetKey(authorId, hash));
    // A film stands among them where nothing but a person could look at it.
    return seen && /^(?:image|video)\//.test(seen.type) ? seen : null;
  };
  const judgedPictures = async ({ kind, subjectId }: StoredCase) => {
    const row = kind === 'content' ? await verdicts.byId(subjectId) : null;
    const wrong = row?.verdict.pieces.filter(({ findings }) => findings.length > 0);
    return (row?.content?.pictures ?? []).map(({ hash, name, scenes }) => ({
      ...{ hash: hash as AssetHash, name, scenes },
      found: wrong?.some(({ pieceId }) => pieceId === hash) ?? false,
    }));
  };
  /** @throws AppError not-found: a case of another kind has no such thing */
  const evidenceOf = async (found: StoredCase, what: Evidence): Promise<Seen | null> => {
    if (what.kind === 'film') {
      if (found.kind !== 'consent' && found.kind !== 'footage') throw noSuchCase();
      return (await find(found))[what.film]();
    }
    const judged = (await judgedPictures(found)).some(({ hash }) => hash === what.hash);
    return judged ? pictureFile(found.authorId, what.hash) : null;
  };
  /** What was sent under a case goes, and that it went is an entry. */
  const drop = async (caseId: string, authorId: string): Promise<void> => {
    const rows = (await reading.sources([caseId])).filter(({ storeKey }) => storeKey !== null);
    if (rows.length === 0) return;
    for (const { storeKey } of rows) await store.delete(asStoreKey(storeKey as string));
    await database.transaction(async (queries) => {
      for (const row of rows)
        await evidenceRepository(queries).changeSource(row, {
          storeKey: null,
          deletedAt: new Date(host.now()),
        });
      const hashed = await salts.hasherOf(queries, { kind: 'account', accountId: authorId });
      const subject = hashed('subject', caseId);
      await trustLog.append(queries, [{ type: 'deletion', subject, what: 'source', items: rows.length }]);
    });
  };

  return {
    async expect(queries, caseId, project, subject) {
      for (const source of sourcesOf(project, subject))
        await evidenceRepository(queries).expect({ caseId, ...source });
    },
    async awaited(cases) {
      const footage = cases.filter(({ kind }) => kind === 'footage');
      const sources = await reading.sources(footage.map(({ id }) => id));
      const told = new Map<string, AwaitedSource[]>();
      for (const found of footage) {
        const kept = await consents.newestFor(found.authorId, found.subjectId);
        for (const source of sources.filter(({ caseId }) => caseId === found.id)) {
          const here = kept !== null && keptKey(kept, source.what) !== null;
          const uploaded = async () =>
            (await store.size(assetKey(found.authorId, source.hash as AssetHash))) !== null;
          const sent = here || source.storeKey !== null || (await uploaded());
          told.set(found.id, [...(told.get(found.id) ?? []), { hash: source.hash, sent }]);
        }
      }
      return told;
    },
    async putSource(author, caseId, bytes) {
      const found = await reviewRepository(database.queries).byId(caseId);
      const sources = found?.authorId === author.accountId ? await reading.sources([caseId]) : [];
      if (!found || sources.length === 0) throw noSuchCase();
      requireWaiting(found);
      const same = await requireSource(sources, bytes);
      const key = accountKey(author.accountId, 'cases', caseId, same[0]?.what ?? 'source');
      await store.put(key, bytes);
      const kept = await database.transaction(async (queries) => {
        const now = await reviewRepository(queries).lock(caseId);
        if (!now || !waits(now)) return false;
        for (const source of same)
          await evidenceRepository(queries).changeSource(source, { storeKey: key, deletedAt: null });
        return true;
      });
      if (kept) return;
      await store.delete(key);
      throw new AppError('conflict', 'This was decided while the file was on its way.');
    },
    async of(found) {
      const { session, name, clip, source, drawn } = await find(found);
      const told = (seen: Seen | null) => seen && { type: seen.type, bytes: seen.bytes };
      return {
        ...{ presenterName: name, session },
        ...{ clip: told(await clip()), source: told(await source()), drawn: told(await drawn()) },
      };
    },
    async pictures(found) {
      const told = async (picture: Omit<CasePicture, 'file'>): Promise<CasePicture> => {
        const file = await pictureFile(found.authorId, picture.hash);
        return { ...picture, file: file && { type: file.type, bytes: file.bytes } };
      };
      return Promise.all((await judgedPictures(found)).map(told));
    },
    async open(reviewer, caseId, what) {
      const found = await review.requireDecidable(reviewer, caseId);
      const { kind: about, authorId, subjectId } = found;
      const seen = await evidenceOf(found, what);
      if (!seen || about === 'ban')
        throw new AppError('not-found', 'There is no such film or picture with this case any more.');
      await database.transaction(async (queries) => {
        const now = new Date(host.now());
        const seeing = what.kind === 'film' ? what.film : what.hash;
        if (!(await evidenceRepository(queries).noteAccess(caseId, reviewer.accountId, seeing, now))) return;
        const hashed = await salts.hasherOf(queries, { kind: 'account', accountId: authorId });
        const byReviewer = await salts.hasherOf(queries, { kind: 'account', accountId: reviewer.accountId });
        await trustLog.append(queries, [
          {
            type: 'access',
            about,
            account: hashed('account', authorId),
            content: hashed('content', subjectId),
            reviewer: byReviewer('reviewer', reviewer.accountId),
          },
        ]);
      });
      return seen;
    },
    async barToApproval(found, reviewerId) {
      if (found.kind === 'content') {
        if (!(await verdicts.byId(found.subjectId))?.content)
          return new AppError('conflict', 'What was judged is not kept any more.', {
            way: 'Its author has it checked again; or reject it, and say so.',
          });
        const wrong = (await this.pictures(found)).filter((picture) => picture.found);
        if (wrong.some(({ file }) => file === null))
          return new AppError(
            'conflict',
            'A picture of this film is not here any more, or cannot be shown.',
            {
              way: 'It is approved once it can be seen; or reject it, and say that it has to be sent again.',
            },
          );
        const seen = await reading.seenBy(found.id, reviewerId);
        if (wrong.every(({ hash }) => seen.has(hash))) return null;
        return new AppError('conflict', 'You have not looked at the pictures of this case.', {
          way: 'Look at them first; that you did is written into the log.',
        });
      }
      if (found.kind !== 'consent' && found.kind !== 'footage') return null;
      const films = await this.of(found);
      const { awaited } = await find(found);
      if (awaited.some((what) => films[what] === null))
        return new AppError('conflict', 'What this presenter was made from is not here yet.', {
          way: 'It is approved once it was sent and seen; or reject it, and say what is missing.',
        });
      const there = FILMS.filter((film) => films[film] !== null);
      if (there.length === 0 || (found.kind === 'consent' && !films.clip))
        return new AppError('conflict', 'What would have to be seen is not here any more.', {
          way: 'Reject it, and say that it has to be recorded or sent again.',
        });
      const seen = await reading.seenBy(found.id, reviewerId);
      if (there.every((film) => seen.has(film))) return null;
      return new AppError('conflict', 'You have not looked at all the films of this case.', {
        way: 'Watch them first; that you did is written into the log.',
      });
    },
    async end(kind, subjectId, authorId) {
      for (const { id } of await reviewRepository(database.queries).about(kind, subjectId, authorId)) {
        await drop(id, authorId);
        await reviewRepository(database.queries).endWaiting(id, new Date(host.now()));
        // It may have been sent between the two; from now on it is refused.
        for (const what of ['source', 'drawn']) await store.delete(accountKey(authorId, 'cases', id, what));
      }
    },
    async sweep() {
      const due = await reading.done(new Date(host.now() - keepDays * DAY_MS), AT_ONCE);
      for (const { caseId, authorId } of due)
        try {
          await drop(caseId, authorId);
        } catch (error) {
          log.error({ case: caseId, ...errorFields(error) }, 'a source could not be deleted');
        }
      return due.length;
    },
  };
}

function waits({ state }: StoredCase): boolean {
  return WAITING.some((waiting) => waiting === state);
}
function requireWaiting(found: StoredCase): void {
  if (!waits(found)) throw new AppError('conflict', 'This case is decided already.');
}
const noSuchCase = () => new AppError('not-found', 'There is no such case, or it is not yours.');
