/** A picture of someone, brought to life. */
import type { Framing, PhotoPresenter } from '../../document/project.ts';
import type { ImageRef, Rect } from '../../draw/draw-list.ts';
import { quadMesh } from '../../draw/mesh.ts';
import type { PresenterKind, PresenterPart, Stand } from '../kind.ts';
import type { PhotoFit } from './fit.ts';

export const photo: PresenterKind<PhotoPresenter, PhotoFit> = {
  kind: 'photo',
  version: 1,
  prepare(presenter, motion, fit, stand) {
    const parts = still(presenter, fit, stand);
    return { frameCount: motion.frameCount, draw: () => parts };
  },
  live(presenter, fit, stand) {
    const parts = still(presenter, fit, stand);
    return { draw: () => parts };
  },
  framing(_presenter, _framing: Framing, fit): Rect {
    return { x: 0, y: 0, width: fit.track.widthPx, height: fit.track.heightPx };
  },
  framings: () => ['medium'],
};

function still(presenter: PhotoPresenter, fit: PhotoFit, stand: Stand): readonly PresenterPart[] {
  const mesh = quadMesh({ x: 0, y: 0, width: fit.track.widthPx, height: fit.track.heightPx });
  const part = (asset: ImageRef['asset']): PresenterPart => ({
    kind: 'mesh',
    opacity: 1,
    image: { asset, kind: 'image', timeS: 0 },
    mesh,
    matte: null,
    blurTexels: 0,
  });
  return stand.cutOut ? [part(presenter.person)] : [part(presenter.plate), part(presenter.person)];
}
