/**
 * What a film costs beyond its encoding: drawn and encoded here, against the system's FFmpeg that only decodes the finished
 * film and encodes it with the same settings.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { encoderSettings } from '#server/render/encoder-settings.ts';
import { renderProcesses } from '#server/render/open-process.ts';
import type { OutputSpec, RenderSpec } from '#server/render/process.ts';
import { assetKey } from '#server/services/assets/account-assets.ts';
import { diskStore } from '#server/stores/disk.ts';
import { median, type Row } from '../row.ts';
import { SMALL, talk } from './films.ts';

const program = promisify(execFile);
const SCENES = 2;
const TIMES = 3;
const LIMITS = { wallS: 3600, memoryMiB: 8192, diskMiB: 8192 };
const OUTPUTS: readonly OutputSpec[] = [
  { ...SMALL, widthPx: 1280, heightPx: 720, effort: 'full' },
  { ...SMALL, widthPx: 1920, heightPx: 1080, effort: 'full' },
];
const quiet = () => undefined;

export async function nativeRows(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const output of OUTPUTS) rows.push(...(await against(output)));
  return rows;
}

async function against(output: OutputSpec): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'orator-bench-native-'));
  const open = renderProcesses({ kind: 'disk', folder });
  const store = diskStore(folder);
  const ours: number[] = [];
  const theirs: number[] = [];
  let frames = 0;
  try {
    for (let time = 0; time < TIMES; time++) {
      // Another account each time, so that nothing is there already.
      const accountId = `time-${time}`;
      const spec: RenderSpec = {
        project: talk(SCENES),
        grade: 'final',
        connection: 'server',
        receipts: [],
        output,
        accountId,
      };
      const film = await open(spec, LIMITS);
      let made;
      try {
        const { segments, frameCount } = await film.run<'prepare'>({ kind: 'prepare' }, quiet);
        frames = frameCount;
        ours.push(
          await secondsOf(() =>
            film.run<'draw'>({ kind: 'draw', segments: segments.map(({ index }) => index) }, quiet),
          ),
        );
        await film.run<'sound'>({ kind: 'sound' }, quiet);
        made = await film.run<'assemble'>({ kind: 'assemble' }, quiet);
      } finally {
        await film.close();
      }
      const file = join(folder, 'film.mp4');
      const key = assetKey(accountId, made.film);
      await writeFile(file, store.read(key));
      theirs.push(await secondsOf(() => transcode(file, join(folder, 'again.mp4'), output)));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  const size = `${output.widthPx} × ${output.heightPx}`;
  const note = `${frames} frames, ${encoderSettings(output).options['preset'] ?? ''}, middle of ${TIMES}`;
  return [
    { what: `${size}: drawn and encoded`, value: frames / median(ours), unit: 'fps', note },
    { what: `${size}: FFmpeg alone, decoded and encoded`, value: frames / median(theirs), unit: 'fps', note },
    {
      what: `${size}: ours against FFmpeg alone`,
      value: median(ours) / median(theirs),
      unit: '× its time',
      note,
    },
  ];
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return (performance.now() - startedMs) / 1000;
}

async function transcode(from: string, to: string, output: OutputSpec): Promise<void> {
  const { encoder, pixelFormat, threads, options } = encoderSettings(output);
  const own = Object.entries(options).flatMap(([name, value]) => [`-${name}`, value]);
  await program('ffmpeg', [
    ...['-v', 'error', '-y', '-i', from, '-an', '-c:v', encoder, '-pix_fmt', pixelFormat],
    ...['-threads', String(threads), ...own, to],
  ]);
}
