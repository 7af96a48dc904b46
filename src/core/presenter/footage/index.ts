/** A twin fitted to footage of someone: their own frames walked anew, their own mouths set into them. */
import type { FootagePresenter } from '../../document/project.ts';
import type { PresenterKind } from '../kind.ts';
import { placeOn } from './base/graph.ts';
import { baseFilm, baseParts, crossingsOf } from './base/parts.ts';
import { walkBase } from './base/walk.ts';
import type { FootageFit } from './fit.ts';
import { footageBox, footageFramings } from './framing.ts';
import { liveFootage } from './live.ts';
import { mouthParts } from './mouth/parts.ts';
import { chooseMouths } from './mouth/plan.ts';
import { styleTargets } from './style/targets.ts';

export const footage: PresenterKind<FootagePresenter, FootageFit> = {
  kind: 'footage',
  version: 16,
  prepare(presenter, motion, fit, stand) {
    const path = walkBase(fit.graph, fit.track.rate, motion, fit.style.habits);
    const plan = chooseMouths(fit, styleTargets(fit.style, fit.bank.space, motion), path);
    const film = baseFilm(presenter.film, fit, stand.cutOut);
    const crossings = crossingsOf(fit.graph.small, path);
    return {
      frameCount: motion.frameCount,
      draw: (i) => [
        ...baseParts(film, placeOn(path, i), crossings[i] ?? null),
        ...mouthParts(plan, i, presenter, film.matte),
      ],
    };
  },
  live: liveFootage,
  framing: (_presenter, framing, fit) => footageBox(fit.track, framing),
  room: ({ film }, { track, layout, ambient }) => ({
    picture: { x: 0, y: 0, width: track.widthPx, height: track.heightPx },
    asset: film,
    kind: 'video',
    height: layout.colourHeight,
    ambient,
  }),
  framings: (_presenter, fit) => footageFramings(fit.track),
};
