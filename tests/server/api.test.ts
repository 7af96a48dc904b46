/** The API's own manners: who is let in, from where, and what is said to those who are not. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newApi, route } from '#server/openapi.ts';
import { wishOf } from './harness/consent.ts';
import { NOBODY, openTrust, ORIGIN, type Trust } from './harness/trust.ts';

let trust: Trust;
beforeAll(async () => {
  trust = await openTrust();
});
afterAll(() => trust.close());

test('it is healthy, and ready when its database and store answer', async () => {
  expect(await trust.ask(NOBODY, 'GET', '/api/health')).toMatchObject({ status: 200, body: { ok: true } });
  expect(await trust.ask(NOBODY, 'GET', '/api/ready')).toMatchObject({ status: 200, body: { ready: true } });
});

test('a person is known by their session, and nobody is not', async () => {
  const person = await trust.person('reviewer');
  const me = await trust.ask(person, 'GET', '/api/me');
  expect(me).toMatchObject({
    status: 200,
    body: {
      account: {
        accountId: person.accountId,
        via: 'session',
        memberships: [{ role: 'reviewer', operator: true }],
      },
    },
  });
  // That nobody is signed in is an answer: a browser would write an error into every visitor's console.
  const nobody = await trust.ask(NOBODY, 'GET', '/api/me');
  expect(nobody.status).toBe(200);
  expect(nobody.body).toEqual({ account: null });
});

test('every route states its rule in the document', async () => {
  const { body } = await trust.ask<{ paths: Record<string, Record<string, object>> }>(
    NOBODY,
    'GET',
    '/api/openapi.json',
  );
  const operations = Object.values(body.paths).flatMap((path) => Object.values(path));
  expect(operations.length).toBeGreaterThan(2);
  for (const operation of operations) expect(operation).toHaveProperty('x-orator-rule.access');
});

test('an address that is not there is not found', async () => {
  expect((await trust.ask(NOBODY, 'GET', '/api/nowhere')).status).toBe(404);
});

test('a body that is too large is refused, and so is one that does not fit', async () => {
  const { z } = await import('#server/openapi.ts');
  const declared = route(
    { access: 'anyone', maxBytes: 64 },
    {
      method: 'post',
      path: '/echo',
      request: {
        body: { required: true, content: { 'application/json': { schema: z.object({ a: z.number() }) } } },
      },
      responses: { 200: { description: 'The same.' } },
    },
  );
  const api = newApi();
  api.use('*', async (c, next) => {
    c.set('caller', { kind: 'anyone' });
    await next();
  });
  api.openapi(declared, (c) => c.json(c.req.valid('json')));
  const post = (text: string) =>
    api.request('/echo', {
      method: 'POST',
      body: text,
      headers: { 'Content-Type': 'application/json' },
    });
  expect((await post('{"a":1}')).status).toBe(200);
  expect((await post(`{"a":1,"b":"${'x'.repeat(200)}"}`)).status).toBe(413);
});

test('a body that is no JSON, or is not told to be, is refused in our own words', async () => {
  const person = await trust.person();
  const send = async (body: string, type: string) => {
    const answer = await trust.fetch(
      new Request(`${ORIGIN}/api/consent-links/look`, {
        method: 'POST',
        headers: { ...person.headers, 'Content-Type': type },
        body,
      }),
    );
    return [answer.status, ((await answer.json()) as { code?: unknown }).code];
  };
  expect(await send('{', 'application/json')).toEqual([400, 'invalid-input']);
  expect(await send('{"token":"a"}', 'text/plain')).toEqual([415, 'unsupported-media']);
});

test('a language that nobody could name aloud is refused, in a consent as anywhere', async () => {
  const person = await trust.person();
  const begin = async (over: Record<string, unknown>) => {
    const { status, body } = await trust.ask<{ message?: string }>(
      person,
      'POST',
      '/api/consents',
      await wishOf(over),
    );
    return [status, body.message ?? ''] as const;
  };
  const until = new Date(Date.now() + 86_400_000).toISOString();
  const scope = (languages: readonly string[]) => ({ scope: { uses: ['own-films'], languages, until } });
  for (const bad of ['en-a', 'en-x', 'en-u-ca-gregory', 'abcd', 'de-1'])
    for (const over of [scope([bad]), { language: bad, ...scope(['en']) }])
      expect(await begin(over), bad).toEqual([400, expect.stringContaining('is no language')]);
  expect(await begin({ language: 'en-GB', ...scope(['zh-Hant-TW', 'gsw']) })).toEqual([201, '']);
});

test('where only the invited may come, others cannot make an account', async () => {
  const closed = await openTrust({ env: { SIGN_UP: 'invited' } });
  try {
    await expect(closed.person()).rejects.toThrow('no account');
    expect(await closed.services.repositories.accounts.countAccounts()).toBe(0);
  } finally {
    await closed.close();
  }
});
