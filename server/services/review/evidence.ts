/**
 * What a reviewer sees beside a case: the recording of the consent, and what the presenter was made from; of a film's
 * content, its pictures. Only who may decide the case at this moment sees them, and that they looked is an entry of the log
 * before the first byte is sent. What a presenter was made from must be the very file that its hash is made of: the consent's own copy while that is kept,
 * what was uploaded for a cloud render, or what its author sends for the case, which goes when the case is settled.
 */
import { AppError } from '#core/base/errors.ts';
import { sha256Hex } from '#core/base/hashing.ts';
import type { AssetHash } from '#core/base/ids.ts';
import type { Project } from '#core/document/project.ts';
import { presenterHash, recordingHash } from '#core/policy/consent/presenter-hash.ts';
import type { Queries } from '../../database/drizzle.ts';
import type { Database } from '../../database/open.ts';
import { errorFields, type Logger } from '../../logger.ts';
import { consentRepository, type ConsentRow } from '../../repositories/consent.ts';
import { evidenceRepository, type StoredSource } from '../../repositories/evidence.ts';
import { moderationRepository } from '../../repositories/moderation.ts';
import { reviewRepository, WAITING, type StoredCase } from '../../repositories/reviews.ts';
import type { AccountCaller } from '../accounts/caller.ts';
import type { Log } from '../log/log.ts';
import type { Salts } from '../log/salts.ts';
import { mediaTypeOf, TELLING_BYTES, type MediaType } from '../media-type.ts';
import type { Host } from '../services.ts';
import { assetKey } from '../assets/account-assets.ts';
import { accountKey, asStoreKey, type FileStore } from '../store.ts';
import type { Review } from './review.ts';

/** clip: the recording of the consent; source: what the presenter was made from. */
const FILMS = ['clip', 'source'] as const;
export type CaseFilm = (typeof FILMS)[number];
export type Evidence =
  | { readonly kind: 'film'; readonly film: CaseFilm }
  /** One that was judged with the words of a film. */
  | { readonly kind: 'picture'; readonly hash: AssetHash };
export const MOST_SOURCE_BYTES = 128 * 1024 * 1024;

export interface Seen {
  readonly type: MediaType;
  readonly bytes: number;
  /** From `begin` to before `end`. */
  read(begin: number, end: number): AsyncIterable<Uint8Array>;
}

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

export interface CaseEvidence {
  readonly presenterName: string;
  readonly clip: Pick<Seen, 'type' | 'bytes'> | null;
  readonly source: Pick<Seen, 'type' | 'bytes'> | null;
  /** Of whom it is the consent: for a case of footage, whether there is one that stands. */
  readonly session: ConsentRow | null;
}

export interface ReviewEvidence {
  /** In the transaction that opens a case of footage: what it will have to be seen with. */
  expect(queries: Queries, caseId: string, project: Project, subject: AssetHash): Promise<void>;
  /** For each of these cases that has a source: its hash, and whether it still has to be sent. */
  awaited(
    cases: readonly StoredCase[],
  ): Promise<ReadonlyMap<string, { readonly hash: string; readonly sent: boolean }>>;
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
  const sessionOf = async ({ kind, subjectId, authorId }: StoredCase): Promise<ConsentRow | null> => {
    if (kind === 'consent') return consents.find(subjectId);
    return kind === 'footage' ? consents.newestFor(authorId, subjectId) : null;
  };
  const find = async (found: StoredCase) => {
    const session = await sessionOf(found);
    const sent = found.kind === 'footage' ? await reading.source(found.id) : null;
    const kept = session !== null && session.mediaDeletedAt === null ? session.pictureKey : null;
    return {
      session,
      name: session?.presenterName ?? sent?.name ?? '',
      clip: () => recordingOf(session),
      source: async () =>
        (await fileAt(kept)) ??
        (await fileAt(sent?.storeKey ?? null)) ??
        (await fileAt(sent && assetKey(found.authorId, sent.hash as AssetHash))),
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
    const row = await reading.source(caseId);
    if (!row?.storeKey) return;
    await store.delete(asStoreKey(row.storeKey));
    await database.transaction(async (queries) => {
      await evidenceRepository(queries).changeSource(caseId, {
        storeKey: null,
        deletedAt: new Date(host.now()),
      });
      const hashed = await salts.hasherOf(queries, { kind: 'account', accountId: authorId });
      const subject = hashed('subject', caseId);
      await trustLog.append(queries, [{ type: 'deletion', subject, what: 'source', items: 1 }]);
    });
  };

  return {
    async expect(queries, caseId, project, subject) {
      const source = sourceOf(project, subject);
      if (source) await evidenceRepository(queries).expect({ caseId, ...source });
    },
    async awaited(cases) {
      const footage = cases.filter(({ kind }) => kind === 'footage');
      const sources = await reading.sources(footage.map(({ id }) => id));
      const told = new Map<string, { hash: string; sent: boolean }>();
      for (const found of footage) {
        const source = sources.find(({ caseId }) => caseId === found.id);
        if (!source) continue;
        const kept = await consents.newestFor(found.authorId, found.subjectId);
        const here = kept?.mediaDeletedAt === null && kept.pictureKey !== null;
        const uploaded = async () =>
          (await store.size(assetKey(found.authorId, source.hash as AssetHash))) !== null;
        const sent = here || source.storeKey !== null || (await uploaded());
        told.set(found.id, { hash: source.hash, sent });
      }
      return told;
    },
    async putSource(author, caseId, bytes) {
      const found = await reviewRepository(database.queries).byId(caseId);
      const source = found?.authorId === author.accountId ? await reading.source(caseId) : null;
      if (!found || !source) throw noSuchCase();
      requireWaiting(found);
      await requireSource(source, bytes);
      const key = accountKey(author.accountId, 'cases', caseId, 'source');
      await store.put(key, bytes);
      const kept = await database.transaction(async (queries) => {
        const now = await reviewRepository(queries).lock(caseId);
        if (!now || !waits(now)) return false;
        await evidenceRepository(queries).changeSource(caseId, { storeKey: key, deletedAt: null });
        return true;
      });
      if (kept) return;
      await store.delete(key);
      throw new AppError('conflict', 'This was decided while the file was on its way.');
    },
    async of(found) {
      const { session, name, clip, source } = await find(found);
      const told = (seen: Seen | null) => seen && { type: seen.type, bytes: seen.bytes };
      return { presenterName: name, session, clip: told(await clip()), source: told(await source()) };
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
      if (found.kind === 'footage' && !films.source && (await reading.source(found.id)))
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
        await store.delete(accountKey(authorId, 'cases', id, 'source'));
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

/** What a subject of this film was made from; null where that is no file, as with a voice. */
function sourceOf(
  project: Project,
  subject: AssetHash,
): { readonly name: string; readonly hash: AssetHash } | null {
  for (const presenter of project.presenters)
    if (presenter.kind !== 'illustrated' && presenterHash(presenter) === subject)
      return { name: presenter.name, hash: presenter.kind === 'photo' ? presenter.picture : presenter.film };
  for (const { recording } of project.scenes)
    if (recording && recordingHash(recording) === subject)
      return { name: 'A recorded voice', hash: recording.asset };
  return null;
}

async function seenOf(bytes: number, read: Seen['read']): Promise<Seen | null> {
  const head: Uint8Array[] = [];
  for await (const piece of read(0, Math.min(bytes, TELLING_BYTES))) head.push(piece);
  const type = mediaTypeOf(Buffer.concat(head));
  return type && { type, bytes, read };
}

/** The stretch of a recording, from the chunks that carry it and no others. */
async function* readChunks(
  store: FileStore,
  chunks: readonly { readonly storeKey: string; readonly bytes: number }[],
  begin: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const { storeKey, bytes } of chunks) {
    const [from, until] = [Math.max(begin, at), Math.min(end, at + bytes)];
    if (from < until) yield* store.read(asStoreKey(storeKey), from - at, until - at);
    at += bytes;
  }
}

/** @throws AppError too-large, unsupported-media, refused */
async function requireSource(source: StoredSource, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  if (mediaTypeOf(bytes) === null)
    throw new AppError(
      'unsupported-media',
      'This is no film, picture or sound that a reviewer could look at.',
    );
  if ((await sha256Hex(bytes)) !== (source.hash as AssetHash))
    throw new AppError('refused', 'This is not the file that the presenter was made from.', {
      way: 'Send it from the device that made the presenter.',
    });
}

function waits({ state }: StoredCase): boolean {
  return WAITING.some((waiting) => waiting === state);
}
function requireWaiting(found: StoredCase): void {
  if (!waits(found)) throw new AppError('conflict', 'This case is decided already.');
}
const noSuchCase = () => new AppError('not-found', 'There is no such case, or it is not yours.');
