/** What may be asked of a film, and the project as it is drawn for that. */
import { AppError } from '#core/base/errors.ts';
import { rateToFps } from '#core/base/time.ts';
import type { Project } from '#core/document/project.ts';
import type { NativeCodec, OutputSpec, RenderSpec } from './process.ts';

/** Sides beyond 8K, and rates beyond what screens show, are mistakes or attacks. */
const LONGEST_SIDE_PX = 8192;
const SHORTEST_SIDE_PX = 64;
const FASTEST_FPS = 120;

const CONTAINERS: Readonly<Record<NativeCodec, readonly OutputSpec['container'][]>> = {
  h264: ['mp4', 'mov'],
  h265: ['mp4', 'mov'],
  av1: ['mp4', 'webm'],
  prores4444: ['mov'],
  vp9: ['webm', 'mp4'],
};

/** @throws AppError invalid-input, saying which part does not go with which */
export function requireOutput(output: OutputSpec): void {
  const { codec, container, widthPx, heightPx, rate, bits, alpha, supersample } = output;
  const wrong = (message: string) => new AppError('invalid-input', message);
  for (const side of [widthPx, heightPx])
    if (!Number.isInteger(side) || side % 2 !== 0 || side < SHORTEST_SIDE_PX || side > LONGEST_SIDE_PX)
      throw wrong(
        `A film of ${widthPx} × ${heightPx} pixels cannot be made: sides are even, ${SHORTEST_SIDE_PX} to ${LONGEST_SIDE_PX}.`,
      );
  const fps = rateToFps(rate);
  if (!Number.isSafeInteger(rate.num) || !Number.isSafeInteger(rate.den) || !(fps >= 1 && fps <= FASTEST_FPS))
    throw wrong(`A film of ${fps} frames a second cannot be made.`);
  if (!(codec in CONTAINERS)) throw wrong('There is no such codec.');
  if (!CONTAINERS[codec].includes(container))
    throw wrong(`${codec} goes into ${CONTAINERS[codec].join(' or ')}, not into ${container}.`);
  if (bits !== 8 && bits !== 10) throw wrong('A film has 8 or 10 bits.');
  if (supersample !== 1 && supersample !== 2)
    throw wrong('A film is drawn at its size or at twice its size.');
  if (!alpha) return;
  if (codec !== 'prores4444' && codec !== 'vp9')
    throw wrong('Only ProRes 4444 and VP9 can have nothing behind the presenter.');
  if (codec === 'vp9' && (bits !== 8 || container !== 'webm'))
    throw wrong('VP9 with nothing behind the presenter has 8 bits, in WebM.');
}

/** The project at the output's size and rate; with alpha, everyone is cut out. */
export function projectFor(project: Project, output: OutputSpec): Project {
  const { widthPx, heightPx, rate, captions, alpha } = output;
  return {
    ...project,
    format: { widthPx, heightPx, rate },
    captions: { ...project.captions, enabled: captions === 'burned' },
    scenes: alpha
      ? project.scenes.map((scene) => ({
          ...scene,
          presenters: scene.presenters.map((placement) => ({ ...placement, cutOut: true })),
        }))
      : project.scenes,
  };
}

/** What films are alike in for those who draw: their size, and the kinds of presenters in them. */
export function kindOfFilm({ project, output }: RenderSpec): string {
  const { widthPx, heightPx, supersample, alpha } = output;
  const kinds = [...new Set(project.presenters.map(({ kind }) => kind))].sort();
  return [widthPx * supersample, heightPx * supersample, alpha, ...kinds].join(' ');
}
