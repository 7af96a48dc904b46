/**
 * An account from its password to its end, on the embedded database and on PostgreSQL: a changed password ends every other
 * session, a forgotten one is set by a link that serves once, tries are counted over processes, what an account keeps is held
 * to its sum, and what is deleted is gone: rows, sessions, keys, films, and whatever could tell the log's hashes apart.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#core/base/ids.ts';
import { eq, sql } from '#server/database/drizzle.ts';
import { session } from '#server/database/schema/accounts.ts';
import { consentReceipt } from '#server/database/schema/consent.ts';
import { openStoreAt } from '#server/render/store-place.ts';
import { openServices } from '#server/services/services.ts';
import { accountKey } from '#server/services/store.ts';
import { storePlaceOf } from '#server/settings.ts';
import { QUIET } from '#server/logger.ts';
import { createApi } from '#server/api.ts';
import { openConsentTrust, Recorder, type ConsentTrust } from './harness/consent.ts';
import { startPostgres } from './harness/postgres.ts';
import { NOBODY, ORIGIN, type Asker } from './harness/trust.ts';

const postgres = await startPostgres();
afterAll(() => postgres?.stop());

const PASSWORD = 'correct horse battery';
const NEXT = 'a staple that is longer';

describe.each(['PGlite', 'PostgreSQL'] as const)('on %s', (kind) => {
  const there = kind === 'PGlite' || postgres !== null;
  let trust: ConsentTrust;
  beforeAll(async () => {
    if (!there) return;
    const url = kind === 'PostgreSQL' ? await postgres?.fresh() : undefined;
    trust = await openConsentTrust({
      ...(url === undefined ? {} : { place: { kind: 'postgres', url, connections: 5 } }),
      env: { REQUESTS_PER_MINUTE: '100000', CONSENTS_PER_DAY: '1000', ACCOUNT_STORAGE_MB: '1' },
    });
  });
  afterAll(() => (there ? trust.close() : undefined));

  let address = 0;
  const signIn = async (email: string, password: string, on = trust.fetch) => {
    const answer = await on(
      new Request(`${ORIGIN}/api/auth/sign-in/email`, {
        method: 'POST',
        headers: {
          ...{ Origin: ORIGIN, 'Content-Type': 'application/json' },
          'X-Forwarded-For': `10.9.${address >> 8}.${++address & 255}`,
        },
        body: JSON.stringify({ email, password }),
      }),
    );
    const cookie = answer.headers.getSetCookie().map((line) => line.split(';')[0]);
    return {
      status: answer.status,
      who: { accountId: null, headers: { Cookie: cookie.join('; '), Origin: ORIGIN } },
    };
  };
  const known = async (who: Asker) =>
    (await trust.ask<{ account: object | null }>(who, 'GET', '/api/me')).body.account !== null;

  test.skipIf(!there)(
    'who keeps coming stays signed in: the browser’s cookie lives on with the session',
    async () => {
      const { email, accountId } = await trust.person();
      const { who } = await signIn(email, PASSWORD);
      const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
      const ours = eq(session.userId, accountId);
      await trust.services.database.queries
        .update(session)
        .set({ expiresAt: inDays(3) })
        .where(ours);
      // As the app asks: who that is, then by which address.
      expect(await known(who)).toBe(true);
      const answer = await trust.fetch(
        new Request(`${ORIGIN}/api/auth/get-session`, { headers: who.headers }),
      );
      expect(answer.headers.getSetCookie().join()).toMatch(/session_token=[^;]+; Max-Age=604800/);
      const rows = await trust.services.database.queries.select().from(session).where(ours);
      expect(rows.some(({ expiresAt }) => expiresAt > inDays(6))).toBe(true);
    },
  );

  test.skipIf(!there)('a key of any name and length that is offered is made', async () => {
    const person = await trust.person();
    const make = async (name: string, days?: number) =>
      (await trust.ask(person, 'POST', '/api/keys', { name, scopes: ['render'], days })).status;
    for (const name of ['k', 'Ä key of sixty characters, as long as a name of one ever gets'.slice(0, 60)])
      for (const days of [30, 90, 365])
        expect([name, days, await make(name, days)]).toEqual([name, days, 200]);
    expect(await make('x'.repeat(61))).toBe(400);
  });

  test.skipIf(!there)('a changed password asks for the old one and ends every other session', async () => {
    const person = await trust.person();
    const elsewhere = (await signIn(person.email, PASSWORD)).who;
    const change = (current: string, next: string) =>
      trust.ask<{ message: string }>(person, 'POST', '/api/account/password', { current, next });
    expect((await change('not the password', NEXT)).status).toBe(403);
    expect((await change(PASSWORD, 'short')).status).toBe(400);
    expect(await known(elsewhere)).toBe(true);
    const changed = await change(PASSWORD, NEXT);
    expect(changed.status).toBe(200);
    expect(await known(elsewhere)).toBe(false);
    expect(await known(person), 'its own cookie is replaced').toBe(false);
    const cookie = changed.headers.getSetCookie().map((line) => line.split(';')[0]);
    expect(await known({ accountId: null, headers: { Cookie: cookie.join('; '), Origin: ORIGIN } })).toBe(
      true,
    );
    expect((await signIn(person.email, PASSWORD)).status).toBe(401);
    expect((await signIn(person.email, NEXT)).status).toBe(200);
    for (const closed of ['change-password', 'reset-password', 'request-password-reset', 'delete-user'])
      expect((await trust.ask(person, 'POST', `/api/auth/${closed}`, {})).status, closed).toBe(404);
  });

  test.skipIf(!there)('a link of the keeper’s sets it once; until then nobody is signed in', async () => {
    const person = await trust.person();
    const link = await trust.services.accounts.resetLink(person.accountId);
    expect(await known(person)).toBe(false);
    const token = link.split('#')[1] ?? '';
    const set = (password: string, by = token) =>
      trust.ask<{ message: string }>(NOBODY, 'POST', '/api/password-reset', { token: by, password });
    expect((await set('short')).status).toBe(400);
    expect((await set(NEXT, 'A'.repeat(32))).status).toBe(403);
    expect((await set(NEXT)).status).toBe(200);
    expect((await set('another one altogether')).status).toBe(403);
    expect((await signIn(person.email, NEXT)).status).toBe(200);
    // Whoever reads the database cannot set a password by what stands there.
    await trust.services.accounts.resetLink(person.accountId);
    const kept = await rowsOf<{ identifier: string }>(
      trust.services,
      sql`select identifier from verification`,
    );
    for (const { identifier } of kept)
      expect((await set(NEXT, identifier.replace('reset-password:', '').slice(0, 32))).status).toBe(403);
  });

  test.skipIf(!there)('what an account keeps is held to its sum, in whole and in pieces', async () => {
    const { accountId } = await trust.person();
    const { store } = trust.services;
    const half = new Uint8Array(600_000);
    const key = (name: string) => accountKey(accountId, 'assets', name);
    await store.put(key('a'), half);
    await store.put(key('a'), half);
    await expect(store.put(key('b'), half)).rejects.toMatchObject({ code: 'storage-full' });
    const pieces = async function* () {
      for (let i = 0; i < 6; i++) yield await Promise.resolve(half.subarray(0, 100_000));
    };
    await expect(store.putPieces(key('c'), pieces())).rejects.toMatchObject({ code: 'storage-full' });
    expect(await store.size(key('b'))).toBeNull();
    expect(await store.size(key('c'))).toBeNull();
    const together = await Promise.allSettled(
      [1, 2, 3, 4].map((i) => store.put(key(`d${i}`), half.subarray(0, 200_000))),
    );
    expect(together.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    await store.delete(key('a'));
    expect(await store.usedBy(accountId)).toBe(400_000);
    await store.putPieces(key('c'), pieces());
    expect(await store.usedBy(accountId)).toBe(1_000_000);
  });

  test.skipIf(!there)('what is deleted is gone, and asks for the password first', async () => {
    const person = await trust.person();
    const view = await (await Recorder.started(trust, person)).decided();
    expect(view.state).toBe('granted');
    await trust.ask(person, 'POST', '/api/keys', { name: 'program', scopes: ['consent'] });
    await trust.ask(person, 'POST', '/api/auth/organization/create', {
      name: 'Alone',
      slug: `alone-${newId()}`,
    });
    const files = async () => {
      const keys: string[] = [];
      for await (const key of trust.services.store.list(`accounts/${person.accountId}/`)) keys.push(key);
      return keys.length;
    };
    expect(await files()).toBeGreaterThan(10);
    const asked = await trust.ask<{ storage: { usedBytes: number } }>(person, 'GET', '/api/account');
    expect(asked.body.storage.usedBytes).toBeGreaterThan(4000);
    const end = (password: string) => trust.ask(person, 'POST', '/api/account/delete', { password });
    expect((await end('not the password')).status).toBe(403);
    const before = (await trust.services.trustLog.head())?.size ?? 0;
    expect((await end(PASSWORD)).status).toBe(200);

    expect(await known(person)).toBe(false);
    expect((await signIn(person.email, PASSWORD)).status).toBe(401);
    expect(await files()).toBe(0);
    const { queries } = trust.services.database;
    const [receipt] = await queries
      .select()
      .from(consentReceipt)
      .where(eq(consentReceipt.id, view.receiptId ?? ''));
    expect(receipt).toMatchObject({ accountId: null, sessionId: null });
    expect(receipt?.revokedAt, 'nobody may use the face any more').not.toBeNull();
    // Every column of every table: the account is in none, but for the one that says that it is gone.
    for (const value of [person.email, view.id]) expect(await tablesWith(trust, value), value).toEqual([]);
    expect(await tablesWith(trust, person.accountId)).toEqual(['deleted_account']);
    const entries = await trust.services.trustLog.entries(before, 100);
    const told = entries.map(({ body }) => new TextDecoder().decode(body)).join('\n');
    expect(told).toContain('"what":"account"');
    expect(told).toContain('consent-revoked');
    expect(told).not.toContain(person.accountId);
  });

  test.skipIf(!there)('files that a stopped deletion left are swept', async () => {
    const { accountId } = await trust.person();
    const { store, housekeeping, deletion } = trust.services;
    await store.put(accountKey(accountId, 'assets', 'film'), new Uint8Array(10));
    const list = store.list;
    let broken = true;
    Object.assign(store, {
      list: (prefix: string) => {
        if (broken && prefix.includes(accountId)) throw new Error('the store is away');
        return list(prefix);
      },
    });
    await expect(deletion.delete(accountId)).rejects.toThrow('away');
    broken = false;
    expect(await store.size(accountKey(accountId, 'assets', 'film'))).toBe(10);
    await housekeeping.run();
    expect(await store.size(accountKey(accountId, 'assets', 'film'))).toBeNull();
    await expect(store.put(accountKey(accountId, 'assets', 'late'), new Uint8Array(1))).rejects.toMatchObject(
      {
        code: 'not-found',
      },
    );
  });

  test.skipIf(!there)('what is written for it after it is gone goes as well', async () => {
    const { accountId } = await trust.person();
    const { settings, housekeeping, deletion } = trust.services;
    await deletion.delete(accountId);
    // A worker that is at it writes on, past what counts.
    const files = openStoreAt(storePlaceOf(settings));
    const late = [accountKey(accountId, 'assets', 'late'), accountKey(accountId, 'assets', 'later')] as const;
    await files.put(late[0], new Uint8Array(10));
    await housekeeping.run();
    expect(await files.size(late[0])).toBeNull();
    await files.put(late[1], new Uint8Array(10));
    trust.clock.pass((settings.RENDER_STEP_MINUTES + 20) * 60_000);
    await housekeeping.run();
    expect(await files.size(late[1])).toBeNull();
    // Nobody can be at work for it any more: nothing says that it was ever there.
    expect(await tablesWith(trust, accountId)).toEqual([]);
  });

  test.skipIf(!there)('an organisation is not left without an admin', async () => {
    const [head, other] = [await trust.person(), await trust.person()];
    const made = await trust.ask<{ id: string }>(head, 'POST', '/api/auth/organization/create', {
      name: 'Two',
      slug: `two-${newId()}`,
    });
    const { member } = await import('#server/database/schema/accounts.ts');
    await trust.services.database.queries
      .insert(member)
      .values({ id: newId(), organizationId: made.body.id, userId: other.accountId, role: 'member' });
    const end = (who: Asker) =>
      trust.ask<{ message: string }>(who, 'POST', '/api/account/delete', { password: PASSWORD });
    expect(await end(head)).toMatchObject({
      status: 409,
      body: { message: '“Two” would be left without an admin.' },
    });
    expect((await end(other)).status).toBe(200);
    expect((await end(head)).status).toBe(200);
  });
});

/** Tables in which a text stands, in any column. */
async function tablesWith({ services }: ConsentTrust, value: string): Promise<readonly string[]> {
  const tables = await rowsOf<{ name: string }>(
    services,
    sql`select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const hits = await rowsOf(
      services,
      sql`select 1 from ${sql.identifier(name)} as it where it::text like ${`%${value}%`} limit 1`,
    );
    if (hits.length > 0) found.push(name);
  }
  return found;
}

/** Both drivers answer so; their common type does not say it. */
async function rowsOf<Row>(
  { database }: ConsentTrust['services'],
  query: ReturnType<typeof sql>,
): Promise<readonly Row[]> {
  return ((await database.queries.execute(query)) as { readonly rows: readonly Row[] }).rows;
}

test.skipIf(!postgres)(
  'tries of a password are counted over processes, and one that is right starts anew',
  async () => {
    const url = (await postgres?.fresh()) ?? '';
    const first = await openConsentTrust({
      place: { kind: 'postgres', url, connections: 3 },
      env: { REQUESTS_PER_MINUTE: '100000' },
    });
    const { settings } = first.services;
    // As another process on the same database, with the same secret.
    const second = await openServices({ settings, origin: ORIGIN, log: QUIET, host: first.clock });
    const other = createApi(second, 'test');
    try {
      const person = await first.person();
      let address = 0;
      const guess = async (i: number, password: string) => {
        const request = new Request(`${ORIGIN}/api/auth/sign-in/email`, {
          method: 'POST',
          headers: {
            ...{ Origin: ORIGIN, 'Content-Type': 'application/json' },
            'X-Forwarded-For': `10.8.0.${++address}`,
          },
          body: JSON.stringify({ email: person.email, password }),
        });
        return (i % 2 ? await other.fetch(request) : await first.fetch(request)).status;
      };
      for (let i = 0; i < 3; i++) expect(await guess(i, 'wrong wrong wrong')).toBe(401);
      expect(await guess(0, PASSWORD)).toBe(200);
      for (let i = 0; i < 20; i++) expect(await guess(i, 'wrong wrong wrong')).toBe(401);
      for (let i = 0; i < 2; i++) expect(await guess(i, PASSWORD)).toBe(429);
      first.clock.pass(16 * 60_000);
      expect(await guess(1, PASSWORD)).toBe(200);
      // Whose tries they are cannot be read there.
      const kept = await rowsOf(first.services, sql`select key from attempt`);
      expect(JSON.stringify(kept)).not.toContain(person.email);
    } finally {
      await second.close();
      await first.close();
    }
  },
);
