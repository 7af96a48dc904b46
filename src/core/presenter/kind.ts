/**
 * What every kind of presenter answers. `prepare` walks the motion once, in order, and bakes whatever remembers
 * earlier frames; `draw` only reads. `live` is for motion that nobody knows yet.
 */
import type { AssetHash } from '../base/ids.ts';
import type { Framing, Presenter } from '../document/project.ts';
import type { MeshPicture, Rect, VectorNode } from '../draw/draw-list.ts';
import type { MotionTrack } from '../motion/track.ts';
import type { FootageFit } from './footage/fit.ts';
import type { PhotoFit } from './photo/fit.ts';

/** A part of a presenter's picture, in presenter space; parts are painted in order. */
export type PresenterPart =
  | { readonly kind: 'vector'; readonly nodes: readonly VectorNode[] }
  | ({ readonly kind: 'mesh'; readonly opacity: number } & MeshPicture)
  /** Two pictures that change into each other, and may be clear in places: `share` of the second. */
  | {
      readonly kind: 'dissolve';
      readonly from: MeshPicture;
      readonly to: MeshPicture;
      readonly share: number;
    };

/** What was fitted to a person, read before `prepare`; null for presenters that need nothing. */
export type PresenterData = PhotoFit | FootageFit | null;

/** How a presenter stands in its scene, as far as its picture depends on it. */
export interface Stand {
  /** The presenter's own background stays, or it is cut out and stands on the scene's. */
  readonly cutOut: boolean;
}

/** A colour as light, sRGB 0…1. */
export type LightColor = readonly [r: number, g: number, b: number];

/** The picture or film a presenter was made from, with all that is in it. */
export interface PresenterRoom {
  /** All of it, in presenter space. */
  readonly picture: Rect;
  readonly asset: AssetHash;
  readonly kind: 'image' | 'video';
  /** The part of the asset that holds the picture, from its top: a film carries its matte below. */
  readonly height: number;
  /** Mean colour about the person in it: the light they seem to stand in. Null where that was not measured. */
  readonly ambient: LightColor | null;
}

export interface PresenterTrack {
  readonly frameCount: number;
  /** The picture on shot-relative frame `i`, in presenter space (units of the presenter's own, y down). */
  draw(i: number): readonly PresenterPart[];
}

/** A presenter that is moved as it is watched: what swings is walked on with every picture. */
export interface LivePresenter {
  /**
   * The picture of this motion (one value for each of MOTION_CHANNELS), `dtS` seconds after the one before. Called in
   * order; the first picture hangs still. A motion that stands still comes to the picture that `prepare` gives of it.
   */
  draw(motion: Float32Array, dtS: number): readonly PresenterPart[];
}

export interface PresenterKind<P extends Presenter = Presenter, D extends PresenterData = PresenterData> {
  readonly kind: P['kind'];
  /** Raised whenever the same motion would give another picture. */
  readonly version: number;
  prepare(presenter: P, motion: MotionTrack, data: D, stand: Stand): PresenterTrack;
  live(presenter: P, data: D, stand: Stand): LivePresenter;
  /**
   * The part of presenter space a framing shows. The frame plan maps the box's height onto the frame's height, less
   * where the frame is too narrow for the box's width: make that the least that must be seen (head and shoulders; a
   * hand may go). The box stands on the frame's lower edge, its centre on the placement's.
   */
  framing(presenter: P, framing: Framing, data: D): Rect;
  /** What came with the presenter as its own background; null for those who have none. */
  room(presenter: P, data: D): PresenterRoom | null;
  /** The framings that this presenter has enough picture for, `medium` or what comes nearest to it first. */
  framings(presenter: P, data: D): readonly Framing[];
}
