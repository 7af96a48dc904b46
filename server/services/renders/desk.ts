/**
 * What signs and decides, in the processes that serve: a film begins when its permit was derived again, and is given out
 * when it was derived once more; both, and every other end, stand in the public log. A permit that ends stops what runs.
 * Workers hold no keys; they open what strangers sent.
 */
import { errorToWire, AppError, isCancelled, toAppError } from '#core/base/errors.ts';
import type { AssetHash } from '#core/base/ids.ts';
import type { Project } from '#core/document/project.ts';
import type { EntryBody } from '#core/policy/log/entry.ts';
import type { Queries } from '../../database/drizzle.ts';
import { eq } from '../../database/drizzle.ts';
import type { FilmRecord, RenderState, StepKind } from '../../database/schema/render.ts';
import { serverPermit } from '../../database/schema/work.ts';
import type { AccountsRepository } from '../../repositories/accounts.ts';
import { assetsRepository } from '../../repositories/assets.ts';
import { logRepository } from '../../repositories/log.ts';
import { renderRepository, type RenderRow } from '../../repositories/renders.ts';
import { SCOPES, type AccountCaller } from '../accounts/caller.ts';
import { assetKey, assetsOf } from '../assets/account-assets.ts';
import type { CountedFile, CountedStore } from '../files/counted-store.ts';
import type { Log } from '../log/log.ts';
import type { Receipts } from '../log/receipts.ts';
import type { Salts } from '../log/salts.ts';
import type { Permits } from '../permits.ts';
import { atDesk } from './desk-time.ts';
import { enqueue, rewind } from './fairness.ts';
import {
  endRender,
  endStep,
  failStep,
  putBack,
  whileHeld,
  withdraw,
  type HeldStep,
  type Withdrawn,
} from './flow.ts';
import { dropUnowned, dropWithdrawn } from './leftovers.ts';
import { CAPTIONS_MIME } from './output.ts';
import type { RenderParts } from './parts.ts';
import type { LookAtFilm } from './look.ts';
import { costs, DELIVER, lookStep } from './plan.ts';
import { MOST_ATTEMPTS } from './queue.ts';
import { openRunner, persist, type Runner, type Work } from './runner.ts';
import { learnLook } from './speed.ts';
import { hasEnded } from './view.ts';

export interface DeskParts extends RenderParts {
  readonly store: CountedStore;
  readonly permits: Permits;
  readonly receipts: Receipts;
  readonly accounts: AccountsRepository;
  readonly trustLog: Log;
  readonly salts: Salts;
  /** Looks at what a film shows before it is given out. @throws AppError refused */
  readonly lookAtFilm?: LookAtFilm;
}

const AT_ONCE = 100;
const REWIND_MS = 60_000;

export function openDesk(parts: DeskParts): Runner {
  let rewoundMs = performance.now();
  const tend = async (): Promise<void> => {
    const renders = renderRepository(parts.database.queries);
    for (const { id } of await renders.withEndedPermits()) await stop(parts, id);
    for (const { id } of await renders.unlogged(AT_ONCE)) await logEnd(parts, id);
    if (performance.now() - rewoundMs < REWIND_MS) return;
    rewoundMs = performance.now();
    await parts.database.transaction((queries) => rewind(queries, parts.queue));
    await dropWithdrawn(parts);
  };
  const shared = { parts, slots: 1, perform: (work: Work) => perform(parts, work) };
  const runner = openRunner({ ...shared, lane: 'desk', tend });
  // Looking at a film takes minutes, in which others begin and are given out.
  const looker = openRunner({ ...shared, lane: 'look' });
  const stopListening = parts.permits.onEnded((permitIds) => {
    const renders = renderRepository(parts.database.queries);
    void renders
      .activeWithPermits(permitIds)
      .then((films) => Promise.all(films.map(({ id }) => stop(parts, id))))
      .then(() => dropWithdrawn(parts))
      // A later beat finds them as well.
      .catch((error: unknown) => parts.log.warn({ code: toAppError(error).code }, 'not stopped at once'));
  });
  return {
    id: runner.id,
    poke() {
      runner.poke();
      looker.poke();
    },
    async beat() {
      await Promise.all([runner.beat(), looker.beat()]);
    },
    async close() {
      stopListening();
      await Promise.all([runner.close(), looker.close()]);
    },
  };
}

async function perform(parts: DeskParts, work: Work): Promise<void> {
  const { held, signal } = work;
  try {
    if (held.step.kind === 'begin') await atDesk(parts, signal, (stop) => begin(parts, held, stop));
    // A look has limits of its own.
    else if (held.step.kind === 'look') await look(parts, work);
    else await atDesk(parts, signal, (stop) => deliver(parts, held, stop));
  } catch (error) {
    if (isCancelled(error) || signal.aborted)
      return void (await whileHeld(parts, held, (queries) => putBack(parts, queries, held.step, 0)));
    // A consent that was taken back stops a film; whatever else is refused fails it.
    const { id } = held.render;
    const ended = await persist(
      parts,
      () => renderRepository(parts.database.queries).withEndedPermits(),
      signal,
    );
    if (ended.some((film) => film.id === id)) return stop(parts, id);
    await persist(parts, () => failStep(parts, held, error), signal);
  }
}

async function begin(parts: DeskParts, held: HeldStep, signal: AbortSignal): Promise<void> {
  const { project, permitId } = await derive(parts, held.render);
  const receipts = await parts.permits.bundles(held.render.accountId, project);
  await persist(
    parts,
    () =>
      whileHeld(parts, held, async (queries, film) => {
        await endStep(parts, queries, held.step);
        await renderRepository(queries).change(film.id, { permitId, receipts, logged: 'started' });
        await write(parts, queries, film, 'started', null);
        const turn = { renderId: film.id, band: film.band, tag: film.tag };
        await enqueue(queries, parts.queue, turn, [{ kind: 'prepare', segments: [], costS: costs.prepareS }]);
      }),
    signal,
  );
}

async function look(parts: DeskParts, { held, signal, onProgress }: Work): Promise<void> {
  const { render } = held;
  if (!(await filesAreThere(parts, render))) return assembleAgain(parts, held, signal);
  const startedMs = performance.now();
  const seen = await parts.lookAtFilm?.(render, signal, onProgress);
  const wallS = (performance.now() - startedMs) / 1000;
  await persist(
    parts,
    () =>
      whileHeld(parts, held, async (queries, film) => {
        await endStep(parts, queries, held.step);
        await renderRepository(queries).change(film.id, { troubleSince: null });
        if (seen?.looked) await learnLook(queries, film, wallS);
        await enqueue(queries, parts.queue, turnOf(film), [DELIVER], film.workS);
      }),
    signal,
  );
}

async function deliver(parts: DeskParts, held: HeldStep, signal: AbortSignal): Promise<void> {
  const film = held.render.film;
  if (!film) throw new AppError('internal', 'A film was to be given out before it was made.');
  const { accountId } = held.render;
  if (!(await filesAreThere(parts, held.render))) return assembleAgain(parts, held, signal);
  if (!(await wasLookedAt(parts, held.render))) return lookFirst(parts, held, signal);
  const { permitId } = await derive(parts, held.render);
  // What lay there may be about to go, as a leftover of an earlier film that was the same.
  const given = await parts.database.exclusive(assetsOf(accountId), async () => {
    const files = await storedFiles(parts, accountId, film);
    if (!files) return false;
    await giveOut(parts, held, { permitId, film, files }, signal);
    return true;
  });
  if (!given) await assembleAgain(parts, held, signal);
}

interface Given {
  readonly permitId: string;
  readonly film: FilmRecord;
  readonly files: readonly MadeFile[];
}

/** @throws AccountFull; AppError refused */
async function giveOut(
  parts: DeskParts,
  held: HeldStep,
  { permitId, film, files }: Given,
  signal: AbortSignal,
): Promise<void> {
  const { accountId } = held.render;
  await persist(
    parts,
    () =>
      whileHeld(parts, held, async (queries, row) => {
        // Whoever takes back a consent at this moment comes before this, and it ends, or after, and it was given out; the
        // log is locked before the permit, as they do it.
        await logRepository(queries).lock();
        const [permit] = await queries
          .select({ endedAt: serverPermit.endedAt, endReason: serverPermit.endReason })
          .from(serverPermit)
          .where(eq(serverPermit.id, permitId))
          .for('update');
        if (!permit || permit.endedAt)
          throw new AppError('refused', permit?.endReason ?? 'This permit is gone.');
        await endStep(parts, queries, held.step);
        const now = new Date(parts.host.now());
        await renderRepository(queries).change(row.id, {
          ...{ state: 'done', permitId, logged: 'ended', finishedAt: now },
        });
        // Only what was given out is its account's to keep, and counts.
        await parts.store.count(queries, accountId, files);
        for (const { hash, bytes, mime } of files)
          await assetsRepository(queries).add({ accountId, hash, bytes, mime, createdAt: now, usedAt: now });
        await write(parts, queries, row, 'finished', film.hash);
      }),
    signal,
  );
}

function filesOf({ hash, captions }: FilmRecord): readonly AssetHash[] {
  return (captions === null ? [hash] : [hash, captions]) as AssetHash[];
}

interface MadeFile extends CountedFile {
  readonly hash: AssetHash;
  readonly mime: string;
}

/** Null where one of them is not there. */
async function storedFiles(
  { store }: DeskParts,
  accountId: string,
  film: FilmRecord,
): Promise<readonly MadeFile[] | null> {
  const files: MadeFile[] = [];
  for (const hash of filesOf(film)) {
    const key = assetKey(accountId, hash);
    const bytes = await store.size(key);
    if (bytes === null) return null;
    files.push({ key, hash, bytes, mime: hash === film.captions ? CAPTIONS_MIME : film.mime });
  }
  return files;
}

async function filesAreThere(parts: DeskParts, { accountId, film }: RenderRow): Promise<boolean> {
  return film === null || (await storedFiles(parts, accountId, film)) !== null;
}

const turnOf = ({ id, band, tag }: RenderRow) => ({ renderId: id, band, tag });

/** As often as it was put together: what another process put together may show something else. */
async function wasLookedAt({ database, lookAtFilm }: DeskParts, { id, grade }: RenderRow): Promise<boolean> {
  if (!lookAtFilm || grade === 'draft') return true;
  const done = (await renderRepository(database.queries).steps(id)).filter(({ state }) => state === 'done');
  const count = (wanted: StepKind) => done.filter(({ kind }) => kind === wanted).length;
  return count('look') >= count('assemble');
}

/** Whoever put it together may be of a release that knew of no looks. */
async function lookFirst(parts: DeskParts, held: HeldStep, signal: AbortSignal): Promise<void> {
  await persist(
    parts,
    () =>
      whileHeld(parts, held, async (queries, film) => {
        await endStep(parts, queries, held.step);
        await enqueue(queries, parts.queue, turnOf(film), [await lookStep(queries, film)], film.workS);
      }),
    signal,
  );
  parts.wake();
}

/** A film that failed was not kept; tried again, it is put together from what was drawn, as often as anything is tried. */
async function assembleAgain(parts: DeskParts, held: HeldStep, signal: AbortSignal): Promise<void> {
  const steps = await renderRepository(parts.database.queries).steps(held.render.id);
  if (steps.filter(({ kind }) => kind === 'assemble').length >= MOST_ATTEMPTS)
    throw new AppError('not-found', 'This film was put together, and is not in the store any more.', {
      way: 'Ask for it again; what was drawn so far is kept.',
    });
  await persist(
    parts,
    () =>
      whileHeld(parts, held, async (queries, film) => {
        await endStep(parts, queries, held.step);
        await renderRepository(queries).change(film.id, { state: 'drawing', film: null });
        const turn = { renderId: film.id, band: film.band, tag: film.tag };
        const step = { kind: 'assemble', segments: [], costS: costs.assembleS(film.durationS) } as const;
        await enqueue(queries, parts.queue, turn, [step], film.workS);
      }),
    signal,
  );
  parts.wake();
}

/**
 * Consent, revocation and moderation once more. A permit that ran out while the film waited is asked for anew.
 * @throws AppError refused
 */
async function derive(
  { database, permits, accounts, host }: DeskParts,
  film: RenderRow,
): Promise<{ readonly project: Project; readonly permitId: string }> {
  const sources = await renderRepository(database.queries).sourcesOf(film.id);
  if (!sources) throw new AppError('not-found', 'This film is not asked for any more.');
  const { project } = sources;
  const [memberships, ban] = await Promise.all([
    accounts.membershipsOf(film.accountId),
    accounts.banOf(film.accountId),
  ]);
  if (ban !== null) throw new AppError('refused', `This account is banned. ${ban}`);
  const caller: AccountCaller = {
    ...{ kind: 'account', accountId: film.accountId, via: 'session', scopes: SCOPES },
    ...{ memberships, ban },
  };
  const permit = await permits.read(caller, film.permitId);
  if (permit.endedAt === null && permit.until.getTime() <= host.now())
    return { project, permitId: (await permits.issue(caller, project, film.grade)).row.id };
  await permits.renew(caller, film.permitId, project);
  return { project, permitId: film.permitId };
}

/** A consent under it was taken back. */
async function stop(parts: DeskParts, id: string): Promise<void> {
  const jobs: Withdrawn[] = [];
  await parts.database.transaction(async (queries) => {
    const film = await renderRepository(queries).findToChange(id);
    if (!film || hasEnded(film.state)) return;
    const error = errorToWire(
      new AppError('refused', 'This film was stopped: someone in it has taken back their consent.', {
        way: 'Choose another presenter or voice, and ask for it again.',
      }),
    );
    jobs.push(...(await endRender(parts, queries, film, 'stopped', error)));
  });
  await withdraw(parts, jobs);
  await logEnd(parts, id);
}

const OUTCOMES: Readonly<Partial<Record<RenderState, Extract<EntryBody, { type: 'render' }>['outcome']>>> = {
  failed: 'failed',
  cancelled: 'cancelled',
  stopped: 'stopped-by-revocation',
};

/** Writes down how a film ended that began, and drops what was assembled of it but not given out. */
async function logEnd(parts: DeskParts, id: string): Promise<void> {
  const ended = await parts.database.transaction(async (queries) => {
    const renders = renderRepository(queries);
    const film = await renders.findToChange(id);
    const outcome = film && OUTCOMES[film.state];
    if (!film || !outcome || film.logged !== 'started') return null;
    await write(parts, queries, film, outcome, null);
    await renders.endLogged(id);
    return film;
  });
  if (!ended?.film) return;
  // What cannot be deleted now is swept.
  await dropUnowned(parts, ended.accountId, filesOf(ended.film)).catch((error: unknown) =>
    parts.log.debug({ render: id, code: toAppError(error).code }, 'film not dropped'),
  );
}

async function write(
  { trustLog, salts }: DeskParts,
  queries: Queries,
  { id, accountId }: RenderRow,
  outcome: Extract<EntryBody, { type: 'render' }>['outcome'],
  film: string | null,
): Promise<void> {
  const hashed = await salts.hasherOf(queries, { kind: 'account', accountId });
  await trustLog.append(queries, [
    {
      type: 'render',
      account: hashed('account', accountId),
      render: hashed('render', id),
      outcome,
      film: film === null ? null : hashed('content', film),
    },
  ]);
}
