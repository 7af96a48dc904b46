/** Who works on films, what is in whose hands, and how much there is to do. */
import { and, eq, inArray, isNull, or, sql, type Queries } from '../database/drizzle.ts';
import { render, renderStep, renderWorker } from '../database/schema/render.ts';
import { serverPermit } from '../database/schema/work.ts';
import { ACTIVE_STATES } from './render-states.ts';
import type { StepRow } from './render-steps.ts';

/** What remains to be done of a film, for guessing how long others wait. */
export interface Load {
  readonly id: string;
  readonly accountId: string;
  readonly band: number;
  readonly tag: number;
  readonly turns: number;
  readonly leftS: number;
  readonly createdAt: Date;
}

export function renderWorkers(queries: Queries) {
  return {
    /** All that is under way or waits, for those who draw. */
    async load(): Promise<readonly Load[]> {
      return queries
        .select({
          id: render.id,
          accountId: render.accountId,
          band: render.band,
          tag: render.tag,
          turns: render.turns,
          createdAt: render.createdAt,
          leftS: sql<number>`case when ${render.segmentCount} is null then ${render.workS} else coalesce((
            select sum(s.cost_s * (1 - s.fraction)) from render_step s
            where s.render_id = ${render.id} and s.kind <> 'look' and s.state in ('queued', 'running')), 0) end::float8`,
        })
        .from(render)
        .where(inArray(render.state, [...ACTIVE_STATES]));
    },

    /** Says that a worker is there, on the database's clock. */
    async seen(id: string, slots: number): Promise<void> {
      await queries
        .insert(renderWorker)
        .values({ id, slots, seenAt: sql`clock_timestamp()` })
        .onConflictDoUpdate({ target: renderWorker.id, set: { slots, seenAt: sql`clock_timestamp()` } });
    },
    async forgetWorkers(id?: string): Promise<void> {
      await queries.delete(renderWorker).where(id === undefined ? undefined : eq(renderWorker.id, id));
    },
    /** How these steps stand, for whoever holds them. */
    standing: (stepIds: readonly string[]) =>
      queries
        .select({
          id: renderStep.id,
          state: renderStep.state,
          workerId: renderStep.workerId,
          attempts: renderStep.attempts,
          renderState: render.state,
          permitEndedAt: serverPermit.endedAt,
        })
        .from(renderStep)
        .innerJoin(render, eq(render.id, renderStep.renderId))
        .leftJoin(serverPermit, eq(serverPermit.id, render.permitId))
        .where(inArray(renderStep.id, [...stepIds])),
    /** Steps that are in this worker's name. */
    runningOf: (workerId: string): Promise<readonly StepRow[]> =>
      queries
        .select()
        .from(renderStep)
        .where(and(eq(renderStep.workerId, workerId), eq(renderStep.state, 'running'))),
    /** Steps in hands that were not heard of for so long. */
    lost: (silentS: number, stepId?: string) =>
      queries
        .select({ id: renderStep.id, renderId: renderStep.renderId })
        .from(renderStep)
        .leftJoin(renderWorker, eq(renderWorker.id, renderStep.workerId))
        .where(
          and(
            eq(renderStep.state, 'running'),
            ...(stepId === undefined ? [] : [eq(renderStep.id, stepId)]),
            or(
              isNull(renderWorker.id),
              sql`${renderWorker.seenAt} < clock_timestamp() - make_interval(secs => ${silentS})`,
            ),
          ),
        )
        .limit(200),

    /** @param withinS seen within so many seconds, on the database's clock */
    async slots(withinS: number): Promise<number> {
      const [row] = await queries
        .select({ all: sql<number>`coalesce(sum(${renderWorker.slots}), 0)::integer` })
        .from(renderWorker)
        .where(sql`${renderWorker.seenAt} > clock_timestamp() - make_interval(secs => ${withinS})`);
      return row?.all ?? 0;
    },
  };
}
