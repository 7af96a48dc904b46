/** A picture of someone, brought to life. `prepare` bakes what swings; `draw` moves the puppet to one frame. */
import type { Framing, PhotoPresenter } from '../../document/project.ts';
import { quadMesh } from '../../draw/mesh.ts';
import { MOTION_CHANNELS } from '../../motion/track.ts';
import type { PresenterKind, PresenterPart } from '../kind.ts';
import type { PhotoFit } from './fit.ts';
import { photoFraming, photoFramings } from './framing.ts';
import { createPuppet } from './puppet.ts';
import { readPose } from './rig/pose.ts';
import { bakeSwings, createSwinger } from './rig/swing.ts';

export const photo: PresenterKind<PhotoPresenter, PhotoFit> = {
  kind: 'photo',
  version: 6,
  prepare(presenter, motion, fit, stand) {
    const puppet = createPuppet(fit, stand);
    const swings = bakeSwings(puppet.map, motion);
    const behind = stand.cutOut ? [] : [plate(presenter, fit)];
    return {
      frameCount: motion.frameCount,
      draw(i) {
        const frame = Math.max(0, Math.min(motion.frameCount - 1, i));
        const pose = readPose(motion.values, frame * MOTION_CHANNELS.length);
        return [...behind, ...puppet.draw(pose, swings(frame), presenter.person)];
      },
    };
  },
  live(presenter, fit, stand) {
    const puppet = createPuppet(fit, stand);
    const swing = createSwinger(puppet.map);
    const behind = stand.cutOut ? [] : [plate(presenter, fit)];
    return {
      draw(values, dtS) {
        const pose = readPose(values, 0);
        return [...behind, ...puppet.draw(pose, swing(pose, dtS), presenter.person)];
      },
    };
  },
  framing: (_presenter, framing: Framing, fit) => photoFraming(fit, framing),
  room: ({ picture }, { track, ambient }) => ({
    picture: { x: 0, y: 0, width: track.widthPx, height: track.heightPx },
    asset: picture,
    kind: 'image',
    height: 1,
    ambient,
  }),
  framings: (_presenter, fit) => photoFramings(fit),
};

/** Everything behind the person, the same on every frame. */
function plate(presenter: PhotoPresenter, { track: { widthPx, heightPx } }: PhotoFit): PresenterPart {
  return {
    kind: 'mesh',
    opacity: 1,
    image: { asset: presenter.plate, kind: 'image', timeS: 0 },
    mesh: quadMesh({ x: 0, y: 0, width: widthPx, height: heightPx }),
    matte: null,
    blurTexels: 0,
  };
}
