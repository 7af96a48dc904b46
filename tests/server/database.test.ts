/** The database opens on both drivers, brought up to date; its migrations are what the schema says. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { sql } from '#server/database/drizzle.ts';
import { openDatabase, type DatabasePlace } from '#server/database/open.ts';
import { startPostgres } from './harness/postgres.ts';

const postgres = await startPostgres();
const folder = mkdtempSync(join(tmpdir(), 'orator-database-'));
afterAll(async () => {
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const places: [string, () => Promise<DatabasePlace>][] = [
  ['PGlite', async () => ({ kind: 'folder', path: join(folder, 'data') })],
];
if (postgres)
  places.push([
    'PostgreSQL',
    async () => ({ kind: 'postgres', url: await postgres.fresh(), connections: 4 }),
  ]);

describe.each(places)('on %s', (_name, place) => {
  test('it opens twice in a row, keeps what was written, and rolls back what failed', async () => {
    const where = await place();
    const first = await openDatabase(where);
    await first.queries.execute(
      sql`insert into account_holder (id, name, email) values ('a', 'A', 'a@example.com')`,
    );
    await expect(
      first.transaction(async (queries) => {
        await queries.execute(sql`delete from account_holder`);
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await first.close();
    const second = await openDatabase(where);
    const found = await second.queries.execute(sql`select id from account_holder`);
    expect((found as { rows: unknown[] }).rows).toEqual([{ id: 'a' }]);
    await second.close();
  });
});

test.each(places)(
  'on %s, work under one name is done by one at a time, and nobody waits for another name',
  async (name, place) => {
    const where = await place();
    const first = await openDatabase(where);
    // Another process, where there may be one.
    const second = name === 'PGlite' ? first : await openDatabase(where);
    const done: string[] = [];
    let goOn = (): void => undefined;
    const waiting = new Promise<void>((resolve) => (goOn = resolve));
    let begun = (): void => undefined;
    const started = new Promise<void>((resolve) => (begun = resolve));
    const slow = first.exclusive('a', async () => {
      begun();
      await waiting;
      done.push('slow');
    });
    await started;
    const failing = second.exclusive('a', async () => {
      done.push('failing');
      throw new Error('no');
    });
    const last = second.exclusive('a', async () => void done.push('last'));
    await second.exclusive('b', async () => void done.push('other'));
    goOn();
    await slow;
    await expect(failing).rejects.toThrow('no');
    await last;
    expect(done).toEqual(['other', 'slow', 'failing', 'last']);
    await Promise.all([...new Set([first, second])].map((database) => database.close()));
  },
);

test('a second process may not have the embedded database open', async () => {
  const place = { kind: 'folder', path: join(folder, 'locked') } as const;
  const first = await openDatabase(place);
  await expect(openDatabase(place)).rejects.toMatchObject({ code: 'storage-failed' });
  await first.close();
  await (await openDatabase(place)).close();
});

test.skipIf(!postgres)(
  'a connection that is cut in the middle of a transaction fails that one, and ends no process',
  async () => {
    const url = (await postgres?.fresh()) as string;
    const database = await openDatabase({ kind: 'postgres', url, connections: 2 });
    const cut = database.transaction(async (queries) => {
      const own = await queries.execute(sql`select pg_backend_pid() as pid`);
      const { pid } = (own as { rows: { pid: number }[] }).rows[0] ?? {};
      await database.queries.execute(sql`select pg_terminate_backend(${pid})`);
      // Nobody asks anything of it when it is cut.
      await new Promise((resolve) => setTimeout(resolve, 200));
      await queries.execute(sql`select 1`);
    });
    await expect(cut).rejects.toThrow();
    await database.ping();
    await database.close();
  },
);

test('an address that does not answer is told', async () => {
  await expect(
    openDatabase({ kind: 'postgres', url: 'postgres://nobody@127.0.0.1:9/none', connections: 1 }),
  ).rejects.toMatchObject({ code: 'storage-failed' });
});

test('the migrations are what the schema says', () => {
  const copy = join(folder, 'migrations');
  cpSync('server/database/migrations', copy, { recursive: true });
  const before = readdirSync(copy);
  execFileSync(
    'node_modules/.bin/drizzle-kit',
    ['generate', '--dialect', 'postgresql', '--schema', './server/database/schema/index.ts', '--out', copy],
    { stdio: 'pipe' },
  );
  expect(readdirSync(copy)).toEqual(before);
});
