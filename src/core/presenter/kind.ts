/**
 * What every kind of presenter answers. `prepare` walks the motion once, in order, and bakes whatever remembers
 * earlier frames; `draw` only reads.
 */
import type { Framing, Presenter } from '../document/project.ts';
import type { Rect, VectorNode } from '../draw/draw-list.ts';
import type { MotionTrack } from '../motion/track.ts';

export interface PresenterTrack {
  readonly frameCount: number;
  /** The picture on shot-relative frame `i`, in presenter space (units of the presenter's own, y down). */
  draw(i: number): readonly VectorNode[];
}

export interface PresenterKind<P extends Presenter = Presenter> {
  readonly kind: P['kind'];
  /** Raised whenever the same motion would give another picture. */
  readonly version: number;
  prepare(presenter: P, motion: MotionTrack): PresenterTrack;
  /**
   * The part of presenter space a framing shows, for a frame of this aspect (width ÷ height). The frame plan maps
   * the box's height onto the frame's height; its centre onto the placement's centre.
   */
  framing(presenter: P, framing: Framing): Rect;
}
