/** What it costs that a film is made in pieces: the same segments drawn in one step and in one each, and put together. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderProcesses } from '#server/render/open-process.ts';
import type { RenderSpec } from '#server/render/process.ts';
import type { Row } from '../row.ts';
import { SMALL, talk } from './films.ts';

const SCENES = 6;
const LIMITS = { wallS: 3600, memoryMiB: 8192, diskMiB: 8192 };
const quiet = () => undefined;

export async function splitRows(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'orator-bench-split-'));
  const open = renderProcesses({ kind: 'disk', folder });
  const project = talk(SCENES);
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const startedMs = performance.now();
    await work();
    return (performance.now() - startedMs) / 1000;
  };
  try {
    const made = async (accountId: string, eachAlone: boolean) => {
      const spec: RenderSpec = {
        project,
        grade: 'final',
        connection: 'server',
        receipts: [],
        output: SMALL,
        accountId,
      };
      const film = await open(spec, LIMITS);
      try {
        const { segments } = await film.run<'prepare'>({ kind: 'prepare' }, quiet);
        const all = segments.map(({ index }) => index);
        const steps = eachAlone ? all.map((index) => [index]) : [all];
        const drawS = await timed(async () => {
          for (const some of steps) await film.run<'draw'>({ kind: 'draw', segments: some }, quiet);
        });
        const soundS = await timed(() => film.run<'sound'>({ kind: 'sound' }, quiet));
        const assembleS = await timed(() => film.run<'assemble'>({ kind: 'assemble' }, quiet));
        return { drawS, soundS, assembleS, segments: all.length };
      } finally {
        await film.close();
      }
    };
    await made('warm', false);
    const whole = await made('whole', false);
    const alone = await made('alone', true);
    const note = `${whole.segments} segments, ${SMALL.widthPx} × ${SMALL.heightPx}`;
    return [
      { what: 'drawn in one step', value: whole.drawS, unit: 's', note },
      { what: 'drawn a step each', value: alone.drawS, unit: 's', note },
      { what: 'splitting', value: (100 * (alone.drawS - whole.drawS)) / whole.drawS, unit: '% more', note },
      {
        what: 'assembling',
        value: (100 * alone.assembleS) / (alone.drawS + alone.soundS),
        unit: '% of the rest',
        note,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
