/**
 * How well a film can be drawn again at all: every held frame with the mouth of the film's own next frame, warped and set in
 * as chosen mouths are. What is still off there is the film's grain, its codec, and what drawing costs.
 */
import { createMouthFitter } from '#core/presenter/footage/mouth/fit-mouths.ts';
import { filmFaces } from '#core/presenter/footage/mouth/geometry.ts';
import { planOf } from '#core/presenter/footage/mouth/plan.ts';
import type { Picture } from '#core/track/ports.ts';
import { createDrawer, packed } from './draw.ts';
import type { FittedClip } from './refit.ts';
import type { Drawn } from './score.ts';

export async function drawNextFrames({ film, held }: FittedClip): Promise<Drawn> {
  const { frameCount } = film.track;
  // Fitted on the held frames, too: nothing is learned from it.
  const fitter = createMouthFitter(film.track, { most: frameCount });
  const crops: Picture[] = [];
  film.pictures.forEach((picture, i) => {
    const crop = fitter.look(i, picture);
    if (crop) crops.push(crop);
  });
  const { bank, track } = fitter.finish();
  const { pictures: mouths } = await packed(crops);
  const own = Uint32Array.from({ length: frameCount - held }, (_, i) => held + i);
  const path = { frame: own, other: own, mix: new Float32Array(own.length) };
  // A frame that was not seen carries no mouth; the nearest that does stands in.
  const nearest = (frame: number) =>
    bank.kept.reduce(
      (best, f, k) => (Math.abs(f - frame) < Math.abs(bank.kept[best]! - frame) ? k : best),
      0,
    );
  const sources = Array.from(own, (f) => nearest(f + 1 < frameCount ? f + 1 : f - 1));
  const targets = bank.coefficients.slice(held * bank.space.spread.length);
  const plan = planOf({ track, bank, layout: { colourHeight: 1, matte: null } }, targets, path, sources);
  const drawer = createDrawer(film.pictures, mouths, filmFaces(film.track).heads);
  return { name: 'next frame', pictures: Array.from(own, (_, i) => drawer.draw(plan, i)) };
}
