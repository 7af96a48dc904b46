/** The steps of a film, and the segments that it is cut into. */
import {
  and,
  asc,
  count,
  eq,
  inArray,
  isNull,
  ne,
  sql,
  type InferInsertModel,
  type InferSelectModel,
  type Queries,
} from '../database/drizzle.ts';
import { renderSegment, renderStep } from '../database/schema/render.ts';

export type StepRow = InferSelectModel<typeof renderStep>;
export type SegmentRow = InferSelectModel<typeof renderSegment>;

export interface StepSums {
  readonly renderId: string;
  /** Seconds of one worker, of steps that are known and not done. */
  readonly leftS: number;
  readonly running: number;
  /** Whether it is being put together, or was. */
  readonly assembles: boolean;
  /** How much of it was looked at, 0…1. */
  readonly looked: number;
  /** Segments that running steps have behind them, in parts. */
  readonly partly: number;
  readonly doneSegments: number;
  readonly reusedSegments: number;
}

export function renderSteps(queries: Queries) {
  return {
    steps: (renderId: string): Promise<readonly StepRow[]> =>
      queries.select().from(renderStep).where(eq(renderStep.renderId, renderId)).orderBy(asc(renderStep.tag)),
    async step(id: string): Promise<StepRow | null> {
      const [row] = await queries.select().from(renderStep).where(eq(renderStep.id, id));
      return row ?? null;
    },
    async changeStep(id: string, set: Partial<InferInsertModel<typeof renderStep>>): Promise<void> {
      await queries.update(renderStep).set(set).where(eq(renderStep.id, id));
    },

    /** All that came after it was begun: its steps, and what it was cut into. */
    async forgetPlan(renderId: string): Promise<readonly StepRow[]> {
      await queries.delete(renderSegment).where(eq(renderSegment.renderId, renderId));
      return queries
        .delete(renderStep)
        .where(and(eq(renderStep.renderId, renderId), ne(renderStep.kind, 'begin')))
        .returning();
    },
    async addSegments(rows: readonly InferInsertModel<typeof renderSegment>[]): Promise<void> {
      for (let at = 0; at < rows.length; at += 1000)
        await queries.insert(renderSegment).values(rows.slice(at, at + 1000));
    },
    segments: (renderId: string): Promise<readonly SegmentRow[]> =>
      queries
        .select()
        .from(renderSegment)
        .where(eq(renderSegment.renderId, renderId))
        .orderBy(asc(renderSegment.position)),
    /** @returns how many were not done before */
    async finishSegments(renderId: string, positions: readonly number[], at: Date): Promise<number> {
      if (positions.length === 0) return 0;
      const done = await queries
        .update(renderSegment)
        .set({ doneAt: at })
        .where(
          and(
            eq(renderSegment.renderId, renderId),
            inArray(renderSegment.position, [...positions]),
            isNull(renderSegment.doneAt),
          ),
        )
        .returning({ position: renderSegment.position });
      return done.length;
    },
    async segmentsLeft(renderId: string): Promise<number> {
      const [row] = await queries
        .select({ all: count() })
        .from(renderSegment)
        .where(and(eq(renderSegment.renderId, renderId), isNull(renderSegment.doneAt)));
      return row?.all ?? 0;
    },

    /** Sums over steps and segments, for what is shown. */
    async sumsOf(ids: readonly string[]): Promise<ReadonlyMap<string, StepSums>> {
      if (ids.length === 0) return new Map();
      const steps = await queries
        .select({
          renderId: renderStep.renderId,
          leftS: sql<number>`coalesce(sum(${renderStep.costS} * (1 - ${renderStep.fraction})) filter (where ${renderStep.state} in ('queued', 'running')), 0)::float8`,
          running: sql<number>`(count(*) filter (where ${renderStep.state} = 'running'))::integer`,
          assembles: sql<boolean>`bool_or(${renderStep.kind} = 'assemble' and ${renderStep.state} <> 'dropped')`,
          looked: sql<number>`coalesce(max(${renderStep.fraction}) filter (where ${renderStep.kind} = 'look' and ${renderStep.state} in ('running', 'done')), 0)::float8`,
          partly: sql<number>`coalesce(sum(${renderStep.fraction} * jsonb_array_length(${renderStep.segments})) filter (where ${renderStep.state} = 'running'), 0)::float8`,
        })
        .from(renderStep)
        .where(inArray(renderStep.renderId, [...ids]))
        .groupBy(renderStep.renderId);
      const segments = await queries
        .select({
          renderId: renderSegment.renderId,
          done: sql<number>`count(${renderSegment.doneAt})::integer`,
          reused: sql<number>`(count(*) filter (where ${renderSegment.reused}))::integer`,
        })
        .from(renderSegment)
        .where(inArray(renderSegment.renderId, [...ids]))
        .groupBy(renderSegment.renderId);
      const counted = new Map(segments.map((row) => [row.renderId, row]));
      return new Map(
        steps.map((row) => {
          const { done = 0, reused = 0 } = counted.get(row.renderId) ?? {};
          return [row.renderId, { ...row, doneSegments: done, reusedSegments: reused }];
        }),
      );
    },
  };
}
