/**
 * Does memory grow with the film? Films of 1, 5 and 15 minutes at 320 × 180 are exported; meanwhile the script memory
 * that is alive (page and workers, after a collection) is asked for, and the processes are looked at from outside.
 * `ORATOR_BENCH_MINUTES=1,5` measures fewer.
 */
import { openBench } from './host.ts';
import { lineChart, type Line } from './plot.ts';
import { browserProcesses } from './processes.ts';
import type { BenchWindow } from './page/protocol.ts';
import type { Row } from './row.ts';

export const name = 'memory against length, 320 × 180';

const MINUTES = (process.env['ORATOR_BENCH_MINUTES'] ?? '1,5,15').split(',').map(Number);
const LOOK_EVERY_MS = 500;
/** Asking for live memory collects garbage: now and then is enough. */
const ASK_EVERY_MS = 4000;
const MB = 1e6;

interface Sample {
  readonly atS: number;
  readonly phase: string;
  readonly liveMB: number | null;
  readonly rendererMB: number;
  readonly allMB: number;
}

async function measure(minutes: number): Promise<{ rows: Row[]; samples: Sample[] }> {
  await using host = await openBench({ gpu: false });
  const samples: Sample[] = [];
  const from = performance.now();
  let over = false;
  const film = host.call('longExport', minutes).finally(() => (over = true));
  let askedMs = -Infinity;
  while (!over) {
    const now = performance.now();
    const ask = now - askedMs > ASK_EVERY_MS;
    if (ask) askedMs = now;
    const live = ask ? await host.call('liveBytes') : null;
    const progress = await host.page.evaluate(() => (window as Window & BenchWindow).benchProgress ?? null);
    const processes = browserProcesses(host.profile);
    const rss = (kind?: string) =>
      processes.reduce((sum, p) => sum + (kind === undefined || p.kind === kind ? p.rssBytes : 0), 0) / MB;
    samples.push({
      atS: (now - from) / 1000,
      phase: progress?.phase ?? 'start',
      liveMB: live === null ? null : live / MB,
      rendererMB: rss('renderer'),
      allMB: rss(),
    });
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  const { frames, durationS, wallMs, bytes, timings } = await film;
  const peak = (values: readonly number[]) => values.reduce((most, value) => Math.max(most, value), 0);
  const during = (phases: readonly string[]) => samples.filter(({ phase }) => phases.includes(phase));
  const livePeak = (chosen: readonly Sample[]) => peak(chosen.map(({ liveMB }) => liveMB ?? 0));
  const label = `${minutes} min`;
  const rows: Row[] = [
    {
      what: `${label}, script memory alive while drawing`,
      value: livePeak(during(['draw'])),
      unit: 'MB',
      note: 'most, page and workers',
    },
    { what: `${label}, script memory alive at any time`, value: livePeak(samples), unit: 'MB', note: 'most' },
    {
      what: `${label}, renderer process while drawing`,
      value: peak(during(['draw']).map((s) => s.rendererMB)),
      unit: 'MB',
      note: 'most, resident',
    },
    {
      what: `${label}, renderer process at any time`,
      value: peak(samples.map((s) => s.rendererMB)),
      unit: 'MB',
      note: 'most, resident',
    },
    {
      what: `${label}, all processes`,
      value: peak(samples.map((s) => s.allMB)),
      unit: 'MB',
      note: 'most, resident',
    },
    {
      what: `${label}, export`,
      value: wallMs / 1000,
      unit: 's',
      note: `${frames} frames, ${durationS.toFixed(0)} s of film, file of ${(bytes / MB).toFixed(1)} MB`,
    },
    {
      what: `${label}, of that sound and file`,
      value: (timings.ms.sound + timings.ms.file) / 1000,
      unit: 's',
    },
  ];
  return { rows, samples };
}

export async function run(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const lines: Line[] = [];
  for (const minutes of MINUTES) {
    const { rows: own, samples } = await measure(minutes);
    console.log(`  ${minutes} min done`);
    rows.push(...own);
    const seen = samples.filter(({ liveMB }) => liveMB !== null);
    lines.push({
      name: `${minutes} min, alive`,
      values: seen.map(({ liveMB }) => liveMB ?? 0),
      stretched: true,
    });
    lines.push({
      name: `${minutes} min, process`,
      values: samples.map((s) => s.rendererMB),
      stretched: true,
    });
  }
  await lineChart('memory', 'Memory over the course of an export', 'course of the export', 'MB', lines);
  return rows;
}
