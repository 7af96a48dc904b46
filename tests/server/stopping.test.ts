/**
 * A process that is asked to stop is gone soon, whatever was done to its database before: connections that are cut just when
 * a transaction begins, in the middle of it, or with nothing to do. And what never ends is named, and left behind.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, expect, test, vi } from 'vitest';
import { sql } from '#server/database/drizzle.ts';
import { openDatabase, type Database } from '#server/database/open.ts';
import { QUIET } from '#server/logger.ts';
import { endAll } from '#server/program.ts';
import { openStoreAt } from '#server/render/store-place.ts';
import { PATIENCE } from '#server/services/renders/parts.ts';
import { openQueue } from '#server/services/renders/queue.ts';
import { openRunner } from '#server/services/renders/runner.ts';
import { REAL_HOST } from '#server/services/services.ts';
import { startPostgres } from './harness/postgres.ts';

const postgres = await startPostgres();
if (!postgres) console.warn('No PostgreSQL on this machine: no connection is cut.');
const folder = mkdtempSync(join(tmpdir(), 'orator-stopping-'));
afterAll(async () => {
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** As many as would hold all of its connections. */
const CONNECTIONS = 4;
const PLENTY_MS = 60_000;

/** Ends every connection to the database but the one that asks, as a crash of the server does. */
async function cutAll(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
  await client.end();
}

async function inTime(ended: Promise<unknown>): Promise<'ended' | 'hangs'> {
  const late = new AbortController();
  const first = await Promise.race([
    ended.then(() => 'ended' as const),
    pause(PLENTY_MS, 'hangs' as const, { signal: late.signal }),
  ]);
  late.abort();
  return first;
}

/** Transactions without a pause, each over its connection for as long as a few statements. */
function keepBusy(database: Database): { stop(): Promise<void> } {
  const closing = new AbortController();
  const hands = Array.from({ length: CONNECTIONS * 2 }, async () => {
    while (!closing.signal.aborted) {
      await database
        .transaction(async (queries) => void (await queries.execute(sql`select 1`)))
        .catch(() => undefined);
      await pause(Math.random() * 3);
    }
  });
  return {
    async stop() {
      closing.abort();
      await Promise.all(hands);
    },
  };
}

test.skipIf(!postgres)(
  'connections cut in the middle of all transactions are given back: as many are there as before, and the database closes',
  async () => {
    const url = (await postgres?.fresh()) as string;
    const database = await openDatabase({ kind: 'postgres', url, connections: CONNECTIONS });
    const busy = keepBusy(database);
    for (let cut = 0; cut < 40; cut++) {
      await pause(5 + Math.random() * 20);
      await cutAll(url);
    }
    await busy.stop();
    // All at once: each waits for all the others to have a connection.
    let here = 0;
    let all = (): void => undefined;
    const together = new Promise<void>((resolve) => (all = resolve));
    await Promise.all(
      Array.from({ length: CONNECTIONS }, () =>
        database.transaction(async () => {
          if (++here === CONNECTIONS) all();
          await together;
        }),
      ),
    );
    expect(await inTime(database.close())).toBe('ended');
  },
  PLENTY_MS * 2,
);

test.skipIf(!postgres)(
  'hands, queue and database end after the database was stopped at once under them',
  async () => {
    const url = (await postgres?.fresh()) as string;
    for (let stop = 0; stop < 3; stop++) {
      const database = await openDatabase({ kind: 'postgres', url, connections: CONNECTIONS });
      const queue = await openQueue(database, () => undefined);
      const store = openStoreAt({ kind: 'disk', folder });
      const runner = openRunner({
        parts: {
          ...{ database, store, queue, host: REAL_HOST, log: QUIET, patience: PATIENCE },
          ...{ secondsPerDay: 1000, wake: () => undefined },
        },
        ...{ lane: 'work', slots: 3, perform: () => Promise.resolve() },
      });
      const busy = keepBusy(database);
      // Someone holds a lock, and someone waits for it.
      const locked = [1, 2].map(() => database.exclusive('one', () => pause(20)).catch(() => undefined));
      await pause(50 + Math.random() * 150);
      await postgres?.restart('immediate');
      await busy.stop();
      const ended = (async () => {
        await runner.close();
        await queue.close();
        await database.close();
      })();
      expect(await inTime(ended)).toBe('ended');
      await Promise.all(locked);
    }
  },
  PLENTY_MS * 4,
);

test('what never ends is named when the time is over, and what fails keeps nothing else from ending', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  try {
    const ended: string[] = [];
    const well = await endAll(
      [
        ['the first', () => Promise.reject(new Error('secret words'))],
        ['the second', async () => void ended.push('second')],
        ['the third', () => new Promise(() => undefined)],
        ['the fourth', async () => void ended.push('fourth')],
      ],
      0.05,
    );
    expect(well).toBe(false);
    expect(ended).toEqual(['second']);
    const lines = said.mock.calls.map(([line]) => String(line));
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/the first did not end as it should/);
    expect(lines[0]).not.toContain('secret');
    expect(lines[1]).toMatch(/more than 0\.05 s, because the third did not end/);
  } finally {
    said.mockRestore();
  }
});

test('a process with something that never ends is gone when it was asked to stop', async () => {
  const program = new URL('../../server/program.ts', import.meta.url).href;
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { onStop } from ${JSON.stringify(program)};
       setInterval(() => undefined, 1000);
       onStop([['the database', () => new Promise(() => undefined)]], 0.2);
       console.log('ready');`,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code).toBe(1);
  expect(said).toMatch(/the database did not end, so this process ends without it/);
});
