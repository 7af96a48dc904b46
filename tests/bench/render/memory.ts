/** The memory of the process that draws, by the length of the film: its highest, for each length. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderProcesses } from '#server/render/open-process.ts';
import type { Row } from '../row.ts';
import { SMALL, talk } from './films.ts';

const MINUTES = (process.env['ORATOR_MEMORY_MINUTES'] ?? '1,5,30').split(',').map(Number);
const SCENES_A_MINUTE = 10;
const LIMITS = { wallS: 4 * 3600, memoryMiB: 8192, diskMiB: 16_384 };
const quiet = () => undefined;

export async function memoryRows(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const minutes of MINUTES) {
    const folder = mkdtempSync(join(tmpdir(), 'orator-bench-memory-'));
    let highest = 0;
    const looking = setInterval(() => (highest = Math.max(highest, childrenRss())), 250);
    try {
      const film = await renderProcesses({ kind: 'disk', folder })(
        {
          ...{ project: talk(minutes * SCENES_A_MINUTE), grade: 'final', connection: 'server', receipts: [] },
          ...{ output: SMALL, accountId: 'memory' },
        },
        LIMITS,
      );
      const { segments, durationS } = await film.run<'prepare'>({ kind: 'prepare' }, quiet);
      await film.run<'draw'>({ kind: 'draw', segments: segments.map(({ index }) => index) }, quiet);
      await film.run<'sound'>({ kind: 'sound' }, quiet);
      await film.run<'assemble'>({ kind: 'assemble' }, quiet);
      await film.close();
      rows.push({
        what: `memory, ${(durationS / 60).toFixed(1)} min`,
        value: highest / 1_048_576,
        unit: 'MiB',
        note: 'highest resident, 320 × 180, the process that draws',
      });
    } finally {
      clearInterval(looking);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  }
  return rows;
}

/** Resident bytes of this process's children. */
function childrenRss(): number {
  let sum = 0;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const status = readFileSync(`/proc/${entry}/status`, 'utf8');
      const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
      if (field('PPid') === process.pid) sum += field('VmRSS') * 1024;
    } catch {
      continue; // it has ended meanwhile
    }
  }
  return sum;
}
