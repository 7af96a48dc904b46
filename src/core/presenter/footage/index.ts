/** A twin fitted to footage of someone. */
import { rateToFps } from '../../base/time.ts';
import type { FootagePresenter, Framing } from '../../document/project.ts';
import type { Rect } from '../../draw/draw-list.ts';
import { quadMesh } from '../../draw/mesh.ts';
import type { PresenterKind, PresenterPart, Stand } from '../kind.ts';
import type { FootageFit } from './fit.ts';

export const footage: PresenterKind<FootagePresenter, FootageFit> = {
  kind: 'footage',
  version: 1,
  prepare(presenter, motion, fit, stand) {
    return { frameCount: motion.frameCount, draw: (i) => [filmFrame(presenter, fit, stand, i)] };
  },
  live(presenter, fit, stand) {
    let timeS = 0;
    return {
      draw(_, dtS) {
        timeS += dtS;
        return [filmFrame(presenter, fit, stand, Math.floor(timeS * rateToFps(fit.track.rate)))];
      },
    };
  },
  framing(_presenter, _framing: Framing, fit): Rect {
    return { x: 0, y: 0, width: fit.track.widthPx, height: fit.track.heightPx };
  },
  framings: () => ['medium'],
};

function filmFrame(
  presenter: FootagePresenter,
  { track, layout }: FootageFit,
  stand: Stand,
  i: number,
): PresenterPart {
  const frame = i % track.frameCount;
  return {
    kind: 'mesh',
    opacity: 1,
    // The middle of the frame's time: rounding then takes no other.
    image: { asset: presenter.film, kind: 'video', timeS: (frame + 0.5) / rateToFps(track.rate) },
    mesh: quadMesh(
      { x: 0, y: 0, width: track.widthPx, height: track.heightPx },
      { x: 0, y: 0, width: 1, height: layout.colourHeight },
    ),
    matte: stand.cutOut ? layout.matte : null,
    blurTexels: 0,
  };
}
