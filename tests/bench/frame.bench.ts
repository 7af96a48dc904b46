/**
 * Milliseconds a frame: by pass, by what is in it, by compositor and by size. On a machine without a graphics card the
 * GPU is software (SwiftShader), and only the ratios between its passes mean anything.
 */
import { openBench } from './host.ts';
import { lineChart, type Line } from './plot.ts';
import { FRAME_PASSES, PARTS, type FrameFigures, type FramePass } from './page/protocol.ts';
import { median, type Row } from './row.ts';

export const name = 'a frame, by pass and by compositor';

const HEIGHTS = [360, 720, 1080] as const;
const FRAMES = 24;

const PASS_NAMES: Readonly<Record<FramePass, string>> = {
  plan: 'plan.at',
  record: 'draw calls, and layers they need painted',
  raster: 'paint what was put off',
  upload: 'upload to the GPU',
  gpu: 'GPU passes, until done',
  read: 'read back',
  i420: 'RGBA to I420',
  encode: 'encode H.264, alone',
};

function rowsOf(label: string, figures: FrameFigures): Row[] {
  const rows: Row[] = [];
  let sum = 0;
  for (const pass of FRAME_PASSES) {
    const series = figures.passes[pass];
    if (series.length === 0) continue;
    sum += median(series);
    rows.push({ what: `${label}, ${PASS_NAMES[pass]}`, value: median(series), unit: 'ms' });
  }
  rows.push({ what: `${label}, all passes one after another`, value: sum, unit: 'ms' });
  const empty = median(figures.parts.nothing);
  for (const part of PARTS) {
    const series = figures.parts[part];
    const mean = series.reduce((sum, ms) => sum + ms, 0) / series.length;
    rows.push({
      what: `${label}, ${part} drawn alone`,
      value: part === 'nothing' ? empty : Math.max(0, median(series) - empty),
      unit: 'ms',
      note:
        part === 'nothing'
          ? 'an empty frame; taken off the three below'
          : part === 'caption'
            ? `painted once a word and kept; ${mean.toFixed(2)} on average`
            : '',
    });
  }
  return rows;
}

export async function run(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const kind of ['canvas2d', 'webgpu'] as const) {
    await using host = await openBench({ gpu: kind === 'webgpu' });
    const lines: Line[] = [];
    for (const heightPx of HEIGHTS) {
      const figures = await host.call('frames', { kind, heightPx, frames: FRAMES });
      if (rows.length === 0) rows.push(...beforehand(figures));
      rows.push(...rowsOf(`${kind} ${heightPx}p`, figures));
      lines.push({ name: `${heightPx}p`, values: figures.parts.presenter });
    }
    await lineChart(`frame-${kind}`, `The presenter drawn alone, ${kind}`, 'frame', 'ms', lines);
  }
  return rows;
}

/** What is done once, before any frame: divided by the frames it is done for. */
function beforehand({ beforehand: { speak, animate, prepare }, planFilmMs }: FrameFigures): Row[] {
  const note = 'of the whole film, divided by its frames';
  return [
    { what: 'speak', value: speak, unit: 'ms', note },
    { what: 'animate', value: animate, unit: 'ms', note },
    { what: 'prepare the presenter', value: prepare, unit: 'ms', note },
    { what: 'plan the film', value: planFilmMs, unit: 'ms', note: 'once; four paragraphs' },
  ];
}
