/**
 * Ways in that were tried, each of which must stay shut; and that `server/SECURITY.md` points at what is there. What each
 * role may call is in access.test.ts; the recording's own attacks are in consent/session.test.ts.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { newProject } from '#core/document/create.ts';
import type { Project } from '#core/document/project.ts';
import { ModerationMemo, moderate } from '#core/policy/moderation/moderate.ts';
import { wordsOf, Vocabulary } from '#core/policy/moderation/unmask.ts';
import { createServer } from '#server/app.ts';
import { errorResponse, listen, type Listening } from '#server/http.ts';
import { openAccounts, SIGN_INS } from '#server/services/accounts/accounts.ts';
import { mayReview, type AccountCaller } from '#server/services/accounts/caller.ts';
import { AppError } from '#core/base/errors.ts';
import { NOBODY, openTrust, ORIGIN, type Asker, type Trust } from './harness/trust.ts';

let trust: Trust;
let server: Listening;
const folder = mkdtempSync(join(tmpdir(), 'orator-security-'));

beforeAll(async () => {
  trust = await openTrust({ env: { REQUESTS_PER_MINUTE: '100000' } });
  mkdirSync(join(folder, 'build'));
  writeFileSync(join(folder, 'build', 'index.html'), 'shell');
  server = await listen(
    createServer({
      buildFolder: join(folder, 'build'),
      version: '1',
      compress: false,
      services: { ...trust.services, origin: 'https://studio.example' },
    }),
    { host: '127.0.0.1', port: 0 },
  );
});
afterAll(async () => {
  await server.stop(0);
  await trust.close();
  rmSync(folder, { recursive: true });
});

const from = (who: Asker, address: string): Asker => ({
  ...who,
  headers: { ...who.headers, Origin: ORIGIN, 'X-Forwarded-For': address },
});
let addresses = 0;
const fresh = (who: Asker = NOBODY): Asker => from(who, `10.9.${addresses >> 8}.${addresses++ & 255}`);

function projectSaying(text: string): Project {
  const project = newProject();
  const [scene] = project.scenes;
  if (!scene) throw new Error('a new project has a scene');
  const [paragraph] = scene.script.paragraphs;
  if (!paragraph) throw new Error('and its scene a paragraph');
  const script = { paragraphs: [{ ...paragraph, content: [{ kind: 'text' as const, text }] }] };
  return { ...project, scenes: [{ ...scene, script }] };
}

test('nobody makes or renames an organisation into the one that runs the server', async () => {
  const person = await trust.person();
  const make = (slug: string) =>
    trust.ask<{ id: string }>(fresh(person), 'POST', '/api/auth/organization/create', { name: 'Mine', slug });
  for (const slug of ['operator', 'Operator', ' operator '])
    expect((await make(slug)).status, slug).toBe(403);
  const made = await make('mine');
  expect(made.status).toBe(200);
  const renamed = await trust.ask(fresh(person), 'POST', '/api/auth/organization/update', {
    organizationId: made.body.id,
    data: { slug: 'operator' },
  });
  expect(renamed.status).toBe(403);
  const me = await trust.ask<{ account: { memberships: { operator: boolean }[] } }>(person, 'GET', '/api/me');
  expect(me.body.account.memberships.map(({ operator }) => operator)).toEqual([false]);
});

test('an organisation is not made for another, nor without an account', async () => {
  const victim = await trust.person();
  const answer = await trust.fetch(
    new Request(`${ORIGIN}/api/auth/organization/create`, {
      method: 'POST',
      headers: { Origin: ORIGIN, 'Content-Type': 'application/json', 'X-Forwarded-For': '10.8.8.8' },
      body: JSON.stringify({ name: 'Theirs', slug: 'theirs', userId: victim.accountId }),
    }),
  );
  expect(answer.status).toBe(401);
});

test('into the server’s own organisation nobody is invited as more than a member', async () => {
  const admin = await trust.person('admin');
  const me = await trust.ask<{ account: { memberships: { organizationId: string }[] } }>(
    admin,
    'GET',
    '/api/me',
  );
  const organizationId = me.body.account.memberships[0]?.organizationId;
  const invite = (role: string) =>
    trust.ask(fresh(admin), 'POST', '/api/auth/organization/invite-member', {
      email: `${role}@example.com`,
      role,
      organizationId,
    });
  expect((await invite('reviewer')).status).toBe(403);
  expect((await invite('admin')).status).toBe(403);
  expect((await invite('member')).status).toBe(200);
});

test('words that were blocked wait for the server’s reviewers, not for those of an organisation one made', async () => {
  const author = await trust.person();
  await trust.ask(fresh(author), 'POST', '/api/auth/organization/create', { name: 'Us', slug: 'us' });
  const judged = await trust.ask<{ id: string; decision: string; caseId: string | null }>(
    author,
    'POST',
    '/api/moderation/verdicts',
    { project: projectSaying('I will find you and I will kill you and your family tonight.') },
  );
  expect(judged.status, JSON.stringify(judged.body)).toBe(200);
  expect(judged.body.decision).not.toBe('allow');
  const disputed = await trust.ask<{ caseId: string }>(
    author,
    'POST',
    `/api/moderation/verdicts/${judged.body.id}/dispute`,
  );
  expect(disputed.status).toBe(200);
  const found = await trust.services.review.caseOf('content', judged.body.id, author.accountId);
  expect(found?.organizationId).toBeNull();
  const friend: AccountCaller = {
    kind: 'account',
    accountId: 'friend',
    via: 'session',
    scopes: [],
    ban: null,
    memberships: [{ organizationId: 'us', role: 'admin', operator: false, reviews: false }],
  };
  expect(mayReview(friend, null)).toBe(false);
  expect(mayReview(friend, 'us')).toBe(false);
  await expect(
    trust.services.review.decide(friend, found?.id ?? '', 'approved', 'fine by us'),
  ).rejects.toMatchObject({ code: 'not-found' });
});

test('guesses at one account are slowed down, however many addresses they come from', async () => {
  const { email } = await trust.person();
  const guess = (password: string, at: string) =>
    trust.ask(fresh(), 'POST', '/api/auth/sign-in/email', { email: at, password });
  const statuses = [];
  for (let i = 0; i < SIGN_INS.tries + 2; i++)
    statuses.push((await guess('wrong horse battery', email)).status);
  expect(statuses.slice(0, SIGN_INS.tries).every((status) => status === 401)).toBe(true);
  expect(statuses.slice(SIGN_INS.tries)).toEqual([429, 429]);
  const right = await guess('correct horse battery', email.toUpperCase());
  expect(right.status).toBe(429);
  expect(Number(right.headers.get('Retry-After'))).toBeGreaterThan(60);
}, 60_000);

test('a sign-in is read as JSON or not at all, so no other form of it escapes the count', async () => {
  const { email } = await trust.person();
  const fields = { email, password: 'correct horse battery' };
  const multipart = new FormData();
  for (const [name, value] of Object.entries(fields)) multipart.set(name, value);
  const json = JSON.stringify(fields);
  const send = (body: BodyInit, type: string | null, path = 'sign-in/email') => {
    const { headers } = fresh();
    const typed = type === null ? headers : { ...headers, 'Content-Type': type };
    return trust.fetch(new Request(`${ORIGIN}/api/auth/${path}`, { method: 'POST', headers: typed, body }));
  };
  const ways: readonly (readonly [BodyInit, string | null])[] = [
    [new URLSearchParams(fields), null],
    [multipart, null],
    [json, 'application/x-www-form-urlencoded; charset=application/json'],
    [json, 'application/vnd.api+json'],
    [json, 'text/plain'],
    [new TextEncoder().encode(json), null],
  ];
  for (const [body, type] of ways) {
    const answer = await send(body, type);
    expect([answer.status, answer.headers.get('Set-Cookie')], String(type)).toEqual([415, null]);
  }
  for (const path of ['sign-in/em%61il', 'sign-in%2Femail', 'sign-in/email/', '/sign-in/email'])
    expect((await send(json, 'application/json', path)).status, path).toBe(404);
  expect((await send(json, 'Application/JSON; charset=utf-8')).status).toBe(200);
});

test('one address is slowed down, whichever accounts it tries', async () => {
  const statuses = [];
  for (let i = 0; i < 6; i++)
    statuses.push(
      (
        await trust.ask(from(NOBODY, '10.200.1.1'), 'POST', '/api/auth/sign-in/email', {
          email: `nobody${i}@example.com`,
          password: 'wrong horse battery',
        })
      ).status,
    );
  expect(statuses).toContain(429);
});

test('a wrong password and an unknown address are told apart by nothing that is said', async () => {
  const { email } = await trust.person();
  const answers = [];
  for (const at of [email, 'unknown@example.com'])
    answers.push(
      await trust.ask(fresh(), 'POST', '/api/auth/sign-in/email', {
        email: at,
        password: 'wrong horse battery',
      }),
    );
  expect(answers[0]?.status).toBe(401);
  expect(answers[0]?.body).toEqual(answers[1]?.body);
});

test('signing in takes no more than it needs, whether or not a length is stated', async () => {
  const text = JSON.stringify({ email: 'a@example.com', password: 'x'.repeat(200_000) });
  const headers = { Origin: ORIGIN, 'Content-Type': 'application/json' };
  const url = `${server.address}/api/auth/sign-in/email`;
  expect((await fetch(url, { method: 'POST', headers, body: text })).status).toBe(413);
  const body = new Blob([text]).stream();
  const streamed = await fetch(url, { method: 'POST', headers, body, duplex: 'half' } as RequestInit);
  expect(streamed.status).toBe(413);
});

test('better-auth’s own changes are refused to another page’s cookie', async () => {
  const { headers } = await trust.person();
  const elsewhere: Asker = {
    accountId: null,
    headers: {
      Cookie: headers['Cookie'] ?? '',
      Origin: 'https://evil.example',
      'X-Forwarded-For': '10.3.3.3',
    },
  };
  const answer = await trust.ask(elsewhere, 'POST', '/api/auth/update-user', { name: 'Evil' });
  expect(answer.status).toBe(403);
});

test('sessions are listed, and one that is revoked ends at once', async () => {
  const person = await trust.person();
  const again = await trust.fetch(
    new Request(`${ORIGIN}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { Origin: ORIGIN, 'Content-Type': 'application/json', 'X-Forwarded-For': '10.4.4.4' },
      body: JSON.stringify({ email: person.email, password: 'correct horse battery' }),
    }),
  );
  const other: Asker = {
    accountId: null,
    headers: {
      Cookie: again.headers
        .getSetCookie()
        .map((line) => line.split(';')[0])
        .join('; '),
      Origin: ORIGIN,
    },
  };
  const known = async (who: Asker) =>
    (await trust.ask<{ account: object | null }>(who, 'GET', '/api/me')).body.account !== null;
  expect(await known(other)).toBe(true);
  const listed = await trust.ask<{ token: string }[]>(fresh(person), 'GET', '/api/auth/list-sessions');
  expect(listed.body).toHaveLength(2);
  expect((await trust.ask(fresh(person), 'POST', '/api/auth/revoke-other-sessions', {})).status).toBe(200);
  expect(await known(other)).toBe(false);
  expect(await known(person)).toBe(true);
  expect((await trust.ask(fresh(person), 'POST', '/api/auth/sign-out', {})).status).toBe(200);
  expect(await known(person)).toBe(false);
});

test('a cookie is out of reach of scripts and other sites, and over https only where that is the address', async () => {
  const { database, repositories } = trust.services;
  for (const [origin, secure] of [
    ['https://studio.example', true],
    [ORIGIN, false],
  ] as const) {
    const accounts = openAccounts({
      database,
      accounts: repositories.accounts,
      origin,
      signUp: 'open',
      secret: 'x'.repeat(40),
      usage: repositories.usage,
      now: () => Date.now(),
    });
    const answer = await accounts.handle(
      new Request(`${origin}/api/auth/sign-up/email`, {
        method: 'POST',
        headers: { Origin: origin, 'Content-Type': 'application/json' },
        body: JSON.stringify({
          name: 'A',
          email: `cookie-${String(secure)}@example.com`,
          password: 'correct horse battery',
        }),
      }),
      `10.5.5.${secure ? 1 : 2}`,
    );
    expect(answer.status).toBe(200);
    const [cookie = ''] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Lax/i);
    expect(/;\s*Secure/i.test(cookie) && cookie.startsWith('__Secure-')).toBe(secure);
  }
});

test('over https a browser is told to stay there, and nothing of the API is kept by caches', async () => {
  const answer = await fetch(`${server.address}/api/me`);
  expect(answer.headers.get('Strict-Transport-Security')).toContain('max-age=31536000');
  expect(answer.headers.get('Cache-Control')).toBe('no-store');
  expect(answer.headers.get('Permissions-Policy')).toContain('geolocation=()');
  expect(answer.headers.get('X-Powered-By')).toBeNull();
  const plain = await listen(
    createServer({ buildFolder: join(folder, 'build'), version: '1', compress: false }),
    { host: '127.0.0.1', port: 0 },
  );
  expect((await fetch(plain.address)).headers.get('Strict-Transport-Security')).toBeNull();
  await plain.stop(0);
});

test('behind a proxy that no setting names, the figures are not shown to everyone', async () => {
  const settings = { ...trust.services.settings, TRUSTED_PROXIES: 0 };
  const own = await listen(
    createServer({
      buildFolder: join(folder, 'build'),
      version: '1',
      compress: false,
      services: { ...trust.services, settings },
    }),
    { host: '127.0.0.1', port: 0 },
  );
  expect((await fetch(`${own.address}/api/metrics`)).status).toBe(200);
  const relayed = await fetch(`${own.address}/api/metrics`, {
    headers: { 'X-Forwarded-For': '203.0.113.9' },
  });
  expect(relayed.status).toBe(403);
  await own.stop(0);
});

test('an error carries nobody’s data out, to the caller or to the log', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const cause = new Error('Failed query: insert … params: ada@example.com, hunter2');
  const answers = [
    errorResponse(cause),
    errorResponse(new AppError('storage-failed', 'That could not be kept.', { cause })),
    errorResponse(new AppError('conflict', 'No.', { cause })),
  ];
  for (const answer of answers) expect(await answer.text()).not.toMatch(/ada@|hunter2|Failed query/);
  expect(JSON.stringify(said.mock.calls)).not.toMatch(/ada@|hunter2|Failed query/);
  said.mockRestore();
});

test('a body cannot reach the prototypes of objects', async () => {
  const person = await trust.person();
  const answer = await trust.fetch(
    new Request(`${ORIGIN}/api/moderation/verdicts`, {
      method: 'POST',
      headers: { ...person.headers, 'Content-Type': 'application/json' },
      body: '{"project":{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}}',
    }),
  );
  expect(answer.status).toBe(400);
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
});

test('letters one by one, thousands of them, are read in time, and still seen through', () => {
  const vocabulary = new Vocabulary(['kill', 'them', 'suicide']);
  for (const text of ['q x z v '.repeat(5000), '1 '.repeat(20_000), '@ 1 $ '.repeat(6000)])
    expect(wordsOf(text, vocabulary).every(({ masked }) => !masked)).toBe(true);
  const read = (text: string) => wordsOf(text, vocabulary).map(({ text: word }) => word);
  expect(read('k i l l t h e m')).toEqual(['kill', 'them']);
  expect(read(`${'q '.repeat(3000)}k 1 l l t h e m`).slice(-2)).toEqual(['kill', 'them']);
}, 30_000);

test('what was judged is remembered within bounds', async () => {
  const memo = new ModerationMemo();
  const kept = JSON.stringify('x'.repeat(1_500_000));
  for (const key of ['a', 'b', 'c']) memo.keepPiece(key + kept, []);
  expect([...'abc'].map((key) => memo.piece(key + kept) !== undefined)).toEqual([false, true, true]);
  expect((await moderate([{ id: 'p', kind: 'script', text: 'Good morning.' }], { memo })).decision).toBe(
    'allow',
  );
});

test('a path or a header that carries a line break changes nothing', async () => {
  for (const path of ['/api/consents/%0d%0aSet-Cookie:%20a=b', '/api/consents/..%2f..%2fetc%2fpasswd']) {
    const answer = await fetch(server.address + path, { headers: { Connection: 'close' } });
    expect(answer.status).toBeLessThan(500);
    expect(answer.headers.get('Set-Cookie')).toBeNull();
  }
});

test('the checklist names only files that are there', () => {
  const list = readFileSync('server/SECURITY.md', 'utf8');
  const named = [
    ...list.matchAll(/`((?:server|src|tests|scripts|workers|training)\/[\w./-]+?)(?::\d+)?`/g),
  ].map(([, path]) => path ?? '');
  expect(named.length).toBeGreaterThan(60);
  expect(named.filter((path) => !existsSync(path))).toEqual([]);
});
