/**
 * The recording as it comes in. The server's clock starts with it and is the only one; a chunk is taken when it follows the
 * one before it, as it was recorded and while it was. The same chunk again is answered as it was the first time, so that a
 * stalled network can try once more; anything else that is not the next chunk breaks the chain, and ends the session: a
 * recording with a break in it is worth nothing.
 */
import { AppError } from '#core/base/errors.ts';
import type { AssetHash } from '#core/base/ids.ts';
import { chainNext, chainStart } from '#core/policy/consent/chain.ts';
import type { ConsentSessionId } from '#core/policy/consent/challenge.ts';
import { consentRepository, type ChunkRow, type ConsentRow } from '../../repositories/consent.ts';
import { accountKey, type StoreKey } from '../store.ts';
import { requireRow } from './begin.ts';
import type { CaptureHints } from './evidence.ts';
import type { ConsentParts } from './parts.ts';
import { recordUntilMs } from './reveal.ts';
import { refuseSession } from './settle.ts';

export const CHUNK_LIMITS = {
  chunkBytes: 2 * 1024 * 1024,
  chunks: 600,
  /** A live recording cannot come faster than it is made; generous, because bitrates wander. */
  bytesPerS: 1_500_000,
  aheadBytes: 4 * 1024 * 1024,
  /** Longer than this nothing came: what comes then was kept back, or made too late. */
  silenceMs: 10_000,
  /** After the last prompt: the last chunks, on a slow network. */
  afterEndMs: 12_000,
  /** The recorder may stop so much before the end. */
  earlyMs: 1500,
} as const;

export interface TakenChunk {
  readonly index: number;
  readonly receivedAtMs: number;
  readonly hash: AssetHash;
}

export interface NewChunk {
  readonly index: number;
  /** The chain's hash before it, as whoever sends it reckons. */
  readonly before: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** When its last byte was here, milliseconds since 1970: a request that is opened early gains nothing. */
  readonly cameAtMs: number;
}

/** Starts the clock. @throws AppError conflict | invalid-input */
export async function startRecording(
  { database, host }: ConsentParts,
  id: string,
  hints: CaptureHints,
): Promise<ConsentRow> {
  return database.transaction(async (queries) => {
    const consents = consentRepository(queries);
    const row = requireRow(await consents.findToChange(id));
    if (row.state !== 'open')
      throw new AppError('conflict', 'This recording was begun before.', { way: 'Begin a new consent.' });
    if (row.files.some(({ key }) => key === null))
      throw new AppError('invalid-input', 'What the person is to be compared with is not here yet.');
    const chainHead = await chainStart(id as ConsentSessionId);
    await consents.change(id, { state: 'recording', startedAt: new Date(host.now()), hints, chainHead });
    return requireRow(await consents.find(id));
  });
}

/** Milliseconds of the session. */
export function sessionMs(row: ConsentRow, atMs: number): number {
  return row.startedAt === null ? 0 : atMs - row.startedAt.getTime();
}

/** @throws AppError refused: the chain is broken, and the session with it; conflict, too-large, not-found */
export async function takeChunk(parts: ConsentParts, row: ConsentRow, chunk: NewChunk): Promise<TakenChunk> {
  const { database, store } = parts;
  const consents = consentRepository(database.queries);
  const again = await sameAgain(parts, row, chunk);
  if (again) return again;
  requireRecording(row);
  const hash = await chainNext(chunk.before as AssetHash, chunk.bytes);
  const name = `${String(chunk.index).padStart(5, '0')}-${hash.slice(0, 16)}`;
  const key = accountKey(row.accountId, 'consent', row.id, name);
  // A look before anything is written; whoever comes between is met below.
  const early = faultOf(row, await consents.lastChunk(row.id), chunk);
  if (early !== null) return breakSession(parts, row.id, early);
  await store.put(key, chunk.bytes);
  const broken = await keepOrDrop(parts, row.id, key, () =>
    database.transaction(async (queries) => {
      const locked = consentRepository(queries);
      const now = requireRow(await locked.findToChange(row.id));
      requireRecording(now);
      const fault = faultOf(now, await locked.lastChunk(row.id), chunk);
      if (fault !== null) return fault;
      await locked.addChunk({
        sessionId: row.id,
        position: chunk.index,
        receivedAtMs: sessionMs(now, chunk.cameAtMs),
        bytes: chunk.bytes.length,
        hash,
        storeKey: key,
      });
      await locked.change(row.id, { chainHead: hash });
      return null;
    }),
  );
  if (broken !== null) return breakSession(parts, row.id, broken);
  return { index: chunk.index, receivedAtMs: sessionMs(row, chunk.cameAtMs), hash };
}

/** What could not be written down is not kept either: film that was deleted meanwhile must not come back by its last chunk. */
async function keepOrDrop<T>(
  { database, store }: ConsentParts,
  id: string,
  key: StoreKey,
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const held = await consentRepository(database.queries).chunks(id);
    if (!held.some(({ storeKey: kept }) => kept === key)) await store.delete(key);
    throw error;
  }
}

/** A chunk that is here already, byte for byte. */
async function sameAgain({ database }: ConsentParts, row: ConsentRow, chunk: NewChunk) {
  const known = await consentRepository(database.queries).chunk(row.id, chunk.index);
  if (!known) return null;
  const same = known.hash === (await chainNext(chunk.before as AssetHash, chunk.bytes));
  return same ? taken(known) : null;
}

function taken({ position, receivedAtMs, hash }: ChunkRow): TakenChunk {
  return { index: position, receivedAtMs, hash: hash as AssetHash };
}

function requireRecording({ state }: ConsentRow): void {
  if (state === 'recording') return;
  throw new AppError(
    'conflict',
    state === 'open' ? 'The recording has not begun.' : 'This recording is over.',
  );
}

/** Why this is not the next chunk of this recording, in a sentence; null where it is. */
function faultOf(row: ConsentRow, last: ChunkRow | null, chunk: NewChunk): string | null {
  const next = last === null ? 0 : last.position + 1;
  const atMs = sessionMs(row, chunk.cameAtMs);
  const number = chunk.index + 1;
  if (chunk.index < next) return `Chunk ${number} came a second time, with other bytes.`;
  if (chunk.index > next)
    return `Chunk ${number} came before chunk ${next + 1}: chunks are missing or reordered.`;
  if (chunk.before !== row.chainHead) return `Chunk ${number} does not follow the one that came before it.`;
  if (atMs > recordUntilMs(row.challenge) + CHUNK_LIMITS.afterEndMs)
    return `Chunk ${number} came after the session was over.`;
  if (atMs - (last?.receivedAtMs ?? 0) > CHUNK_LIMITS.silenceMs)
    return `Chunk ${number} came ${Math.round((atMs - (last?.receivedAtMs ?? 0)) / 1000)} s after the one before it, too late to count as live.`;
  return null;
}

async function breakSession(parts: ConsentParts, id: string, reason: string): Promise<never> {
  await refuseSession(parts, id, { check: 'chunks', reason });
  throw new AppError('refused', reason, { way: 'Begin a new recording.' });
}

/** Whether so much may have come by now. @throws AppError too-large */
export async function requirePace(
  { database }: ConsentParts,
  row: ConsentRow,
  bytes: number,
  atMs: number,
): Promise<void> {
  const chunks = await consentRepository(database.queries).chunks(row.id);
  const sofar = chunks.reduce((sum, chunk) => sum + chunk.bytes, 0);
  const most = CHUNK_LIMITS.aheadBytes + (CHUNK_LIMITS.bytesPerS * sessionMs(row, atMs)) / 1000;
  if (chunks.length < CHUNK_LIMITS.chunks && sofar + bytes <= most) return;
  throw new AppError('too-large', 'More has come than a camera records in this time.', {
    way: 'Begin a new recording.',
  });
}

/** @throws AppError conflict, invalid-input, refused */
export async function finishRecording(
  parts: ConsentParts,
  id: string,
  claimed: { readonly chunks: number; readonly chainHead: string },
): Promise<ConsentRow> {
  const { database, host, settings } = parts;
  const now = host.now();
  const done = await database.transaction(async (queries) => {
    const consents = consentRepository(queries);
    const row = requireRow(await consents.findToChange(id));
    const last = await consents.lastChunk(id);
    const held = last === null ? 0 : last.position + 1;
    const same = held === claimed.chunks && row.chainHead === claimed.chainHead;
    // Asked again after its answer was lost.
    if (row.state === 'checking' && same) return row;
    requireRecording(row);
    if (sessionMs(row, now) < recordUntilMs(row.challenge) - CHUNK_LIMITS.earlyMs)
      throw new AppError('invalid-input', 'The recording ended before everything was asked.', {
        way: 'Begin a new recording, and stay until the end.',
      });
    if (!same) return null;
    const mediaDeleteAt = new Date(now + settings.CONSENT_MEDIA_DAYS * 86_400_000);
    await consents.change(id, { state: 'checking', finishedAt: new Date(now), mediaDeleteAt });
    return requireRow(await consents.find(id));
  });
  return done ?? breakSession(parts, id, 'The recording that arrived is not the one that was made.');
}
