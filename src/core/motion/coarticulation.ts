/**
 * Neighbouring phones share the mouth. Each part of each phone pulls every articulator towards its own target with a
 * dominance that fades with distance in time, and the mouth is the weighted mean of all pulls: the model of Cohen
 * and Massaro, "Modeling coarticulation in synthetic visual speech" (1993).
 *
 * The fading is a Gaussian kept narrow, σ = 0.35 × duration + 25 ms: measured against tracked lips, the usual broad
 * one lags by a frame and loses correlation. Rounding alone reaches further ahead, as it does in people.
 */
import type { TimedPhone } from '../speech/ports.ts';
import type { Articulator, ShapeName, Viseme } from './visemes.ts';
import { ARTICULATORS, PHONE_VISEMES, SHAPES } from './visemes.ts';

export interface Pull {
  readonly viseme: Viseme;
  /** Scales jaw and lip heights: stress, emphasis, loudness. */
  readonly effort: number;
  readonly centreS: number;
  /** Half of the stretch around the centre that pulls with full force. */
  readonly flatS: number;
  readonly beforeSigmaS: number;
  readonly afterSigmaS: number;
}

/** Silences longer than this let the lips come to rest; shorter ones are a hold inside the speech. */
const REST_SILENCE_S = 0.15;
/** Lips part a little before the voice and close a little after it. */
const OPENING_LEAD_S = 0.09;
const CLOSING_LAG_S = 0.05;
/** Beyond this many σ a pull is not felt. */
const REACH_SIGMAS = 4;
const ROUNDING_LEAD = 1.7;

const SHAPE_NAMES = Object.keys(SHAPES) as ShapeName[];
/** Shapes that grow with effort: those that open. What closes, presses or points is all or nothing. */
const GROWS: ReadonlySet<ShapeName> = new Set<ShapeName>(['jawOpen', 'lowerDown', 'upperUp']);

function silencePull(startS: number, endS: number, isFirst: boolean, isLast: boolean): Pull | undefined {
  if (endS - startS <= REST_SILENCE_S) return undefined;
  const from = isFirst ? startS : startS + CLOSING_LAG_S;
  const to = isLast ? endS : endS - OPENING_LEAD_S;
  const viseme = PHONE_VISEMES.sil[0]?.viseme as Viseme;
  return {
    viseme,
    effort: 1,
    centreS: (from + to) / 2,
    flatS: Math.max(0, (to - from) / 2),
    beforeSigmaS: 0.045,
    afterSigmaS: 0.04,
  };
}

/** The pulls of a run of phones, in order. `effortOf` says how big each phone is articulated, 1 being plain. */
export function pullsOf(phones: readonly TimedPhone[], effortOf: (phone: TimedPhone) => number): Pull[] {
  const pulls: Pull[] = [];
  phones.forEach((phone, index) => {
    if (phone.phone === 'sil') {
      const rest = silencePull(phone.startS, phone.endS, index === 0, index === phones.length - 1);
      if (rest) pulls.push(rest);
      return;
    }
    let startS = phone.startS;
    for (const { viseme, share } of PHONE_VISEMES[phone.phone]) {
      const durationS = (phone.endS - phone.startS) * share;
      const sigmaS = 0.35 * Math.min(durationS, 0.19) + 0.025;
      pulls.push({
        viseme,
        effort: effortOf(phone),
        centreS: startS + durationS / 2,
        flatS: Math.max(0, (durationS - 0.19) / 2),
        beforeSigmaS: sigmaS,
        afterSigmaS: sigmaS,
      });
      startS += durationS;
    }
  });
  return pulls;
}

function dominanceAt(pull: Pull, by: Articulator, timeS: number): number {
  const offset = timeS - pull.centreS;
  const rounded = by === 'rounding' && (pull.viseme.shape.pucker ?? pull.viseme.shape.funnel) !== undefined;
  const lead = rounded ? ROUNDING_LEAD : 1;
  const sigmaS = offset < 0 ? pull.beforeSigmaS * lead : pull.afterSigmaS;
  const z = Math.max(0, Math.abs(offset) - pull.flatS) / sigmaS;
  if (z > REACH_SIGMAS) return 0;
  return pull.viseme.dominance[by] * Math.exp(-0.5 * z * z);
}

export type MouthShape = Record<ShapeName, number>;

/** The blended mouth at each time. Times ascend. */
export function blendPulls(pulls: readonly Pull[], timesS: ArrayLike<number>): MouthShape[] {
  const shapes: MouthShape[] = [];
  let first = 0;
  for (let i = 0; i < timesS.length; i++) {
    const timeS = timesS[i] as number;
    // No pull is felt more than half a second beyond its flat top, so a sliding window is enough.
    while (first < pulls.length && endOfReach(pulls[first] as Pull) < timeS) first++;
    shapes.push(blendAt(pulls, first, timeS));
  }
  return shapes;
}

function endOfReach(pull: Pull): number {
  return pull.centreS + pull.flatS + REACH_SIGMAS * pull.afterSigmaS;
}

function blendAt(pulls: readonly Pull[], first: number, timeS: number): MouthShape {
  const shape = Object.fromEntries(SHAPE_NAMES.map((name) => [name, 0])) as MouthShape;
  // A whisper of rest keeps the mean defined where a short silence leaves no pull at all.
  const total = Object.fromEntries(ARTICULATORS.map((by) => [by, 1e-4])) as Record<Articulator, number>;
  for (let p = first; p < pulls.length; p++) {
    const pull = pulls[p] as Pull;
    if (pull.centreS - pull.flatS - 0.6 > timeS) break;
    for (const by of ARTICULATORS) {
      const dominance = dominanceAt(pull, by, timeS);
      if (dominance === 0) continue;
      total[by] += dominance;
      for (const name of SHAPE_NAMES) {
        const target = pull.viseme.shape[name];
        if (target === undefined || SHAPES[name].by !== by) continue;
        shape[name] += dominance * target * (GROWS.has(name) ? pull.effort : 1);
      }
    }
  }
  for (const name of SHAPE_NAMES) shape[name] /= total[SHAPES[name].by];
  return shape;
}
