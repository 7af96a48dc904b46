/**
 * Renders; with them their steps and segments, who works on them, and what is left of them. A project is read only where it
 * is needed: it may be megabytes.
 */
import {
  and,
  count,
  desc,
  eq,
  inArray,
  isNotNull,
  sql,
  type InferInsertModel,
  type InferSelectModel,
  type Queries,
} from '../database/drizzle.ts';
import { render } from '../database/schema/render.ts';
import { serverPermit } from '../database/schema/work.ts';
import { renderLeftovers } from './render-leftovers.ts';
import { ACTIVE_STATES } from './render-states.ts';
import { renderSteps } from './render-steps.ts';
import { renderWorkers } from './render-workers.ts';

export { ACTIVE_STATES } from './render-states.ts';
export type { SegmentRow, StepRow, StepSums } from './render-steps.ts';
export type { Load } from './render-workers.ts';

type WholeRender = InferSelectModel<typeof render>;
export type RenderRow = Omit<WholeRender, 'project' | 'receipts' | 'requestKey' | 'requestHash'>;

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

/** Any number, the same for every process. */
const ADDING = 720_243;

export type RenderRepository = ReturnType<typeof renderRepository>;

export function renderRepository(queries: Queries) {
  return {
    ...renderSteps(queries),
    ...renderWorkers(queries),
    ...renderLeftovers(queries),

    /** Until the transaction ends nobody else adds a film: how many there are is counted by one at a time. First of all locks. */
    async lockQueue(): Promise<void> {
      await queries.execute(sql`select pg_advisory_xact_lock(${ADDING})`);
    },
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
  };
}
