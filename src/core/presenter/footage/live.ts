/** A twin that speaks as it is spoken for: the walk and the mouth each choose their next frame, and never look back. */
import type { FootagePresenter } from '../../document/project.ts';
import { lipAperture } from '../../motion/lips.ts';
import type { LivePresenter, Stand } from '../kind.ts';
import { createLiveWalk } from './base/live-walk.ts';
import { baseFilm, baseParts } from './base/parts.ts';
import { crossingOf, type Crossing } from './base/warp.ts';
import type { FootageFit } from './fit.ts';
import { mouthParts } from './mouth/parts.ts';
import { nextMouth, type MouthPlan } from './mouth/plan.ts';
import { styleTargets } from './style/targets.ts';

/** Lips that moved so short a time ago still talk. */
const TALK_S = 0.5;
/** Further apart than this they speak. */
const SPEAKING = 0.04;
/** A style's past and future: what is now is all that is known of either. */
const FRAMES = 2;

export function liveFootage(presenter: FootagePresenter, fit: FootageFit, stand: Stand): LivePresenter {
  const film = baseFilm(presenter.film, fit, stand.cutOut);
  const walk = createLiveWalk(fit.graph, fit.track.rate);
  const dimensions = fit.bank.space.spread.length;
  let talks = 0;
  let shown: MouthPlan | null = null;
  let target: Float32Array | null = null;
  let crossing: Crossing | null = null;
  return {
    draw(motion, dtS) {
      const speaks = lipAperture(motion) > SPEAKING;
      talks += ((speaks ? 1 : 0) - talks) * (1 - Math.exp(-dtS / TALK_S));
      const { frame, other, mix } = walk.step(dtS, talks > 0.3 ? 1 : 0);
      const values = new Float32Array(FRAMES * motion.length);
      for (let k = 0; k < FRAMES; k++) values.set(motion, k * motion.length);
      const cues = { speech: talks > 0.1 ? [{ startFrame: 0, endFrame: FRAMES }] : [], accents: [] };
      const now = styleTargets(fit.style, fit.bank.space, {
        rate: fit.track.rate,
        frameCount: FRAMES,
        values,
        cues,
      });
      const targets = now.slice();
      targets.set(target ?? now.subarray(0, dimensions));
      target = now.slice(0, dimensions);
      const path = {
        frame: Uint32Array.of(shown?.path.frame[1] ?? frame, frame),
        other: Uint32Array.of(shown?.path.other[1] ?? other, other),
        mix: Float32Array.of(shown?.path.mix[1] ?? mix, mix),
      };
      shown = nextMouth(fit, targets, path, shown);
      crossing = mix === 0 ? null : (crossing ?? crossingOf(fit.graph.small, frame, other));
      return [
        ...baseParts(film, { frame, other, mix }, crossing),
        ...mouthParts(shown, 1, presenter, film.matte),
      ];
    },
  };
}
