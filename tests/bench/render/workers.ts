/** One worker and two, each held to a core of its own, on PostgreSQL; and a film made again after one of ten scenes changed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Project } from '#core/document/project.ts';
import { startPostgres } from '../../server/harness/postgres.ts';
import { askFor, until, type ShownRender } from '../../server/harness/renders/films.ts';
import { openTrust, type Asker, type Trust } from '../../server/harness/trust.ts';
import type { Row } from '../row.ts';
import type { OutputSpec } from '#server/render/process.ts';
import { SMALL, talk, USUAL } from './films.ts';

const SCENES = 10;

/** In small pictures what every film costs weighs most: reading, speaking, mastering, and the first frames' warming up. */
export async function workerRows(): Promise<readonly Row[]> {
  return [...(await rowsAt(USUAL)), ...(await rowsAt(SMALL))];
}

async function rowsAt(output: OutputSpec): Promise<readonly Row[]> {
  const postgres = await startPostgres();
  if (!postgres) return [];
  const folder = mkdtempSync(join(tmpdir(), 'orator-bench-render-'));
  const url = await postgres.fresh();
  const workers: ChildProcess[] = [];
  const trust = await openTrust({
    place: { kind: 'postgres', url, connections: 8 },
    env: { ORATOR_DATA: folder, RENDER_SLOTS: '0', REQUESTS_PER_MINUTE: '100000' },
  });
  try {
    const film = talk(SCENES);
    workers.push(await startWorker(folder, url, 0));
    // Once for what is only slow the first time.
    await make(trust, await trust.person(), talk(1), output);
    const maker = await trust.person();
    const one = await make(trust, maker, film, output);
    const [scene, other] = [film.scenes[4], talk(1).scenes[0]];
    if (!scene || !other) throw new Error('a film has scenes');
    const edited = { ...film, scenes: film.scenes.with(4, { ...scene, script: other.script }) };
    const edit = await make(trust, maker, edited, output);
    workers.push(await startWorker(folder, url, 1));
    await make(trust, await trust.person(), talk(2), output);
    const two = await make(trust, await trust.person(), film, output);
    const size = `${output.heightPx}p`;
    const note = `${SCENES} scenes, ${output.widthPx} × ${output.heightPx}, each worker on a core`;
    return [
      { what: `one worker, ${size}`, value: one.seconds, unit: 's', note },
      { what: `two workers, ${size}`, value: two.seconds, unit: 's', note },
      { what: `two workers over one, ${size}`, value: one.seconds / two.seconds, unit: '×', note },
      {
        what: `again after one scene in ten changed, ${size}`,
        value: (100 * edit.seconds) / one.seconds,
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
async function make(trust: Trust, who: Asker, project: Project, output: OutputSpec) {
  const { id } = await askFor(trust, who, project, { output });
  const done = (await until(trust, who, id, ({ state }) => state === 'done', 900_000)) as ShownRender & {
    readonly startedAt: string;
    readonly finishedAt: string;
  };
  return {
    seconds: (Date.parse(done.finishedAt) - Date.parse(done.startedAt)) / 1000,
    reused: done.segments?.reused ?? 0,
    total: done.segments?.total ?? 0,
  };
}
