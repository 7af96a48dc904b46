/**
 * How fast a person is followed through film, and what takes the time: whole films from ../shared/media, and one of
 * them enlarged to 4K. Processor time a frame stands beside the clock's, because other work on the machine changes only
 * the latter. Decoding is FFmpeg's and is not counted.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createFollower } from '#core/track/follow.ts';
import type { FaceTools } from '#core/track/ports.ts';
import { openFaceTools } from '#core/track/tools/open.ts';
import { diskModelFiles } from '#server/render/adapters/model-files.ts';
import { ortNodeRuntime } from '#server/render/adapters/ort-node.ts';
import { ROOT } from '#server/setup/place.js';
import { filteredFilm } from '../server/film-frames.ts';
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

const STAGES = ['detect', 'mesh', 'body'] as const;
type Stage = (typeof STAGES)[number];

/** The same tools, their time and calls counted. */
function timed(tools: FaceTools) {
  const spent: Record<Stage, { ms: number; calls: number }> = {
    detect: { ms: 0, calls: 0 },
    mesh: { ms: 0, calls: 0 },
    body: { ms: 0, calls: 0 },
  };
  const count = async <T>(stage: Stage, work: Promise<T>): Promise<T> => {
    const startedMs = performance.now();
    const result = await work;
    spent[stage].ms += performance.now() - startedMs;
    spent[stage].calls++;
    return result;
  };
  const counted: FaceTools = {
    revision: tools.revision,
    detect: (...args) => count('detect', tools.detect(...args)),
    mesh: (...args) => count('mesh', tools.mesh(...args)),
    body: (...args) => count('body', tools.body(...args)),
    matte: (...args) => tools.matte(...args),
    close: () => tools.close(),
  };
  return { counted, spent };
}

export async function run(): Promise<readonly Row[]> {
  if (!existsSync(MEDIA)) {
    console.log(`  skipped: there is no footage in ${MEDIA}.`);
    return [];
  }
  const files = diskModelFiles();
  const runtime = ortNodeRuntime({ files });
  const tools = await openFaceTools(runtime, files);
  const rows: Row[] = [];
  for (const { what, file, graph } of FILMS) {
    const film = filteredFilm([join(MEDIA, file)], graph, SECONDS);
    const { counted, spent } = timed(tools);
    const { widthPx, heightPx } = film;
    const follower = createFollower(counted, { rate: { num: 25, den: 1 }, widthPx, heightPx });
    let [wallMs, cpuMs, frames] = [0, 0, 0];
    const measured = async (work: Promise<unknown>) => {
      const [startedMs, cpu] = [performance.now(), process.cpuUsage()];
      await work;
      const { user, system } = process.cpuUsage(cpu);
      wallMs += performance.now() - startedMs;
      cpuMs += (user + system) / 1000;
    };
    for await (const picture of film.frames()) {
      await measured(follower.look(picture));
      frames++;
    }
    const inFrames = { wallMs, cpuMs };
    await measured(follower.finish());
    const note = `${file}, ${frames} frames, ${tools.placement.provider} × ${tools.placement.threads ?? 1}`;
    rows.push(
      { what: `${what}, frames followed`, value: (1000 * frames) / inFrames.wallMs, unit: 'fps', note },
      { what: `${what}, processor time a frame`, value: inFrames.cpuMs / frames, unit: 'ms' },
      ...STAGES.map((stage) => ({
        what: `${what}, of that ${stage}`,
        value: spent[stage].ms / frames,
        unit: 'ms',
        note: `${(spent[stage].calls / frames).toFixed(2)} calls a frame`,
      })),
      { what: `${what}, mending and measuring at the end`, value: wallMs - inFrames.wallMs, unit: 'ms' },
    );
  }
  await tools.close();
  await runtime.close();
  return rows;
}
