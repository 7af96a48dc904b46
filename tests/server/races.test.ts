/**
 * What is asked for at the same moment, on a real PostgreSQL with a connection for each: limits hold, one of many wins, and
 * nobody waits for each other in a circle.
 */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#core/base/ids.ts';
import { SCOPES, type AccountCaller } from '#server/services/accounts/caller.ts';
import { UPLOAD_LIMITS } from '#server/services/assets/parts.ts';
import { startPostgres } from './harness/postgres.ts';
import { filmOf, OUTPUT } from './harness/renders/films.ts';
import { openTrust, ORIGIN, type Trust } from './harness/trust.ts';
import { hashOf, noisePicture, tusClient } from './harness/uploads.ts';

const postgres = await startPostgres();
if (!postgres) console.warn('No PostgreSQL on this machine: nothing is done at the same moment.');
afterAll(() => postgres?.stop());

const AT_ONCE = 6;
/** Longer than a test needs to close the circle, on a machine that is busy. */
const CIRCLE_FOUND_S = 4;
const PART = UPLOAD_LIMITS.leastPartBytes;

describe.skipIf(!postgres)('at once', () => {
  let trust: Trust;
  let url: string;
  beforeAll(async () => {
    url = (await postgres?.fresh()) as string;
    trust = await openTrust({
      // So long after it began to wait, whoever waits finds out that they wait in a circle.
      place: {
        kind: 'postgres',
        url: `${url}?options=-c%20deadlock_timeout%3D${CIRCLE_FOUND_S}s`,
        connections: AT_ONCE * 2,
      },
      // An account may have a quarter of them.
      env: { RENDERS_QUEUED: '8', RENDER_SLOTS: '0', REQUESTS_PER_MINUTE: '100000' },
    });
  });
  afterAll(() => trust.close());

  test('an account has no more films in the queue than it may, however many it asks for at once', async () => {
    const maker = await trust.person();
    const wish = { project: filmOf(['Hello.']), grade: 'final', output: OUTPUT };
    // What everyone does first is done once before, so that all come to the queue together.
    await trust.ask(maker, 'POST', '/api/renders/estimate', wish);
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, () => trust.ask(maker, 'POST', '/api/renders', wish)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 429, 429, 429, 429]);
    expect((await trust.ask<unknown[]>(maker, 'GET', '/api/renders')).body).toHaveLength(2);
  });

  test.each([
    ['the same', (part: Uint8Array) => part],
    ['each its own', () => noisePicture(PART)],
  ])('of parts of one upload at one place, %s, one is taken, and the file is whole', async (_what, other) => {
    const person = await trust.person();
    const tus = tusClient(ORIGIN, person.headers, trust.fetch);
    const file = noisePicture(PART * 2);
    const location = (await tus.begin(hashOf(file), file.length)).headers.get('Location') ?? '';
    const race = async (offset: number) => {
      const part = file.subarray(offset, offset + PART);
      const answers = await Promise.all(
        Array.from({ length: AT_ONCE }, (_, i) => tus.part(location, offset, i === 0 ? part : other(part))),
      );
      return answers.map(({ status }) => status);
    };
    const first = await race(0);
    expect([...first].sort()).toEqual([204, 409, 409, 409, 409, 409]);
    // Whose part it was is whose file it is: only the announced one becomes an asset.
    const last = await race(PART);
    expect(last.filter((status) => status === 409).length).toBeGreaterThanOrEqual(AT_ONCE - 1);
    const left: string[] = [];
    const { store } = trust.services;
    for await (const key of store.list(`accounts/${person.accountId}/`)) left.push(key);
    const read = await tus.json('GET', `/api/assets/${hashOf(file)}`);
    if (last.includes(204)) {
      expect(hashOf(new Uint8Array(await read.arrayBuffer()))).toBe(hashOf(file));
      expect(left).toEqual([`accounts/${person.accountId}/assets/${hashOf(file)}`]);
      expect(await store.usedBy(person.accountId)).toBe(file.length);
    } else {
      // Another's bytes were taken at one of the places: it is not what was announced, and nothing is kept of it.
      expect(read.status).toBe(404);
      expect(left).toEqual([]);
    }
  });

  test.each(['its author', 'its reviewer'])(
    'a case that is decided while the account of %s is deleted: both come to an end',
    async (whose) => {
      const { accounts } = trust.services.repositories;
      const [author, reviewing] = [await trust.person(), await trust.person('reviewer')];
      // Someone else of the operator's stays.
      await trust.person('admin');
      const reviewer: AccountCaller = {
        ...{ kind: 'account', accountId: reviewing.accountId, via: 'session', scopes: SCOPES, ban: null },
        memberships: await accounts.membershipsOf(reviewing.accountId),
      };
      const { database, deletion, review } = trust.services;
      const made = await database.transaction((queries) =>
        review.open(queries, {
          ...{ kind: 'content', subjectId: newId<string>(), authorId: author.accountId },
          ...{ organizationId: null, risk: 1 },
        }),
      );
      const holder = new pg.Client({ connectionString: url });
      await holder.connect();
      const waiting = async () => {
        const { rows } = await holder.query<{ all: string }>(
          `select count(*) as all from pg_locks where locktype = 'advisory' and not granted`,
        );
        return Number(rows[0]?.all);
      };
      // Whoever appends to the log waits until both do: first the deletion, then the decision.
      await holder.query('begin');
      await holder.query('select pg_advisory_xact_lock(720241)');
      const gone = deletion.delete(whose === 'its author' ? author.accountId : reviewing.accountId);
      await expect.poll(waiting, { timeout: 30_000 }).toBe(1);
      const decided = review.decide(reviewer, made.id, 'rejected', 'No.').then(
        ({ state }) => state,
        (error: unknown) => error,
      );
      await expect.poll(waiting, { timeout: 30_000 }).toBe(2);
      await holder.query('commit');
      await holder.end();
      await gone;
      // Whose account is gone has no case any more; and who is gone decides nothing.
      expect(await decided).toMatchObject({
        code: whose === 'its author' ? 'not-found' : 'signed-out',
      });
    },
  );

  test('an account that is deleted in a circle with what works on its film: both come to an end', async () => {
    const maker = await trust.person();
    const wish = { project: filmOf(['Hello.']), grade: 'final', output: OUTPUT };
    const { id } = (await trust.ask<{ id: string }>(maker, 'POST', '/api/renders', wish)).body;
    const [desk, watcher] = await Promise.all([clientOf(url), clientOf(url)]);
    try {
      const begun = () => watcher.query('select from render where id = $1 and logged = $2', [id, 'started']);
      await expect.poll(async () => (await begun()).rowCount, { timeout: 30_000 }).toBe(1);
      // As the desk begins a film, gives it out, and writes down its end: its row first, then the log.
      await desk.query("set deadlock_timeout = '1h'"); // it is not the one that has to give way
      await desk.query('begin');
      await desk.query('select id from render where id = $1 for update', [id]);
      const { rows: desks } = await desk.query<{ pid: number }>('select pg_backend_pid() as pid');
      const gone = trust.services.deletion.delete(maker.accountId).then(
        () => 'gone',
        (error: unknown) => error,
      );
      // Someone else looks: within a transaction, what goes on is told as it was at the first look.
      const waiting = async () => {
        const { rows } = await watcher.query<{ query: string }>(
          'select query from pg_stat_activity where $1 = any(pg_blocking_pids(pid))',
          [desks[0]?.pid],
        );
        return rows.map(({ query }) => query);
      };
      await expect
        .poll(waiting, { timeout: 30_000, interval: 20 })
        .toEqual([expect.stringMatching(/^delete from "account_holder"/)]);
      const before = await deadlocksOf(watcher);
      await desk.query('select pg_advisory_xact_lock(720241)');
      await desk.query('commit');
      expect(await gone).toBe('gone');
      // There was a circle: else this test has shown nothing.
      await expect.poll(() => deadlocksOf(watcher), { timeout: 30_000 }).toBe(before + 1);
    } finally {
      await Promise.all([desk.end(), watcher.end()]);
    }
    expect(await trust.services.repositories.accounts.membershipsOf(maker.accountId)).toEqual([]);
    expect((await trust.ask(maker, 'GET', '/api/renders')).status).toBe(401);
  });
});

async function clientOf(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

/** As PostgreSQL has counted them in this database so far; told a little late. */
async function deadlocksOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ deadlocks: string }>(
    'select deadlocks from pg_stat_database where datname = current_database()',
  );
  return Number(rows[0]?.deadlocks);
}
