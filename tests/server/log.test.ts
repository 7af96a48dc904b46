/** The log on the server: written with what it tells of, or not at all; proofs over HTTP; receipts, keys, salts. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { fromBase64, fromBase64Url } from '#core/base/bytes.ts';
import { newId, type AssetHash } from '#core/base/ids.ts';
import { keySetFault, readKeySet } from '#core/policy/consent/keys.ts';
import { readRevocations, revocationsFault } from '#core/policy/consent/revocations.ts';
import { verifyReceipt } from '#core/policy/consent/verify.ts';
import { readEntry, type EntryBody } from '#core/policy/log/entry.ts';
import { noteIsSigned, readHead } from '#core/policy/log/head.ts';
import { leafHash, verifyConsistency, verifyInclusion } from '#core/policy/log/merkle.ts';
import { sql } from '#server/database/drizzle.ts';
import { openDatabase, type DatabasePlace } from '#server/database/open.ts';
import { consentSession } from '#server/database/schema/consent.ts';
import { currentKey, openPublisher } from '#server/services/keys/publisher.ts';
import { openSigningKeys } from '#server/services/keys/signing-keys.ts';
import { openLog } from '#server/services/log/log.ts';
import { REAL_HOST } from '#server/services/services.ts';
import { emptyDatabase } from './harness/empty-database.ts';
import type { NewReceipt } from '#server/services/log/receipts.ts';
import { verifyEd25519 } from '#shared/ed25519.ts';
import { bothDatabases } from './harness/places.ts';
import { NOBODY, openTrust, ORIGIN, type Trust, type TrustOptions } from './harness/trust.ts';

const places = await bothDatabases();
const opened: Trust[] = [];
const folder = mkdtempSync(join(tmpdir(), 'orator-log-'));
async function open(place: DatabasePlace, options: TrustOptions = {}): Promise<Trust> {
  const trust = await openTrust({ place, ...options });
  opened.push(trust);
  return trust;
}
afterEach(async () => {
  for (const trust of opened.splice(0)) await trust.close();
});
afterAll(async () => {
  await places.stop();
  rmSync(folder, { recursive: true, force: true });
});

const hash = (digit: string) => digit.repeat(64) as AssetHash;
const change = (n: number): EntryBody => ({
  type: 'key-change',
  keyId: String(n),
  change: 'added',
  keySetNumber: n,
});
const rowsOf = async (trust: Trust, table: string) =>
  ((await trust.services.database.queries.execute(sql.raw(`select * from ${table}`))) as { rows: unknown[] })
    .rows.length;
const headOf = async (trust: Trust, query = '') => {
  const { status, body } = await trust.ask<string>(NOBODY, 'GET', `/api/log/head${query}`);
  return status === 200 ? readHead(body) : null;
};

async function grant(trust: Trust, wish: Partial<NewReceipt> = {}) {
  const accountId = newId();
  const sessionId = `s-${accountId}`;
  const { database, receipts } = trust.services;
  await database.queries.execute(
    sql`insert into account_holder (id, name, email) values (${accountId}, 'Ada', ${`${accountId}@example.com`})`,
  );
  await database.queries.insert(consentSession).values({
    id: sessionId,
    accountId,
    state: 'granted',
    presenterHash: hash('b'),
    presenterName: 'Ada',
    files: [],
    language: 'en',
    scope: { uses: ['own-films'], languages: ['en'], until: new Date(Date.now() + 86_400_000).toISOString() },
    challenge: { language: 'en', prompts: [] },
    revokeTokenHash: sessionId,
    createdAt: new Date(),
  });
  const receipt = await database.transaction((queries) =>
    receipts.issue(queries, {
      sessionId,
      accountId,
      presenter: hash('b'),
      scope: {
        uses: ['own-films'],
        languages: ['en'],
        until: new Date(Date.now() + 86_400_000).toISOString(),
      },
      evidence: { recording: hash('c'), challenge: hash('d'), checks: hash('e') },
      ...wish,
    }),
  );
  return { accountId, sessionId, receipt };
}

describe.each(places.all)('on %s', (_name, fresh) => {
  test('an entry is there when its transaction is, and only then', async () => {
    const trust = await open(await fresh());
    const { database, trustLog } = trust.services;
    const before = await headOf(trust);
    expect(before?.size).toBe(1); // the key that was made
    await expect(
      database.transaction(async (queries) => {
        await trustLog.append(queries, [change(1), change(2)]);
        throw new Error('the thing itself failed');
      }),
    ).rejects.toThrow('the thing itself');
    expect(await headOf(trust)).toEqual(before);
    expect(await rowsOf(trust, 'log_entry')).toBe(1);
    await database.transaction((queries) => trustLog.append(queries, [change(1), change(2)]));
    expect((await headOf(trust))?.size).toBe(3);
  });

  test('many append at once, and there is one order without gaps', async () => {
    const trust = await open(await fresh());
    const { database, trustLog } = trust.services;
    const positions = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        database.transaction((queries) => trustLog.append(queries, [change(2 * n), change(2 * n + 1)])),
      ),
    );
    expect(positions.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => 1 + 2 * n));
    const rows = await trustLog.entries(0, 1000);
    expect(rows.map(({ position }) => position)).toEqual(Array.from({ length: 81 }, (_, i) => i));
    expect(await rowsOf(trust, 'log_head')).toBe(41);
  });

  test('anyone can have an entry’s inclusion and two heads’ consistency proved', async () => {
    const trust = await open(await fresh());
    const { database, trustLog } = trust.services;
    for (let n = 0; n < 12; n++)
      await database.transaction((queries) => trustLog.append(queries, [change(n), change(n + 100)]));
    const get = async <T>(path: string) => (await trust.ask<T>(NOBODY, 'GET', path)).body;
    const head = await headOf(trust);
    if (!head) return expect.unreachable();
    const { entries } = await get<{ entries: { entry: string; leafHash: string }[] }>(
      '/api/log/entries?from=0&count=1000',
    );
    expect(entries).toHaveLength(head.size);
    for (const [index, { entry, leafHash: said }] of entries.entries()) {
      const leaf = leafHash(new TextEncoder().encode(entry));
      expect(fromBase64(said)).toEqual(leaf);
      expect(readEntry(entry)).not.toBeNull();
      const { proof } = await get<{ proof: string[] }>(`/api/log/inclusion?index=${index}&size=${head.size}`);
      const hashes = proof.map((text) => fromBase64(text) ?? new Uint8Array(0));
      expect(verifyInclusion(leaf, index, head.size, hashes, head.root)).toBe(true);
    }
    for (const size of [1, 3, 5, 15, 25]) {
      const older = await headOf(trust, `?size=${size}`);
      const { proof } = await get<{ proof: string[] }>(`/api/log/consistency?from=${size}&to=${head.size}`);
      const hashes = proof.map((text) => fromBase64(text) ?? new Uint8Array(0));
      expect(verifyConsistency(size, older?.root ?? head.root, head.size, head.root, hashes)).toBe(true);
    }
    expect((await trust.ask(NOBODY, 'GET', '/api/log/head?size=2')).status).toBe(404); // two were written at once
    expect(
      (await trust.ask(NOBODY, 'GET', `/api/log/inclusion?index=${head.size}&size=${head.size}`)).status,
    ).toBe(400);
    expect((await trust.ask(NOBODY, 'GET', `/api/log/inclusion?index=0&size=${head.size + 1}`)).status).toBe(
      400,
    );
    expect((await trust.ask(NOBODY, 'GET', '/api/log/consistency?from=3&to=2')).status).toBe(400);
    expect((await trust.ask(NOBODY, 'GET', '/api/log/entries?from=-1')).status).toBe(400);
  });

  test('a receipt verifies with what is published, until it is revoked: then the list says so, and whoever renders hears', async () => {
    const trust = await open(await fresh());
    const { receipts } = trust.services;
    const { receipt } = await grant(trust);
    const published = async () => {
      const keys = readKeySet((await trust.ask(NOBODY, 'GET', '/.well-known/orator/keys.json')).body);
      const list = readRevocations(
        (await trust.ask(NOBODY, 'GET', '/.well-known/orator/revocations.json')).body,
      );
      if (!keys || !list) return expect.unreachable('nothing is published');
      return { keys, revocations: list };
    };
    const now = () => new Date().toISOString();
    const before = await published();
    expect(before.keys.issuer).toBe(ORIGIN);
    expect(verifyReceipt(receipt, before, now(), verifyEd25519)).toMatchObject({
      valid: true,
      revocations: { state: 'fresh' },
    });
    const heard: string[] = [];
    receipts.onRevoked(({ id }) => heard.push(id));
    await receipts.revoke(receipt.id);
    await receipts.revoke(receipt.id);
    expect(heard).toEqual([receipt.id]);
    const after = await published();
    expect(after.revocations.number).toBe(before.revocations.number + 1);
    expect(revocationsFault(after.revocations, before.revocations, after.keys, verifyEd25519)).toBeNull();
    expect(verifyReceipt(receipt, after, now(), verifyEd25519)).toMatchObject({
      valid: false,
      fault: 'revoked',
    });
    expect(await receipts.bundle(receipt.id)).toEqual({ receipt, ...after });
    await expect(receipts.revoke('none')).rejects.toMatchObject({ code: 'not-found' });
    const kinds = (await trust.services.trustLog.entries(0, 10)).map(({ kind }) => kind);
    expect(kinds).toEqual(['key-change', 'consent-granted', 'consent-revoked']);
  });

  test('nothing in the log or the receipt is the person’s, and without their salt nothing is theirs to find', async () => {
    const trust = await open(await fresh());
    const { database, salts, trustLog } = trust.services;
    const { accountId, sessionId, receipt } = await grant(trust);
    const owner = { kind: 'consent', sessionId, accountId } as const;
    const [, granted] = (await trustLog.entries(0, 10)).map(({ body }) => new TextDecoder().decode(body));
    for (const secret of [accountId, sessionId, receipt.id, receipt.presenter])
      expect(granted).not.toContain(secret);
    const salted = await salts.hasherOf(database.queries, owner);
    expect(granted).toContain(salted('receipt', receipt.id));
    expect(granted).toContain(salted('presenter', receipt.presenter));
    expect(await salts.forget(database.queries, { kind: 'account', accountId })).toBe(1);
    expect(await salts.reveal(database.queries, owner)).toBeNull();
    const again = await salts.hasherOf(database.queries, owner);
    expect(granted).not.toContain(again('receipt', receipt.id));
  });

  test('ten years and no longer', async () => {
    const trust = await open(await fresh());
    const until = new Date(Date.now() + 11 * 366 * 86_400_000).toISOString();
    await expect(
      grant(trust, { scope: { uses: ['own-films'], languages: ['*'], until } }),
    ).rejects.toMatchObject({
      code: 'invalid-input',
    });
    expect(await rowsOf(trust, 'consent_receipt')).toBe(0);
    expect((await headOf(trust))?.size).toBe(1);
  });

  test('keys change in a chain that anyone can follow; what the old one signed stays good', async () => {
    const trust = await open(await fresh());
    const { publisher, receipts } = trust.services;
    const { receipt } = await grant(trust);
    const first = await publisher.keys();
    const oldHead = await trust.services.trustLog.head();
    const admin = await trust.person('admin');
    const answer = await trust.ask(admin, 'POST', '/api/keys/rotate');
    expect(answer.status).toBe(200);
    const second = readKeySet(answer.body);
    if (!second || !oldHead) return expect.unreachable();
    expect(keySetFault(second, first, verifyEd25519)).toBeNull();
    const third = await publisher.rotate();
    expect(keySetFault(third, first, verifyEd25519), 'one list was missed').toBeNull();
    expect(keySetFault(first, third, verifyEd25519)).toBe('older');
    expect(third.keys.map(({ validUntil }) => validUntil === null)).toEqual([false, false, true]);
    const now = new Date().toISOString();
    const bundle = await receipts.bundle(receipt.id);
    expect(verifyReceipt(receipt, bundle, now, verifyEd25519).valid).toBe(true);
    const { receipt: newer } = await grant(trust);
    expect(newer.keyId).toBe(third.keys.at(-1)?.keyId);
    const key = fromBase64Url(first.keys[0]?.publicKey ?? '') ?? new Uint8Array(0);
    const origin = trust.services.trustLog.origin;
    expect(noteIsSigned(oldHead.signed, origin, key, verifyEd25519)).toBe(true);
    expect(
      noteIsSigned((await trust.services.trustLog.head())?.signed ?? '', origin, key, verifyEd25519),
    ).toBe(false);

    const stolen = newer.keyId;
    const withdrawn = await trust.ask(admin, 'POST', `/api/keys/${stolen}/withdraw`);
    expect(withdrawn.status).toBe(200);
    const last = await receipts.bundle(newer.id);
    expect(keySetFault(last.keys, first, verifyEd25519)).toBeNull();
    expect(verifyReceipt(newer, last, now, verifyEd25519)).toMatchObject({ fault: 'key-not-valid' });
    expect(verifyReceipt(receipt, await receipts.bundle(receipt.id), now, verifyEd25519).valid).toBe(true);
    expect((await trust.ask(admin, 'POST', `/api/keys/${'0'.repeat(32)}/withdraw`)).status).toBe(404);
    const reviewer = await trust.person('reviewer');
    for (const [who, status] of [
      [NOBODY, 401],
      [await trust.person(), 403],
      [reviewer, 403],
    ] as const)
      expect((await trust.ask(who, 'POST', '/api/keys/rotate')).status).toBe(status);
  });
});

describe('the keys', () => {
  const data = () => mkdtempSync(join(folder, 'data-'));
  const [a, b] = [`${'A'.repeat(42)}E`, `${'B'.repeat(42)}E`];

  /** A database of its own, and what is published from it by whoever holds these keys. */
  async function start(path: string) {
    const database = await openDatabase(await emptyDatabase());
    const publish = async (given?: string) => {
      const secrets = openSigningKeys(path, given);
      const log = openLog({ database, issuer: ORIGIN, key: () => currentKey(secrets), host: REAL_HOST });
      return openPublisher({ database, issuer: ORIGIN, secrets, log, host: REAL_HOST });
    };
    return { database, publish };
  }
  const saying = (message: RegExp) => ({
    code: 'invalid-input',
    message: expect.stringMatching(message) as string,
  });

  test('are made once, readable by their owner alone, and used again', async () => {
    const path = data();
    const { database, publish } = await start(path);
    const first = await (await publish()).keys();
    const file = join(path, 'signing-keys');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const secret = readFileSync(file, 'utf8').trim();
    expect(JSON.stringify(first)).not.toContain(secret);
    expect(await (await publish()).keys()).toEqual(first);
    rmSync(file);
    await expect(publish()).rejects.toMatchObject(saying(/is not here/));
    writeFileSync(file, 'short\n');
    await expect(publish()).rejects.toMatchObject(saying(/is not right/));
    writeFileSync(file, `${secret}\n`, { mode: 0o644 });
    expect(await (await publish()).keys()).toEqual(first);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await database.close();
  });

  test('from the settings, a newer one in front takes over, and a retired one cannot come back', async () => {
    const { database, publish } = await start(data());
    const first = await (await publish(a)).keys();
    const second = await (await publish(`${b}, ${a}`)).keys();
    expect(keySetFault(second, first, verifyEd25519)).toBeNull();
    expect(second.keys).toHaveLength(2);
    await expect(publish(a)).rejects.toMatchObject(saying(/is not here/));
    await expect(publish(`${a},${b}`)).rejects.toMatchObject(saying(/retired/));
    const again = await publish(`${b},${a}`);
    expect(await again.keys()).toEqual(second);
    await expect(again.rotate()).rejects.toMatchObject({ code: 'refused' });
    await database.close();
  });

  test('a server that lacks its key does not start, and lets go of its database', async () => {
    const path = data();
    const place = { kind: 'folder', path } as const;
    const env = { ORATOR_DATA: path };
    const first = await open(place, { env });
    const keys = await first.services.publisher.keys();
    await first.services.close();
    const secret = readFileSync(join(path, 'signing-keys'));
    rmSync(join(path, 'signing-keys'));
    await expect(openTrust({ place, env })).rejects.toMatchObject(saying(/is not here/));
    writeFileSync(join(path, 'signing-keys'), secret);
    const again = await open(place, { env });
    expect(await again.services.publisher.keys()).toEqual(keys);
    expect((await headOf(again))?.size).toBe(1);
  }, 240_000);
});
