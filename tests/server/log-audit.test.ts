/**
 * The audit against someone who has the database and even the signing key: every row of the log older than a kept head is
 * changed, dropped, doubled or moved, column by column, and each time the audit says so. Afterwards it is put back, and
 * the audit is content again: what it finds is what was done.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditLog, type AuditState, type LogSource } from '#core/policy/log/audit.ts';
import { entryBytes, type EntryBody } from '#core/policy/log/entry.ts';
import { signHead } from '#core/policy/log/head.ts';
import { CompactTree, leafHash } from '#core/policy/log/merkle.ts';
import { httpLogSource } from '#server/cli/log-source.ts';
import type { Io } from '#server/cli/command.ts';
import { runCli } from '#server/cli/main.ts';
import { listen, type Listening } from '#server/http.ts';
import { asc, eq, sql } from '#server/database/drizzle.ts';
import { logEntry, logHead, logNode } from '#server/database/schema/log.ts';
import { openSigningKeys } from '#server/services/keys/signing-keys.ts';
import { verifyEd25519 } from '#shared/ed25519.ts';
import { bothDatabases } from './harness/places.ts';
import { openTrust, ORIGIN, type Trust } from './harness/trust.ts';

const places = await bothDatabases();
const folder = mkdtempSync(join(tmpdir(), 'orator-audit-'));
afterAll(async () => {
  await places.stop();
  rmSync(folder, { recursive: true, force: true });
});

const salted = (digit: string) =>
  digit.repeat(64) as EntryBody extends infer B ? (B extends { subject: infer S } ? S : never) : never;
const BODIES: readonly EntryBody[] = [
  { type: 'consent-granted', subject: salted('1'), presenter: salted('2'), receipt: salted('3') },
  {
    type: 'verdict',
    account: salted('4'),
    content: salted('5'),
    decision: 'allow',
    categories: [],
    policyVersion: '1',
  },
  {
    type: 'permit',
    account: salted('4'),
    project: salted('6'),
    grade: 'final',
    outcome: 'issued',
    receipts: [salted('3')],
  },
  { type: 'render', account: salted('4'), render: salted('7'), outcome: 'started', film: null },
  { type: 'consent-revoked', subject: salted('1'), receipt: salted('3') },
];
/** Written between the audits, so that heads of several sizes are kept. */
const ROUNDS = [2, 1, 3];

describe.each(places.all)('on %s', (_name, fresh) => {
  let trust: Trust;
  let source: LogSource;
  let kept: AuditState;
  /** How many entries are older than the newest head that was kept. */
  let old = 0;
  /** As it is, honestly. */
  let honest: {
    readonly entries: (typeof logEntry.$inferSelect)[];
    readonly nodes: (typeof logNode.$inferSelect)[];
    readonly heads: (typeof logHead.$inferSelect)[];
  };

  const queries = () => trust.services.database.queries;
  const append = (count: number, from: number) =>
    trust.services.database.transaction((q) =>
      trust.services.trustLog.append(
        q,
        Array.from({ length: count }, (_, i) => BODIES[(from + i) % 5] as EntryBody),
      ),
    );
  const audit = async (state: AuditState | null = kept) => auditLog(source, state, { verify: verifyEd25519 });
  const rows = () => queries().select().from(logEntry).orderBy(asc(logEntry.position));

  beforeAll(async () => {
    trust = await openTrust({
      place: await fresh(),
      env: { ORATOR_DATA: mkdtempSync(join(folder, 'd-')), REQUESTS_PER_MINUTE: '100000' },
    });
    source = httpLogSource(ORIGIN, new AbortController().signal, (request) => trust.fetch(request));
    let state: AuditState | null = null;
    for (const [i, count] of ROUNDS.entries()) {
      await append(count, 3 * i);
      const report = await audit(state);
      expect(report.findings).toEqual([]);
      state = report.state;
    }
    if (!state) return expect.unreachable();
    kept = state;
    old = (await source.entries(0, 1000)).length;
    expect(kept.heads).toHaveLength(ROUNDS.length);
    await append(3, 0); // it goes on after the last head that was kept
    honest = {
      entries: await rows(),
      nodes: await queries().select().from(logNode),
      heads: await queries().select().from(logHead),
    };
  }, 120_000);
  afterAll(() => trust.close());

  /** Does it, looks, and puts everything back. */
  async function caught(what: string, tamper: () => Promise<unknown>): Promise<void> {
    await tamper();
    const report = await audit();
    expect(report.findings.length, `${what} was not noticed`).toBeGreaterThan(0);
    expect(report.state, 'what was believed before stays').toBeNull();
    await trust.services.database.transaction(async (q) => {
      for (const table of [logEntry, logNode, logHead]) await q.delete(table);
      await q.insert(logEntry).values(honest.entries);
      await q.insert(logNode).values(honest.nodes);
      await q.insert(logHead).values(honest.heads);
    });
  }

  test('an honest log holds, with every entry and hash looked at', async () => {
    const report = await audit();
    expect(report.findings).toEqual([]);
    expect(report.checked).toMatchObject({ leaves: old + 3, heads: ROUNDS.length + 1 });
    expect(Object.values(report.entries).reduce((a, b) => a + b, 0)).toBe(old + 3);
    expect(report.state?.heads).toHaveLength(ROUNDS.length + 1);
  });

  test('any column of any row that is changed is noticed', async () => {
    for (const { position, body, leafHash: leaf, kind, at } of (await rows()).slice(0, old)) {
      const set = (change: Partial<typeof logEntry.$inferInsert>) => () =>
        queries().update(logEntry).set(change).where(eq(logEntry.position, position));
      const other = new TextDecoder().decode(body).replace(/[0-9a-f](?=")/u, (d) => (d === 'a' ? 'b' : 'a'));
      const changed = new TextEncoder().encode(other);
      const flipped = Uint8Array.from(leaf, (byte, i) => (i === 9 ? byte ^ 1 : byte));
      await caught(`the body of ${position}`, set({ body: changed }));
      await caught(`body and hash of ${position}`, set({ body: changed, leafHash: leafHash(changed) }));
      await caught(`the hash of ${position}`, set({ leafHash: flipped }));
      await caught(`the kind of ${position}`, set({ kind: kind === 'render' ? 'permit' : 'render' }));
      await caught(`the date of ${position}`, set({ at: new Date(at.getTime() - 1) }));
      await caught(
        `a space in ${position}`,
        set({ body: new TextEncoder().encode(`${new TextDecoder().decode(body)} `) }),
      );
    }
  }, 240_000);

  test('a row that is dropped, with or without closing the gap, is noticed', async () => {
    for (let position = 0; position < old; position++) {
      const drop = () => queries().delete(logEntry).where(eq(logEntry.position, position));
      await caught(`row ${position} gone`, drop);
      await caught(`row ${position} gone, the others moved up`, async () => {
        await drop();
        await shift(position, -1);
      });
    }
  }, 240_000);

  test('a row that is inserted is noticed', async () => {
    for (let position = 0; position < old; position++)
      await caught(`a row put in at ${position}`, async () => {
        const [twin] = (await rows()).slice(position);
        await shift(position, 1);
        await queries()
          .insert(logEntry)
          .values({ ...(twin ?? expect.unreachable()), position });
      });
  }, 240_000);

  test('rows that change places are noticed', async () => {
    const all = await rows();
    for (let a = 0; a < old; a++)
      for (const b of new Set([a + 1, (a + Math.floor(old / 2)) % old])) {
        if (b >= old || b === a) continue;
        const [first, second] = [all[a], all[b]];
        if (
          !first ||
          !second ||
          new TextDecoder().decode(first.body) === new TextDecoder().decode(second.body)
        )
          continue;
        await caught(`${a} and ${b} exchanged`, async () => {
          await queries()
            .delete(logEntry)
            .where(sql`position in (${a}, ${b})`);
          await queries()
            .insert(logEntry)
            .values([
              { ...first, position: b },
              { ...second, position: a },
            ]);
        });
      }
  }, 240_000);

  test('a log that is written anew from a place on, and signed with the true key, is noticed by who kept a head', async () => {
    for (const from of [0, 1, Math.floor(old / 2), old - 1]) {
      await caught(`everything from ${from} written anew`, () => rewrite(from));
      if (from > 0) continue;
      // Who kept nothing is told a story that holds in itself: that is why heads are kept.
      const before = await rows();
      const [nodes, heads] = [await queries().select().from(logNode), await queries().select().from(logHead)];
      await rewrite(from);
      expect((await audit(null)).findings).toEqual([]);
      for (const table of [logEntry, logNode, logHead]) await queries().delete(table);
      await queries().insert(logEntry).values(before);
      await queries().insert(logNode).values(nodes);
      await queries().insert(logHead).values(heads);
    }
  }, 240_000);

  test('hashes, heads and keys that are tampered with are noticed', async () => {
    for (const { level, position } of await queries().select().from(logNode)) {
      const there = sql`level = ${level} and position = ${position}`;
      await caught(`node ${level}/${position}`, () =>
        queries()
          .update(logNode)
          .set({ hash: new Uint8Array(32) })
          .where(there),
      );
      await caught(`node ${level}/${position} gone`, () => queries().delete(logNode).where(there));
    }
    for (const { size, signed } of await queries().select().from(logHead)) {
      const set = (change: string) => () =>
        queries().update(logHead).set({ signed: change }).where(eq(logHead.size, size));
      const wasKept = kept.heads.includes(signed);
      const newest = size === old + 3;
      if (wasKept)
        await caught(`head ${size} gone`, () => queries().delete(logHead).where(eq(logHead.size, size)));
      if (wasKept || newest)
        await caught(
          `head ${size} with another root`,
          set(signed.replace(/\n[A-Za-z0-9+/]{43}=\n/, `\n${'A'.repeat(43)}=\n`)),
        );
      if (newest)
        await caught('the newest head without its signature', set(signed.replace(/— .*\n/, '— x y\n')));
    }
    await caught('the newest heads gone', () =>
      queries()
        .delete(logHead)
        .where(sql`size >= ${old}`),
    );
  }, 240_000);

  test('and it all holds again, having been put back', async () => {
    expect((await audit()).findings).toEqual([]);
  });

  async function shift(from: number, by: 1 | -1): Promise<void> {
    // Twice, by way of numbers that nobody has: a key is unique at every moment.
    await queries().execute(sql`update log_entry set position = -position - 1000 where position >= ${from}`);
    await queries().execute(
      sql`update log_entry set position = -position - 1000 + ${by} where position < -900`,
    );
  }

  /** As whoever runs the server could: entries, hashes and heads made anew, each head signed with the server's own key. */
  async function rewrite(from: number): Promise<void> {
    const [key] = openSigningKeys(trust.services.settings.dataFolder, undefined).list();
    if (!key) return expect.unreachable();
    const [all, heads] = [await rows(), await queries().select().from(logHead)];
    await trust.services.database.transaction(async (q) => {
      for (const table of [logEntry, logNode, logHead]) await q.delete(table);
      const tree = new CompactTree();
      for (const row of all) {
        const { position, at } = row;
        const body =
          position < from
            ? row.body
            : entryBytes({
                version: 1,
                at: at.toISOString(),
                body: { type: 'key-change', keyId: `new-${position}`, change: 'added', keySetNumber: 9 },
              });
        const leaf = leafHash(body);
        const kind = position < from ? row.kind : 'key-change';
        await q.insert(logEntry).values({ position, body, kind, at, leafHash: leaf });
        for (const { level, index, hash } of tree.append(leaf))
          if (level > 0) await q.insert(logNode).values({ level, position: index, hash });
        const head = heads.find(({ size }) => size === tree.size);
        if (!head) continue;
        const signed = signHead(
          {
            origin: trust.services.trustLog.origin,
            size: tree.size,
            root: tree.root(),
            date: head.at.toISOString(),
          },
          key,
        );
        await q.insert(logHead).values({ ...head, rootHash: tree.root(), signed });
      }
    });
  }
});

describe('on the command line', () => {
  let trust: Trust;
  let server: Listening;
  const file = join(folder, 'state.json');
  beforeAll(async () => {
    const [, fresh] = places.all[0] ?? expect.unreachable();
    trust = await openTrust({ place: await fresh() });
    server = await listen({ fetch: (request) => trust.fetch(request) }, { host: '127.0.0.1', port: 0 });
  });
  afterAll(async () => {
    await server.stop(0);
    await trust.close();
  });

  async function orator(...args: string[]) {
    const [out, said]: [string[], string[]] = [[], []];
    const io: Io = {
      print: (line) => void out.push(line),
      say: (line) => void said.push(line),
      status: { isTTY: false, columns: 80, write: () => undefined },
      signal: new AbortController().signal,
    };
    return { code: await runCli(args, io), out: out.join('\n'), said: said.join('\n') };
  }
  const entry = (n: number) =>
    trust.services.database.transaction((q) => trust.services.trustLog.append(q, [BODIES[n] as EntryBody]));

  test('the first audit keeps what it saw, the next is held against it, and a rewritten log ends with 4', async () => {
    await entry(0);
    const first = await orator('log', 'audit', server.address, '--state', file);
    expect([first.code, first.out]).toEqual([0, expect.stringMatching(/holds: 2 entries/)]);
    await entry(1);
    const second = await orator('log', 'audit', server.address, '--state', file, '--json');
    expect(second.code).toBe(0);
    expect(JSON.parse(second.out)).toMatchObject({
      holds: true,
      head: { size: 3 },
      entries: { 'key-change': 1, verdict: 1 },
    });
    const state = readFileSync(file, 'utf8');
    await trust.services.database.queries.execute(
      sql`update log_entry set kind = 'verdict' where position = 1`,
    );
    const third = await orator('log', 'audit', server.address, '--state', file);
    expect([third.code, third.out]).toEqual([
      4,
      expect.stringMatching(/✗ Entry 1 is listed as something else/),
    ]);
    expect(readFileSync(file, 'utf8'), 'what was seen stays').toBe(state);
  });

  test('what cannot be looked at ends otherwise', async () => {
    expect((await orator('log', 'audit')).code).toBe(2);
    expect((await orator('log', 'audit', 'not an address')).code).toBe(2);
    expect((await orator('log', 'look', server.address)).code).toBe(2);
    expect((await orator('log', 'audit', 'http://127.0.0.1:9')).code).toBe(1);
    writeFileSync(join(folder, 'odd.json'), '{}');
    const odd = await orator('log', 'audit', server.address, '--state', join(folder, 'odd.json'));
    expect([odd.code, odd.said]).toEqual([1, expect.stringMatching(/no state of an audit/)]);
  });
});
