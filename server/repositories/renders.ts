/** Renders, their steps and segments. A project is read only where it is needed: it may be megabytes. */
import {
  and,
  asc,
  count,
  desc,
  eq,
  gte,
  inArray,
  isNotNull,
  isNull,
  ne,
  or,
  sql,
  type InferInsertModel,
  type InferSelectModel,
  type Queries,
} from '../database/drizzle.ts';
import {
  render,
  renderSegment,
  renderStep,
  renderWorker,
  type RenderState,
} from '../database/schema/render.ts';
import { moderationVerdict, reviewCase } from '../database/schema/moderation.ts';
import { serverPermit } from '../database/schema/work.ts';
import { WAITING } from './reviews.ts';

type WholeRender = InferSelectModel<typeof render>;
export type RenderRow = Omit<WholeRender, 'project' | 'receipts' | 'requestKey' | 'requestHash'>;
export type StepRow = InferSelectModel<typeof renderStep>;
export type SegmentRow = InferSelectModel<typeof renderSegment>;

export const ACTIVE_STATES = [
  'queued',
  'preparing',
  'drawing',
  'finishing',
] as const satisfies readonly RenderState[];

/** For so long what a reviewer did not accept can still be shown to another. */
const APPEAL_DAYS = 30;

const COLUMNS = {
  id: render.id,
  accountId: render.accountId,
  projectId: render.projectId,
  projectName: render.projectName,
  permitId: render.permitId,
  logged: render.logged,
  grade: render.grade,
  output: render.output,
  priority: render.priority,
  state: render.state,
  version: render.version,
  createdAt: render.createdAt,
  startedAt: render.startedAt,
  finishedAt: render.finishedAt,
  durationS: render.durationS,
  workS: render.workS,
  band: render.band,
  tag: render.tag,
  turns: render.turns,
  frameCount: render.frameCount,
  segmentCount: render.segmentCount,
  soundKey: render.soundKey,
  encodedBy: render.encodedBy,
  replans: render.replans,
  film: render.film,
  cpuS: render.cpuS,
  troubleSince: render.troubleSince,
  error: render.error,
};

/** What remains to be done of a film, for guessing how long others wait. */
export interface Load {
  readonly id: string;
  readonly accountId: string;
  readonly band: number;
  readonly tag: number;
  readonly turns: number;
  readonly leftS: number;
}

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

export type RenderRepository = ReturnType<typeof renderRepository>;

export function renderRepository(queries: Queries) {
  return {
    async add(row: InferInsertModel<typeof render>): Promise<void> {
      await queries.insert(render).values(row);
    },
    async find(id: string): Promise<RenderRow | null> {
      const [row] = await queries.select(COLUMNS).from(render).where(eq(render.id, id));
      return row ?? null;
    },
    async findAll(ids: readonly string[]): Promise<readonly RenderRow[]> {
      if (ids.length === 0) return [];
      return await queries.select(COLUMNS).from(render).where(inArray(render.id, ids));
    },
    /** What the account asked for under this key. */
    async asked(
      accountId: string,
      requestKey: string,
    ): Promise<Pick<WholeRender, 'id' | 'requestHash'> | null> {
      const [row] = await queries
        .select({ id: render.id, requestHash: render.requestHash })
        .from(render)
        .where(and(eq(render.accountId, accountId), eq(render.requestKey, requestKey)));
      return row ?? null;
    },
    /** Held until the transaction ends. The render is always locked before its steps. */
    async findToChange(id: string): Promise<RenderRow | null> {
      const [row] = await queries.select(COLUMNS).from(render).where(eq(render.id, id)).for('update');
      return row ?? null;
    },
    /** What it is made from. */
    async sourcesOf(id: string): Promise<Pick<WholeRender, 'project' | 'receipts'> | null> {
      const [row] = await queries
        .select({ project: render.project, receipts: render.receipts })
        .from(render)
        .where(eq(render.id, id));
      return row ?? null;
    },
    listOf: (accountId: string, most: number): Promise<readonly RenderRow[]> =>
      queries
        .select(COLUMNS)
        .from(render)
        .where(eq(render.accountId, accountId))
        .orderBy(desc(render.createdAt))
        .limit(most),
    /** Everything that is seen of a render goes through here, so that its version tells. */
    async change(id: string, set: Partial<InferInsertModel<typeof render>>): Promise<void> {
      await queries
        .update(render)
        .set({ ...set, version: sql`${render.version} + 1` })
        .where(eq(render.id, id));
    },
    /** Its steps have come on. Once it has ended there is nothing new to see. */
    async touch(id: string): Promise<void> {
      await queries
        .update(render)
        .set({ version: sql`${render.version} + 1` })
        .where(and(eq(render.id, id), inArray(render.state, [...ACTIVE_STATES])));
    },
    /** That its end stands in the log is seen by nobody: the version stays. */
    async endLogged(id: string): Promise<void> {
      await queries.update(render).set({ logged: 'ended' }).where(eq(render.id, id));
    },
    /** Which of these have a newer version than was seen. */
    versionsOf: (ids: readonly string[]) =>
      queries
        .select({ id: render.id, version: render.version })
        .from(render)
        .where(inArray(render.id, [...ids])),
    activeWithPermits: (permitIds: readonly string[]) =>
      queries
        .select({ id: render.id })
        .from(render)
        .where(and(inArray(render.permitId, [...permitIds]), inArray(render.state, [...ACTIVE_STATES]))),
    async countActive(accountId?: string): Promise<number> {
      const [row] = await queries
        .select({ all: count() })
        .from(render)
        .where(
          and(
            inArray(render.state, [...ACTIVE_STATES]),
            ...(accountId === undefined ? [] : [eq(render.accountId, accountId)]),
          ),
        );
      return row?.all ?? 0;
    },

    /** Active ones whose permit has ended meanwhile. */
    withEndedPermits: () =>
      queries
        .select({ id: render.id })
        .from(render)
        .innerJoin(serverPermit, eq(serverPermit.id, render.permitId))
        .where(and(inArray(render.state, [...ACTIVE_STATES]), isNotNull(serverPermit.endedAt))),
    /** Those that began, ended, and of whose end the log does not know. */
    unlogged: (most: number) =>
      queries
        .select({ id: render.id })
        .from(render)
        .where(and(eq(render.logged, 'started'), inArray(render.state, ['failed', 'cancelled', 'stopped'])))
        .limit(most),
    /**
     * Which of these are films, or captions, of the account's films that were given out or are under way; or films that a
     * reviewer is to see, or may be, because an appeal may come.
     */
    async namedFiles(accountId: string, hashes: readonly string[]): Promise<ReadonlySet<string>> {
      const wanted = [...hashes];
      if (wanted.length === 0) return new Set();
      const rows = await queries
        .select({ film: render.film })
        .from(render)
        .where(
          and(
            eq(render.accountId, accountId),
            inArray(render.state, [...ACTIVE_STATES, 'done']),
            or(
              inArray(sql`${render.film} ->> 'hash'`, wanted),
              inArray(sql`${render.film} ->> 'captions'`, wanted),
            ),
          ),
        );
      const cases = await queries
        .select({ content: moderationVerdict.content })
        .from(reviewCase)
        .innerJoin(moderationVerdict, eq(moderationVerdict.id, reviewCase.subjectId))
        .where(
          and(
            eq(reviewCase.kind, 'content'),
            eq(reviewCase.authorId, accountId),
            or(
              inArray(reviewCase.state, [...WAITING]),
              and(
                eq(reviewCase.state, 'decided'),
                eq(reviewCase.outcome, 'rejected'),
                sql`${reviewCase.closedAt} > clock_timestamp() - make_interval(days => ${APPEAL_DAYS})`,
              ),
            ),
          ),
        );
      const shown = cases.flatMap(({ content }) => content?.pictures.map(({ hash }) => hash) ?? []);
      return new Set([
        ...rows.flatMap(({ film }) => [film?.hash ?? [], film?.captions ?? []].flat()),
        ...shown.filter((hash) => wanted.includes(hash)),
      ]);
    },

    /** Who has ever asked for a film. */
    async accounts(): Promise<readonly string[]> {
      const rows = await queries.selectDistinct({ accountId: render.accountId }).from(render);
      return rows.map(({ accountId }) => accountId);
    },
    /** Keys of segments and sounds of films that are not ended, or ended since then; and whether any is not. */
    async productsNeeded(
      accountId: string,
      since: Date,
    ): Promise<{ readonly keys: ReadonlySet<string>; readonly active: boolean }> {
      const films = await queries
        .select({ id: render.id, soundKey: render.soundKey, state: render.state })
        .from(render)
        .where(
          and(
            eq(render.accountId, accountId),
            or(inArray(render.state, [...ACTIVE_STATES]), gte(render.finishedAt, since)),
          ),
        );
      const keys = new Set(films.flatMap(({ soundKey }) => soundKey ?? []));
      for (let at = 0; at < films.length; at += 1000) {
        const ids = films.slice(at, at + 1000).map(({ id }) => id);
        const segments = await queries
          .selectDistinct({ key: renderSegment.key })
          .from(renderSegment)
          .where(inArray(renderSegment.renderId, ids));
        for (const { key } of segments) keys.add(key);
      }
      return { keys, active: films.some(({ state }) => ACTIVE_STATES.some((active) => active === state)) };
    },

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

    /** All that is under way or waits, for those who draw. */
    async load(): Promise<readonly Load[]> {
      return queries
        .select({
          id: render.id,
          accountId: render.accountId,
          band: render.band,
          tag: render.tag,
          turns: render.turns,
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
