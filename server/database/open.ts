/**
 * Opens the database and brings it up to date: PGlite in a folder of our own by default (or in memory), a PostgreSQL
 * server where DATABASE_URL names one. With PGlite only this process may have the folder open, so it is locked.
 */
import { PGlite } from '@electric-sql/pglite';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { AppError } from '#core/base/errors.ts';
import { exclusiveHere, exclusiveOn, LOCK_CONNECTIONS, type Exclusive } from './exclusive.ts';
import {
  migrateNodePostgres,
  migratePglite,
  overNodePostgres,
  overPglite,
  sql,
  type Queries,
} from './drizzle.ts';

export type DatabasePlace =
  /** `image`: a dumped data folder to begin with, which saves making an empty database anew. */
  | { readonly kind: 'memory'; readonly image?: Blob }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly connections: number };

export type Statement = (
  text: string,
  values?: readonly unknown[],
) => Promise<{ readonly rows: readonly unknown[] }>;

export interface Database {
  readonly kind: 'pglite' | 'postgres';
  readonly queries: Queries;
  /** For a library that brings statements of its own; several at once where it gives no values. */
  statement: Statement;
  /** Runs `work` in one transaction; what it throws rolls everything back. */
  transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T>;
  /**
   * Runs `work` while nobody else on this database, in whichever process, runs work under this name. Never within a
   * transaction, which the others may be waiting for.
   */
  exclusive: Exclusive;
  /** @throws when the database does not answer */
  ping(): Promise<void>;
  close(): Promise<void>;
}

const MIGRATIONS = new URL('./migrations/', import.meta.url).pathname;

/** @throws AppError storage-failed when it cannot be reached, opened or brought up to date */
export async function openDatabase(place: DatabasePlace): Promise<Database> {
  try {
    return place.kind === 'postgres' ? await openPostgres(place) : await openPglite(place);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('storage-failed', 'The database could not be opened.', {
      cause: error,
      way:
        place.kind === 'postgres'
          ? 'See that DATABASE_URL is right and that its server is running.'
          : 'See that the data folder can be written; if it is damaged, put back a copy of it.',
    });
  }
}

async function openPglite(place: Exclude<DatabasePlace, { kind: 'postgres' }>): Promise<Database> {
  const unlock = place.kind === 'folder' ? lockFolder(place.path) : () => {};
  try {
    const client = await PGlite.create(
      place.kind === 'folder'
        ? { dataDir: join(place.path, 'pglite') }
        : { dataDir: 'memory://', ...(place.image ? { loadDataDir: place.image } : {}) },
    );
    const db = overPglite(client);
    await migratePglite(db, { migrationsFolder: MIGRATIONS });
    return database({
      ...{ kind: 'pglite', queries: db, statement: pgliteStatement(client), exclusive: exclusiveHere() },
      transaction: (work) => db.transaction(within(work)),
      async end() {
        await client.close();
        unlock();
      },
    });
  } catch (error) {
    unlock();
    throw error;
  }
}

async function openPostgres(place: Extract<DatabasePlace, { kind: 'postgres' }>): Promise<Database> {
  const pool = openPool({
    connectionString: place.url,
    max: place.connections,
    connectionTimeoutMillis: 10_000,
  });
  const db = overNodePostgres(pool);
  const guard = await pool.connect();
  try {
    // Several processes may start at once: one brings the tables up to date, the others wait.
    await guard.query('select pg_advisory_lock(720240)');
    await migrateNodePostgres(db, { migrationsFolder: MIGRATIONS });
  } finally {
    await guard.query('select pg_advisory_unlock(720240)').catch(() => {});
    guard.release();
  }
  const statement: Statement = async (text, values) => {
    const answer: unknown = await pool.query(text, values as unknown[] | undefined);
    return { rows: (Array.isArray(answer) ? answer : [answer]).flatMap((one) => rowsOf(one)) };
  };
  const { exclusive, close } = exclusiveOn(
    // Whoever waits for another's work waits as long as that takes.
    openPool({ connectionString: place.url, max: LOCK_CONNECTIONS }),
  );
  return database({
    ...{ kind: 'postgres', queries: db, statement, exclusive },
    transaction: transactionsOn(pool),
    async end() {
      await Promise.all([pool.end(), close()]);
    },
  });
}

/**
 * Drizzle's own transactions on a pool keep a connection for good where it is cut just as they begin: the pool is the
 * smaller by one from then on, and its end waits for that one for ever.
 */
function transactionsOn(pool: pg.Pool): Database['transaction'] {
  return async (work) => {
    const client = await pool.connect();
    let whole = false;
    try {
      const result = await overNodePostgres(client).transaction(within(work));
      whole = true;
      return result;
    } catch (error) {
      // What was thrown by the work itself was rolled back; of anything else nobody knows how it left the connection.
      whole = error instanceof AppError;
      throw error;
    } finally {
      client.release(!whole);
    }
  };
}

/** Drizzle's own type of a transaction is narrower than what the repositories ask for. */
function within<T>(work: (queries: Queries) => Promise<T>): (inner: unknown) => Promise<T> {
  return (inner) => work(inner as Queries);
}

function openPool(options: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool(options);
  // A connection that the server cuts must not end the process, idle or in the middle of a transaction: whoever asks
  // something of it is told, and the next query opens another.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** Several statements at once where no values are given, as node-postgres has it. */
export function pgliteStatement(client: PGlite): Statement {
  return async (text, values) => {
    try {
      if (values?.length) return await client.query(text, [...values]);
      return { rows: (await client.exec(text)).flatMap(rowsOf) };
    } catch (error) {
      // There is one connection: a transaction that one of several statements left broken would break all that follow.
      await client.query('rollback').catch(() => undefined);
      throw error;
    }
  };
}

function rowsOf(answer: unknown): readonly unknown[] {
  const rows: unknown = answer !== null && typeof answer === 'object' ? Reflect.get(answer, 'rows') : null;
  return Array.isArray(rows) ? rows : [];
}

function database(
  parts: Pick<Database, 'kind' | 'queries' | 'statement' | 'transaction' | 'exclusive'> & {
    end(): Promise<void>;
  },
): Database {
  const { kind, queries, statement, transaction, exclusive } = parts;
  let closed: Promise<void> | null = null;
  return {
    ...{ kind, queries, statement, transaction, exclusive },
    async ping() {
      await queries.execute(sql`select 1`);
    },
    close: () => (closed ??= parts.end()),
  };
}

/** A second process on one PGlite folder destroys it. The lock names its holder and outlives no crash. */
function lockFolder(path: string): () => void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const file = join(path, 'database.lock');
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const descriptor = openSync(file, 'wx', 0o600);
      writeSync(descriptor, String(process.pid));
      closeSync(descriptor);
      heldHere.add(file);
      return () => {
        heldHere.delete(file);
        rmSync(file, { force: true });
      };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      const holder = Number(readFileSync(file, 'utf8'));
      if (holder !== process.pid && isAlive(holder)) break;
      if (holder === process.pid && heldHere.has(file)) break;
      rmSync(file, { force: true });
    }
  }
  throw new AppError('storage-failed', 'Another Orator already has this data folder open.', {
    way: 'Stop it first, give this one a folder of its own with ORATOR_DATA, or use a PostgreSQL server with DATABASE_URL.',
  });
}

/** Locks of this very process: a stale one may carry our number, because numbers come round again. */
const heldHere = new Set<string>();

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
