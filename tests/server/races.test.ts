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
const PART = UPLOAD_LIMITS.leastPartBytes;

describe.skipIf(!postgres)('at once', () => {
  let trust: Trust;
  let url: string;
  beforeAll(async () => {
    url = (await postgres?.fresh()) as string;
    trust = await openTrust({
      place: { kind: 'postgres', url, connections: AT_ONCE * 2 },
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
});
