/** A twin fitted to footage of someone: their own frames walked anew, their own mouths set into them. */
import type { FootagePresenter } from '../../document/project.ts';
import type { PresenterKind } from '../kind.ts';
import { baseFilm, baseParts } from './base/parts.ts';
import { walkBase } from './base/walk.ts';
import type { FootageFit } from './fit.ts';
import { footageBox, footageFramings } from './framing.ts';
import { mouthParts } from './mouth/parts.ts';
import { chooseMouths } from './mouth/plan.ts';
import { styleTargets } from './style/targets.ts';

export const footage: PresenterKind<FootagePresenter, FootageFit> = {
  kind: 'footage',
  version: 2,
  prepare(presenter, motion, fit, stand) {
    const path = walkBase(fit.graph, fit.track.rate, motion, fit.style.habits);
    const plan = chooseMouths(fit, styleTargets(fit.style, fit.bank.space, motion), path);
    const film = baseFilm(presenter.film, fit.track, fit.layout, stand.cutOut);
    return {
      frameCount: motion.frameCount,
      draw: (i) => [
        ...baseParts(film, path.frame[i]!, path.other[i]!, path.mix[i]!),
        ...mouthParts(plan, i, presenter, film.matte),
      ],
    };
  },
  live(presenter, fit, stand) {
    const film = baseFilm(presenter.film, fit.track, fit.layout, stand.cutOut);
    let timeS = 0;
    return {
      draw(_, dtS) {
        timeS += dtS;
        const { rate, frameCount } = fit.track;
        const frame = Math.floor((timeS * rate.num) / rate.den) % frameCount;
        return baseParts(film, frame, frame, 0);
      },
    };
  },
  framing: (_presenter, framing, fit) => footageBox(fit.track, framing),
  framings: (_presenter, fit) => footageFramings(fit.track),
};
