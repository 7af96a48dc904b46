/** Scores of the ways to draw a mouth again, on the frames that were held back. */
import { lipsOf } from '#core/presenter/footage/mouth/space.ts';
import { filmFaces } from '#core/presenter/footage/mouth/geometry.ts';
import { headScalePx } from '#core/presenter/footage/mouth/head.ts';
import { MOUTH_MESH, RING, ringPlace, SPOKES } from '#core/presenter/footage/mouth/points.ts';
import { measureOf } from '#core/track/footage-track.ts';
import type { FaceTools, Picture } from '#core/track/ports.ts';
import { pearson } from '../lipsync/scores.ts';
import { mean } from '../lipsync/signal.ts';
import { followPictures } from './follow.ts';
import { cosine, type openIdentity } from './identity.ts';
import {
  decibels,
  detailEnergy,
  edgeStep,
  gradientDeviation,
  jitter,
  lumaOf,
  squareError,
  structuralSimilarity,
  type Box,
} from './measures.ts';
import type { FittedClip } from './refit.ts';

export interface Scores {
  readonly psnr: number;
  /** The same over the pixels that were made alone. */
  readonly psnrMade: number;
  readonly ssim: number;
  readonly gmsd: number;
  readonly sharpness: number;
  /** Against the real frame: where the face has another shape than it really had, that counts, too. */
  readonly edgeStep: number;
  /** Against what the mouth is set into: the seam alone. */
  readonly seam: number;
  readonly pixelJitter: number;
  readonly openingJitter: number;
  readonly identity: number;
  readonly r: number;
}

/** What is drawn, in order of the held frames. */
export interface Drawn {
  readonly name: string;
  readonly pictures: readonly Picture[];
  /** What each of its mouths is set into; the real frames where there is nothing else. */
  readonly grounds?: readonly Picture[];
}

/**
 * Standard deviation of the real frames' opening, heights of the face. Lips that move less are not opened at all: their jitter
 * would be the tracker's own over the tracker's own, and there is nothing to go along with.
 */
const LEAST_MOVED = 0.004;
const STEADY_PX = 96;
/** A face's identity does not change from frame to frame, and is slow to describe. */
const DESCRIBE_EVERY = 4;

/** The mouth crop: what the cheeks' ring holds (both lips, the folds, the front of the chin), and a little more. */
export function mouthBox({ film }: Pick<FittedClip, 'film'>, frame: number): Box {
  const { places } = filmFaces(film.track);
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let k = 0; k < SPOKES; k++) {
    const at = (frame * MOUTH_MESH.length + ringPlace(RING.cheek, k)) * 2;
    [left, right] = [Math.min(left, places[at]!), Math.max(right, places[at]!)];
    [top, bottom] = [Math.min(top, places[at + 1]!), Math.max(bottom, places[at + 1]!)];
  }
  const { widthPx, heightPx } = film.track;
  return {
    left: Math.max(0, Math.floor(left)),
    top: Math.max(0, Math.floor(top)),
    right: Math.min(widthPx, Math.ceil(right)),
    bottom: Math.min(heightPx, Math.ceil(bottom)),
  };
}

/** @param cover per held frame: how much of each pixel was made */
export async function scoreAll(
  clip: FittedClip,
  drawn: readonly Drawn[],
  cover: readonly Float32Array[],
  tools: FaceTools,
  describe: Awaited<ReturnType<typeof openIdentity>>,
): Promise<Map<string, Scores>> {
  const { film, held, targets, bank } = clip;
  const real = film.pictures.slice(held);
  const boxes = real.map((_, i) => mouthBox(clip, held + i));
  const wanted = real.map((_, i) => lipsOf(bank.space, targets, i).opening);
  const some = real.flatMap((_, i) => (i % DESCRIBE_EVERY === 0 ? [i] : []));
  const own = new Map(some.map((i) => [i, describe(real[i]!, film.track, held + i)]));
  const seenReal = await opening(clip, real, tools);
  const moved = spread(seenReal) >= LEAST_MOVED;
  const out = new Map<string, Scores>();
  for (const { name, pictures, grounds = real } of [
    { name: 'real', pictures: real },
    ...drawn,
  ] as readonly Drawn[]) {
    const errors = pictures.map((picture, i) => squareError(picture, real[i]!, boxes[i]!));
    const made = pictures.map((picture, i) => squareError(picture, real[i]!, boxes[i]!, cover[i]));
    const planes = pictures.map(
      (picture, i) => [lumaOf(picture, boxes[i]!), lumaOf(real[i]!, boxes[i]!)] as const,
    );
    const energy = (of: readonly Picture[]) =>
      mean(of.map((picture, i) => detailEnergy(picture, boxes[i]!, cover[i]!)));
    const steady = (of: readonly Picture[]) =>
      jitter(of.map((picture, i) => steadyLuma(clip, picture, held + i)));
    const step = (of: readonly Picture[], from: readonly Picture[]) =>
      mean(
        of.map((picture, i) => {
          const reach = Math.max(2, 0.04 * headScalePx(filmFaces(film.track).heads, held + i));
          return edgeStep(picture, from[i]!, boxes[i]!, cover[i]!, reach);
        }),
      );
    // What never moves has nothing to be followed; how the film's own frames move is known.
    const seen =
      name === 'real' && moved
        ? seenReal
        : !moved || name === 'frozen' || name === 'next frame'
          ? []
          : await opening(clip, pictures, tools);
    out.set(name, {
      psnr: mean(errors.map(decibels)),
      psnrMade: mean(made.map(decibels)),
      ssim: mean(planes.map(([a, b]) => structuralSimilarity(a, b))),
      gmsd: mean(planes.map(([a, b]) => gradientDeviation(a, b))),
      sharpness: energy(pictures) / energy(real),
      edgeStep: step(pictures, real),
      seam: step(pictures, grounds),
      pixelJitter: steady(pictures) / steady(real),
      openingJitter: seen.length > 0 ? bends(seen) / bends(seenReal) : NaN,
      identity: mean(some.map((i) => cosine(describe(pictures[i]!, film.track, held + i), own.get(i)!))),
      r: seen.length > 0 ? pearson(withoutTurns(seen, clip), withoutTurns(wanted, clip)) : NaN,
    });
  }
  return out;
}

function spread(curve: readonly number[]): number {
  const middle = mean(curve);
  return Math.sqrt(mean(curve.map((v) => (v - middle) ** 2)));
}

function bends(curve: readonly number[]): number {
  return jitter(curve.map((v) => [v]));
}

/** The opening that the tracker sees on drawn pictures. */
async function opening(
  { film }: FittedClip,
  pictures: readonly Picture[],
  tools: FaceTools,
): Promise<number[]> {
  const { rate, widthPx, heightPx } = film.track;
  const { track } = await followPictures(tools, { rate, widthPx, heightPx }, pictures);
  return Array.from(measureOf(track, 'mouthOpening'));
}

/** What is left of a curve when the head's turns are regressed out of it. */
function withoutTurns(curve: readonly number[], { film, held }: FittedClip): number[] {
  const { turns } = filmFaces(film.track).heads;
  let rest = curve.map((v) => v - mean(curve));
  // Twice over both is as good as at once: yaw and pitch hardly go together.
  for (let round = 0; round < 6; round++) {
    const axis = curve.map((_, i) => turns[(held + i) * 2 + (round % 2)]!);
    const centred = axis.map((v) => v - mean(axis));
    const norm = centred.reduce((sum, v) => sum + v * v, 0);
    const slope = norm > 1e-9 ? centred.reduce((sum, v, i) => sum + v * rest[i]!, 0) / norm : 0;
    rest = rest.map((v, i) => v - slope * centred[i]!);
  }
  return rest;
}

/** The lower face's luma with the head held still, bilinear, STEADY_PX square: what trembles in it trembles on the face. */
export function steadyLuma({ film }: FittedClip, picture: Picture, frame: number): Float32Array {
  const { heads } = filmFaces(film.track);
  const at = frame * 13;
  const v = heads.values;
  const [scale, x0, y0] = [v[at + 9]!, v[at + 10]!, v[at + 11]!];
  const roll = Math.atan2(v[at + 3]!, v[at]!);
  const [cos, sin] = [Math.cos(roll), Math.sin(roll)];
  const out = new Float32Array(STEADY_PX * STEADY_PX);
  for (let j = 0; j < STEADY_PX; j++)
    for (let i = 0; i < STEADY_PX; i++) {
      const [a, b] = [((i + 0.5) / STEADY_PX - 0.5) * 1.5 * scale, ((j + 0.5) / STEADY_PX) * 1.3 * scale];
      const [x, y] = [x0 + cos * a - sin * b - 0.5, y0 + sin * a + cos * b - 0.5];
      const left = Math.max(0, Math.min(picture.widthPx - 2, Math.floor(x)));
      const top = Math.max(0, Math.min(picture.heightPx - 2, Math.floor(y)));
      const [p, q] = [Math.max(0, Math.min(1, x - left)), Math.max(0, Math.min(1, y - top))];
      const luma = (k: number, l: number) => {
        const w = ((top + l) * picture.widthPx + left + k) * 4;
        return 0.299 * picture.rgba[w]! + 0.587 * picture.rgba[w + 1]! + 0.114 * picture.rgba[w + 2]!;
      };
      out[j * STEADY_PX + i] =
        (luma(0, 0) * (1 - p) + luma(1, 0) * p) * (1 - q) + (luma(0, 1) * (1 - p) + luma(1, 1) * p) * q;
    }
  return out;
}
