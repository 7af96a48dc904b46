/**
 * Which of a person's own mouths to show: for every frame those nearest to what is wanted in shape, inside (teeth, dark,
 * tongue), skin, speed and turn of the head, and among them the sequence that changes least on its way (Viterbi; Bregler,
 * Covell and Slaney, "Video Rewrite", 1997). All costs are in one coin: the squared difference of colour (0…255) that a
 * choice is expected to cost, times the area that shows it in face heights squared.
 */
import type { BasePath } from '../base/graph.ts';
import type { FootageTrack } from '../../../track/footage-track.ts';
import { LOOK_VALUES } from '../../../track/tools/inner-mouth.ts';
import type { MouthBank } from './bank.ts';
import { cheapestPath } from './cheapest-path.ts';
import { filmFaces } from './geometry.ts';
import { foretellLooks } from './look.ts';
import { lipsOf } from './space.ts';

/**
 * What differences cost. Fitted to what warped frames of ten films really differ by, then rounded; looks came out at
 * almost one, as they must if they are foretold well.
 */
export interface ChoiceWeights {
  /** Mean square distance of landmarks, in (face heights)². */
  readonly shape: number;
  /** The same of how they move in a frame. */
  readonly speed: number;
  /** Squared radians between the heads. */
  readonly turn: number;
  /** Square of the logarithm of the heads' sizes. */
  readonly size: number;
  /** Squared difference of looks. */
  readonly inside: number;
  readonly skin: number;
  /** Square of the opening that a picture lacks, and of what it has too much, in (face heights)². */
  readonly lacks: number;
  readonly spare: number;
  /**
   * Of any step that the film did not take itself, in parts of what the best picture of a frame usually costs (calm,
   * clean films show a jump where others hide it), and on top of it per what the pictures differ by.
   */
  readonly jump: number;
  readonly step: number;
}

/** Lips and skin are taken from one picture. */
export const CHOOSE_LIPS: ChoiceWeights = {
  ...{ shape: 40_000, speed: 12_000, turn: 250, size: 100 },
  ...{ inside: 0, skin: 1, lacks: 0, spare: 0 },
  ...{ jump: 0.3, step: 0.8 },
};
/** What is between the lips from another: teeth know nothing of the cheeks. */
export const CHOOSE_INSIDE: ChoiceWeights = {
  ...{ shape: 2_000, speed: 2_000, turn: 250, size: 100 },
  ...{ inside: 1, skin: 0, lacks: 8_000, spare: 500 },
  ...{ jump: 0.3, step: 0.8 },
};

const CANDIDATES = 36;
const FOLLOWERS = 12;
/** Part of a face height squared that the lips and the skin about them cover. */
const SKIN_AREA = 0.7;

/** What is wanted of each frame. */
export interface MouthWish {
  readonly frameCount: number;
  /** frames × dimensions of the bank's space. */
  readonly coefficients: Float32Array;
  /** frames × (yaw, pitch) of the head it is set into. */
  readonly turns: Float64Array;
  /** frames: pixels a face height takes there. */
  readonly scalePx: Float64Array;
  /** What is to be between the lips, where somebody showed it; else it is foretold from their shape. */
  readonly inner?: InnerLooks | undefined;
}

/** Looks as track/tools/inner-mouth.ts reads them, LOOK_VALUES each: of every frame of the film, and as wanted. */
export interface InnerLooks {
  readonly film: Float32Array;
  readonly wanted: Float32Array;
}

/** The wish that targets make on the heads of a base path. */
export function wishOn(track: FootageTrack, targets: Float32Array, path: BasePath): MouthWish {
  const { heads } = filmFaces(track);
  const frameCount = path.frame.length;
  const turns = new Float64Array(frameCount * 2);
  const scalePx = new Float64Array(frameCount);
  for (let i = 0; i < frameCount; i++) {
    const [a, b, mix] = [path.frame[i]!, path.other[i]!, path.mix[i]!];
    for (let k = 0; k < 2; k++)
      turns[i * 2 + k] = heads.turns[a * 2 + k]! * (1 - mix) + heads.turns[b * 2 + k]! * mix;
    scalePx[i] = heads.values[a * 13 + 9]! * (1 - mix) + heads.values[b * 13 + 9]! * mix;
  }
  return { frameCount, coefficients: targets, turns, scalePx };
}

/**
 * @param first what is shown on the first frame already, or null
 * @returns for every frame a place in `bank.kept`
 */
export function chooseSources(
  track: FootageTrack,
  bank: MouthBank,
  wish: MouthWish,
  weights: ChoiceWeights,
  first: number | null = null,
): number[] {
  const cost = ownCosts(track, bank, wish, weights);
  const n = bank.kept.length;
  const candidates: number[][] = [];
  const costs: Float32Array[] = [];
  for (let i = 0; i < wish.frameCount; i++) {
    if (i === 0 && first !== null) {
      candidates.push([first]);
      costs.push(new Float32Array(1));
      continue;
    }
    const all = cost(i);
    const order = Array.from({ length: n }, (_, k) => k).sort((a, b) => all[a]! - all[b]!);
    const here = new Set(order.slice(0, CANDIDATES));
    for (const before of candidates[i - 1]?.slice(0, FOLLOWERS) ?? [])
      if (follows(bank, before, before + 1)) here.add(before + 1);
    const list = [...here];
    candidates.push(list);
    costs.push(Float32Array.from(list, (k) => all[k]!));
  }
  const least = costs.map((list) => Math.min(...list)).sort((a, b) => a - b);
  const between = stepCosts(bank, weights, weights.jump * (least[least.length >> 1] ?? 0));
  return cheapestPath({ candidates, own: (step, k) => costs[step]![k]!, between });
}

/** Whether one kept picture is the film's next after another. */
export function follows(bank: MouthBank, from: number, to: number): boolean {
  return to < bank.kept.length && bank.kept[to] === bank.kept[from]! + 1;
}

function ownCosts(
  track: FootageTrack,
  bank: MouthBank,
  wish: MouthWish,
  weights: ChoiceWeights,
): (frame: number) => Float32Array {
  const { heads } = filmFaces(track);
  const { space, kept, look, coefficients } = bank;
  const dimensions = space.spread.length;
  const outputs = look.inside + look.skin;
  const points = space.points.length;
  const trust = look.foretell.explained.map((share) => Math.max(0, Math.min(1, 1.4 * share)));
  const { looks: wanted, sure } = foretellLooks(look, wish.coefficients, wish.turns);
  const openings = Float32Array.from(kept, (f) => Math.max(0, lipsOf(space, coefficients, f).opening));
  const speedOf = (values: Float32Array, f: number, d: number) => {
    const last = values.length / dimensions - 1;
    const [before, after] = [Math.max(0, f - 1), Math.min(last, f + 1)];
    return (values[after * dimensions + d]! - values[before * dimensions + d]!) / 2;
  };
  return (i) => {
    const lips = lipsOf(space, wish.coefficients, i);
    const insideArea = 0.8 * Math.max(0, lips.opening) * Math.max(0, lips.width);
    return Float32Array.from(kept, (f, k) => {
      let [shape, speed, inside, skin] = [0, 0, 0, 0];
      const lack = Math.max(0, lips.opening) - openings[k]!;
      for (let d = 0; d < dimensions; d++) {
        shape += (wish.coefficients[i * dimensions + d]! - coefficients[f * dimensions + d]!) ** 2;
        speed += (speedOf(wish.coefficients, i, d) - speedOf(coefficients, f, d)) ** 2;
      }
      for (let o = 0; o < outputs; o++) {
        const d = (wanted[i * outputs + o]! - look.seen[f * outputs + o]!) ** 2;
        if (o < look.inside) inside += d;
        else skin += d;
      }
      const between = wish.inner ? apart(wish.inner, f, i) : sure[i]! * trust[0]! * inside;
      const turn =
        (wish.turns[i * 2]! - heads.turns[f * 2]!) ** 2 +
        (wish.turns[i * 2 + 1]! - heads.turns[f * 2 + 1]!) ** 2;
      const size = Math.log(wish.scalePx[i]! / heads.values[f * 13 + 9]!) ** 2;
      return (
        (weights.shape * shape + weights.speed * speed) / points +
        weights.turn * turn +
        weights.size * size +
        weights.inside * insideArea * between +
        weights.skin * sure[i]! * trust[1]! * SKIN_AREA * skin +
        (lack > 0 ? weights.lacks : weights.spare) * lack * lack
      );
    });
  };
}

/** Squared distance of a frame's inside from the one that is wanted. */
function apart({ film, wanted }: InnerLooks, frame: number, wish: number): number {
  let sum = 0;
  for (let d = 0; d < LOOK_VALUES; d++)
    sum += (film[frame * LOOK_VALUES + d]! - wanted[wish * LOOK_VALUES + d]!) ** 2;
  return sum;
}

/** @param jump what a step costs that the film did not take */
function stepCosts(
  bank: MouthBank,
  weights: ChoiceWeights,
  jump: number,
): (from: number, to: number) => number {
  const { look, kept, space, coefficients } = bank;
  const outputs = look.inside + look.skin;
  const lips = Array.from(kept, (f) => lipsOf(space, coefficients, f));
  return (from, to) => {
    if (follows(bank, from, to)) return 0;
    // The film's own next frame is what one would have seen.
    const next = follows(bank, from, from + 1) ? from + 1 : from;
    if (next === to) return jump / 2;
    let [inside, skin] = [0, 0];
    for (let o = 0; o < outputs; o++) {
      const d = (look.seen[kept[next]! * outputs + o]! - look.seen[kept[to]! * outputs + o]!) ** 2;
      if (o < look.inside) inside += d;
      else skin += d;
    }
    const open = Math.max(0, (lips[next]!.opening + lips[to]!.opening) / 2);
    const wide = Math.max(0, lips[to]!.width);
    return (
      jump + weights.step * (weights.inside * 0.8 * open * wide * inside + weights.skin * SKIN_AREA * skin)
    );
  };
}
