/**
 * What a row of the list asks of the server: its media sent, its draft and its film asked for, and both taken back. Each is
 * asked for under a key of the row's, so that whatever became of an answer, asking again is about the same film.
 */
import {
  AppError,
  errorFromWire,
  errorToWire,
  throwIfCancelled,
  toAppError,
  type ErrorCode,
} from '#core/base/errors.ts';
import { newId, type AssetHash } from '#core/base/ids.ts';
import { pruneUnused, usedMedia } from '#core/document/edit.ts';
import type { Project } from '#core/document/project.ts';
import type { Grade } from '#core/policy/permit.ts';
import { parseProject } from '#shared/project-codec.ts';
import type { Render, RenderOutput, ServerClient } from '../api/client.ts';
import { hasEnded } from '../api/render-events.ts';
import { backOff, PASSING, pause, uploadAsset, type UploadNews } from '../api/uploads.ts';
import type { CloudChange, CloudRow } from '../storage/cloud-log.ts';
import type { Storage } from '../storage/open.ts';
import type { AccountManager } from './account.svelte.ts';
import { draftOf, outputOf } from './cloud-output.ts';

export interface AskingParts {
  readonly client: ServerClient;
  readonly storage: Pick<Storage, 'assets'>;
}

/** An answer that does not come is asked for again after these, before the film waits for its maker to ask. */
const ASK_AGAIN_MS = [500, 2000, 5000];
/** So often the server says that it has no room before that is taken for its word. */
const MOST_REFUSED = 4;

export function wishFor(project: Project, output: RenderOutput, grade: Grade) {
  // What nothing refers to does not leave the device, not even by name.
  return { project: pruneUnused(project), grade, output };
}

/** However often it is asked, after a closed page or a lost answer, the server makes one draft and one film of a row. */
function askOnce(
  client: ServerClient,
  { id, requestKey = id, choices, grade, json }: CloudRow,
  which: 'draft' | 'film',
  signal: AbortSignal,
): Promise<Render> {
  const { project } = parseProject(json);
  const body =
    which === 'draft'
      ? wishFor(project, draftOf(choices), 'draft')
      : wishFor(project, outputOf(choices), grade);
  const header = { 'idempotency-key': `${requestKey}-${which}` };
  return client.call('POST /api/renders', { header, body }, signal);
}

/** @throws AppError network | signed-out | refused | too-many | busy | cancelled */
export async function askFor(
  parts: AskingParts,
  row: CloudRow,
  which: 'draft' | 'film',
  onNews: (news: SentSoFar) => void,
  signal: AbortSignal,
): Promise<Render> {
  const submit = async (waitsMs: readonly number[]): Promise<Render> => {
    try {
      return await askOnce(parts.client, row, which, signal);
    } catch (error) {
      const [waitMs, ...later] = waitsMs;
      if (toAppError(error).code !== 'network' || waitMs === undefined) throw error;
      await pause(waitMs, signal);
      throwIfCancelled(signal);
      return submit(later);
    }
  };
  try {
    return await submit(ASK_AGAIN_MS);
  } catch (error) {
    // Something was deleted from the server meanwhile.
    if (toAppError(error).code !== 'conflict') throw error;
    await sendMedia(parts, parseProject(row.json).project, onNews, signal);
    return await submit(ASK_AGAIN_MS);
  }
}

/** The server's word on what it was asked for: it has not taken it, now or at an earlier try. */
export function isRefusal(error: unknown): boolean {
  const { code } = toAppError(error);
  return !PASSING.includes(code) && code !== 'signed-out' && code !== 'cancelled';
}

/** Whether the server may go on with what a failed row asked for: out of reach, or out of sight, says nothing of it. */
export function mayGoOn({ asked, draftId, draft, renderId, render }: CloudRow): boolean {
  const known = (id: string | null, last: Render | null) => id !== null && !(last && hasEnded(last));
  const unanswered = asked === 'draft' ? draftId === null : asked === 'film' && renderId === null;
  return unanswered || known(draftId, draft) || known(renderId, render);
}

/**
 * Under its key a row is known to its own account alone: to another's, it would be asked for as something new.
 * @throws AppError signed-out: someone else is signed in
 */
export async function requireOwner(account: AccountManager, { email }: CloudRow): Promise<void> {
  const state = account.state.kind === 'signed-in' ? account.state : await account.look();
  if (state.kind === 'signed-in' && email !== '' && state.email !== '' && state.email !== email)
    throw new AppError('signed-out', `It was asked for by ${email}, and another account is signed in.`, {
      way: 'Sign in to that account.',
    });
}

export interface SentSoFar extends UploadNews {
  readonly totalBytes: number;
}

/** What the server lacks of a project's media, and no more. */
export async function sendMedia(
  { client, storage }: AskingParts,
  project: Project,
  onNews: (news: SentSoFar) => void,
  signal: AbortSignal,
): Promise<void> {
  const hashes = [...usedMedia(project)];
  const { missing } = await client.call('POST /api/assets/missing', { body: { hashes } }, signal);
  const files: (readonly [AssetHash, Blob])[] = [];
  for (const hash of missing as AssetHash[]) {
    const file = await storage.assets.file(hash);
    if (!file)
      throw new AppError(
        'not-found',
        'A picture, film or sound of this project is no longer on this device.',
        {
          way: 'Open the project, put it back or take it out, then send it again.',
        },
      );
    files.push([hash, file]);
  }
  const totalBytes = files.reduce((sum, [, { size }]) => sum + size, 0);
  let doneBytes = 0;
  for (const [hash, file] of files) {
    await uploadAsset(hash, file, {
      signal,
      onNews: ({ sentBytes, waiting }) => onNews({ sentBytes: doneBytes + sentBytes, totalBytes, waiting }),
    });
    doneBytes += file.size;
  }
}

/**
 * Takes back what was asked for, until the server has confirmed it; a network that is away is waited for. What was asked for
 * without an answer is asked for once more: that says which film it is, if the server took it, and then it is taken back.
 * @returns what became of the row: cancelled, or done where the film was quicker
 * @throws AppError signed-out | cancelled
 */
export async function takeBack(
  client: ServerClient,
  row: CloudRow,
  onWaiting: () => void,
  signal: AbortSignal,
): Promise<CloudChange> {
  /** @param isAnswer codes that say that there is nothing to take back, by how often they were said */
  const insist = async <T>(
    call: () => Promise<T>,
    isAnswer: (code: ErrorCode, times: number) => boolean,
  ): Promise<T | null> => {
    for (let tries = 0; ; tries++) {
      try {
        return await call();
      } catch (error) {
        throwIfCancelled(signal);
        const { code } = toAppError(error);
        if (code !== 'signed-out' && isAnswer(code, tries + 1)) return null;
        if (!PASSING.includes(code)) throw error;
        onWaiting();
        await pause(backOff(tries), signal);
        throwIfCancelled(signal);
      }
    }
  };
  // The server looks for what is there under a key before it refuses anything new.
  const notTaken = (code: ErrorCode, times: number) =>
    PASSING.includes(code) ? (code === 'busy' || code === 'too-many') && times > MOST_REFUSED : true;
  const idOf = async (which: 'draft' | 'film', known: string | null): Promise<string | null> => {
    if (known !== null || row.asked !== which) return known;
    return (await insist(() => askOnce(client, row, which, signal), notTaken))?.id ?? null;
  };
  const end = async (id: string | null): Promise<Render | null> => {
    if (id === null) return null;
    const cancel = () => client.call('POST /api/renders/{id}/cancel', { path: { id } }, signal);
    return insist(cancel, (code) => code === 'not-found');
  };
  const renderId = await idOf('film', row.renderId);
  const render = await end(renderId);
  await end(await idOf('draft', row.draftId));
  // Gone from the server, it is as good as cancelled.
  if (render === null) return { stage: 'cancelled', error: null };
  return { error: null, renderId, render, ...stageOf(render) };
}

export function stageOf(render: Render): CloudChange {
  switch (render.state) {
    case 'done':
      return { stage: 'done', error: null };
    case 'cancelled':
      return { stage: 'cancelled' };
    case 'failed':
    case 'stopped':
      return { stage: 'failed', error: errorToWire(errorOf(render)) };
    default:
      return { stage: 'rendering' };
  }
}

function errorOf({ error, state }: Render): AppError {
  const told: unknown = error;
  if (told !== null && typeof told === 'object' && 'code' in told && 'message' in told)
    return errorFromWire(told as Parameters<typeof errorFromWire>[0]);
  return state === 'stopped'
    ? new AppError('refused', 'The server stopped this film.', {
        way: 'Its permission ended; see the presenter’s consent.',
      })
    : new AppError('internal', 'The server could not make this film.', {
        way: 'Try again; what was made is used again.',
      });
}

/** Written down before a server told it, it is undefined. */
export function isWithdrawn(render: Partial<Pick<Render, 'withdrawnAt'>> | null | undefined): boolean {
  return (render?.withdrawnAt ?? null) !== null;
}

/** What changes where a film is asked for again; null where nothing stopped it. */
export function begunAgain(row: CloudRow): CloudChange | null {
  if (row.stage !== 'failed' && row.stage !== 'cancelled') return null;
  // Only out of sight, as when the account was signed out: it may still be under way.
  if (row.renderId !== null && !(row.render && hasEnded(row.render)) && row.error?.code === 'signed-out')
    return { stage: 'rendering', error: null };
  const afresh = { stage: 'sending', error: null, renderId: null, render: null } as const;
  const draft = row.stage === 'cancelled' ? { draftId: null, draft: null } : {};
  // What the server gave up is asked for anew; its segments are still there. What it never answered to is asked again.
  return row.stage === 'cancelled' || row.renderId !== null
    ? { ...afresh, ...draft, requestKey: newId<string>(), asked: null }
    : afresh;
}

/** What changes where a film is cancelled; null where it has ended. */
export function givenUp({ stage }: CloudRow): CloudChange | null {
  return stage === 'sending' || stage === 'rendering' || stage === 'cancelling'
    ? { stage: 'cancelling', error: null }
    : null;
}

/** Whether it is this sending that is still to go on: nobody cancelled it or began anew. */
export function isStillSent({ requestKey }: CloudRow, now: CloudRow): boolean {
  return now.stage === 'sending' && now.requestKey === requestKey;
}
