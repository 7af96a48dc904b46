/** A presenter in its frame: where it stands, in which light, and what is beside a picture too narrow to fill it. */
import type { Background, MediaEntry, VideoFormat } from '../document/project.ts';
import type { Affine, DrawLayer } from '../draw/draw-list.ts';
import type { PresenterPart } from '../presenter/kind.ts';
import { backdropLayer, leavesSidesBare } from './backdrop.ts';
import { frameRect } from './background.ts';
import type { PreparedPresenter } from './frame-plan.ts';
import { lit } from './lit.ts';
import type { PictureLook } from './picture-look.ts';
import { stageLight } from './stage-light.ts';

/**
 * Presenter space → frame. The box's height fills the frame's; where the frame is too narrow for the box's width (head
 * and shoulders), that decides instead. The box stands on the frame's lower edge, centred on the placement.
 */
export function presenterTransform(
  { presenter, placement, kind, data }: Omit<PreparedPresenter, 'track'>,
  { widthPx, heightPx }: VideoFormat,
): Affine {
  const box = kind.framing(presenter, placement.framing, data);
  const natural = Math.min(heightPx / box.height, widthPx / box.width);
  const scale = natural * placement.scale;
  const x = placement.centerX * widthPx - (box.x + box.width / 2) * scale;
  const y = heightPx - (box.y + box.height) * scale;
  return [scale, 0, 0, scale, x, y];
}

/** A presenter ready to be put into its scene's frames. */
export interface StagedPresenter {
  readonly prepared: PreparedPresenter;
  readonly transform: Affine;
  /** Beside a picture that does not fill the frame; null where it does. */
  readonly backdrop: DrawLayer | null;
  /** A part in the light of the scene's frame `i`; null where they keep their own. */
  readonly light: ((part: PresenterPart, i: number) => PresenterPart) | null;
}

/** Whether a look at the scene's background is needed before it is known in which light its presenters stand. */
export function needsBackgroundLook(
  background: Background,
  presenters: readonly Pick<PreparedPresenter, 'presenter' | 'placement' | 'kind' | 'data'>[],
): boolean {
  if (background.kind !== 'image' && background.kind !== 'video') return false;
  return presenters.some(
    ({ presenter, placement, kind, data }) =>
      placement.cutOut && (kind.room(presenter, data)?.ambient ?? null) !== null,
  );
}

/** Whether a look at the presenter's own picture is needed. */
export function needsOwnLook(
  prepared: Omit<PreparedPresenter, 'track'>,
  background: Background,
  format: VideoFormat,
): boolean {
  return leavesSidesBare(prepared, background, presenterTransform(prepared, format), format);
}

/**
 * @param scene without a background, presenters keep their own light
 * @param seen what was seen of the background's picture, where it is one and anything was
 */
export function stagePresenter(
  prepared: PreparedPresenter,
  index: number,
  scene: { readonly background: Background | null; readonly format: VideoFormat },
  seen: { readonly look: PictureLook; readonly media: MediaEntry } | null,
): StagedPresenter {
  const { presenter, placement, kind, data, ownLook } = prepared;
  const { background, format } = scene;
  const transform = presenterTransform(prepared, format);
  const room = kind.room(presenter, data);
  const backdrop =
    background !== null &&
    room !== null &&
    ownLook &&
    leavesSidesBare(prepared, background, transform, format)
      ? backdropLayer(ownLook, room.height, `backdrop-${index}`, format)
      : null;
  const ambient = placement.cutOut ? (room?.ambient ?? null) : null;
  if (ambient === null || background === null) return { prepared, transform, backdrop, light: null };
  const box = kind.framing(presenter, placement.framing, data);
  const place = {
    centerX: placement.centerX,
    halfWidth: (box.width * transform[0]) / 2 / format.widthPx,
  };
  const on = stageLight(background, format, place, seen);
  const light = on === null ? null : (part: PresenterPart, i: number) => lit(part, ambient, on(i), box);
  return { prepared, transform, backdrop, light };
}

/** A presenter on shot-relative frame `i`, frame `sceneFrame` of its scene. */
export function presenterLayers(
  { prepared, transform, backdrop, light }: StagedPresenter,
  index: number,
  i: number,
  sceneFrame: number,
  format: VideoFormat,
): readonly DrawLayer[] {
  const parts = prepared.track.draw(i).map((part, k): DrawLayer => {
    const name = k === 0 ? `presenter-${index}` : `presenter-${index}-${k}`;
    switch (part.kind) {
      case 'vector':
        return {
          kind: 'vector',
          name,
          opacity: 1,
          key: null,
          transform,
          nodes: part.nodes,
          bounds: frameRect(format),
        };
      case 'mesh':
        return { ...(light === null ? part : (light(part, sceneFrame) as typeof part)), name, transform };
      case 'dissolve': {
        const shown = light === null ? part : (light(part, sceneFrame) as typeof part);
        return { ...shown, name, transform, opacity: 1 };
      }
      default:
        return part satisfies never;
    }
  });
  return backdrop === null ? parts : [backdrop, ...parts];
}
