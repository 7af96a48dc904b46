/**
 * Every route of the document for every role: who may not, cannot; what is another's, is not there. New routes are held to
 * this the moment they are declared.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AssetHash } from '#core/base/ids.ts';
import { ruleOf, type Access } from '#server/openapi.ts';
import { wishOf } from './harness/consent.ts';
import { consentTo } from './harness/renders/consent.ts';
import { NOBODY, openTrust, type Asker, type Trust } from './harness/trust.ts';

let trust: Trust;
/** founder: admin of an organisation that they made, which anyone may. */
let askers: Record<'nobody' | 'member' | 'founder' | 'reviewer' | 'admin' | 'banned', Asker>;
interface Operation {
  readonly method: string;
  readonly path: string;
  readonly operation: object;
}
let operations: readonly Operation[];

beforeAll(async () => {
  trust = await openTrust({ env: { REQUESTS_PER_MINUTE: '100000' } });
  const banned = await trust.person();
  await trust.services.database.transaction(async (queries) => {
    const { accountBan } = await import('#server/database/schema/moderation.ts');
    await queries
      .insert(accountBan)
      .values({ accountId: banned.accountId, reason: 'Threats.', at: new Date() });
  });
  const founder = await trust.person();
  const founded = await trust.ask(founder, 'POST', '/api/auth/organization/create', {
    name: 'Us',
    slug: 'us',
  });
  expect(founded.status, JSON.stringify(founded.body)).toBe(200);
  askers = {
    nobody: NOBODY,
    member: await trust.person(),
    founder,
    reviewer: await trust.person('reviewer'),
    admin: await trust.person('admin'),
    banned,
  };
  const { body } = await trust.ask<{ paths: Record<string, Record<string, object>> }>(
    NOBODY,
    'GET',
    '/api/openapi.json',
  );
  operations = Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
});
afterAll(() => trust.close());

/** An address with every parameter filled by something that is nobody's. */
const addressOf = (path: string) => path.replace(/\{[^}]+\}/g, 'nobodysthing0000');

const MAY: Readonly<Record<Access, readonly (keyof typeof askers)[]>> = {
  anyone: ['nobody', 'member', 'founder', 'reviewer', 'admin', 'banned'],
  account: ['member', 'founder', 'reviewer', 'admin'],
  owner: ['member', 'founder', 'reviewer', 'admin'],
  reviewer: ['reviewer', 'admin'],
  admin: ['admin'],
};

test('there are routes to hold to it', () => {
  expect(operations.length).toBeGreaterThan(12);
});

describe.each(['nobody', 'member', 'founder', 'reviewer', 'admin', 'banned'] as const)('as %s', (name) => {
  test('what one’s role may not is refused, and nothing breaks', async () => {
    for (const { method, path, operation } of operations) {
      const rule = ruleOf(operation);
      if (!rule) throw new Error(`${method} ${path} states no rule`);
      const answer = await trust.ask(
        askers[name],
        method,
        addressOf(path),
        ['GET', 'OPTIONS'].includes(method) ? undefined : {},
      );
      const told = `${method} ${path} as ${name}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 120)}`;
      expect(answer.status, told).toBeLessThan(500);
      const may = MAY[rule.access].includes(name) || (name === 'banned' && rule.evenBanned === true);
      if (name === 'nobody' && rule.access !== 'anyone') expect(answer.status, told).toBe(401);
      else if (!may) expect(answer.status, told).toBe(403);
      // Who may, meets what is nobody's: it is not there, or the empty body does not fit.
      else if (rule.access === 'owner' || (rule.access !== 'anyone' && path.includes('{')))
        expect([400, 404], told).toContain(answer.status);
      else if (rule.access !== 'anyone') expect([200, 400, 404], told).toContain(answer.status);
    }
  });
});

test('who is banned sees their consents, takes them back and has their films deleted', async () => {
  const banned = askers.banned.accountId ?? '';
  const receipt = await consentTo(trust.services, banned, 'b'.repeat(64) as AssetHash);
  const listed = await trust.ask<{ consents: { id: string; receiptId: string }[] }>(
    askers.banned,
    'GET',
    '/api/consents',
  );
  expect(listed.body.consents).toMatchObject([{ receiptId: receipt, state: 'granted' }]);
  const at = `/api/consents/${listed.body.consents[0]?.id}`;
  expect((await trust.ask(askers.banned, 'GET', at)).status).toBe(200);
  expect((await trust.ask(askers.banned, 'DELETE', `${at}/media`)).status).toBe(200);
  expect(await trust.ask(askers.banned, 'POST', `${at}/withdraw`)).toMatchObject({
    status: 200,
    body: { state: 'withdrawn', revokedAt: expect.any(String) as string },
  });
  expect((await trust.ask(askers.banned, 'POST', '/api/consents', await wishOf())).status).toBe(403);
});

test('a change with a cookie from another page is refused', async () => {
  const { headers } = askers.member;
  for (const origin of ['https://evil.example', 'null', '']) {
    const elsewhere: Asker = {
      accountId: null,
      headers: { Cookie: headers['Cookie'] ?? '', ...(origin === '' ? {} : { Origin: origin }) },
    };
    const answer = await trust.ask<{ message: string }>(elsewhere, 'POST', '/api/moderation/verdicts', {
      project: {},
    });
    expect(answer.status, origin).toBe(403);
    expect(answer.body.message).toContain('did not come from a page');
  }
});

test('an API key does what its scopes say, and nothing that has none', async () => {
  const person = await trust.person();
  const made = await trust.ask<{ key: string }>(person, 'POST', '/api/auth/api-key/create', {
    name: 'program',
  });
  expect(made.status, JSON.stringify(made.body)).toBe(200);
  const key: Asker = { accountId: person.accountId, headers: { Authorization: `Bearer ${made.body.key}` } };
  expect(await trust.ask(key, 'GET', '/api/me')).toMatchObject({ status: 403 });
  const scoped = await trust.ask<{ key: string }>(person, 'POST', '/api/keys', {
    name: 'moderator',
    scopes: ['moderation', 'projects'],
  });
  expect(scoped.status, JSON.stringify(scoped.body)).toBe(200);
  const asked: Asker = {
    accountId: person.accountId,
    headers: { Authorization: `Bearer ${scoped.body.key}` },
  };
  expect(await trust.ask(asked, 'GET', '/api/me')).toMatchObject({
    status: 200,
    body: { account: { via: 'key', scopes: ['moderation', 'projects'], accountId: person.accountId } },
  });
  expect((await trust.ask(asked, 'GET', '/api/reviews')).status).toBe(403);
  // Whoever sends a key wants to be known by it: to them “nobody” would be no answer.
  for (const headers of [
    { Authorization: 'Bearer orator_wrongwrongwrongwrong' },
    { Authorization: 'Bearer something else' },
    { 'X-API-Key': 'orator_wrongwrongwrongwrong' },
  ] as Readonly<Record<string, string>>[])
    expect(await trust.ask({ accountId: null, headers }, 'GET', '/api/me')).toMatchObject({
      status: 401,
      body: { code: 'signed-out' },
    });
});
