/**
 * How fast a person is followed through film, and what takes the time: in Node on films from ../shared/media, one of
 * them enlarged to 4K, and in Chromium on WASM. Processor time a frame stands beside the clock's, because other work on
 * the machine changes only the latter. Decoding is not counted.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openFaceTools } from '#core/track/tools/open.ts';
import { diskModelFiles } from '#server/render/adapters/model-files.ts';
import { ortNodeRuntime } from '#server/render/adapters/ort-node.ts';
import { ROOT } from '#server/setup/place.js';
import { filteredFilm } from '../server/film-frames.ts';
import { openBench } from './host.ts';
import { measureFollowing, STAGES } from './page/follow.ts';
import type { FollowFigures } from './page/protocol.ts';
import type { Row } from './row.ts';

export const name = 'following a person through film';

const MEDIA = join(ROOT, '..', 'shared', 'media');
const SECONDS = Number(process.env['ORATOR_TRACK_SECONDS'] ?? 4);
const FILMS = [
  { what: '360 × 288', file: 'speaking/lrwp9a.mpg', graph: '[0:v]null' },
  { what: '720 × 1080', file: 'footage/synthetic-man.mp4', graph: '[0:v]null' },
  { what: '1080 × 1920', file: 'footage/standing-man.mp4', graph: '[0:v]null' },
  { what: '2160 × 3840', file: 'footage/standing-man.mp4', graph: '[0:v]scale=2160:3840' },
] as const;

function rowsOf(label: string, figures: FollowFigures): Row[] {
  const { frames, seen, wallMs, cpuMs, finishMs, stages, summary } = figures;
  const quickMs = STAGES.reduce(
    (sum, stage) => sum + (stages[stage].quickMs * stages[stage].calls) / frames,
    0,
  );
  return [
    {
      what: `${label}, followed`,
      value: (1000 * frames) / wallMs,
      unit: 'fps',
      note: `${frames} frames, a face on ${seen}; ${summary}`,
    },
    {
      what: `${label}, from its quicker calls`,
      value: 1000 / quickMs,
      unit: 'fps',
      note: 'tenth percentile of each kind of call: an estimate for a machine that does nothing else',
    },
    ...(Number.isNaN(cpuMs)
      ? []
      : [{ what: `${label}, processor time a frame`, value: cpuMs / frames, unit: 'ms' }]),
    ...STAGES.map((stage) => ({
      what: `${label}, of a frame ${stage}`,
      value: stages[stage].ms / frames,
      unit: 'ms',
      note: `${(stages[stage].calls / frames).toFixed(2)} calls a frame, a quick one ${stages[stage].quickMs.toFixed(1)} ms`,
    })),
    { what: `${label}, mended and measured at the end`, value: finishMs, unit: 'ms' },
  ];
}

async function inNode(): Promise<readonly Row[]> {
  if (!existsSync(MEDIA)) {
    console.log(`  skipped in Node: there is no footage in ${MEDIA}.`);
    return [];
  }
  const files = diskModelFiles();
  const runtime = ortNodeRuntime({ files });
  const tools = await openFaceTools(runtime, files);
  const rows: Row[] = [];
  for (const { what, file, graph } of FILMS) {
    const film = filteredFilm([join(MEDIA, file)], graph, SECONDS);
    const { widthPx, heightPx } = film;
    const figures = await measureFollowing(tools, { widthPx, heightPx }, film.frames(), () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    });
    rows.push(...rowsOf(`Node ${what}`, { ...figures, summary: tools.placement.summary }));
  }
  await tools.close();
  await runtime.close();
  return rows;
}

export async function run(): Promise<readonly Row[]> {
  const rows = [...(await inNode())];
  await using host = await openBench({ gpu: false });
  for (const threads of [1, 2])
    for (const [widthPx, heightPx] of [
      [360, 288],
      [1080, 1920],
    ] as const) {
      const figures = await host.call('follow', { threads, widthPx, heightPx, frames: 25 * SECONDS });
      rows.push(
        ...rowsOf(`Chromium ${widthPx} × ${heightPx}, WASM × ${threads}`, { ...figures, cpuMs: NaN }),
      );
    }
  return rows;
}
