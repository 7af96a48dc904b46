/**
 * A worker beside a database that fails it at the worst moments: answers that are lost after what was asked has been done,
 * and processes that die with nothing to do. Films are plain bytes; no step is held guilty, and none is held for good.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Database } from '#server/database/open.ts';
import { QUIET } from '#server/logger.ts';
import type { OpenRenderProcess, RenderProcess } from '#server/render/process.ts';
import { logRepository } from '#server/repositories/log.ts';
import { renderRepository } from '#server/repositories/renders.ts';
import { PATIENCE } from '#server/services/renders/parts.ts';
import { openQueue, type StepQueue } from '#server/services/renders/queue.ts';
import type { Runner } from '#server/services/renders/runner.ts';
import { productSweep } from '#server/services/renders/sweep.ts';
import { openWorker } from '#server/services/renders/work.ts';
import { REAL_HOST } from '#server/services/services.ts';
import { accountKey } from '#server/services/store.ts';
import {
  askFor,
  filmOf,
  freshWords,
  inState,
  OUTPUT,
  until,
  type ShownRender,
} from './harness/renders/films.ts';
import { segmentKeys } from './harness/renders/plain-film.ts';
import { plainProcesses } from './harness/renders/plain-process.ts';
import { openTrust, type Asker, type Trust } from './harness/trust.ts';

let trust: Trust;
let maker: Asker;
let queue: StepQueue;
let worker: Runner | null = null;
const folder = mkdtempSync(join(tmpdir(), 'orator-worker-'));
beforeAll(async () => {
  trust = await openTrust({ env: { ORATOR_DATA: folder, RENDER_SLOTS: '0' } });
  maker = await trust.person();
  queue = await openQueue(trust.services.database, () => undefined);
});
afterEach(async () => {
  await worker?.close();
  worker = null;
});
afterAll(async () => {
  await queue.close();
  await trust.close();
  rmSync(folder, { recursive: true, force: true });
});

const plain = plainProcesses({ folder: join(folder, 'files'), drawMs: 10, journal: null, poison: null });

function start(over: { database?: Database; openProcess?: OpenRenderProcess; queue?: StepQueue }): void {
  const { database = trust.services.database, openProcess = plain } = over;
  worker = openWorker({
    parts: {
      ...{ database, store: trust.services.store, queue: over.queue ?? queue, host: REAL_HOST, log: QUIET },
      ...{ patience: PATIENCE, secondsPerDay: 1000 },
      wake: () => worker?.poke(),
    },
    ...{ slots: 1, openProcess, limits: { wallS: 60, memoryMiB: 1000, diskMiB: 100 } },
  });
}

/** Each film in the table is made of these steps, so often tried. */
async function attempts(renderId: string): Promise<Readonly<Record<string, readonly number[]>>> {
  const steps = await renderRepository(trust.services.database.queries).steps(renderId);
  return Object.fromEntries(
    steps.map(({ kind }) => [kind, steps.filter((step) => step.kind === kind).map((step) => step.attempts)]),
  );
}
const ONCE = { begin: [1], prepare: [1], draw: [1], sound: [1], assemble: [1], look: [1], deliver: [1] };

test('a process that died with nothing to do is replaced, and the next step is not held guilty of it', async () => {
  start({
    openProcess: async (spec, limits): Promise<RenderProcess> => {
      const process = await plain(spec, limits);
      return {
        encodedBy: process.encodedBy,
        get ended() {
          return process.ended;
        },
        async run(step, onProgress, signal) {
          const result = await process.run(step, onProgress, signal);
          await process.close();
          return result;
        },
        close: () => process.close(),
      };
    },
  });
  const { id } = await askFor(trust, maker, filmOf(freshWords(2)));
  await until(trust, maker, id, inState('done'));
  expect(await attempts(id)).toEqual(ONCE);
});

const LOST = ['prepare running done', 'draw queued running', 'draw running done', 'assemble running done'];

test('answers that are lost once it was done, to taking a step and to ending it, cost no film and no try', async () => {
  const { database } = trust.services;
  const { id } = await askFor(trust, maker, filmOf(freshWords(2)));
  const seen = new Set<string>();
  start({
    database: {
      ...database,
      async transaction(work) {
        const before = await renderRepository(database.queries).steps(id);
        const result = await database.transaction(work);
        const after = await renderRepository(database.queries).steps(id);
        for (const { id: step, state, kind } of after) {
          const was = before.find((one) => one.id === step)?.state;
          const change = `${kind} ${was} ${state}`;
          if (!LOST.includes(change) || seen.has(change)) continue;
          seen.add(change);
          throw new Error('Connection terminated unexpectedly');
        }
        return result;
      },
    },
  });
  await until(trust, maker, id, inState('done'));
  expect([...seen]).toEqual(LOST);
  expect(await attempts(id)).toEqual(ONCE);
});

test('what no film uses any more goes after its days; what one that is under way is made of stays', async () => {
  const { database, store } = trust.services;
  const someone = await trust.person();
  const [shared, own] = freshWords(2) as readonly [string, string];
  start({});
  const first = await askFor(trust, someone, filmOf([shared, own]));
  await until(trust, someone, first.id, inState('done'));
  const second = await askFor(trust, someone, filmOf([shared, 'FOREVER']));
  await until(trust, someone, second.id, inState('drawing'));
  const [kept, gone] = segmentKeys({ project: filmOf([shared, own]), output: OUTPUT });
  const speech = accountKey(someone.accountId, 'products', 'speech', 'a'.repeat(64));
  await store.put(speech, new Uint8Array(10));
  const half = join(folder, 'files', 'accounts', someone.accountId, 'products', 'segments', 'x.123.part');
  writeFileSync(half, 'what someone wrote who was killed');

  const products = async () => {
    const keys = [];
    for await (const key of store.list(`accounts/${someone.accountId}/products/`)) keys.push(key);
    return keys;
  };
  let nowMs = Date.now();
  const sweep = productSweep({ database, store, host: { now: () => nowMs }, keepDays: 30 });
  expect(await sweep()).toBe(0);
  expect(existsSync(half)).toBe(true);
  nowMs += 31 * 86_400_000;
  // A day at most lies between two, whatever is asked.
  expect(await Promise.all([sweep(), sweep()])).toContain(0);
  expect(existsSync(half)).toBe(false);
  const left = await products();
  expect(left).toContain(accountKey(someone.accountId, 'products', 'segments', kept as string));
  expect(left).not.toContain(accountKey(someone.accountId, 'products', 'segments', gone as string));
  expect(left).toContain(speech);

  await trust.ask(someone, 'POST', `/api/renders/${second.id}/cancel`);
  nowMs += 2 * 86_400_000;
  await sweep();
  expect(await products()).toEqual([]);
  const again = await askFor(trust, someone, filmOf([shared, own]));
  expect((await until(trust, someone, again.id, inState('done'))).segments?.reused).toBe(0);
});

test('a film says until when it is kept; then its file goes, and once nothing of it is left, its row', async () => {
  let nowMs = Date.now();
  const days = (count: number) => (nowMs += count * 86_400_000);
  const films = await openTrust({
    env: { ORATOR_DATA: folder, RENDER_SLOTS: '1', RENDER_DAYS: '40' },
    host: { ...REAL_HOST, now: () => nowMs },
    render: { openProcess: plain },
  });
  try {
    const { assets, database, housekeeping, store } = films.services;
    const someone = await films.person();
    const kept = await until(
      films,
      someone,
      (await askFor(films, someone, filmOf(freshWords(1)))).id,
      inState('done'),
    );
    expect(Date.parse(kept.keptUntil as string)).toBe(nowMs + 30 * 86_400_000);
    const called = await askFor(films, someone, filmOf(['FOREVER']));
    expect(called.keptUntil).toBeNull();
    await films.ask(someone, 'POST', `/api/renders/${called.id}/cancel`);
    const logged = (await logRepository(database.queries).entries(0, 100)).length;
    const fetched = () => films.ask(someone, 'GET', `/api/renders/${kept.id}/film`);
    const shown = async () => (await films.ask<ShownRender>(someone, 'GET', `/api/renders/${kept.id}`)).body;
    // Who fetches it keeps it for as long again.
    days(20);
    expect((await fetched()).status).toBe(200);
    expect(Date.parse((await shown()).keptUntil as string)).toBe(nowMs + 30 * 86_400_000);
    days(25);
    await housekeeping.run();
    await assets.sweep();
    expect((await fetched()).status).toBe(200);
    // What was called off has nothing to keep: 45 days after, it is forgotten.
    expect((await films.ask<unknown[]>(someone, 'GET', '/api/renders')).body).toMatchObject([
      { id: kept.id },
    ]);
    days(31);
    await assets.sweep();
    expect((await shown()).keptUntil).toBeNull();
    expect((await fetched()).status).toBe(404);
    await housekeeping.run();
    expect((await films.ask(someone, 'GET', `/api/renders/${kept.id}`)).status).toBe(404);
    expect(await renderRepository(database.queries).steps(kept.id)).toEqual([]);
    // Nothing of it lies there or counts any more, and the public log keeps what it said.
    const left = [];
    for await (const key of store.list(`accounts/${someone.accountId}/`)) left.push(key);
    expect(left).toEqual([]);
    expect(await films.services.store.usedBy(someone.accountId)).toBe(0);
    expect((await logRepository(database.queries).entries(0, 100)).length).toBeGreaterThanOrEqual(logged);
  } finally {
    await films.close();
  }
});

test('what a fault of the program keeps from being written down ends with a sentence, not never', async () => {
  const { id } = await askFor(trust, maker, filmOf(freshWords(1)));
  start({
    queue: {
      ...queue,
      add: () => Promise.reject(new TypeError('nothing is what it should be')),
    },
  });
  const failed = await until(trust, maker, id, inState('failed'));
  expect(failed.error?.message).toContain('failed 3 times');
});

test('who is to stop does not wait for a film that is being opened, and closes it when it is', async () => {
  const { id } = await askFor(trust, maker, filmOf(freshWords(1)));
  let goOn = (): void => undefined;
  const held = new Promise<void>((resolve) => (goOn = resolve));
  let tell = (): void => undefined;
  const asked = new Promise<void>((resolve) => (tell = resolve));
  let opened: RenderProcess | null = null;
  start({
    openProcess: async (spec, limits) => {
      tell();
      await held;
      return (opened = await plain(spec, limits));
    },
  });
  await asked;
  await worker?.close();
  expect(opened).toBeNull();
  goOn();
  await expect.poll(() => opened?.ended, { timeout: 20_000 }).toBe(true);
  // Someone else makes it, at the first try.
  start({});
  await until(trust, maker, id, inState('done'));
  expect(await attempts(id)).toEqual(ONCE);
});
