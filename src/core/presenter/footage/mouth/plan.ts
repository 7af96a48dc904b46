/** A shot's mouths, decided once: which pictures are seen on each frame, and where their lower faces go. */
import type { BasePath } from '../base/graph.ts';
import type { FootageFit } from '../fit.ts';
import type { MouthBank } from './bank.ts';
import { foretellLooks, type ForetoldLooks } from './look.ts';
import {
  CHOOSE_INSIDE,
  CHOOSE_LIPS,
  chooseSources,
  follows,
  wishOn,
  type ChoiceWeights,
  type InnerLooks,
} from './choose.ts';

export type MouthFit = Pick<FootageFit, 'track' | 'bank' | 'layout'>;

/** Which of the packed pictures are seen, frame by frame. */
export interface PictureTrack {
  /** frames: place in `bank.kept` of the picture that is seen. */
  readonly source: Uint32Array<ArrayBuffer>;
  /** frames: place of the picture that is seen through it, and how much of that one, 0…½. */
  readonly other: Uint32Array<ArrayBuffer>;
  readonly fade: Float32Array<ArrayBuffer>;
}

export interface MouthPlan {
  readonly fit: MouthFit;
  readonly path: BasePath;
  /** frames × dimensions */
  readonly targets: Float32Array<ArrayBuffer>;
  /** Lips, chin and skin. */
  readonly lips: PictureTrack;
  /** Teeth, tongue and dark. */
  readonly inside: PictureTrack;
  /** How mouths of these shapes usually look; null where pictures are shown as they are. */
  readonly foretold: ForetoldLooks | null;
  /** Whether somebody showed what is to be between the lips: pictures chosen for that are not to be brought to anything else. */
  readonly innerShown: boolean;
}

/**
 * How much of the other side's picture is seen on the frames before and after a jump, nearest first. Grain that is mixed is
 * lost (a half and a half leave half of its energy), so no more than keeps a jump as calm as the film itself.
 */
const FADE = [0.25, 0.08] as const;
/** Looks that differ by less than this are mixed, by more than that never: root mean square of colour, 0…255. */
const ALIKE_TO = 10;
const GHOST_AT = 24;
/**
 * A jump is seen where its pictures differ by more than frames of the film that follow one another do; from so many times
 * as much it is faded over in full. To mix what nobody would have seen takes a clean film's grain for nothing.
 */
const SEEN_AT = 1.3;

/**
 * @param targets frames × dimensions of `bank.space`; as many frames as the path has
 * @param inner what is to be seen between the lips, where somebody showed it: without it, it is foretold from their shape
 */
export function chooseMouths(
  fit: MouthFit,
  targets: Float32Array<ArrayBuffer>,
  path: BasePath,
  inner?: InnerLooks,
): MouthPlan {
  const { track, bank } = fit;
  const wish = { ...wishOn(track, targets, path), inner };
  return {
    ...{ fit, path, targets, foretold: foretellLooks(bank.look, targets, wish.turns) },
    innerShown: inner !== undefined,
    lips: crossFaded(bank, chooseSources(track, bank, wish, CHOOSE_LIPS), 'skin'),
    inside: crossFaded(bank, chooseSources(track, bank, wish, CHOOSE_INSIDE), 'inside'),
  };
}

/**
 * A mouth that nobody knows the future of: frame 1 of two, whose frame 0 is being shown.
 * @param targets 2 × dimensions @param shown frame 1 of the plan before, or null for the first
 */
export function nextMouth(
  fit: MouthFit,
  targets: Float32Array<ArrayBuffer>,
  path: BasePath,
  shown: MouthPlan | null,
): MouthPlan {
  const { track, bank } = fit;
  const wish = wishOn(track, targets, path);
  const follow = (
    weights: ChoiceWeights,
    part: 'inside' | 'skin',
    before: PictureTrack | undefined,
  ): PictureTrack => {
    const source = Uint32Array.from(chooseSources(track, bank, wish, weights, before?.source[1] ?? null));
    const [from, to] = [source[0]!, source[1]!];
    const runs = follows(bank, from, from + 1) ? from + 1 : from;
    const jumps = from !== to && !follows(bank, from, to);
    // What was shown runs on once, underneath.
    const fade = jumps ? mixable(FADE[0], lookDistance(bank, to, runs, part), usualStep(bank, part)) : 0;
    return { source, other: Uint32Array.of(to, jumps ? runs : to), fade: Float32Array.of(0, fade) };
  };
  return {
    ...{ fit, path, targets, foretold: foretellLooks(bank.look, targets, wish.turns), innerShown: false },
    lips: follow(CHOOSE_LIPS, 'skin', shown?.lips),
    inside: follow(CHOOSE_INSIDE, 'inside', shown?.inside),
  };
}

/** A plan with given pictures and no fades: what the benches compare with. */
export function planOf(
  fit: MouthFit,
  targets: Float32Array<ArrayBuffer>,
  path: BasePath,
  source: readonly number[],
): MouthPlan {
  const pictures: PictureTrack = {
    source: Uint32Array.from(source),
    other: Uint32Array.from(source),
    fade: new Float32Array(source.length),
  };
  return { ...{ fit, path, targets }, lips: pictures, inside: pictures, foretold: null, innerShown: false };
}

/**
 * At a jump the picture before runs on under the one after, and the one after has begun before: two runs of the film,
 * each drawn to the same lips, cross over. Two pictures that differ much would both be seen (teeth through a tongue):
 * they are not mixed, and the choice has seen to it that such jumps are few.
 */
export function crossFaded(
  bank: MouthBank,
  source: readonly number[],
  part: 'inside' | 'skin',
): PictureTrack {
  const other = Uint32Array.from(source);
  const fade = new Float32Array(source.length);
  const usual = usualStep(bank, part);
  const set = (frame: number, picture: number, most: number) => {
    if (frame < 0 || frame >= source.length) return;
    const apart = lookDistance(bank, source[frame]!, picture, part);
    const weight = mixable(most, apart, usual);
    if (weight <= fade[frame]!) return;
    other[frame] = picture;
    fade[frame] = weight;
  };
  for (let i = 1; i < source.length; i++) {
    const [before, after] = [source[i - 1]!, source[i]!];
    if (before === after || follows(bank, before, after)) continue;
    let [ran, begun] = [before, after];
    FADE.forEach((weight, k) => {
      if (follows(bank, ran, ran + 1)) ran++;
      if (begun > 0 && follows(bank, begun - 1, begun)) begun--;
      // Only over frames that show the run itself: a shorter run has its own jumps to see to.
      if (k === 0 || (source[i + k] !== undefined && follows(bank, source[i + k - 1]!, source[i + k]!)))
        set(i + k, ran, weight);
      if (k === 0 || (source[i - 1 - k] !== undefined && follows(bank, source[i - 1 - k]!, source[i - k]!)))
        set(i - 1 - k, begun, weight);
    });
  }
  return { source: Uint32Array.from(source), other, fade };
}

/** @param usual what frames that follow one another differ by */
function mixable(most: number, apart: number, usual: number): number {
  const share = (value: number) => Math.max(0, Math.min(1, value));
  const seen = share((apart - usual) / Math.max((SEEN_AT - 1) * usual, 1e-6));
  return most * seen * share((GHOST_AT - apart) / (GHOST_AT - ALIKE_TO));
}

const usualSteps = new WeakMap<MouthBank, Map<string, number>>();

/** Median difference of kept pictures that follow one another in the film. */
function usualStep(bank: MouthBank, part: 'inside' | 'skin'): number {
  const known = usualSteps.get(bank) ?? new Map<string, number>();
  usualSteps.set(bank, known);
  const before = known.get(part);
  if (before !== undefined) return before;
  const steps = Array.from(bank.kept.keys())
    .filter((k) => follows(bank, k, k + 1))
    .map((k) => lookDistance(bank, k, k + 1, part))
    .sort((a, b) => a - b);
  const step = steps[steps.length >> 1] ?? 0;
  known.set(part, step);
  return step;
}

/** Root mean square difference of colour, 0…255, of two kept pictures' looks. */
function lookDistance({ look, kept }: MouthBank, a: number, b: number, part: 'inside' | 'skin'): number {
  const outputs = look.inside + look.skin;
  const [first, last] = part === 'inside' ? [0, look.inside] : [look.inside, outputs];
  let sum = 0;
  for (let o = first; o < last; o++)
    sum += (look.seen[kept[a]! * outputs + o]! - look.seen[kept[b]! * outputs + o]!) ** 2;
  return Math.sqrt(sum);
}
