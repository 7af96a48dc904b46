/**
 * What is on frame i? A FramePlan answers by reading only: all that remembers has been baked before.
 */
import type { CacheKey, ParagraphId, SceneId } from '../base/ids.ts';
import type { Rational } from '../base/time.ts';
import type { Presenter, PresenterPlacement, Scene } from '../document/project.ts';
import type { Paragraph } from '../document/script.ts';
import type { DrawList } from '../draw/draw-list.ts';
import type { PresenterData, PresenterKind, PresenterTrack } from '../presenter/kind.ts';
import type { TimedWord } from '../speech/ports.ts';
import type { PictureLook } from './picture-look.ts';
import type { TextShaper } from './text.ts';

/** One paragraph on screen. Frames [startFrame, startFrame + frameCount). */
export interface ShotSpan {
  readonly scene: SceneId;
  readonly paragraph: ParagraphId;
  readonly startFrame: number;
  readonly frameCount: number;
  /** Hash of all that decides this shot's pixels, shot-relative: equal keys, equal pictures, wherever the shot stands. */
  readonly pictureKey: CacheKey;
}

export interface FramePlan {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rate: Rational;
  readonly frameCount: number;
  readonly shots: readonly ShotSpan[];
  /** The picture on film frame `index`, 0 ≤ index < frameCount. */
  at(index: number): DrawList;
}

/** One paragraph, spoken and animated and ready to be drawn: what `planFilm` arranges on the time line. */
export interface PreparedShot {
  readonly scene: Scene;
  readonly paragraph: Paragraph;
  readonly words: readonly TimedWord[];
  readonly frameCount: number;
  readonly presenters: readonly PreparedPresenter[];
  /** Key of the speech this shot was animated from. */
  readonly speechKey: CacheKey;
  /** What was seen of the scene's background, where someone's light depends on it. */
  readonly backgroundLook?: PictureLook | null;
}
export interface PreparedPresenter {
  readonly presenter: Presenter;
  readonly placement: PresenterPlacement;
  readonly kind: PresenterKind;
  readonly data: PresenterData;
  readonly track: PresenterTrack;
  /** What was seen of the presenter's own picture, where it leaves some of the frame bare. */
  readonly ownLook?: PictureLook | null;
}

export interface PlanTools {
  readonly shaper: TextShaper;
  /** From the permit: drawn over every frame. */
  readonly mark: string | null;
  /** Scenes without their backgrounds, presenters in their own light: for films that are laid over others. */
  readonly nothingBehind?: boolean;
}
