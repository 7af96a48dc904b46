/** One worker and two, each held to a core of its own, on PostgreSQL; and a film made again after one of ten scenes changed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Project } from '#core/document/project.ts';
import { startPostgres } from '../../server/harness/postgres.ts';
import { askFor, until } from '../../server/harness/renders/films.ts';
import { openTrust, type Asker, type Trust } from '../../server/harness/trust.ts';
import type { Row } from '../row.ts';
import { talk, USUAL } from './films.ts';

const SCENES = 10;

/** A shared machine has better and worse minutes: one worker and two take turns. */
const ROUNDS = Number(process.env['ORATOR_WORKER_ROUNDS'] ?? 2);

export async function workerRows(): Promise<readonly Row[]> {
  const postgres = await startPostgres();
  if (!postgres) return [];
  const folder = mkdtempSync(join(tmpdir(), 'orator-bench-render-'));
  const url = await postgres.fresh();
  const workers: ChildProcess[] = [];
  const trust = await openTrust({
    place: { kind: 'postgres', url, connections: 8 },
    env: { ORATOR_DATA: folder, RENDER_SLOTS: '0', REQUESTS_PER_MINUTE: '100000' },
  });
  /** Nothing of it is in the store: each account has its own. */
  const fresh = async (scenes: Project) => make(trust, await trust.person(), scenes);
  try {
    const film = talk(SCENES);
    workers.push(await startWorker(folder, url, 0));
    // Once for what is only slow the first time.
    await fresh(talk(1));
    const ceilings: number[] = [];
    const [ones, twos]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      ones.push((await fresh(film)).seconds);
      ceilings.push(await ceiling());
      const second = await startWorker(folder, url, 1);
      workers.push(second);
      await fresh(talk(2));
      twos.push((await fresh(film)).seconds);
      second.kill('SIGKILL');
    }
    const maker = await trust.person();
    const first = await make(trust, maker, film);
    const [scene, other] = [film.scenes[4], talk(1).scenes[0]];
    if (!scene || !other) throw new Error('a film has scenes');
    const edited = { ...film, scenes: film.scenes.with(4, { ...scene, script: other.script }) };
    const edit = await make(trust, maker, edited);
    const [one, two] = [mean(ones), mean(twos)];
    const note = `${SCENES} scenes, ${USUAL.widthPx} × ${USUAL.heightPx}, each worker on a core, ${ROUNDS} rounds by turns`;
    return [
      { what: 'one worker', value: one, unit: 's', note },
      { what: 'two workers', value: two, unit: 's', note },
      { what: 'two workers over one', value: one / two, unit: '×', note },
      {
        what: 'two loops over one, meanwhile',
        value: mean(ceilings),
        unit: '×',
        note: 'what two cores of this machine give at most: cores of one chip, and of one host',
      },
      {
        what: 'again after one scene in ten changed',
        value: (100 * edit.seconds) / first.seconds,
        unit: '% of the first',
        note: `${edit.reused} of ${edit.total} segments reused`,
      },
    ];
  } finally {
    for (const worker of workers) worker.kill('SIGKILL');
    await trust.close();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The same sums in one process on a core, then in one on each. */
async function ceiling(): Promise<number> {
  const loop = (core: number) =>
    new Promise<number>((resolve, reject) => {
      const startedMs = performance.now();
      const sums =
        'let x = 1; for (let i = 0; i < 4e9; i++) x = (Math.imul(x, 48271) + i) | 0; process.exit(x === 7 ? 1 : 0)';
      const child = spawn('taskset', ['-c', String(core), process.execPath, '-e', sums], { stdio: 'ignore' });
      child.once('error', reject);
      child.once('exit', () => resolve(performance.now() - startedMs));
    });
  const alone = await loop(0);
  const both = Math.max(...(await Promise.all([loop(0), loop(1)])));
  return (2 * alone) / both;
}

function startWorker(folder: string, url: string, core: number): Promise<ChildProcess> {
  const program = new URL('../../../server/worker.ts', import.meta.url).pathname;
  const child = spawn('taskset', ['-c', String(core), process.execPath, program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ORATOR_DATA: folder, DATABASE_URL: url, RENDER_SLOTS: '1' },
  });
  return new Promise((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => line.includes('ready') && resolve(child));
    child.once('exit', (code) => reject(new Error(`a worker ended with ${code}`)));
  });
}

/** From the moment its first step begins. */
async function make(trust: Trust, who: Asker, project: Project) {
  const { id } = await askFor(trust, who, project, { output: USUAL });
  const done = await until(trust, who, id, ({ state }) => state === 'done', 900_000);
  return {
    seconds: (Date.parse(done.finishedAt ?? '') - Date.parse(done.startedAt ?? '')) / 1000,
    reused: done.segments?.reused ?? 0,
    total: done.segments?.total ?? 0,
  };
}
