/**
 * Light and sharpness of one frame's mouth brought to another's: a gain for every vertex, from what the skin about the
 * two mouths differs by, and the blur, along rows and along columns, that makes
 * the finer picture as soft as the coarser. The gains inside are
 * weighted means of those of the skin about, as in seamless cloning (Farbman and others, "Coordinates for instant image
 * cloning", 2009).
 */
import type { FilmBlurs, MouthBank } from './bank.ts';
import { SKIN_PLACES } from './pixels.ts';
import { MOUTH_MESH } from './points.ts';
import type { MouthSpace } from './space.ts';

/** Nearer patches of skin than this count alike: heights of the face. */
const NEAR = 0.06;
/** Colours darker than this say little of the light on them. */
const FLOOR = 6;
const MOST_GAIN = 1.6;
const MOST_BLUR = 4;

const known = new WeakMap<Float32Array, Float32Array>();

/** MOUTH_MESH × SKIN_PLACES; rows add up to 1. */
function spreadWeights(meshMean: Float32Array): Float32Array {
  const before = known.get(meshMean);
  if (before) return before;
  const weights = new Float32Array(MOUTH_MESH.length * SKIN_PLACES.length);
  for (let k = 0; k < MOUTH_MESH.length; k++) {
    let sum = 0;
    SKIN_PLACES.forEach((place, s) => {
      let d = NEAR * NEAR;
      for (let axis = 0; axis < 3; axis++) d += (meshMean[k * 3 + axis]! - meshMean[place * 3 + axis]!) ** 2;
      sum += weights[k * SKIN_PLACES.length + s] = 1 / (d * d);
    });
    for (let s = 0; s < SKIN_PLACES.length; s++) weights[k * SKIN_PLACES.length + s]! /= sum;
  }
  known.set(meshMean, weights);
  return weights;
}

/**
 * MOUTH_MESH × (r, g, b): what a picture's colours are multiplied by, so that its skin becomes another's.
 * @param from SKIN_PLACES × (r, g, b), as readSkin gives them @param to the same
 */
export function gainsBetween(
  space: MouthSpace,
  from: Float32Array,
  to: Float32Array,
): Float32Array<ArrayBuffer> {
  const weights = spreadWeights(space.meshMean);
  const n = SKIN_PLACES.length;
  const ratios = Float32Array.from(from, (colour, s) => {
    const ratio = (to[s]! + FLOOR) / (colour + FLOOR);
    return Math.log(Math.max(1 / MOST_GAIN, Math.min(MOST_GAIN, ratio)));
  });
  const out = new Float32Array(MOUTH_MESH.length * 3);
  for (let k = 0; k < MOUTH_MESH.length; k++)
    for (let c = 0; c < 3; c++) {
      let sum = 0;
      for (let s = 0; s < n; s++) sum += weights[k * n + s]! * ratios[s * 3 + c]!;
      out[k * 3 + c] = Math.exp(sum);
    }
  return out;
}

export type Sides = readonly (readonly [frame: number, weight: number])[];

/** MOUTH_MESH × (r, g, b): what frame `source`'s colours are multiplied by to stand in the base. */
export function gains(bank: MouthBank, source: number, base: Sides): Float32Array<ArrayBuffer> {
  const n = SKIN_PLACES.length * 3;
  const wanted = new Float32Array(n);
  for (const [frame, weight] of base)
    for (let s = 0; s < n; s++) wanted[s]! += weight * bank.skin[frame * n + s]!;
  return gainsBetween(bank.space, bank.skin.subarray(source * n, (source + 1) * n), wanted);
}

/** σ along rows and along columns, pixels of the film. */
export type Blur = readonly [acrossPx: number, downPx: number];

const ROUNDS = 6;

/**
 * The blur that brings the source's detail down to the base's, along rows and along columns: what moves is smeared the
 * way it moves. A blur along one way takes of the other's detail too, so both are found in turns; 0 where the source is
 * no finer.
 */
export function blurPx(bank: MouthBank, source: number, base: Sides): Blur {
  const share = ([0, 1] as const).map((way) => {
    let wanted = 0;
    for (const [frame, weight] of base) wanted += weight * bank.detail[frame * 2 + way]!;
    const left = Math.exp(bank.blurs.trembles?.[way] ?? 0);
    return (wanted / Math.max(bank.detail[source * 2 + way]!, 1e-3)) * left;
  });
  const sigma: [number, number] = [0, 0];
  for (let round = 0; round < ROUNDS; round++)
    for (const way of [0, 1] as const)
      sigma[way] = weakest(bank.blurs, share[way]! / leaves(bank.blurs, 'other', sigma[1 - way]!));
  return [Math.min(MOST_BLUR, sigma[0]), Math.min(MOST_BLUR, sigma[1])];
}

/** The weakest blur that leaves no more than `share` of the detail along its own way. */
function weakest({ sigmaPx, own }: FilmBlurs, share: number): number {
  if (share >= 1) return 0;
  let [sigma, left] = [0, 1];
  for (let b = 0; b < sigmaPx.length; b++) {
    const next = Math.min(left, own[b]!);
    if (share >= next) {
      const part = (left - share) / Math.max(left - next, 1e-6);
      return Math.sqrt(sigma * sigma + part * (sigmaPx[b]! ** 2 - sigma * sigma));
    }
    [sigma, left] = [sigmaPx[b]!, next];
  }
  return sigma;
}

/** What a blur leaves of detail, between those that were measured. */
function leaves(blurs: FilmBlurs, of: 'own' | 'other', sigma: number): number {
  let [before, left] = [0, 1];
  for (let b = 0; b < blurs.sigmaPx.length; b++) {
    const [next, leaving] = [blurs.sigmaPx[b]!, Math.min(left, blurs[of][b]!)];
    if (sigma <= next) {
      const part = (sigma * sigma - before * before) / (next * next - before * before);
      return Math.max(0.02, left + part * (leaving - left));
    }
    [before, left] = [next, leaving];
  }
  return Math.max(0.02, left);
}
