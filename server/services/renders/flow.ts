/**
 * What follows on what: begin → prepare → draw (many) and sound → assemble → look → deliver. Each change is one transaction over
 * the render, its steps and the queue, and locks the render first; whatever arrives twice, late, or from a worker that was
 * thought dead finds its step in other hands and changes nothing. That makes at-least-once delivery one result.
 */
import { randomUUID } from 'node:crypto';
import { AppError, errorToWire, isCancelled, toAppError, type ErrorWire } from '#core/base/errors.ts';
import type { Queries } from '../../database/drizzle.ts';
import { and, eq, inArray, sql } from '../../database/drizzle.ts';
import { errorFields } from '../../logger.ts';
import { render, renderStep, type RenderState } from '../../database/schema/render.ts';
import { renderRepository, type RenderRow, type StepRow } from '../../repositories/renders.ts';
import type { EncodedBy, StepResults } from '../../render/process.ts';
import { advance, enqueue, laneOf, priorityOf, reserve, turnsFor } from './fairness.ts';
import { AccountFull } from '../files/counted-store.ts';
import { filmTooMuch, storeGivenUp } from './given-up.ts';
import type { RenderParts } from './parts.ts';
import { giveBack } from './give-back.ts';
import { costs, DELIVER, drawSteps, lookStep, requireSeconds } from './plan.ts';
import { planAgain } from './plan-again.ts';
import { LANES, MOST_ATTEMPTS, type Lane } from './queue.ts';
import { learnSpeed, speedFor } from './speed.ts';
import { hasEnded } from './view.ts';
import { LEASE_S } from './leases.ts';

/** A step in someone's hands. */
export interface HeldStep {
  readonly step: StepRow;
  readonly render: RenderRow;
  readonly workerId: string;
}

/** What was done, and what it took. */
export type Done =
  | {
      readonly kind: 'prepare';
      readonly result: StepResults['prepare'];
      readonly encodedBy: EncodedBy;
    }
  | { readonly kind: 'draw'; readonly result: StepResults['draw']; readonly wallS: number }
  | { readonly kind: 'sound'; readonly result: StepResults['sound'] }
  | { readonly kind: 'assemble'; readonly result: StepResults['assemble'] };

/** Takes the first step of the lane whose turn it is; null where there is none. */
export async function takeStep(parts: RenderParts, lane: Lane, workerId: string): Promise<HeldStep | null> {
  for (;;) {
    const taken = await parts.database.transaction(async (queries) => {
      const job = await parts.queue.take(queries, lane);
      if (!job) return 'nothing';
      const renders = renderRepository(queries);
      const film = await renders.findToChange(job.renderId);
      const step =
        film && !hasEnded(film.state) ? await begun(queries, job.stepId, job.id, workerId, parts) : null;
      if (!film || !step) {
        await parts.queue.end(queries, lane, [job.id]);
        return 'not wanted';
      }
      // The desk is never what others wait for; its steps say nothing of whose turn it is.
      if (lane === 'work') await advance(queries, step.band, step.tag);
      if (step.kind === 'prepare' && film.state === 'queued')
        await renders.change(film.id, { state: 'preparing', startedAt: new Date(parts.host.now()) });
      else await renders.touch(film.id);
      return { step, render: film, workerId };
    });
    if (taken === 'nothing') return null;
    if (taken !== 'not wanted') return taken;
  }
}

async function begun(
  queries: Queries,
  stepId: string,
  jobId: string,
  workerId: string,
  { host }: RenderParts,
): Promise<StepRow | null> {
  const [row] = await queries
    .update(renderStep)
    .set({
      state: 'running',
      jobId,
      workerId,
      attempts: sql`${renderStep.attempts} + 1`,
      fraction: 0,
      startedAt: new Date(host.now()),
    })
    .where(and(eq(renderStep.id, stepId), eq(renderStep.state, 'queued')))
    .returning();
  return row ?? null;
}

/**
 * Runs `work` where the step is still in these hands and its film still wanted.
 * @returns false where it is not; nothing was changed then
 */
export async function whileHeld(
  { database, queue }: Pick<RenderParts, 'database' | 'queue'>,
  { step, workerId }: HeldStep,
  work: (queries: Queries, film: RenderRow) => Promise<void>,
): Promise<boolean> {
  return database.transaction(async (queries) => {
    const renders = renderRepository(queries);
    const film = await renders.findToChange(step.renderId);
    const now = await renders.step(step.id);
    // Put back, and taken by the same hands again, it is as often tried, and comes with another job.
    const held =
      now?.state === 'running' &&
      now.workerId === workerId &&
      now.attempts === step.attempts &&
      now.jobId === step.jobId;
    if (!film || !held) return false;
    if (hasEnded(film.state)) {
      await queue.end(queries, laneOf(step.kind), [step.jobId]);
      await renders.changeStep(step.id, { state: 'dropped', workerId: null });
      return false;
    }
    await work(queries, film);
    return true;
  });
}

export async function endStep(parts: RenderParts, queries: Queries, step: StepRow): Promise<void> {
  await renderRepository(queries).changeStep(step.id, {
    state: 'done',
    fraction: 1,
    finishedAt: new Date(parts.host.now()),
  });
  await parts.queue.end(queries, laneOf(step.kind), [step.jobId]);
}

/** A step of a worker's is done. @throws AppError too-many: more seconds than the account may have today */
export async function finishStep(parts: RenderParts, held: HeldStep, done: Done): Promise<boolean> {
  const jobs: Withdrawn[] = [];
  const finished = await whileHeld(parts, held, async (queries, film) => {
    await endStep(parts, queries, held.step);
    const renders = renderRepository(queries);
    if (film.troubleSince) await renders.change(film.id, { troubleSince: null });
    switch (done.kind) {
      case 'prepare':
        return prepared(parts, queries, film, done);
      case 'draw':
        jobs.push(...(await drawn(parts, queries, film, held.step, done)));
        return;
      case 'sound':
        await renders.change(film.id, { soundKey: done.result.key });
        return assembleIfWhole(parts, queries, { ...film, soundKey: done.result.key });
      case 'assemble': {
        const { film: hash, bytes, mime, extension, captions } = done.result;
        await renders.change(film.id, {
          state: 'finishing',
          film: { hash, bytes, mime, extension, captions },
        });
        return enqueue(
          queries,
          parts.queue,
          turnOf(film),
          [film.grade === 'draft' ? DELIVER : await lookStep(queries, film)],
          film.workS,
        );
      }
    }
  });
  await withdraw(parts, jobs);
  return finished;
}

const turnOf = ({ id, band, tag }: RenderRow) => ({ renderId: id, band, tag });

async function prepared(
  parts: RenderParts,
  queries: Queries,
  film: RenderRow,
  { result: { segments, frameCount, durationS }, encodedBy }: Extract<Done, { kind: 'prepare' }>,
): Promise<void> {
  const renders = renderRepository(queries);
  const at = new Date(parts.host.now());
  const speed = await speedFor(queries, film.output);
  if (film.replans === 0) await requireSeconds(parts, queries, film, segments);
  await renders.addSegments(
    segments.map(({ index, key, frameCount: frames, stored }) => ({
      renderId: film.id,
      position: index,
      key,
      frames,
      reused: stored,
      doneAt: stored ? at : null,
    })),
  );
  const steps = drawSteps(segments, speed.wallS, await renders.slots(LEASE_S));
  const soundS = costs.soundS(durationS);
  const workS = steps.reduce((sum, { costS }) => sum + costS, 0) + soundS + costs.assembleS(durationS);
  // What was guessed too low is made up for by those of the account's films that come after; too high, they gain by it.
  const more = turnsFor(workS) - film.turns;
  if (more !== 0) await reserve(queries, film.accountId, film.band, more);
  await renders.change(film.id, {
    state: 'drawing',
    encodedBy,
    durationS,
    frameCount,
    segmentCount: segments.length,
    workS,
    turns: turnsFor(workS),
  });
  await enqueue(queries, parts.queue, turnOf(film), [
    ...steps,
    { kind: 'sound', segments: [], costS: soundS },
  ]);
}

/** @returns what to withdraw, where its segments are not those that the film was cut into */
async function drawn(
  parts: RenderParts,
  queries: Queries,
  film: RenderRow,
  step: StepRow,
  { result, wallS }: Extract<Done, { kind: 'draw' }>,
): Promise<readonly Withdrawn[]> {
  const renders = renderRepository(queries);
  const wanted = new Map((await renders.segments(film.id)).map((row) => [row.position, row]));
  const made = new Map(result.segments.map((summary) => [summary.index, summary]));
  if (step.segments.some((position) => made.get(position)?.key !== wanted.get(position)?.key))
    return planAgain(parts, queries, film, film.encodedBy);
  await renders.finishSegments(film.id, step.segments, new Date(parts.host.now()));
  const frames = result.segments.reduce((sum, { stored, frameCount }) => sum + (stored ? 0 : frameCount), 0);
  await learnSpeed(queries, film.output, { frames, wallS, cpuS: result.cpuS });
  await queries
    .update(render)
    .set({ cpuS: sql`${render.cpuS} + ${result.cpuS}::float8` })
    .where(eq(render.id, film.id));
  await renders.touch(film.id);
  await assembleIfWhole(parts, queries, film);
  return [];
}

async function assembleIfWhole(parts: RenderParts, queries: Queries, film: RenderRow): Promise<void> {
  const renders = renderRepository(queries);
  if (film.soundKey === null || (await renders.segmentsLeft(film.id)) > 0) return;
  const step = { kind: 'assemble', segments: [], costS: costs.assembleS(film.durationS) } as const;
  await enqueue(queries, parts.queue, turnOf(film), [step], film.workS);
}

/** What the film cannot be made with, however often it is tried. */
const FOR_GOOD: readonly ErrorWire['code'][] = [
  'invalid-input',
  'unsupported-media',
  'corrupt-file',
  'newer-version',
  'not-found',
  'refused',
  'too-large',
  'too-many',
  'speech-failed',
];
const TROUBLE: readonly ErrorWire['code'][] = ['storage-failed', 'storage-full', 'network'];

/**
 * A step failed. Trouble with the store is waited out; what can never succeed ends the film with its sentence; anything
 * else is tried again, by whoever takes it, and after some times put aside.
 */
export async function failStep(parts: RenderParts, held: HeldStep, thrown: unknown): Promise<void> {
  const error = told(thrown);
  const fields = thrown instanceof AppError ? {} : errorFields(thrown);
  parts.log.warn(
    { render: held.render.id, step: held.step.kind, ...fields, code: error.code },
    'step failed',
  );
  const jobs: Withdrawn[] = [];
  await whileHeld(parts, held, async (queries, film) => {
    const { step } = held;
    if (thrown instanceof AccountFull) {
      jobs.push(...(await endRender(parts, queries, film, 'failed', filmTooMuch(thrown))));
    } else if (TROUBLE.includes(error.code)) {
      const nowMs = parts.host.now();
      const troubledS = (nowMs - (film.troubleSince?.getTime() ?? nowMs)) / 1000;
      const patienceS = error.code === 'storage-full' ? parts.patience.fullS : parts.patience.failingS;
      if (troubledS < patienceS) {
        if (!film.troubleSince)
          await renderRepository(queries).change(film.id, { troubleSince: new Date(nowMs) });
        return putBack(parts, queries, step, Math.min(30, 1 + Math.round(troubledS / 2)));
      }
      jobs.push(...(await endRender(parts, queries, film, 'failed', storeGivenUp(error))));
    } else if (FOR_GOOD.includes(error.code)) {
      jobs.push(...(await endRender(parts, queries, film, 'failed', errorToWire(error))));
    } else jobs.push(...(await countFailure(parts, queries, film, step, error)));
  });
  await withdraw(parts, jobs);
}

/** What a library says of its own faults may hold anything, such as a query with all that was asked in it. */
function told(thrown: unknown): AppError {
  if (thrown instanceof AppError || isCancelled(thrown)) return toAppError(thrown);
  return new AppError('internal', 'Something unforeseen went wrong on the server.');
}

/** It failed, or its worker died of it. */
export async function countFailure(
  parts: RenderParts,
  queries: Queries,
  film: RenderRow,
  step: StepRow,
  error: AppError,
): Promise<readonly Withdrawn[]> {
  await parts.queue.fail(queries, laneOf(step.kind), step.jobId, `${error.code}: ${error.message}`);
  const renders = renderRepository(queries);
  if (step.attempts < MOST_ATTEMPTS) {
    await renders.changeStep(step.id, { state: 'queued', workerId: null, fraction: 0 });
    await renders.touch(film.id);
    return [];
  }
  await renders.changeStep(step.id, { state: 'dead', workerId: null });
  return endRender(
    parts,
    queries,
    film,
    'failed',
    errorToWire(
      new AppError(
        error.code,
        `A part of this film failed ${MOST_ATTEMPTS} times, so it was put aside. ${error.message}`,
        {
          cause: error,
          way: 'Whoever keeps this server sees it among the dead letters and can try it again.',
        },
      ),
    ),
  );
}

/** Someone else may take it, and it does not count as tried. */
export async function putBack(
  parts: RenderParts,
  queries: Queries,
  step: StepRow,
  afterS: number,
): Promise<void> {
  const lane = laneOf(step.kind);
  const jobId = randomUUID();
  const attempts = step.attempts - 1;
  await parts.queue.end(queries, lane, [step.jobId]);
  await parts.queue.add(queries, lane, [
    {
      id: jobId,
      stepId: step.id,
      renderId: step.renderId,
      priority: priorityOf(step.band, step.tag),
      triesLeft: MOST_ATTEMPTS - attempts,
      ...(afterS > 0 ? { afterS } : {}),
    },
  ]);
  await renderRepository(queries).changeStep(step.id, {
    state: 'queued',
    workerId: null,
    fraction: 0,
    jobId,
    attempts,
  });
}

/** Jobs whose steps nobody wants any more. */
export interface Withdrawn {
  readonly lane: Lane;
  readonly jobId: string;
}

/**
 * Ends a film, in the transaction that locked it. What runs for it is stopped by its worker at the next beat.
 * @returns what to withdraw once the transaction is through (queued jobs are locked before renders, never after)
 */
export async function endRender(
  { host }: Pick<RenderParts, 'host'>,
  queries: Queries,
  film: RenderRow,
  state: Extract<RenderState, 'failed' | 'cancelled' | 'stopped'>,
  error: ErrorWire | null,
): Promise<readonly Withdrawn[]> {
  await renderRepository(queries).change(film.id, { state, error, finishedAt: new Date(host.now()) });
  await giveBack(queries, film, host.now());
  const dropped = await queries
    .update(renderStep)
    .set({ state: 'dropped' })
    .where(and(eq(renderStep.renderId, film.id), inArray(renderStep.state, ['queued'])))
    .returning({ kind: renderStep.kind, jobId: renderStep.jobId });
  return dropped.map(({ kind, jobId }) => ({ lane: laneOf(kind), jobId }));
}

/** Left in place they would be found unwanted when their turn comes; without them nobody has to look. */
export async function withdraw(
  { database, queue, log }: Pick<RenderParts, 'database' | 'queue' | 'log'>,
  jobs: readonly Withdrawn[],
): Promise<void> {
  try {
    for (const lane of LANES) {
      const ids = jobs.filter((job) => job.lane === lane).map(({ jobId }) => jobId);
      await queue.withdraw(database.queries, lane, ids);
    }
  } catch (error) {
    log.debug({ code: toAppError(error).code }, 'jobs not withdrawn');
  }
}
