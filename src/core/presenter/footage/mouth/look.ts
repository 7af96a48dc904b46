/**
 * How a mouth looks beyond its outline: what is seen between the lips (teeth, dark, tongue) and of the skin about them,
 * as a few numbers of this person's own. For the frames of the footage they are read off the pixels; for a mouth that is
 * to be made they are foretold from its shape, how it moves and how the head is turned. Whoever foretells better (a
 * network of the project's, say) only has to answer with the same numbers.
 */
import { principal, solvePositive } from './algebra.ts';
import { INSIDE_SAMPLES, SKIN_SAMPLES } from './pixels.ts';
import type { Retouch } from './retouch.ts';

export interface MouthLook {
  /** Numbers a look takes: first those of the inside, then those of the skin. */
  readonly inside: number;
  readonly skin: number;
  /** frames × (inside + skin), root mean square difference of colour (0…255) as distance; zeros where not looked at. */
  readonly seen: Float32Array<ArrayBuffer>;
  readonly foretell: Foretelling;
  /** What the skin's numbers mean; absent in twins that were fitted before it was kept. */
  readonly tone?: LookTone;
  /** What the inside's numbers mean; absent in twins that were fitted before it was kept. */
  readonly innerTone?: LookTone;
  /** What a chosen mouth usually lacks; absent where it helps nothing, and in twins that were fitted before it was kept. */
  readonly retouch?: Retouch;
}

/** Colours of the skin, or of the inside, = mean + Σ number · basis. */
export interface LookTone {
  /** samples (of pixels.ts) × (r, g, b), 0…255 */
  readonly mean: Float32Array<ArrayBuffer>;
  /** numbers × samples × (r, g, b) */
  readonly basis: Float32Array<ArrayBuffer>;
  /**
   * numbers, 0…1: of the difference between what is foretold and what a picture of a like mouth from elsewhere in the film
   * shows, how much is true.
   */
  readonly believed: Float32Array<ArrayBuffer>;
}

/** Kernel ridge regression: look = mean + Σ weights · exp(−|x ÷ scale − centre|² ÷ 2). */
export interface Foretelling {
  /** inputs: what each input is divided by before distances are taken. */
  readonly scale: Float32Array<ArrayBuffer>;
  /** centres × inputs, divided already. */
  readonly centres: Float32Array<ArrayBuffer>;
  /** centres × outputs */
  readonly weights: Float32Array<ArrayBuffer>;
  readonly mean: Float32Array<ArrayBuffer>;
  /** Share of the looks' variance that is foretold for stretches of film held back, 0…1: inside, skin. */
  readonly explained: readonly [inside: number, skin: number];
  /** Ridge it was fitted with, and the frames its centres are of. */
  readonly penalty?: number;
  readonly frames?: Uint32Array<ArrayBuffer>;
}

const MOST_NUMBERS = 8;
const VARIANCE_HELD = 0.92;
const MOST_CENTRES = 420;
const FOLDS = 4;
const WIDTHS = [0.6, 1, 1.7] as const;
const RIDGES = [0.03, 0.2, 1] as const;
/** How many of a shape's first coefficients have a speed that is listened to. */
const SPEEDS = 3;

/**
 * @param looks frames × (INSIDE_SAMPLES + SKIN_SAMPLES) × (r, g, b), evened in light
 * @param open frames: how far the lips are apart, heights of the face; shut lips say nothing of what is behind them
 * @param usable frames: above 0 where the fit may learn
 */
export function fitLook(
  looks: Float32Array,
  open: ArrayLike<number>,
  coefficients: Float32Array,
  turns: Float64Array,
  usable: ArrayLike<number>,
): MouthLook {
  const frameCount = open.length;
  const frames = Array.from({ length: frameCount }, (_, f) => f).filter((f) => usable[f]! > 0);
  const weight = (f: number) => Math.min(1, Math.max(0.02, open[f]! / 0.12));
  const inside = numbers(looks, 0, INSIDE_SAMPLES, frames, frames.map(weight));
  const skin = numbers(
    looks,
    INSIDE_SAMPLES,
    SKIN_SAMPLES,
    frames,
    frames.map(() => 1),
  );
  const n = inside.count + skin.count;
  const seen = new Float32Array(frameCount * n);
  frames.forEach((f, r) => {
    seen.set(inside.values.subarray(r * inside.count, (r + 1) * inside.count), f * n);
    seen.set(skin.values.subarray(r * skin.count, (r + 1) * skin.count), f * n + inside.count);
  });
  const inputs = foretellInputs(coefficients, turns);
  const dimensions = coefficients.length / frameCount;
  const { believed, ...foretell } = fitForetelling(inputs, dimensions, seen, n, inside.count, frames, weight);
  return {
    inside: inside.count,
    skin: skin.count,
    seen,
    tone: { ...skin.colours, believed: believed.slice(inside.count) },
    innerTone: { ...inside.colours, believed: believed.slice(0, inside.count) },
    foretell,
  };
}

export interface ForetoldLooks {
  /** frames × (inside + skin) */
  readonly looks: Float32Array<ArrayBuffer>;
  /** frames, 0…1: how far the footage knows of mouths like this. */
  readonly sure: Float32Array<ArrayBuffer>;
  /** frames × inputs of the foretelling, divided by its scale and no further from the footage than it knows. */
  readonly near: Float64Array<ArrayBuffer> | null;
}

export function foretellLooks(
  look: MouthLook,
  coefficients: Float32Array,
  turns: Float64Array,
): ForetoldLooks {
  const { scale, centres, mean } = look.foretell;
  const inputs = foretellInputs(coefficients, turns);
  const columns = scale.length;
  const frameCount = inputs.length / columns;
  const outputs = mean.length;
  const out = new Float32Array(frameCount * outputs);
  const sure = new Float32Array(frameCount);
  const near = new Float64Array(frameCount * columns);
  for (let f = 0; f < frameCount; f++) {
    const x = near.subarray(f * columns, (f + 1) * columns);
    x.set(Float64Array.from(scale, (s, i) => inputs[f * columns + i]! / s));
    sure[f] = comeNear(x, centres);
    out.set(answer(look.foretell, x), f * outputs);
  }
  return { looks: out, sure, near };
}

/** Beyond what the footage shows nothing is known: the answer is then that of the nearest mouth, a little further on. */
const FARTHEST = 0.6;

/** @returns how sure that leaves one, 0…1 */
function comeNear(x: Float64Array, centres: Float32Array): number {
  const columns = x.length;
  let [nearest, least] = [0, Infinity];
  for (let c = 0; c < centres.length / columns; c++) {
    let d = 0;
    for (let i = 0; i < columns; i++) d += (x[i]! - centres[c * columns + i]!) ** 2;
    if (d < least) [nearest, least] = [c, d];
  }
  const part = FARTHEST / Math.sqrt(least);
  if (part >= 1) return 1;
  for (let i = 0; i < columns; i++) {
    const centre = centres[nearest * columns + i]!;
    x[i] = centre + part * (x[i]! - centre);
  }
  return part * part;
}

/** Rows of coefficients, the speed of the first of them, and the head's turn. */
export function foretellInputs(coefficients: Float32Array, turns: Float64Array): Float64Array<ArrayBuffer> {
  const frameCount = turns.length / 2;
  const dimensions = coefficients.length / frameCount;
  const speeds = Math.min(SPEEDS, dimensions);
  const columns = dimensions + speeds + 2;
  const out = new Float64Array(frameCount * columns);
  for (let f = 0; f < frameCount; f++) {
    const [before, after] = [Math.max(0, f - 1), Math.min(frameCount - 1, f + 1)];
    for (let d = 0; d < dimensions; d++) out[f * columns + d] = coefficients[f * dimensions + d]!;
    for (let d = 0; d < speeds; d++)
      out[f * columns + dimensions + d] =
        (coefficients[after * dimensions + d]! - coefficients[before * dimensions + d]!) / 2;
    out[f * columns + columns - 2] = turns[f * 2]!;
    out[f * columns + columns - 1] = turns[f * 2 + 1]!;
  }
  return out;
}

/** Principal components of some samples; distances between rows are root mean squares over samples and colours. */
function numbers(
  looks: Float32Array,
  first: number,
  samples: number,
  frames: readonly number[],
  weights: readonly number[],
): {
  readonly values: Float32Array;
  readonly count: number;
  readonly colours: Pick<LookTone, 'mean' | 'basis'>;
} {
  const stride = (INSIDE_SAMPLES + SKIN_SAMPLES) * 3;
  const columns = samples * 3;
  const rows = new Float64Array(frames.length * columns);
  const mean = new Float64Array(columns);
  const total = weights.reduce((sum, w) => sum + w, 0);
  frames.forEach((f, r) => {
    for (let c = 0; c < columns; c++) mean[c]! += (weights[r]! * looks[f * stride + first * 3 + c]!) / total;
  });
  frames.forEach((f, r) => {
    for (let c = 0; c < columns; c++) rows[r * columns + c] = looks[f * stride + first * 3 + c]! - mean[c]!;
  });
  const { basis } = principal(rows, columns, weights, MOST_NUMBERS, VARIANCE_HELD);
  const count = basis.length / columns;
  const values = new Float32Array(frames.length * count);
  const norm = 1 / Math.sqrt(columns);
  for (let r = 0; r < frames.length; r++)
    for (let d = 0; d < count; d++) {
      let s = 0;
      for (let c = 0; c < columns; c++) s += rows[r * columns + c]! * basis[d * columns + c]!;
      values[r * count + d] = s * norm;
    }
  // A value is so many root mean squares: its direction is as much longer.
  const colours = { mean: Float32Array.from(mean), basis: Float32Array.from(basis, (v) => v / norm) };
  return { values, count, colours };
}

function fitForetelling(
  inputs: Float64Array,
  dimensions: number,
  looks: Float32Array,
  outputs: number,
  inside: number,
  frames: readonly number[],
  weight: (frame: number) => number,
): Foretelling & Pick<LookTone, 'believed'> {
  const columns = inputs.length / (looks.length / outputs);
  const step = Math.max(1, frames.length / MOST_CENTRES);
  const chosen = Array.from(
    { length: Math.floor(frames.length / step) },
    (_, k) => frames[Math.floor(k * step)]!,
  );
  const spread = spreads(inputs, columns, dimensions, chosen);
  const trial = (width: number, penalty: number, train: readonly number[]) =>
    regress(
      inputs,
      looks,
      columns,
      outputs,
      spread.map((s) => s * width),
      penalty,
      train,
      weight,
    );
  // Stretches, not single frames: a frame's neighbour would give the answer away.
  const stretch = (k: number) => Math.floor((k * FOLDS * 3) / chosen.length) % FOLDS;
  /** What is said of each frame by what was learned from other stretches. */
  const heldBack = (
    width: number,
    penalty: number,
    tell: (frame: number, said: Float64Array, mean: Float32Array) => void,
  ) => {
    for (let fold = 0; fold < FOLDS; fold++) {
      const train = chosen.filter((_, k) => stretch(k) !== fold);
      const held = chosen.filter((_, k) => stretch(k) === fold);
      if (train.length < 8) continue;
      const model = trial(width, penalty, train);
      for (const f of held)
        tell(
          f,
          answer(
            model,
            Float64Array.from(model.scale, (s, i) => inputs[f * columns + i]! / s),
          ),
          model.mean,
        );
    }
  };
  let best = {
    score: Infinity,
    width: 1 as number,
    penalty: 0.2 as number,
    explained: [0, 0] as [number, number],
  };
  for (const width of WIDTHS)
    for (const penalty of RIDGES) {
      const errors: [number, number] = [0, 0];
      const whole: [number, number] = [0, 0];
      heldBack(width, penalty, (f, said, mean) => {
        for (let o = 0; o < outputs; o++) {
          const part = o < inside ? 0 : 1;
          const w = part === 0 ? weight(f) : 1;
          errors[part] += w * (said[o]! - looks[f * outputs + o]!) ** 2;
          whole[part] += w * (mean[o]! - looks[f * outputs + o]!) ** 2;
        }
      });
      const score = errors[0] + errors[1];
      if (score < best.score)
        best = {
          score,
          width,
          penalty,
          explained: [1 - errors[0] / Math.max(whole[0], 1e-9), 1 - errors[1] / Math.max(whole[1], 1e-9)],
        };
    }
  const near = nearestElsewhere(inputs, columns, spread, chosen);
  const [together, alone] = [new Float64Array(outputs), new Float64Array(outputs)];
  heldBack(best.width, best.penalty, (f, said) => {
    const source = near(f);
    if (source === null) return;
    for (let o = 0; o < outputs; o++) {
      const shown = looks[source * outputs + o]!;
      const says = said[o]! - shown;
      together[o]! += says * (looks[f * outputs + o]! - shown);
      alone[o]! += says * says;
    }
  });
  return {
    ...trial(best.width, best.penalty, chosen),
    explained: best.explained,
    penalty: best.penalty,
    frames: Uint32Array.from(chosen),
    believed: Float32Array.from(alone, (sum, o) =>
      sum > 1e-9 ? Math.max(0, Math.min(1, together[o]! / sum)) : 0,
    ),
  };
}

/** Frames nearer than this are of one moment. */
const ELSEWHERE_FRAMES = 12;

/** For a frame the likest mouth of another moment. */
function nearestElsewhere(
  inputs: Float64Array,
  columns: number,
  scale: readonly number[],
  frames: readonly number[],
): (frame: number) => number | null {
  return (frame) => {
    let [best, least] = [null as number | null, Infinity];
    for (const f of frames) {
      if (Math.abs(f - frame) < ELSEWHERE_FRAMES) continue;
      let d = 0;
      for (let c = 0; c < columns; c++)
        d += ((inputs[f * columns + c]! - inputs[frame * columns + c]!) / scale[c]!) ** 2;
      if (d < least) [best, least] = [f, d];
    }
    return best;
  };
}

/** What each kind of input is measured in: shapes in one unit, speeds in another, turns in a third. */
function spreads(
  inputs: Float64Array,
  columns: number,
  dimensions: number,
  frames: readonly number[],
): number[] {
  const rms = (from: number, to: number) => {
    let sum = 0;
    for (let c = from; c < to; c++) {
      let mean = 0;
      for (const f of frames) mean += inputs[f * columns + c]! / frames.length;
      for (const f of frames) sum += (inputs[f * columns + c]! - mean) ** 2 / frames.length;
    }
    return Math.sqrt(sum);
  };
  const shape = Math.max(rms(0, dimensions), 1e-4);
  const speed = Math.max(rms(dimensions, columns - 2), 1e-4) * 1.6;
  const turn = Math.max(rms(columns - 2, columns), 0.04) * 1.3;
  return Array.from({ length: columns }, (_, c) => (c < dimensions ? shape : c < columns - 2 ? speed : turn));
}

export function regress(
  inputs: Float64Array,
  looks: Float32Array,
  columns: number,
  outputs: number,
  scale: readonly number[],
  penalty: number,
  frames: readonly number[],
  weight: (frame: number) => number,
): Omit<Foretelling, 'explained'> {
  const n = frames.length;
  const centres = new Float32Array(n * columns);
  const mean = new Float32Array(outputs);
  const total = frames.reduce((sum, f) => sum + weight(f), 0);
  frames.forEach((f, r) => {
    for (let c = 0; c < columns; c++) centres[r * columns + c] = inputs[f * columns + c]! / scale[c]!;
    for (let o = 0; o < outputs; o++) mean[o]! += (weight(f) * looks[f * outputs + o]!) / total;
  });
  const k = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let d = 0;
      for (let c = 0; c < columns; c++) d += (centres[i * columns + c]! - centres[j * columns + c]!) ** 2;
      k[i * n + j] = k[j * n + i] = Math.exp(-d / 2);
    }
  // A row that says little (lips nearly shut) is allowed to be further off.
  frames.forEach((f, r) => (k[r * n + r]! += penalty / weight(f)));
  const b = new Float64Array(n * outputs);
  frames.forEach((f, r) => {
    for (let o = 0; o < outputs; o++) b[r * outputs + o] = looks[f * outputs + o]! - mean[o]!;
  });
  return {
    scale: Float32Array.from(scale),
    centres,
    weights: Float32Array.from(solvePositive(k, b, n, outputs)),
    mean,
  };
}

/** @param x divided by the model's scale */
export function answer(model: Omit<Foretelling, 'explained'>, x: Float64Array): Float64Array {
  const { centres, weights, mean } = model;
  const [columns, outputs] = [x.length, mean.length];
  const out = Float64Array.from(mean);
  for (let c = 0; c < centres.length / columns; c++) {
    let d = 0;
    for (let i = 0; i < columns; i++) d += (x[i]! - centres[c * columns + i]!) ** 2;
    const k = Math.exp(-d / 2);
    for (let o = 0; o < outputs; o++) out[o]! += k * weights[c * outputs + o]!;
  }
  return out;
}
