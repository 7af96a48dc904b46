/**
 * The one place that names pg-boss. A job of it is a step whose turn may come: it says which, counts how often it failed,
 * and keeps what failed too often among the dead letters. Adding, taking and ending happen in the caller's transaction,
 * together with what the tables say of the step, so that neither can be without the other.
 */
import { fromDrizzle, PgBoss, type Db } from 'pg-boss';
import { sql, type Queries } from '../../database/drizzle.ts';
import type { Database } from '../../database/open.ts';

/**
 * work: any worker's. desk: for a process that serves, because it signs and decides. look: for one that serves as well, and
 * apart, because what it does takes minutes.
 */
export type Lane = 'work' | 'desk' | 'look';
export const LANES: readonly Lane[] = ['work', 'desk', 'look'];

export interface QueuedJob {
  /** A UUID. */
  readonly id: string;
  readonly stepId: string;
  readonly renderId: string;
  /** Higher comes first. */
  readonly priority: number;
  /** Not before so many seconds from now. */
  readonly afterS?: number;
  /** How often it may still be tried; MOST_ATTEMPTS unless said. */
  readonly triesLeft?: number;
}
export interface TakenJob {
  readonly id: string;
  readonly stepId: string;
  readonly renderId: string;
}
export interface DeadJob extends TakenJob {
  readonly lane: Lane;
  readonly at: Date;
}

export interface StepQueue {
  add(queries: Queries, lane: Lane, jobs: readonly QueuedJob[]): Promise<void>;
  /** The first whose turn it is, or null. */
  take(queries: Queries, lane: Lane): Promise<TakenJob | null>;
  /** It is done with, however it ended. */
  end(queries: Queries, lane: Lane, jobIds: readonly string[]): Promise<void>;
  /** It failed: it comes again at once, or is among the dead letters from now on. */
  fail(queries: Queries, lane: Lane, jobId: string, why: string): Promise<void>;
  /** Those that were not taken are not wanted any more. */
  withdraw(queries: Queries, lane: Lane, jobIds: readonly string[]): Promise<void>;
  dead(): Promise<readonly DeadJob[]>;
  /** Takes a dead letter out. @returns false where it is not there */
  bury(queries: Queries, jobId: string): Promise<boolean>;
  close(): Promise<void>;
}

/** How often a step may fail, or its worker die of it, before nobody tries it again. */
export const MOST_ATTEMPTS = 3;

const NAMES: Readonly<Record<Lane, string>> = {
  work: 'render-work',
  desk: 'render-desk',
  look: 'render-look',
};
const DEAD = 'render-dead';
/** Workers hold steps by leases of their own, which end in seconds; pg-boss would end these jobs itself only then. */
const EXPIRE_S = 23 * 3600;
const KEEP_DONE_S = 3600;
const KEEP_WAITING_S = 30 * 86_400;
const MOST_DEAD_SHOWN = 500;

interface StepData {
  readonly stepId: string;
  readonly renderId: string;
}

/** Makes the queue's own tables where they are not there. @throws when the database does not answer */
export async function openQueue(
  database: Pick<Database, 'kind' | 'statement'>,
  onError: (error: unknown) => void,
): Promise<StepQueue> {
  const boss = new PgBoss({
    db: overDatabase(database),
    backend: database.kind === 'pglite' ? 'pglite' : 'postgres',
    schedule: false,
    supervise: true,
    application_name: 'orator',
  });
  boss.on('error', onError);
  await boss.start();
  await boss.createQueue(DEAD, { retentionSeconds: KEEP_WAITING_S });
  for (const lane of LANES)
    await boss.createQueue(NAMES[lane], {
      deadLetter: DEAD,
      retryLimit: MOST_ATTEMPTS - 1,
      retryDelay: 0,
      expireInSeconds: EXPIRE_S,
      retentionSeconds: KEEP_WAITING_S,
      deleteAfterSeconds: KEEP_DONE_S,
    });
  // Drizzle's own type of a query is wider than what pg-boss asks for.
  const inside = (queries: Queries): { db: Db } => ({ db: fromDrizzle(queries as never, sql as never) });

  return {
    async add(queries, lane, jobs) {
      if (jobs.length === 0) return;
      await boss.insert(
        NAMES[lane],
        jobs.map(({ id, priority, afterS, triesLeft = MOST_ATTEMPTS, stepId, renderId }) => ({
          id,
          priority,
          retryLimit: triesLeft - 1,
          data: { stepId, renderId } satisfies StepData,
          ...(afterS === undefined ? {} : { startAfter: afterS }),
        })),
        inside(queries),
      );
    },
    async take(queries, lane) {
      const [job] = await boss.fetch<StepData>(NAMES[lane], { batchSize: 1, ...inside(queries) });
      return job ? { id: job.id, ...job.data } : null;
    },
    async end(queries, lane, jobIds) {
      if (jobIds.length > 0) await boss.complete(NAMES[lane], [...jobIds], null, inside(queries));
    },
    async fail(queries, lane, jobId, why) {
      await boss.fail(NAMES[lane], jobId, { why }, inside(queries));
    },
    async withdraw(queries, lane, jobIds) {
      if (jobIds.length > 0) await boss.cancel(NAMES[lane], [...jobIds], inside(queries));
    },
    async dead() {
      const jobs = await boss.findJobs<StepData>(DEAD, { limit: MOST_DEAD_SHOWN });
      return jobs.map((job) => ({
        id: job.id,
        ...job.data,
        lane: LANES.find((lane) => NAMES[lane] === Reflect.get(job, 'sourceName')) ?? 'work',
        at: job.createdOn,
      }));
    },
    async bury(queries, jobId) {
      const found = await boss.findJobs(DEAD, { id: jobId, ...inside(queries) });
      if (found.length === 0) return false;
      await boss.deleteJob(DEAD, jobId, inside(queries));
      return true;
    },
    close: () => boss.stop({ graceful: false }),
  };
}

function overDatabase({ statement }: Pick<Database, 'statement'>): Db {
  return {
    async executeSql(text, values) {
      const { rows } = await statement(text, values);
      return { rows: [...rows] };
    },
  };
}
