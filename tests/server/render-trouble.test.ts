/**
 * Trouble in the middle of real films: the processes that draw are killed, the database is restarted, disks are full. A real
 * worker draws (on the server's own hands where there is no PostgreSQL), and each film is whole in the end, once.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#core/base/ids.ts';
import { newProject } from '#core/document/create.ts';
import { renderStep } from '#server/database/schema/render.ts';
import { and, eq } from '#server/database/drizzle.ts';
import { renderProcesses } from '#server/render/open-process.ts';
import { logRepository } from '#server/repositories/log.ts';
import { renderRepository, type StepRow } from '#server/repositories/renders.ts';
import { emptyDatabase } from './harness/empty-database.ts';
import { startPostgres, type Postgres } from './harness/postgres.ts';
import { askFor, inState, OUTPUT, until, type ShownRender } from './harness/renders/films.ts';
import {
  CAN_FIND_PROCESSES,
  drawersOf,
  signalAll,
  startWorker,
  type RealWorker,
} from './harness/renders/real-worker.ts';
import { mountSmallDisk } from './harness/small-disk.ts';
import { openTrust, ORIGIN, type Asker, type Trust } from './harness/trust.ts';

const WIDE = { ...OUTPUT, widthPx: 320, heightPx: 180 };
const SLOTS = 2;

const postgres: Postgres | null = await startPostgres();
if (!postgres)
  console.warn('No PostgreSQL on this machine: the server draws itself, and no database is restarted.');
// What the films need fits into a few megabytes.
const [storeDisk, scratchDisk] = [mountSmallDisk(24), mountSmallDisk(8)];
if (!storeDisk || !scratchDisk) console.warn('No disk may be mounted here: full ones are not tried.');
const folder = storeDisk?.folder ?? mkdtempSync(join(tmpdir(), 'orator-trouble-'));
const scratch = scratchDisk?.folder ?? tmpdir();

let trust: Trust;
let worker: RealWorker | null = null;
let maker: Asker;
const drawers = () => drawersOf(worker?.child.pid ?? process.pid);

beforeAll(async () => {
  const env = { ORATOR_DATA: folder, TMPDIR: scratch, RENDER_SLOTS: String(SLOTS) };
  if (postgres) {
    const url = await postgres.fresh();
    trust = await openTrust({
      place: { kind: 'postgres', url, connections: 6 },
      env: { ORATOR_DATA: folder, RENDER_SLOTS: '0' },
    });
    worker = await startWorker({ ...env, DATABASE_URL: url, DATABASE_CONNECTIONS: '6' });
  } else {
    process.env['TMPDIR'] = scratch;
    trust = await openTrust({
      place: await emptyDatabase(),
      env,
      render: { openProcess: renderProcesses({ kind: 'disk', folder: join(folder, 'files') }) },
    });
  }
  maker = await trust.person();
});
afterAll(async () => {
  await worker?.stop();
  await trust.close();
  await postgres?.stop();
  for (const disk of [storeDisk, scratchDisk]) disk?.unmount();
  if (!storeDisk) rmSync(folder, { recursive: true, force: true });
});

/** Of words that were never said before, so that nothing of it lies in the store. */
const film = () => newProject({ name: 'Trouble', scenes: [[`It is ${newId<string>().slice(-3)}.`]] });

async function steps(renderId: string, kind?: StepRow['kind']): Promise<readonly StepRow[]> {
  const all = await renderRepository(trust.services.database.queries).steps(renderId);
  return all.filter((step) => kind === undefined || step.kind === kind);
}

/** The film, as ffprobe counts it, is what was promised. */
async function whole({ id, film: made, segments }: ShownRender): Promise<void> {
  const answer = await trust.fetch(
    new Request(`${ORIGIN}/api/renders/${id}/film`, { headers: maker.headers }),
  );
  const bytes = new Uint8Array(await answer.arrayBuffer());
  expect(bytes.length).toBe(made?.bytes);
  expect(segments?.done).toBe(segments?.total);
  const row = await renderRepository(trust.services.database.queries).find(id);
  const place = mkdtempSync(join(tmpdir(), 'orator-whole-'));
  try {
    writeFileSync(join(place, 'film.mp4'), bytes);
    const { stdout, stderr } = await promisify(execFile)('ffprobe', [
      ...['-v', 'warning', '-count_frames', '-select_streams', 'v', '-of', 'csv=p=0'],
      ...['-show_entries', 'stream=nb_read_frames', join(place, 'film.mp4')],
    ]);
    expect(stderr).toBe('');
    expect(Number(stdout)).toBe(row?.frameCount);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** Stops all who draw while a segment of this film is drawn. @returns who they are */
async function stopInTheMiddle(renderId: string): Promise<readonly number[]> {
  for (;;) {
    const [drawing] = (await steps(renderId, 'draw')).filter(({ state }) => state === 'running');
    if (drawing) {
      const stopped = drawers();
      signalAll(stopped, 'SIGSTOP');
      // What was answered just before is taken now.
      await new Promise((resolve) => setTimeout(resolve, 300));
      const [now] = await trust.services.database.queries
        .select()
        .from(renderStep)
        .where(and(eq(renderStep.id, drawing.id), eq(renderStep.state, 'running')));
      if (now && stopped.length > 0) return stopped;
      signalAll(stopped, 'SIGCONT');
    }
    const film = await renderRepository(trust.services.database.queries).find(renderId);
    if (film?.finishedAt) throw new Error(`it ended before it could be stopped: ${film.state}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test.skipIf(!CAN_FIND_PROCESSES)(
  'processes that draw are killed in the middle, twice: segments are made again, and no step is held guilty of more',
  async () => {
    const { id } = await askFor(trust, maker, film(), { output: WIDE });
    for (let kill = 0; kill < 2; kill++) signalAll(await stopInTheMiddle(id), 'SIGKILL');
    const done = await until(trust, maker, id, inState('done'));
    await whole(done);
    const tries = (await steps(id)).map(({ attempts }) => attempts);
    expect(Math.max(...tries)).toBeGreaterThan(1);
    expect(Math.max(...tries)).toBeLessThanOrEqual(3);
  },
);

test.skipIf(!postgres || !CAN_FIND_PROCESSES)(
  'the database is restarted in the middle: the film is made, once, and who watches it sees it to its end',
  async () => {
    const { id } = await askFor(trust, maker, film(), { output: WIDE });
    const told = watched(id);
    const stopped = await stopInTheMiddle(id);
    await postgres?.restart('immediate');
    signalAll(stopped, 'SIGCONT');
    // And once more whatever it is at.
    await new Promise((resolve) => setTimeout(resolve, 500));
    await postgres?.restart('immediate');
    const shown = await told;
    const done = await until(trust, maker, id, inState('done'));
    await whole(done);
    expect(shown.at(-1)).toMatchObject({ state: 'done', version: done.version });
    expect(shown.map(({ progress }) => progress)).toEqual(
      shown.map(({ progress }) => progress).sort((a, b) => a - b),
    );
    expect(worker?.child.exitCode).toBeNull();
    expect(await ends(id)).toEqual({ assemble: 1, deliver: 1, finished: 1 });
  },
  120_000,
);

/** All that is told of a render, until there is no more to tell. */
async function watched(id: string): Promise<readonly ShownRender[]> {
  const stream = await trust.fetch(
    new Request(`${ORIGIN}/api/renders/${id}/events`, { headers: maker.headers }),
  );
  const text = await stream.text();
  return [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data as string) as ShownRender);
}

/** How often it was put together, given out, and written into the log as given out. */
async function ends(id: string): Promise<{ assemble: number; deliver: number; finished: number }> {
  const done = (await steps(id)).filter(({ state }) => state === 'done');
  const count = (kind: StepRow['kind']) => done.filter((step) => step.kind === kind).length;
  const entries = await logRepository(trust.services.database.queries).entries(0, 1000);
  const row = await renderRepository(trust.services.database.queries).find(id);
  const hashed = await trust.services.salts.hasherOf(trust.services.database.queries, {
    kind: 'account',
    accountId: maker.accountId as string,
  });
  const own = hashed('render', id);
  const finished = entries.filter(
    ({ body, kind }) =>
      kind === 'render' &&
      new TextDecoder().decode(body).includes(own) &&
      new TextDecoder().decode(body).includes('"finished"'),
  );
  expect(row?.state).toBe('done');
  return { assemble: count('assemble'), deliver: count('deliver'), finished: finished.length };
}

for (const [name, disk] of [
  ['of the store', storeDisk],
  ['beside the processes that draw', scratchDisk],
] as const)
  test.skipIf(!disk)(`the disk ${name} is full: the film waits, and is made when there is room`, async () => {
    disk?.fill();
    const { id } = await askFor(trust, maker, film(), { output: WIDE });
    await expect.poll(async () => (await trouble(id)) !== null, { timeout: 40_000 }).toBe(true);
    disk?.makeRoom();
    await whole(await until(trust, maker, id, inState('done')));
    // It waited: nothing was held against any step.
    expect((await steps(id)).map(({ attempts }) => attempts)).toEqual((await steps(id)).map(() => 1));
  });

async function trouble(id: string): Promise<Date | null> {
  return (await renderRepository(trust.services.database.queries).find(id))?.troubleSince ?? null;
}
