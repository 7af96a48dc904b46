/** A shot's mouths, decided once: which pictures are seen on each frame, and where their lower faces go. */
import type { BasePath } from '../base/graph.ts';
import type { FootageFit } from '../fit.ts';
import type { MouthBank } from './bank.ts';
import { chooseSources, follows, wishOn, type ChoiceWeights, CHOICE } from './choose.ts';

export type MouthFit = Pick<FootageFit, 'track' | 'bank' | 'layout'>;

export interface MouthPlan {
  readonly fit: MouthFit;
  readonly path: BasePath;
  /** frames × dimensions */
  readonly targets: Float32Array<ArrayBuffer>;
  /** frames: place in `bank.kept` of the picture that is seen. */
  readonly source: Uint32Array<ArrayBuffer>;
  /** frames: place of the picture that is seen through it, and how much of that one, 0…½. */
  readonly other: Uint32Array<ArrayBuffer>;
  readonly fade: Float32Array<ArrayBuffer>;
}

/** How much of the other side's picture is seen on the frames before and after a jump, nearest first. */
const FADE = [0.36, 0.12] as const;

/** @param targets frames × dimensions of `bank.space`; as many frames as the path has */
export function chooseMouths(
  fit: MouthFit,
  targets: Float32Array<ArrayBuffer>,
  path: BasePath,
  weights: ChoiceWeights = CHOICE,
): MouthPlan {
  const source = chooseSources(fit.track, fit.bank, wishOn(fit.track, targets, path), weights);
  return { fit, path, targets, source: Uint32Array.from(source), ...fades(fit.bank, source) };
}

/** A plan with given pictures and no fades: what the benches compare with. */
export function planOf(
  fit: MouthFit,
  targets: Float32Array<ArrayBuffer>,
  path: BasePath,
  source: readonly number[],
): MouthPlan {
  const frames = source.length;
  return {
    ...{ fit, path, targets },
    source: Uint32Array.from(source),
    other: Uint32Array.from(source),
    fade: new Float32Array(frames),
  };
}

/**
 * At a jump the picture before runs on under the one after, and the one after has begun before: two runs of the film,
 * each drawn to the same lips, cross over.
 */
function fades(bank: MouthBank, source: readonly number[]): Pick<MouthPlan, 'other' | 'fade'> {
  const other = Uint32Array.from(source);
  const fade = new Float32Array(source.length);
  const set = (frame: number, picture: number, weight: number) => {
    if (frame < 0 || frame >= source.length || weight <= fade[frame]!) return;
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
  return { other, fade };
}
