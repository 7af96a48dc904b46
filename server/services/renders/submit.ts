/**
 * From a wish to a place in the queue. What can be refused is refused here, in a sentence, before anything waits: shapes,
 * sizes, media that are not here, policy, the day's seconds, and a queue that is already too long to be honest about.
 */
import { AppError } from '#core/base/errors.ts';
import { canonicalJson, sha256Hex } from '#core/base/hashing.ts';
import { newId } from '#core/base/ids.ts';
import { rateToFps } from '#core/base/time.ts';
import { usedMedia } from '#core/document/edit.ts';
import type { Project } from '#core/document/project.ts';
import type { Grade } from '#core/policy/permit.ts';
import type { Queries } from '../../database/drizzle.ts';
import { renderRepository } from '../../repositories/renders.ts';
import { usageRepository } from '../../repositories/usage.ts';
import type { OutputSpec } from '../../render/process.ts';
import type { AccountCaller } from '../accounts/caller.ts';
import type { Assets } from '../assets/assets.ts';
import type { CountedStore } from '../files/counted-store.ts';
import { dayOf, TooMany } from '../limits.ts';
import type { Verdicts } from '../moderation/verdicts.ts';
import type { Permits } from '../permits.ts';
import { bandOf, enqueue, nextTag, reserve, turnsFor } from './fairness.ts';
import { requireOutput } from './output.ts';
import type { RenderParts } from './parts.ts';
import { costs, secondsQuota } from './plan.ts';
import { guessedDurationS, lookCosts, speedFor } from './speed.ts';
import { requireVoices } from './voices.ts';
import { queueState, waitSeconds } from './waiting.ts';
import type { MissingAsset, RenderEstimate } from './view.ts';

export interface RenderWish {
  readonly project: Project;
  readonly grade: Grade;
  readonly output: OutputSpec;
  /** low: when nobody else waits. */
  readonly priority: 'normal' | 'low';
}

/** How a client that lost an answer asks once more: the same key is the same film. */
export class KeyReused extends AppError {
  constructor() {
    super('invalid-input', 'Another film was asked for under this key before.', {
      way: 'Give each film a key of its own; the same key asks for the same film once more.',
    });
  }
}

/** Media that the project names are not in the account's store. */
export class MissingAssets extends AppError {
  readonly missing: readonly MissingAsset[];
  constructor(missing: readonly MissingAsset[]) {
    const things = missing.length === 1 ? 'One file' : `${missing.length} files`;
    super(
      'conflict',
      `${things} of this project ${missing.length === 1 ? 'is' : 'are'} not on the server yet.`,
      {
        way: 'Upload what is missing, then ask again.',
      },
    );
    this.missing = missing;
  }
}

/** More waits than can be done soon; carries when to come back. */
export class QueueFull extends AppError {
  readonly retryAfterS: number;
  constructor(retryAfterS: number) {
    super('busy', 'This server has more films to make than it can promise to finish soon.', {
      way: `Try again in ${Math.ceil(retryAfterS / 60)} minutes, or make the film in this browser.`,
    });
    this.retryAfterS = retryAfterS;
  }
}

export interface SubmitParts extends RenderParts {
  readonly store: CountedStore;
  readonly permits: Permits;
  readonly verdicts: Pick<Verdicts, 'spend'>;
  readonly assets: Assets;
  /** The most films that may wait or be under way; an account may have a quarter of them. */
  readonly mostQueued: number;
  /** So many days without use a film's file is kept. */
  readonly filmDays: number;
}

const SHARE_OF_QUEUE = 4;

export async function estimate(
  parts: SubmitParts,
  caller: AccountCaller,
  { project, grade, output, priority }: RenderWish,
): Promise<RenderEstimate> {
  requireOutput(output);
  requireVoices(project);
  const looks = await parts.permits.people(caller, project, grade);
  const { queries } = parts.database;
  const band = bandOf(output.effort, priority);
  const durationS = guessedDurationS(project);
  const frames = durationS * rateToFps(output.rate);
  const speed = await speedFor(queries, output);
  const state = await queueState(queries);
  const missing = await missingAssets(parts, caller.accountId, project);
  const tag = await nextTag(queries, caller.accountId, band);
  const fixedS = costs.prepareS + costs.soundS(durationS) + costs.assembleS(durationS);
  const lookS = (await lookCosts(queries))({ grade, output, durationS });
  return {
    durationS,
    waitS: waitSeconds(state, { id: null, band, tag, createdAt: null }),
    renderS: state.slots === 0 ? null : fixedS + lookS + (frames * speed.wallS) / state.slots,
    cpuS: fixedS + frames * speed.cpuS,
    workers: state.slots,
    missing,
    missingBytes: missing.reduce((sum, { bytes }) => sum + bytes, 0),
    quotaLeftS: await quotaLeft(parts, caller.accountId),
    looks: looks.map(({ name, claim, found }) => ({ name, claim, waiting: found !== null })),
  };
}

/**
 * @param key the client's own name for this wish: under it the account has one film, however often it asks
 * @returns the id of the render
 */
export async function submit(
  parts: SubmitParts,
  caller: AccountCaller,
  wish: RenderWish,
  key: string | null,
): Promise<string> {
  requireOutput(wish.output);
  requireVoices(wish.project);
  if (key === null) return add(parts, caller, wish, { requestKey: null, requestHash: null });
  const requestHash = await sha256Hex(new TextEncoder().encode(canonicalJson(wish)));
  const earlier = async (): Promise<string | null> => {
    const found = await renderRepository(parts.database.queries).asked(caller.accountId, key);
    if (found && found.requestHash !== requestHash) throw new KeyReused();
    return found?.id ?? null;
  };
  const before = await earlier();
  if (before !== null) return before;
  try {
    return await add(parts, caller, wish, { requestKey: key, requestHash });
  } catch (error) {
    // Asked twice at once: the other came through.
    const meanwhile = await earlier();
    if (meanwhile !== null) return meanwhile;
    throw error;
  }
}

async function add(
  parts: SubmitParts,
  caller: AccountCaller,
  { project, grade, output, priority }: RenderWish,
  asked: { readonly requestKey: string | null; readonly requestHash: string | null },
): Promise<string> {
  await requireRoom(parts, parts.database.queries, caller.accountId);
  // What could not be kept is not begun.
  await parts.store.requireRoom(caller.accountId);
  if ((await quotaLeft(parts, caller.accountId)) <= 0) throw spent(parts);
  // Before anything is asked for that shows someone who has not agreed to it.
  await parts.permits.people(caller, project, grade);
  const missing = await missingAssets(parts, caller.accountId, project);
  if (missing.length > 0) throw new MissingAssets(missing);
  await parts.verdicts.spend(caller);
  const { row: permit } = await parts.permits.issue(caller, project, grade);
  const id = newId<string>();
  const band = bandOf(output.effort, priority);
  const durationS = guessedDurationS(project);
  await parts.database.transaction(async (queries) => {
    // Looked at once more where nobody else can come in between: of those who ask at once, all found room above.
    await renderRepository(queries).lockQueue();
    await requireRoom(parts, queries, caller.accountId);
    const { wallS } = await speedFor(queries, output);
    const workS =
      costs.prepareS +
      costs.soundS(durationS) +
      durationS * rateToFps(output.rate) * wallS +
      costs.assembleS(durationS);
    const turns = turnsFor(workS);
    const tag = await reserve(queries, caller.accountId, band, turns);
    await renderRepository(queries).add({
      id,
      ...asked,
      accountId: caller.accountId,
      projectId: project.id,
      projectName: project.name,
      project,
      permitId: permit.id,
      grade,
      output,
      priority,
      state: 'queued',
      version: 1,
      createdAt: new Date(parts.host.now()),
      durationS,
      workS,
      band,
      tag,
      turns,
    });
    await enqueue(queries, parts.queue, { renderId: id, band, tag }, [
      { kind: 'begin', segments: [], costS: costs.beginS },
    ]);
  });
  parts.wake();
  return id;
}

async function requireRoom({ mostQueued }: SubmitParts, queries: Queries, accountId: string): Promise<void> {
  const renders = renderRepository(queries);
  if ((await renders.countActive()) >= mostQueued) {
    const state = await queueState(queries);
    const leftS = state.loads.reduce((sum, load) => sum + load.leftS, 0) / Math.max(1, state.slots);
    // Until a tenth of it is done.
    throw new QueueFull(Math.min(3600, Math.max(10, Math.ceil(leftS / 10))));
  }
  const most = Math.max(1, Math.floor(mostQueued / SHARE_OF_QUEUE));
  if ((await renders.countActive(accountId)) >= most)
    throw new TooMany(`An account may have ${most} films in the queue at once.`, 60);
}

async function quotaLeft({ database, host, secondsPerDay }: SubmitParts, accountId: string): Promise<number> {
  const used = await usageRepository(database.queries).of(
    accountId,
    secondsQuota(secondsPerDay).kind,
    dayOf(host.now()).day,
  );
  return Math.max(0, secondsPerDay - used);
}

function spent({ secondsPerDay, host }: SubmitParts): TooMany {
  return new TooMany(
    `The ${secondsPerDay} seconds of film that an account may have a day are used up.`,
    dayOf(host.now()).leftS,
  );
}

/** What the project shows or plays and the account's store lacks; what is there counts as used. */
async function missingAssets(
  { assets }: SubmitParts,
  accountId: string,
  project: Project,
): Promise<readonly MissingAsset[]> {
  const sizes = new Map(project.media.map(({ hash, bytes }) => [hash, bytes]));
  const missing = await assets.missing(accountId, [...usedMedia(project)]);
  return missing.map((hash) => ({ hash, bytes: sizes.get(hash) ?? 0 }));
}
