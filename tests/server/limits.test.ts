/** Quotas hold when many ask at once, and say when to come back. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addressOf, networkOf } from '#server/http.ts';
import { usageRepository } from '#server/repositories/usage.ts';
import { atOnceLimit, requestLimit, spendQuota, TooBusy, TooMany } from '#server/services/limits.ts';
import { NOBODY, openTrust, type Trust } from './harness/trust.ts';

let trust: Trust;
beforeAll(async () => {
  trust = await openTrust({ env: { REQUESTS_PER_MINUTE: '40' } });
});
afterAll(() => trust.close());

test('a day’s quota is spent once, whoever is first', async () => {
  const { accountId } = await trust.person();
  const usage = usageRepository(trust.services.database.queries);
  const quota = { kind: 'test', perDay: 10, what: 'things' };
  const nowMs = Date.parse('2026-03-01T23:00:00Z');
  const spent = await Promise.allSettled(
    Array.from({ length: 25 }, () => spendQuota(usage, quota, accountId, nowMs)),
  );
  expect(spent.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
  await expect(spendQuota(usage, quota, accountId, nowMs)).rejects.toMatchObject({
    code: 'too-many',
    retryAfterS: 3600,
  });
  await spendQuota(usage, quota, accountId, nowMs + 3_600_000);
});

test('one who asks too often is told to wait, and others are not', async () => {
  const limit = requestLimit(3);
  for (let i = 0; i < 3; i++) await limit.spend('a');
  await expect(limit.spend('a')).rejects.toBeInstanceOf(TooMany);
  await limit.spend('b');
});

test('what comes beyond so many at once is told to come back, and let in when one is done', async () => {
  const admitted = atOnceLimit(2);
  const admit = <T>(work: () => Promise<T>) => admitted('someone', work);
  const ends: (() => void)[] = [];
  const waiting = () => admit(() => new Promise<void>((resolve) => ends.push(resolve)));
  const running = [waiting(), waiting()];
  await expect(waiting()).rejects.toBeInstanceOf(TooBusy);
  ends[0]?.();
  await running[0];
  running.push(waiting());
  for (const end of ends) end();
  await Promise.all(running);
  await expect(admit(() => Promise.reject(new Error('it failed')))).rejects.toThrow('it failed');
  expect(await admit(() => Promise.resolve('in'))).toBe('in');
});

test('one address has a share of the places, and leaves the others theirs', async () => {
  const admitted = atOnceLimit(3, 2);
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const running = [admitted('slow', () => ended), admitted('slow', () => ended)];
  await expect(admitted('slow', () => ended)).rejects.toBeInstanceOf(TooBusy);
  expect(await admitted('other', () => Promise.resolve('in'))).toBe('in');
  end();
  await Promise.all(running);
  expect(await admitted('slow', () => Promise.resolve('in'))).toBe('in');
});

test('addresses of one network are one caller', () => {
  expect(networkOf('2001:db8:0:12::1')).toBe(networkOf('2001:0DB8::12:ffff:ffff:ffff:fffe'));
  expect(networkOf('2001:db8:0:13::1')).not.toBe(networkOf('2001:db8:0:12::1'));
  expect(networkOf('::1')).toBe('0:0:0:0::/64');
  expect(networkOf('::ffff:203.0.113.9')).toBe('203.0.113.9');
  expect(networkOf('203.0.113.9')).toBe('203.0.113.9');
});

test('an address is the same with the port that some proxies tell, and without', () => {
  const told = (forwarded: string, proxies = 1) =>
    addressOf({ env: null, req: { header: () => forwarded } }, proxies);
  for (const same of ['203.0.113.9', '203.0.113.9:52011', ' 203.0.113.9:1', '198.51.100.7, 203.0.113.9:443'])
    expect(told(same)).toBe('203.0.113.9');
  for (const same of ['2001:db8::9', '[2001:db8::9]', '[2001:db8::9]:52011'])
    expect(told(same)).toBe('2001:db8::9');
  expect(told('203.0.113.9:1, 192.0.2.1:2', 2)).toBe('203.0.113.9');
});

test('over HTTP it is a 429 with Retry-After', async () => {
  const answers = [];
  for (let i = 0; i < 45; i++) answers.push(await trust.ask(NOBODY, 'GET', '/api/me'));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(0);
  expect(Number(refused[0]?.headers.get('Retry-After'))).toBeGreaterThan(0);
});
