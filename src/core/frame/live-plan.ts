/**
 * What is on stage while someone speaks live: one scene with its background, its layers and its presenters, who move as
 * they are told, frame by frame. There are no captions, since nobody knows the words.
 */
import { secondsToFrame } from '../base/time.ts';
import type { Presenter, Project, Scene } from '../document/project.ts';
import type { DrawList } from '../draw/draw-list.ts';
import { presenterKind } from '../presenter/index.ts';
import type { PresenterData } from '../presenter/kind.ts';
import type { PlanTools } from './frame-plan.ts';
import { markLayer } from './mark.ts';
import { presenterLayers, sceneLook } from './scene-layers.ts';
import { stageLight } from './stage-light.ts';

export interface LivePlan {
  /**
   * The next picture: the presenters in this motion (one value for each of MOTION_CHANNELS). `timeS` is the time on
   * stage since it began, and only grows.
   */
  next(motion: Float32Array, timeS: number): DrawList;
}

/**
 * @param dataOf what was fitted to a presenter, read before
 * @throws AppError invalid-input when the scene names media that the project does not list
 */
export function planLive(
  scene: Scene,
  project: Project,
  tools: PlanTools,
  dataOf: (presenter: Presenter) => PresenterData,
): LivePlan {
  const { format } = project;
  const look = sceneLook(scene, project, tools);
  const mark = tools.mark === null ? null : markLayer(tools.mark, format, tools.shaper);
  const cast = scene.presenters.flatMap((placement) => {
    const presenter = project.presenters.find(({ id }) => id === placement.presenter);
    if (!presenter) return [];
    const kind = presenterKind(presenter);
    const data = dataOf(presenter);
    const light = placement.cutOut ? stageLight(scene.background, format, placement) : null;
    const live = kind.live(presenter, data, { cutOut: placement.cutOut, light });
    return [{ presenter, placement, kind, data, live }];
  });
  let beforeS: number | null = null;
  return {
    next(motion, timeS) {
      const dtS = Math.max(0, timeS - (beforeS ?? timeS));
      beforeS = timeS;
      const presenters = cast.flatMap(({ live, ...placed }, index) => {
        const parts = live.draw(motion, dtS);
        const track = { frameCount: 1, draw: () => parts };
        return presenterLayers({ ...placed, track }, index, 0, format, null);
      });
      const layers = [
        ...look.background(secondsToFrame(timeS, format.rate)),
        ...presenters,
        ...look.above,
        ...(mark === null ? [] : [mark]),
      ];
      return { widthPx: format.widthPx, heightPx: format.heightPx, layers };
    },
  };
}
