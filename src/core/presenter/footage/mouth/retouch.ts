/**
 * What a chosen mouth lacks, place by place. The tone (tone.ts) knows a face by a few numbers; this foretells the colour of
 * every place of the mesh by itself (kernel ridge regression, on the centres that looks are foretold from), and gives a part
 * of what the chosen picture differs by as a gain there. How large a part is learned from the film's own frames, each with
 * the picture that is chosen for it when its stretch of the film is held back: where that helps too little, none is given.
 */
import type { FootageTrack } from '../../../track/footage-track.ts';
import type { MouthBank } from './bank.ts';
import { CHOOSE_LIPS, chooseSources } from './choose.ts';
import { filmFaces } from './geometry.ts';
import { answer, type ForetoldLooks, type Foretelling, type MouthLook } from './look.ts';
import { LIP_NUMBERS, LIP_PLACES } from './pixels.ts';
import { MOUTH_MESH } from './points.ts';
import { toned } from './tone.ts';

export interface Retouch {
  /** frames × LIP_NUMBERS, 0…255 in the film's mean light; zeros where not looked at. */
  readonly seen: Uint8Array<ArrayBuffer>;
  /** Colours of a shape: centres × LIP_NUMBERS on the centres that looks are foretold from, and what they add to. */
  readonly weights: Float32Array<ArrayBuffer>;
  readonly mean: Float32Array<ArrayBuffer>;
  /** 0…1: of the difference between what is foretold and what the chosen picture shows, how much is true. */
  readonly believed: number;
}

const MOST_LOG_GAIN = Math.log(1.3);
/** Colours darker than this say little. */
const FLOOR = 12;
const STRETCHES = 6;
/** Frames so near to a stretch are of its moment. */
const NEAR_FRAMES = 6;
/** Of the squared difference from the real frames; less than this is chance. */
const LEAST_GAIN = 0.02;

/**
 * How much of what a picture is said to lack it really lacks, by least squares; 0 where saying so helps too little.
 * @param off foretold less shown, of frames that the foretelling did not learn from @param wanting real less shown
 */
export function believedOf(off: Float64Array, wanting: Float64Array): number {
  let [together, alone, whole] = [0, 0, 0];
  off.forEach((v, k) => {
    together += v * wanting[k]!;
    alone += v * v;
    whole += wanting[k]! ** 2;
  });
  const share = Math.max(0, Math.min(1, together / Math.max(alone, 1e-9)));
  return share * (2 * together - share * alone) < LEAST_GAIN * whole ? 0 : share;
}

/**
 * @param colours frames × LIP_NUMBERS, evened in light
 * @param foretold fits looks and these colours on some frames, and answers for others: rows × (numbers of a look + LIP_NUMBERS)
 */
export function fitRetouch(
  track: FootageTrack,
  bank: MouthBank,
  colours: Float32Array,
  foretold: (train: readonly number[], asked: readonly number[]) => Float32Array,
  weights: Pick<Retouch, 'weights' | 'mean'>,
): Retouch | null {
  const { kept, look, coefficients } = bank;
  const { heads } = filmFaces(track);
  const dimensions = bank.space.spread.length;
  const numbers = look.inside + look.skin;
  const n = kept.length;
  const seen = Uint8Array.from(colours, (v) => Math.max(0, Math.min(255, Math.round(v))));
  if (n < 8 * STRETCHES) return null;
  const off = new Float64Array(n * LIP_NUMBERS);
  const wanting = new Float64Array(n * LIP_NUMBERS);
  const stretch = Array.from(kept, (_, k) => Math.floor((k * STRETCHES) / n));
  const plain = new Float32Array(MOUTH_MESH.length * 3).fill(1);
  for (let s = 0; s < STRETCHES; s++) {
    const asked = Array.from(kept).filter((_, k) => stretch[k] === s);
    const [first, last] = [asked[0]!, asked.at(-1)!];
    const others = kept.filter((f) => f < first - NEAR_FRAMES || f > last + NEAR_FRAMES);
    const said = foretold(Array.from(others), asked);
    const width = numbers + LIP_NUMBERS;
    const looks = new Float32Array(asked.length * numbers);
    const wish = {
      frameCount: asked.length,
      coefficients: new Float32Array(asked.length * dimensions),
      turns: new Float64Array(asked.length * 2),
      scalePx: Float64Array.from(asked, (f) => heads.values[f * 13 + 9]!),
    };
    asked.forEach((f, i) => {
      wish.coefficients.set(coefficients.subarray(f * dimensions, (f + 1) * dimensions), i * dimensions);
      wish.turns.set(heads.turns.subarray(f * 2, f * 2 + 2), i * 2);
      looks.set(said.subarray(i * width, i * width + numbers), i * numbers);
    });
    const sources = chooseSources(track, { ...bank, kept: others }, wish, CHOOSE_LIPS);
    const sure = new Float32Array(asked.length).fill(1);
    asked.forEach((f, i) => {
      const source = others[sources[i]!]!;
      const tone = toned(plain, look, source, { looks, sure }, i);
      const row = (stretch.indexOf(s) + i) * LIP_NUMBERS;
      for (let o = 0; o < LIP_NUMBERS; o++) {
        const shown =
          colours[source * LIP_NUMBERS + o]! * tone[LIP_PLACES[Math.floor(o / 3)]! * 3 + (o % 3)]!;
        off[row + o] = said[i * width + numbers + o]! - shown;
        wanting[row + o] = colours[f * LIP_NUMBERS + o]! - shown;
      }
    });
  }
  const believed = believedOf(off, wanting);
  return believed > 0 ? { seen, ...weights, believed } : null;
}

/**
 * @param gain MOUTH_MESH × (r, g, b), with its tone; changed in place
 * @param tone MOUTH_MESH × (r, g, b): the tone alone
 */
export function retouch(
  gain: Float32Array,
  tone: Float32Array,
  { retouch: of, foretell }: MouthLook,
  frame: number,
  { near, sure }: ForetoldLooks,
  i: number,
): void {
  if (!of || !near) return;
  const columns = foretell.scale.length;
  const model: Omit<Foretelling, 'explained'> = { ...foretell, weights: of.weights, mean: of.mean };
  const foretold = answer(model, near.subarray(i * columns, (i + 1) * columns));
  foretold.forEach((wanted, o) => {
    const at = LIP_PLACES[Math.floor(o / 3)]! * 3 + (o % 3);
    const shown = of.seen[frame * LIP_NUMBERS + o]! * tone[at]!;
    const own = Math.max(FLOOR, shown);
    const logGain = Math.log(Math.max(FLOOR, own + sure[i]! * of.believed * (wanted - shown)) / own);
    gain[at]! *= Math.exp(Math.max(-MOST_LOG_GAIN, Math.min(MOST_LOG_GAIN, logGain)));
  });
}
