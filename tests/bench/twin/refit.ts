/** One clip, followed, cut in two and fitted on its first part. */
import { createMouthFitter } from '#core/presenter/footage/mouth/fit-mouths.ts';
import type { MouthBank } from '#core/presenter/footage/mouth/bank.ts';
import type { MouthFit } from '#core/presenter/footage/mouth/plan.ts';
import type { FaceTools, Picture } from '#core/track/ports.ts';
import { TAPE_VERSION } from '#workers/fit/tape.ts';
import type { TwinClip } from './clips.ts';
import { packed } from './draw.ts';
import { followFilm } from './follow.ts';
import { readFaceFilm, type FaceFilm } from './pictures.ts';
import { seenBefore } from './seen-before.ts';

/** Of a film, what the fit sees. */
export const FITTED = 0.75;

export interface FittedClip {
  readonly clip: TwinClip;
  readonly film: FaceFilm;
  /** The first frame that the fit did not see. */
  readonly held: number;
  readonly bank: MouthBank;
  readonly fit: MouthFit;
  /** The kept pictures, as they come out of the pack. */
  readonly mouths: readonly Picture[];
  readonly packBytes: number;
  /** Measured on the held frames: what is to be drawn. */
  readonly targets: Float32Array<ArrayBuffer>;
  /** `track` is NaN where the film was followed in a run before. */
  readonly seconds: { readonly track: number; readonly look: number; readonly fit: number };
}

/**
 * @param frames at most so many of the film's first
 * @param folder where tracks are kept from run to run; null where the film is to be followed anew
 */
export async function fitClip(
  tools: FaceTools,
  clip: TwinClip,
  frames = Infinity,
  folder: string | null = null,
): Promise<FittedClip> {
  const startedMs = performance.now();
  const follow = async () => (await followFilm(tools, clip.path, frames)).track;
  const { value: track, known } =
    folder === null
      ? { value: await follow(), known: false }
      : await seenBefore(folder, clip.path, ['track', TAPE_VERSION, tools.revision, frames], follow);
  const trackS = known ? NaN : (performance.now() - startedMs) / 1000;
  return fitFilm(clip, await readFaceFilm(clip.path, track), trackS);
}

/** The same of a film that was followed and read. */
export async function fitFilm(clip: TwinClip, film: FaceFilm, trackS = NaN): Promise<FittedClip> {
  const held = Math.ceil(film.track.frameCount * FITTED);
  const usable = Uint8Array.from({ length: film.track.frameCount }, (_, f) => (f < held ? 1 : 0));
  const readMs = performance.now();
  const fitter = createMouthFitter(film.track, { usable });
  const kept: Picture[] = [];
  film.pictures.forEach((picture, i) => {
    const crop = fitter.look(i, picture);
    if (crop) kept.push(crop);
  });
  const lookedMs = performance.now();
  const { bank, track } = fitter.finish();
  const fittedMs = performance.now();
  const pack = await packed(kept);
  const fit = { track, bank, layout: { colourHeight: 1, matte: null } };
  return {
    ...{ clip, film, held, bank, fit },
    mouths: pack.pictures,
    packBytes: pack.bytes,
    targets: bank.coefficients.slice(held * bank.space.spread.length),
    seconds: {
      track: trackS,
      look: (lookedMs - readMs) / 1000,
      fit: (fittedMs - lookedMs) / 1000,
    },
  };
}
