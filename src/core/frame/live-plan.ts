/**
 * What is on stage while someone speaks live: one scene with its background, its layers and its presenters, who move as
 * they are told, frame by frame. There are no captions, since nobody knows the words.
 */
import { secondsToFrame } from '../base/time.ts';
import type { Presenter, Project, Scene } from '../document/project.ts';
import type { DrawList } from '../draw/draw-list.ts';
import { presenterKind } from '../presenter/index.ts';
import type { PresenterData, PresenterPart } from '../presenter/kind.ts';
import type { PlanTools } from './frame-plan.ts';
import { markLayer } from './mark.ts';
import type { PictureLook } from './picture-look.ts';
import { presenterLayers, stagePresenter } from './presenter-layers.ts';
import { sceneLook } from './scene-layers.ts';

export interface LivePlan {
  /**
   * The next picture: the presenters in this motion (one value for each of MOTION_CHANNELS). `timeS` is the time on
   * stage since it began, and only grows.
   */
  next(motion: Float32Array, timeS: number): DrawList;
}

/** What was read before a live stage begins. */
export interface LiveSight {
  /** What was fitted to a presenter. */
  dataOf(presenter: Presenter): PresenterData;
  /** What was seen of the background, and of a presenter's own picture: as for a shot. */
  readonly backgroundLook?: PictureLook | null;
  ownLookOf?(presenter: Presenter): PictureLook | null;
}

/**
 * @throws AppError invalid-input when the scene names media that the project does not list
 */
export function planLive(scene: Scene, project: Project, tools: PlanTools, sight: LiveSight): LivePlan {
  const { format } = project;
  const look = sceneLook(scene, project, tools);
  const mark = tools.mark === null ? null : markLayer(tools.mark, format, tools.shaper);
  const media = look.media.find(({ hash }) => 'asset' in scene.background && hash === scene.background.asset);
  const seen = sight.backgroundLook && media ? { look: sight.backgroundLook, media } : null;
  const cast = scene.presenters.flatMap((placement, index) => {
    const presenter = project.presenters.find(({ id }) => id === placement.presenter);
    if (!presenter) return [];
    const kind = presenterKind(presenter);
    const data = sight.dataOf(presenter);
    const live = kind.live(presenter, data, { cutOut: placement.cutOut });
    let shown: readonly PresenterPart[] = [];
    const track = { frameCount: 1, draw: () => shown };
    const ownLook = sight.ownLookOf?.(presenter) ?? null;
    const prepared = { presenter, placement, kind, data, ownLook, track };
    const staged = stagePresenter(prepared, index, { background: scene.background, format }, seen);
    return [{ staged, move: (motion: Float32Array, dtS: number) => void (shown = live.draw(motion, dtS)) }];
  });
  let beforeS: number | null = null;
  return {
    next(motion, timeS) {
      const dtS = Math.max(0, timeS - (beforeS ?? timeS));
      beforeS = timeS;
      const now = secondsToFrame(timeS, format.rate);
      const presenters = cast.flatMap(({ staged, move }, index) => {
        move(motion, dtS);
        return presenterLayers(staged, index, 0, now, format);
      });
      const layers = [
        ...look.background(now),
        ...presenters,
        ...look.above,
        ...(mark === null ? [] : [mark]),
      ];
      return { widthPx: format.widthPx, heightPx: format.heightPx, layers };
    },
  };
}
