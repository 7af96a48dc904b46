/**
 * What every kind of presenter answers. `prepare` walks the motion once, in order, and bakes whatever remembers
 * earlier frames; `draw` only reads. `live` is for motion that nobody knows yet.
 */
import type { Framing, Presenter } from '../document/project.ts';
import type { Rect, VectorNode } from '../draw/draw-list.ts';
import type { MotionTrack } from '../motion/track.ts';

export interface PresenterTrack {
  readonly frameCount: number;
  /** The picture on shot-relative frame `i`, in presenter space (units of the presenter's own, y down). */
  draw(i: number): readonly VectorNode[];
}

/** A presenter that is moved as it is watched: what swings is walked on with every picture. */
export interface LivePresenter {
  /**
   * The picture of this motion (one value for each of MOTION_CHANNELS), `dtS` seconds after the one before. Called in
   * order; the first picture hangs still. A motion that stands still comes to the picture that `prepare` gives of it.
   */
  draw(motion: Float32Array, dtS: number): readonly VectorNode[];
}

export interface PresenterKind<P extends Presenter = Presenter> {
  readonly kind: P['kind'];
  /** Raised whenever the same motion would give another picture. */
  readonly version: number;
  prepare(presenter: P, motion: MotionTrack): PresenterTrack;
  live(presenter: P): LivePresenter;
  /**
   * The part of presenter space a framing shows. The frame plan maps the box's height onto the frame's height, less
   * where the frame is too narrow for the box's width: make that the least that must be seen (head and shoulders; a
   * hand may go). The box stands on the frame's lower edge, its centre on the placement's.
   */
  framing(presenter: P, framing: Framing): Rect;
}
