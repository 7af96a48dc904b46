/** Consent sessions, their chunks, and what is kept of recordings to know them again. */
import {
  and,
  asc,
  desc,
  eq,
  inArray,
  isNotNull,
  isNull,
  lt,
  lte,
  notInArray,
  or,
  sql,
} from '../database/drizzle.ts';
import type { InferInsertModel, InferSelectModel, Queries } from '../database/drizzle.ts';
import {
  consentChunk,
  consentReceipt,
  consentSession,
  heardVoice,
  recordingFingerprint,
  type ConsentState,
} from '../database/schema/consent.ts';

export type ConsentRow = InferSelectModel<typeof consentSession>;
export type ChunkRow = InferSelectModel<typeof consentChunk>;
export type ReceiptRow = InferSelectModel<typeof consentReceipt>;
type NewConsent = InferInsertModel<typeof consentSession>;

export interface ConsentRepository {
  add(row: NewConsent): Promise<void>;
  find(id: string): Promise<ConsentRow | null>;
  /** Nobody else changes it until the transaction ends. Only within one. */
  findToChange(id: string): Promise<ConsentRow | null>;
  findByLink(tokenHash: string): Promise<ConsentRow | null>;
  /** The newest first. */
  listOf(accountId: string, most: number): Promise<readonly ConsentRow[]>;
  /** All of them. */
  idsOf(accountId: string): Promise<readonly string[]>;
  /** The account's newest consent to this presenter that was not taken back: where one was granted, that one. */
  newestFor(accountId: string, presenterHash: string): Promise<ConsentRow | null>;
  change(id: string, set: Partial<NewConsent>): Promise<void>;

  chunks(id: string): Promise<readonly ChunkRow[]>;
  lastChunk(id: string): Promise<ChunkRow | null>;
  chunk(id: string, position: number): Promise<ChunkRow | null>;
  addChunk(row: ChunkRow): Promise<void>;

  receiptOf(sessionId: string): Promise<ReceiptRow | null>;

  /** Takes one that waits to be checked, or whose checker has gone. */
  claim(now: Date, leaseUntil: Date): Promise<ConsentRow | null>;
  extendLease(id: string, until: Date): Promise<void>;
  /** After this process alone has opened the database: nobody holds anything any more. */
  forgetLeases(): Promise<void>;

  /** Those whose raw film is due to be deleted and not needed any more, the longest due first. */
  mediaDue(now: Date, most: number): Promise<readonly ConsentRow[]>;
  /** Begun before then, and never finished. */
  abandoned(before: Date, most: number): Promise<readonly ConsentRow[]>;
  /** Those that wait for a person who did not come before their film is due to be deleted. */
  undecided(now: Date, most: number): Promise<readonly ConsentRow[]>;
  /** Granted, and past their time. */
  lapsed(now: Date, most: number): Promise<readonly ConsentRow[]>;

  /** The account's consents that stand, the newest first. */
  granted(accountId: string): Promise<readonly ConsentRow[]>;
  /** Sessions of those who were heard in this recording. */
  heardIn(accountId: string, recordingHash: string): Promise<readonly string[]>;
  noteHeard(row: InferInsertModel<typeof heardVoice>): Promise<void>;

  keepFingerprint(row: InferInsertModel<typeof recordingFingerprint>): Promise<void>;
  /** A page of them, in the order of their sessions' ids, after one. */
  fingerprintsAfter(
    sessionId: string,
    most: number,
  ): Promise<readonly InferSelectModel<typeof recordingFingerprint>[]>;
}

const MOST_GRANTED = 50;
const UNFINISHED: readonly ConsentState[] = ['open', 'recording'];
/** In which the film is needed to decide. */
export const NEEDED: readonly ConsentState[] = ['recording', 'checking', 'person'];

export function consentRepository(queries: Queries): ConsentRepository {
  const one = async <T>(rows: Promise<T[]>): Promise<T | null> => (await rows)[0] ?? null;
  return {
    add: async (row) => void (await queries.insert(consentSession).values(row)),
    find: (id) => one(queries.select().from(consentSession).where(eq(consentSession.id, id))),
    findToChange: (id) =>
      one(queries.select().from(consentSession).where(eq(consentSession.id, id)).for('update')),
    findByLink: (tokenHash) =>
      one(queries.select().from(consentSession).where(eq(consentSession.revokeTokenHash, tokenHash))),
    listOf: (accountId, most) =>
      queries
        .select()
        .from(consentSession)
        .where(eq(consentSession.accountId, accountId))
        .orderBy(desc(consentSession.createdAt))
        .limit(most),
    async idsOf(accountId) {
      const rows = await queries
        .select({ id: consentSession.id })
        .from(consentSession)
        .where(eq(consentSession.accountId, accountId));
      return rows.map(({ id }) => id);
    },
    newestFor: (accountId, presenterHash) =>
      one(
        queries
          .select()
          .from(consentSession)
          .where(
            and(
              eq(consentSession.accountId, accountId),
              eq(consentSession.presenterHash, presenterHash),
              inArray(consentSession.state, ['granted', 'person', 'checking']),
            ),
          )
          .orderBy(sql`${consentSession.state} = 'granted' desc`, desc(consentSession.createdAt))
          .limit(1),
      ),
    change: async (id, set) =>
      void (await queries.update(consentSession).set(set).where(eq(consentSession.id, id))),

    chunks: (id) =>
      queries
        .select()
        .from(consentChunk)
        .where(eq(consentChunk.sessionId, id))
        .orderBy(asc(consentChunk.position)),
    lastChunk: (id) =>
      one(
        queries
          .select()
          .from(consentChunk)
          .where(eq(consentChunk.sessionId, id))
          .orderBy(desc(consentChunk.position))
          .limit(1),
      ),
    chunk: (id, position) =>
      one(
        queries
          .select()
          .from(consentChunk)
          .where(and(eq(consentChunk.sessionId, id), eq(consentChunk.position, position))),
      ),
    addChunk: async (row) => void (await queries.insert(consentChunk).values(row)),

    receiptOf: (sessionId) =>
      one(queries.select().from(consentReceipt).where(eq(consentReceipt.sessionId, sessionId))),

    async claim(now, leaseUntil) {
      const next = queries
        .select({ id: consentSession.id })
        .from(consentSession)
        .where(
          and(
            eq(consentSession.state, 'checking'),
            or(isNull(consentSession.leaseUntil), lt(consentSession.leaseUntil, now)),
          ),
        )
        .orderBy(asc(consentSession.finishedAt))
        .limit(1)
        .for('update', { skipLocked: true });
      const claimed = await queries
        .update(consentSession)
        .set({ leaseUntil, attempts: sql`${consentSession.attempts} + 1` })
        .where(inArray(consentSession.id, next))
        .returning();
      return claimed[0] ?? null;
    },
    extendLease: async (id, until) =>
      void (await queries
        .update(consentSession)
        .set({ leaseUntil: until })
        .where(and(eq(consentSession.id, id), eq(consentSession.state, 'checking')))),
    forgetLeases: async () =>
      void (await queries
        .update(consentSession)
        .set({ leaseUntil: null })
        .where(isNotNull(consentSession.leaseUntil))),

    mediaDue: (now, most) =>
      queries
        .select()
        .from(consentSession)
        .where(
          and(
            isNull(consentSession.mediaDeletedAt),
            lte(consentSession.mediaDeleteAt, now),
            notInArray(consentSession.state, [...NEEDED]),
          ),
        )
        .orderBy(asc(consentSession.mediaDeleteAt))
        .limit(most),
    undecided: (now, most) =>
      queries
        .select()
        .from(consentSession)
        .where(and(eq(consentSession.state, 'person'), lte(consentSession.mediaDeleteAt, now)))
        .orderBy(asc(consentSession.mediaDeleteAt))
        .limit(most),
    abandoned: (before, most) =>
      queries
        .select()
        .from(consentSession)
        .where(and(inArray(consentSession.state, [...UNFINISHED]), lt(consentSession.createdAt, before)))
        .limit(most),
    async lapsed(now, most) {
      const rows = await queries
        .select({ session: consentSession })
        .from(consentSession)
        .innerJoin(consentReceipt, eq(consentReceipt.sessionId, consentSession.id))
        .where(and(eq(consentSession.state, 'granted'), lt(consentReceipt.until, now)))
        .limit(most);
      return rows.map(({ session }) => session);
    },

    granted: (accountId) =>
      queries
        .select()
        .from(consentSession)
        .where(and(eq(consentSession.accountId, accountId), eq(consentSession.state, 'granted')))
        .orderBy(desc(consentSession.createdAt))
        .limit(MOST_GRANTED),
    async heardIn(accountId, recordingHash) {
      const rows = await queries
        .select({ id: heardVoice.sessionId })
        .from(heardVoice)
        .where(and(eq(heardVoice.accountId, accountId), eq(heardVoice.recordingHash, recordingHash)));
      return rows.map(({ id }) => id);
    },
    noteHeard: async (row) => void (await queries.insert(heardVoice).values(row).onConflictDoNothing()),

    keepFingerprint: async (row) =>
      void (await queries.insert(recordingFingerprint).values(row).onConflictDoNothing()),
    fingerprintsAfter: (sessionId, most) =>
      queries
        .select()
        .from(recordingFingerprint)
        .where(sql`${recordingFingerprint.sessionId} > ${sessionId}`)
        .orderBy(asc(recordingFingerprint.sessionId))
        .limit(most),
  };
}
