/**
 * How long an export takes, over the least it could take: the same film decoded and encoded by the same browser in the
 * same run. And what an export costs after one paragraph of four was changed, and after nothing was.
 */
import { openBench } from './host.ts';
import type { ExportFigures, ExportRun } from './page/protocol.ts';
import type { Row } from './row.ts';

export const name = 'an export of ten seconds, 30 frames a second';

const DRAWING = ['plan', 'load', 'draw', 'read', 'encode', 'store'] as const;

function runRows(label: string, { wallMs, timings }: ExportRun): Row[] {
  const { ms, framesDrawn, framesReused } = timings;
  const share = (part: number) => ({ value: (100 * part) / wallMs, unit: '%' });
  return [
    {
      what: `${label}`,
      value: wallMs / 1000,
      unit: 's',
      note: `${framesDrawn} frames drawn, ${framesReused} used again`,
    },
    ...(framesDrawn > 0
      ? DRAWING.map((pass) => ({
          what: `${label}, ${pass}`,
          value: ms[pass] / framesDrawn,
          unit: 'ms',
          note: 'a frame',
        }))
      : []),
    { what: `${label}, sound`, ...share(ms.sound), note: 'of its time' },
    { what: `${label}, file (AAC and MP4)`, ...share(ms.file), note: 'of its time' },
  ];
}

function rowsOf(kind: string, figures: ExportFigures): Row[] {
  const { first, edited, again, floor, frames, durationS, prepareMs } = figures;
  const floorMs = floor.decodeMs + floor.encodeMs;
  return [
    {
      what: `${kind}, speak and prepare`,
      value: prepareMs / 1000,
      unit: 's',
      note: `${durationS.toFixed(1)} s of film`,
    },
    ...runRows(`${kind}, export`, first),
    { what: `${kind}, speed`, value: frames / (first.wallMs / 1000), unit: 'fps' },
    { what: `${kind}, film time over export time`, value: durationS / (first.wallMs / 1000), unit: '×' },
    { what: `${kind}, decode alone`, value: floor.decodeMs / floor.frames, unit: 'ms', note: 'a frame' },
    { what: `${kind}, encode alone`, value: floor.encodeMs / floor.frames, unit: 'ms', note: 'a frame' },
    {
      what: `${kind}, export over decode and encode alone`,
      value: first.wallMs / floorMs,
      unit: '×',
      note: `${floor.frames} frames, this run`,
    },
    ...runRows(`${kind}, after an edit`, edited),
    { what: `${kind}, after an edit over the first`, value: edited.wallMs / first.wallMs, unit: '×' },
    ...runRows(`${kind}, unchanged`, again),
  ];
}

export async function run(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const kind of ['canvas2d', 'webgpu'] as const) {
    await using host = await openBench({ gpu: kind === 'webgpu' });
    // A GPU in software takes seconds for what a card does in milliseconds: its export is measured small.
    const heightPx = kind === 'webgpu' ? 360 : 720;
    rows.push(...rowsOf(`${kind} ${heightPx}p`, await host.call('exports', kind, heightPx)));
  }
  return rows;
}
