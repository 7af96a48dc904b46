/**
 * Renders as they are kept: the film that is wanted, its steps, its segments, and what is known of workers and of how fast
 * they are. pg-boss says which step comes next; what is true of a step, and whether a result counts, is said here, so that
 * a step that is delivered twice counts once.
 */
import type { ErrorWire } from '#core/base/errors.ts';
import type { Project } from '#core/document/project.ts';
import type { ReceiptBundle } from '#core/policy/consent/bundle.ts';
import type { Grade } from '#core/policy/permit.ts';
import type { EncodedBy, OutputSpec } from '../../render/process.ts';
import {
  bigint,
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from '../drizzle.ts';
import { user } from './accounts.ts';
import { instant } from './columns.ts';

export type RenderState =
  | 'queued' // nothing of it has begun
  | 'preparing'
  | 'drawing'
  | 'finishing' // assembled, and looked at once more before it is given out
  | 'done'
  | 'failed'
  | 'cancelled' // by its maker
  | 'stopped'; // a consent under it was taken back

export type StepKind = 'begin' | 'prepare' | 'draw' | 'sound' | 'assemble' | 'look' | 'deliver';

export interface FilmRecord {
  readonly hash: string;
  readonly bytes: number;
  readonly mime: string;
  readonly extension: string;
  /** WebVTT, where captions are separate. */
  readonly captions: string | null;
}

export const render = pgTable(
  'render',
  {
    id: text('id').primaryKey(),
    accountId: text('account_id')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    projectId: text('project_id').notNull(),
    projectName: text('project_name').notNull(),
    project: jsonb('project').$type<Project>().notNull(),
    /** Under which key its maker asked for it, and the hash of what for: asked again, it is this one. */
    requestKey: text('request_key'),
    requestHash: text('request_hash'),
    permitId: text('permit_id').notNull(),
    /** What the permit stood on when the work began; the process that draws holds it against them once more. */
    receipts: jsonb('receipts').$type<readonly ReceiptBundle[]>(),
    /** How far the public log knows of it. */
    logged: text('logged').$type<'nothing' | 'started' | 'ended'>().notNull().default('nothing'),
    grade: text('grade').$type<Grade>().notNull(),
    output: jsonb('output').$type<OutputSpec>().notNull(),
    priority: text('priority').$type<'normal' | 'low'>().notNull(),
    state: text('state').$type<RenderState>().notNull(),
    /** Counts what can be seen of it: who watches asks for what is newer. */
    version: integer('version').notNull(),
    createdAt: instant('created_at').notNull(),
    startedAt: instant('started_at'),
    finishedAt: instant('finished_at'),
    durationS: doublePrecision('duration_s').notNull(), // guessed from the script until it is prepared
    /** What it is thought to take one worker in all, seconds. */
    workS: doublePrecision('work_s').notNull(),
    band: integer('band').notNull(),
    /** Its turn: tags from here on, so many of them. */
    tag: integer('tag').notNull(),
    turns: integer('turns').notNull(),
    frameCount: integer('frame_count'),
    segmentCount: integer('segment_count'),
    soundKey: text('sound_key'),
    /** Who encodes all of its segments; settled when it is prepared. */
    encodedBy: text('encoded_by').$type<EncodedBy>(),
    /** How often it was planned again, because those who draw it changed meanwhile. */
    replans: integer('replans').notNull().default(0),
    /** Assembled, not yet given out; the film once it is. */
    film: jsonb('film').$type<FilmRecord>(),
    cpuS: doublePrecision('cpu_s').notNull().default(0),
    /** Since when the store has failed it, without a success in between. */
    troubleSince: instant('trouble_since'),
    error: jsonb('error').$type<ErrorWire>(),
  },
  (table) => [
    index('render_account').on(table.accountId, table.createdAt),
    uniqueIndex('render_request').on(table.accountId, table.requestKey),
    index('render_state').on(table.state),
    index('render_permit').on(table.permitId),
    index('render_logged').on(table.logged, table.state),
  ],
);

export const renderStep = pgTable(
  'render_step',
  {
    id: text('id').primaryKey(), // a UUID
    renderId: text('render_id')
      .notNull()
      .references(() => render.id, { onDelete: 'cascade' }),
    kind: text('kind').$type<StepKind>().notNull(),
    /** Which segments a `draw` draws. */
    segments: jsonb('segments').$type<readonly number[]>().notNull(),
    state: text('state').$type<'queued' | 'running' | 'done' | 'dropped' | 'dead'>().notNull(),
    /** The pg-boss job that brings it, or last brought it. */
    jobId: text('job_id').notNull(),
    workerId: text('worker_id'),
    /** How often it was begun and neither ended nor was put back. */
    attempts: integer('attempts').notNull().default(0),
    /** How often whoever had it was never heard of again. */
    losses: integer('losses').notNull().default(0),
    fraction: doublePrecision('fraction').notNull().default(0),
    /** What it was thought to take one worker, seconds. */
    costS: doublePrecision('cost_s').notNull(),
    band: integer('band').notNull(),
    tag: integer('tag').notNull(),
    startedAt: instant('started_at'),
    finishedAt: instant('finished_at'),
  },
  (table) => [
    index('render_step_render').on(table.renderId),
    index('render_step_state').on(table.state),
    index('render_step_worker').on(table.workerId),
  ],
);

export const renderSegment = pgTable(
  'render_segment',
  {
    renderId: text('render_id')
      .notNull()
      .references(() => render.id, { onDelete: 'cascade' }),
    position: integer('position').notNull(),
    key: text('key').notNull(),
    frames: integer('frames').notNull(),
    /** It lay in the store before this render. */
    reused: boolean('reused').notNull(),
    doneAt: instant('done_at'),
  },
  (table) => [primaryKey({ columns: [table.renderId, table.position] })],
);

export const renderWorker = pgTable('render_worker', {
  id: text('id').primaryKey(),
  slots: integer('slots').notNull(),
  /** On the database's clock. */
  seenAt: instant('seen_at').notNull(),
});

/** Start-time fair queueing: until which tag an account has had its share of a band. */
export const renderShare = pgTable(
  'render_share',
  {
    accountId: text('account_id')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    band: integer('band').notNull(),
    finish: bigint('finish', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.band] })],
);

/** The tag of the step that was begun last. */
export const renderClock = pgTable('render_clock', {
  band: integer('band').primaryKey(),
  now: bigint('now', { mode: 'number' }).notNull(),
});

/** What work took here, by kind of work; the older the less it counts. */
export const renderSpeed = pgTable('render_speed', {
  kind: text('kind').primaryKey(),
  work: doublePrecision('work').notNull(),
  wallS: doublePrecision('wall_s').notNull(),
  cpuS: doublePrecision('cpu_s').notNull(),
});
