/**
 * The speed of the lip-sync model as times real time, and how long a live voice waits for its mouth: on WASM with one
 * and two threads, on WebGPU (here in software, which only says that it works), and in Node.
 */
import { loadManifest } from '#core/model/files.ts';
import { diskModelFiles } from '#server/render/adapters/model-files.ts';
import { ortNodeRuntime } from '#server/render/adapters/ort-node.ts';
import { openBench } from './host.ts';
import { measureListening } from './page/listen.ts';
import type { ListenFigures } from './page/protocol.ts';
import { median, type Row } from './row.ts';

export const name = 'listening to sound';

const SECONDS = 60;
/** SwiftShader takes about as long as the sound does. */
const SECONDS_IN_SOFTWARE = 5;

function rowsOf(label: string, figures: ListenFigures): Row[] {
  const { modelMs, modelSeconds, wholeMs, wholeSeconds, first, pushMs, pieceMs, waitMs } = figures;
  const sorted = [...pushMs].sort((a, b) => a - b);
  const slow = sorted[Math.floor(0.95 * (sorted.length - 1))] ?? NaN;
  return [
    { what: `${label}, opened and tried`, value: figures.openMs, unit: 'ms', note: figures.summary },
    {
      what: `${label}, model alone`,
      value: (modelSeconds * 1000) / median(modelMs),
      unit: '× real time',
      note: `${modelSeconds} s a run, median of ${modelMs.length}, the fastest ${((modelSeconds * 1000) / Math.min(...modelMs)).toFixed(0)}${figures.steady ? `, ${figures.steady}` : ''}`,
    },
    {
      what: `${label}, samples to steps`,
      value: (wholeSeconds * 1000) / wholeMs,
      unit: '× real time',
      note: `${wholeSeconds} s of sound`,
    },
    {
      what: `${label}, first result of a stream`,
      value: first.soundMs + first.pushMs,
      unit: 'ms',
      note: `${first.soundMs.toFixed(0)} ms of sound and ${first.pushMs.toFixed(1)} of work`,
    },
    {
      what: `${label}, a step's middle to its answer`,
      value: waitMs + slow,
      unit: 'ms',
      note: `at most ${waitMs.toFixed(0)} ms of sound; a push of ${pieceMs} ms takes ${median(pushMs).toFixed(1)}, at the 95th percentile ${slow.toFixed(1)}`,
    },
  ];
}

async function inNode(threads: number): Promise<ListenFigures> {
  const from = performance.now();
  const files = diskModelFiles();
  const manifest = await loadManifest(files, 'lipsync');
  const session = await ortNodeRuntime({ files, threads }).open(manifest);
  return measureListening({ manifest, session, openMs: performance.now() - from }, SECONDS);
}

export async function run(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const threads of [1, 2]) {
    await using host = await openBench({ gpu: false });
    const figures = await host.call('listen', { provider: 'wasm', threads, seconds: SECONDS });
    rows.push(...rowsOf(`WASM, ${threads} thread${threads > 1 ? 's' : ''}`, figures));
  }
  for (const threads of [1, 2])
    rows.push(...rowsOf(`Node, ${threads} thread${threads > 1 ? 's' : ''}`, await inNode(threads)));
  await using host = await openBench({ gpu: true });
  const seconds = SECONDS_IN_SOFTWARE;
  const figures = await host.call('listen', { provider: 'webgpu', threads: 1, seconds });
  rows.push(...rowsOf('WebGPU in software', figures));
  return rows;
}
