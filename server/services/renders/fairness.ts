/**
 * Whose turn it is: start-time fair queueing (Goyal, Vin and Cheng, 1996). A film is given tags in the order in which its
 * account's share is used up: they begin where the account's last film ended, or at the clock's present tag where nothing
 * of the account waits, and there are as many as the film is work. Steps are taken by ascending tag. So accounts take turns
 * by the work they bring, films of one account come one after the other, and whoever asks for ten thousand films holds up
 * another's first by a turn. Drafts have a band of their own before everything, and what is marked low has one behind.
 */
import { randomUUID } from 'node:crypto';
import type { Queries } from '../../database/drizzle.ts';
import { and, eq, inArray, lt, sql } from '../../database/drizzle.ts';
import { render, renderClock, renderShare, renderStep, type StepKind } from '../../database/schema/render.ts';
import { LANES, type Lane, type StepQueue } from './queue.ts';

const BANDS = { draft: 0, normal: 1, low: 2 } as const;
/** One turn. */
export const TURN_S = 4;
/** Priorities are whole numbers of 31 bits; each band has a third of them. */
const BAND_WIDTH = 700_000_000;
/** From here on a band's tags are moved back to the beginning. */
const FULL = BAND_WIDTH - 100_000_000;

export function bandOf(effort: 'draft' | 'full', priority: 'normal' | 'low'): number {
  if (priority === 'low') return BANDS.low;
  return effort === 'draft' ? BANDS.draft : BANDS.normal;
}

export const turnsFor = (workS: number): number => Math.max(1, Math.round(workS / TURN_S));

/** What signs and decides is for the desk. */
export function laneOf(kind: StepKind): Lane {
  if (kind === 'look') return 'look';
  return kind === 'begin' || kind === 'deliver' ? 'desk' : 'work';
}

export function priorityOf(band: number, tag: number): number {
  return (BANDS.normal - band) * BAND_WIDTH - Math.min(tag, BAND_WIDTH - 1);
}

/** Where a film of this account would begin if it came now. */
export async function nextTag(queries: Queries, accountId: string, band: number): Promise<number> {
  const [clock] = await queries.select().from(renderClock).where(eq(renderClock.band, band));
  const [share] = await queries
    .select()
    .from(renderShare)
    .where(and(eq(renderShare.accountId, accountId), eq(renderShare.band, band)));
  return Math.max(clock?.now ?? 0, share?.finish ?? 0);
}

/** Takes `turns` of the account's share; fewer than none give some back. @returns the first tag */
export async function reserve(
  queries: Queries,
  accountId: string,
  band: number,
  turns: number,
): Promise<number> {
  const [clock] = await queries.select().from(renderClock).where(eq(renderClock.band, band));
  const now = clock?.now ?? 0;
  const [row] = await queries
    .insert(renderShare)
    .values({ accountId, band, finish: now + turns })
    .onConflictDoUpdate({
      target: [renderShare.accountId, renderShare.band],
      set: { finish: sql`greatest(${renderShare.finish}, ${now}::bigint) + ${turns}::bigint` },
    })
    .returning({ finish: renderShare.finish });
  return (row?.finish ?? now + turns) - turns;
}

export interface Turn {
  readonly renderId: string;
  readonly band: number;
  /** Of the film's first step. */
  readonly tag: number;
}

export interface NewStep {
  readonly kind: StepKind;
  readonly segments: readonly number[];
  readonly costS: number;
}

/**
 * Puts steps of one film into the queue, in this order.
 * @param afterS how much of the film's work comes before them
 */
export async function enqueue(
  queries: Queries,
  queue: StepQueue,
  { renderId, band, tag }: Turn,
  steps: readonly NewStep[],
  afterS = 0,
): Promise<void> {
  if (steps.length === 0) return;
  let beforeS = afterS;
  const rows = steps.map((step) => {
    const ownTag = tag + Math.floor(beforeS / TURN_S);
    beforeS += step.costS;
    return {
      ...step,
      id: randomUUID(),
      jobId: randomUUID(),
      renderId,
      band,
      tag: ownTag,
      state: 'queued' as const,
    };
  });
  await queries.insert(renderStep).values(rows);
  for (const lane of LANES)
    await queue.add(
      queries,
      lane,
      rows
        .filter(({ kind }) => laneOf(kind) === lane)
        .map((row) => ({ id: row.jobId, stepId: row.id, renderId, priority: priorityOf(band, row.tag) })),
    );
}

/** A step of this tag begins: whoever comes now begins there. */
export async function advance(queries: Queries, band: number, tag: number): Promise<void> {
  const moved = await queries
    .update(renderClock)
    .set({ now: tag })
    .where(and(eq(renderClock.band, band), lt(renderClock.now, tag)))
    .returning({ band: renderClock.band });
  if (moved.length === 0) await queries.insert(renderClock).values({ band, now: tag }).onConflictDoNothing();
}

/**
 * Tags grow for good, priorities cannot: a band whose tags are nearly used up begins anew. At a thousand workers that all
 * work for one account that is once a month. In a transaction, by one process.
 */
export async function rewind(queries: Queries, queue: StepQueue, full = FULL): Promise<void> {
  for (const { band, now } of await queries.select().from(renderClock).for('update')) {
    if (now < full) continue;
    const waiting = await queries
      .select({
        id: renderStep.id,
        jobId: renderStep.jobId,
        tag: renderStep.tag,
        kind: renderStep.kind,
        renderId: renderStep.renderId,
      })
      .from(renderStep)
      .where(and(eq(renderStep.band, band), eq(renderStep.state, 'queued')));
    const least = waiting.reduce((low, { tag }) => Math.min(low, tag), now);
    await queries
      .update(renderClock)
      .set({ now: now - least })
      .where(eq(renderClock.band, band));
    await queries
      .update(renderShare)
      .set({ finish: sql`greatest(0, ${renderShare.finish} - ${least}::bigint)` })
      .where(eq(renderShare.band, band));
    await queries
      .update(render)
      .set({ tag: sql`greatest(0, ${render.tag} - ${least}::integer)` })
      .where(eq(render.band, band));
    for (const lane of LANES) {
      const moved = waiting
        .filter(({ kind }) => laneOf(kind) === lane)
        .map((step) => ({ ...step, renewed: randomUUID() }));
      if (moved.length === 0) continue;
      await queue.withdraw(
        queries,
        lane,
        moved.map(({ jobId }) => jobId),
      );
      for (const { id, tag, renewed } of moved)
        await queries
          .update(renderStep)
          .set({ tag: tag - least, jobId: renewed })
          .where(inArray(renderStep.id, [id]));
      await queue.add(
        queries,
        lane,
        moved.map(({ id: stepId, tag, renderId, renewed }) => ({
          id: renewed,
          stepId,
          renderId,
          priority: priorityOf(band, tag - least),
        })),
      );
    }
  }
}
