/** What may be asked of a film, and the project as it is drawn for that. */
import { AppError } from '#core/base/errors.ts';
import { rateToFps } from '#core/base/time.ts';
import type { Project } from '#core/document/project.ts';
import type { NativeCodec, OutputSpec, RenderSpec } from './process.ts';

/** Sides beyond 8K, and rates beyond what screens show, are mistakes or attacks. */
const LONGEST_SIDE_PX = 8192;
const SHORTEST_SIDE_PX = 64;
const FASTEST_FPS = 120;

/** What each encoder writes, and what holds that. */
interface Abilities {
  readonly name: string;
  readonly containers: readonly OutputSpec['container'][];
  readonly bits: readonly OutputSpec['bits'][];
  /** With how many bits it carries transparency; none: not at all. */
  readonly alphaBits: readonly OutputSpec['bits'][];
}

const ABILITIES: Readonly<Record<NativeCodec, Abilities>> = {
  h264: { name: 'H.264', containers: ['mp4', 'mov'], bits: [8], alphaBits: [] },
  h265: { name: 'H.265', containers: ['mp4', 'mov'], bits: [8, 10], alphaBits: [] },
  av1: { name: 'AV1', containers: ['mp4', 'webm'], bits: [8, 10], alphaBits: [] },
  prores4444: { name: 'ProRes 4444', containers: ['mov'], bits: [10], alphaBits: [10] },
  vp9: { name: 'VP9', containers: ['webm'], bits: [8, 10], alphaBits: [8] },
};

/**
 * What no encoder here can make. Asked before a film waits for its turn, and once more where it is made.
 * @throws AppError invalid-input, saying what does not go with what, and what does
 */
export function requireOutput(output: OutputSpec): void {
  const { codec, container, widthPx, heightPx, rate, bits, alpha, supersample } = output;
  for (const side of [widthPx, heightPx])
    if (!Number.isInteger(side) || side % 2 !== 0 || side < SHORTEST_SIDE_PX || side > LONGEST_SIDE_PX)
      throw impossible(
        `A film of ${widthPx} × ${heightPx} pixels cannot be made.`,
        `Ask for sides of an even number of pixels, ${SHORTEST_SIDE_PX} to ${LONGEST_SIDE_PX}.`,
      );
  const fps = rateToFps(rate);
  if (!Number.isSafeInteger(rate.num) || !Number.isSafeInteger(rate.den) || !(fps >= 1 && fps <= FASTEST_FPS))
    throw impossible(
      `A film of ${fps} frames a second cannot be made.`,
      `Ask for 1 to ${FASTEST_FPS} frames a second.`,
    );
  if (!Object.hasOwn(ABILITIES, codec))
    throw impossible('There is no such codec.', `Ask for ${either(Object.keys(ABILITIES))}.`);
  const { name, containers, bits: depths, alphaBits } = ABILITIES[codec];
  if (!containers.includes(container))
    throw impossible(
      `${name} does not go into ${container}.`,
      `Ask for it in ${either(containers)}, or for another codec.`,
    );
  if (!depths.includes(bits))
    throw impossible(
      `${name} has no ${bits} bits a colour here.`,
      otherwise(bits, ({ bits: all }) => all, depths),
    );
  if (supersample !== 1 && supersample !== 2)
    throw impossible(
      `A film cannot be drawn at ${String(supersample)} times its size.`,
      'Ask for it at its size, or at twice its size.',
    );
  if (!alpha || alphaBits.includes(bits)) return;
  throw alphaBits.length === 0
    ? impossible(
        `${name} cannot have nothing behind the presenter.`,
        `Ask for ${withAlpha()}, or for a film with its background.`,
      )
    : impossible(
        `${name} with nothing behind the presenter has no ${bits} bits a colour.`,
        otherwise(bits, ({ alphaBits: all }) => all, alphaBits),
      );
}

/** The same codec with other bits, or another codec with these. */
function otherwise(
  bits: OutputSpec['bits'],
  depthsOf: (abilities: Abilities) => readonly OutputSpec['bits'][],
  own: readonly OutputSpec['bits'][],
): string {
  const others = Object.values(ABILITIES).filter((one) => depthsOf(one).includes(bits));
  return `Ask for ${either(own)} bits, or for ${either(others.map(({ name }) => name))}.`;
}

function withAlpha(): string {
  return either(
    Object.values(ABILITIES).flatMap(({ name, alphaBits }) => (alphaBits.length > 0 ? name : [])),
  );
}

const LISTED = new Intl.ListFormat('en', { type: 'disjunction' });
const either = (things: readonly (string | number)[]): string => LISTED.format(things.map(String));

function impossible(message: string, way: string): AppError {
  return new AppError('invalid-input', message, { way });
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
