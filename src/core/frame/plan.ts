/**
 * The plan of a film: shots laid end to end, and for each frame the list of what is drawn. Everything is planned
 * relative to its shot (a video background: to its scene), so that an edit moves what comes after it and changes
 * nothing of it. `at` only reads.
 */
import { cacheKey } from '../base/hashing.ts';
import type { CacheKey } from '../base/ids.ts';
import { framesToCover } from '../base/time.ts';
import type { Project, Scene } from '../document/project.ts';
import type { DrawLayer, DrawList } from '../draw/draw-list.ts';
import { ANIMATE_VERSION } from '../motion/animate.ts';
import type { PresenterTrack } from '../presenter/kind.ts';
import { captionTrack, type CaptionTrack } from './caption-layer.ts';
import type { FramePlan, PlanTools, PreparedShot, ShotSpan } from './frame-plan.ts';
import { markLayer } from './mark.ts';
import {
  presenterLayers,
  presenterTransform,
  stagePresenter,
  type StagedPresenter,
} from './presenter-layers.ts';
import { sceneLook, type SceneLook } from './scene-layers.ts';

/** Raised whenever the same inputs would give another picture. */
const PLAN_VERSION = 2;

/** One shot, where it stands, and what it needs to be drawn. */
interface PlannedShot {
  readonly shot: PreparedShot;
  readonly look: SceneLook;
  readonly cast: readonly StagedPresenter[];
  readonly startFrame: number;
  /** Frames of its scene before it. */
  readonly sceneFrame: number;
  /** How the scene before lingers over the head of this shot; null after a cut. */
  readonly fade: Fade | null;
  readonly captions: () => CaptionTrack | null;
}
interface Fade {
  readonly frames: number;
  readonly held: () => readonly DrawLayer[];
  readonly heldKey: CacheKey;
}

/**
 * Lays the shots (in film order, a scene's shots together) on the time line.
 * @throws AppError invalid-input when the project names media it does not list, or colours that are none
 */
export async function planFilm(
  project: Project,
  shots: readonly PreparedShot[],
  tools: PlanTools,
): Promise<FramePlan> {
  const { format } = project;
  const planned = await placeShots(project, shots, tools);
  const keys = await Promise.all(planned.map((shot) => pictureKey(shot, project, tools)));
  const last = planned.at(-1);
  const frameCount = last === undefined ? 0 : last.startFrame + last.shot.frameCount;
  const mark = tools.mark === null ? null : markLayer(tools.mark, format, tools.shaper);
  return {
    widthPx: format.widthPx,
    heightPx: format.heightPx,
    rate: format.rate,
    frameCount,
    shots: planned.map(({ shot, startFrame }, index): ShotSpan => ({
      scene: shot.scene.id,
      paragraph: shot.paragraph.id,
      startFrame,
      frameCount: shot.frameCount,
      pictureKey: keys[index] as CacheKey,
    })),
    at(index) {
      if (!Number.isInteger(index) || index < 0 || index >= frameCount)
        throw new RangeError(`Frame ${index} of a film of ${frameCount} frames`);
      return drawFrame(shotAt(planned, index), index, project, mark);
    },
  };
}

async function placeShots(
  project: Project,
  shots: readonly PreparedShot[],
  tools: PlanTools,
): Promise<PlannedShot[]> {
  const planned: PlannedShot[] = [];
  const looks = new Map<Scene['id'], SceneLook>();
  for (const shot of shots) {
    const before = planned.at(-1);
    const sameScene = before?.shot.scene.id === shot.scene.id;
    let look = looks.get(shot.scene.id);
    if (look === undefined) looks.set(shot.scene.id, (look = lookOf(shot.scene, project, tools)));
    planned.push({
      shot,
      look,
      cast: castOf(shot, look, project, tools),
      startFrame: before === undefined ? 0 : before.startFrame + before.shot.frameCount,
      sceneFrame: before !== undefined && sameScene ? before.sceneFrame + before.shot.frameCount : 0,
      fade: before === undefined || sameScene ? null : await fadeInto(shot, before, project),
      captions: lazily(() =>
        project.captions.enabled && shot.words.length > 0
          ? captionTrack(shot.words, project.captions, project.format, tools.shaper)
          : null,
      ),
    });
  }
  return planned;
}

function lookOf(scene: Scene, project: Project, tools: PlanTools): SceneLook {
  const look = sceneLook(scene, project, tools);
  return tools.nothingBehind ? { ...look, background: () => [] } : look;
}

function castOf(
  { scene, presenters, backgroundLook }: PreparedShot,
  look: SceneLook,
  { format }: Project,
  { nothingBehind = false }: PlanTools,
) {
  if (nothingBehind)
    return presenters.map((prepared, index) =>
      stagePresenter(prepared, index, { background: null, format }, null),
    );
  const { background } = scene;
  const asset = 'asset' in background ? background.asset : null;
  const media = look.media.find(({ hash }) => hash === asset);
  const seen = backgroundLook && media ? { look: backgroundLook, media } : null;
  return presenters.map((prepared, index) => stagePresenter(prepared, index, { background, format }, seen));
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

/** The cross-fade at the head of a scene: the last picture before it, held, its presenters at rest. */
async function fadeInto(shot: PreparedShot, before: PlannedShot, project: Project): Promise<Fade | null> {
  const { transition } = shot.scene;
  if (transition.kind !== 'cross-fade') return null;
  const frames = Math.min(shot.frameCount, framesToCover(transition.durationS, project.format.rate));
  if (frames < 1) return null;
  const last = before.shot.frameCount - 1;
  // Named by what it shows and not by how the shot came to it: an earlier edit that leaves the picture leaves the key.
  const heldKey = await cacheKey(`held@${PLAN_VERSION}`, {
    background: before.look.background(before.sceneFrame + last),
    presenters: await Promise.all(
      before.shot.presenters.map(async (prepared) => [
        await lastPictureKey(prepared.track),
        presenterTransform(prepared, project.format),
        prepared.ownLook?.key ?? null,
      ]),
    ),
    // A film behind them lights them as it does at that moment, which the background above has.
    light: before.cast.some(({ light }) => light !== null)
      ? [before.shot.scene.background, before.shot.backgroundLook?.key ?? null]
      : null,
    // A keyed layer's key stands for its nodes.
    above: before.look.above.map((layer) => (layer.kind === 'vector' ? { ...layer, nodes: null } : layer)),
  });
  const held = lazily(() =>
    sceneLayers(before, last, project).map((layer) =>
      layer.kind === 'vector' && layer.key === null
        ? { ...layer, key: `held|${heldKey}|${layer.name}` }
        : layer,
    ),
  );
  return { frames, held, heldKey };
}

/** Tracks outlive the plans that are made of them: their last pictures are hashed once. */
const lastPictures = new WeakMap<PresenterTrack, Promise<CacheKey>>();

/** JSON knows typed arrays as objects, digit by digit; a list says the same. */
function arraysAsLists(_: string, value: unknown): unknown {
  return ArrayBuffer.isView(value) ? Array.from(value as Float32Array) : value;
}

function lastPictureKey(track: PresenterTrack): Promise<CacheKey> {
  let key = lastPictures.get(track);
  if (key === undefined) {
    // Plain JSON and not the canonical kind, which takes ten times as long: the same code lists members in one order.
    key = cacheKey('last', JSON.stringify(track.draw(track.frameCount - 1), arraysAsLists));
    lastPictures.set(track, key);
  }
  return key;
}

/** Hash of all that decides the shot's pixels. Whatever `drawFrame` reads must be in here. */
function pictureKey(planned: PlannedShot, project: Project, tools: PlanTools): Promise<CacheKey> {
  const { shot, look, fade, sceneFrame } = planned;
  const { scene } = shot;
  return cacheKey(`picture@${PLAN_VERSION}`, {
    format: project.format,
    shaper: tools.shaper.version,
    mark: tools.mark,
    background: tools.nothingBehind ? null : scene.background,
    // A moving background goes on from paragraph to paragraph: the one layer that needs its scene's time.
    sceneFrame: scene.background.kind === 'video' ? sceneFrame : null,
    layers: scene.layers.map((layer) => ({ ...layer, id: null })),
    logo: project.brand.logo,
    media: look.media.map(({ hash, widthPx, heightPx, durationS }) => [hash, widthPx, heightPx, durationS]),
    presenters: shot.presenters.map((prepared) => ({
      kind: [prepared.kind.kind, prepared.kind.version],
      presenter: { ...prepared.presenter, id: null, name: null, likeness: null },
      transform: presenterTransform(prepared, project.format),
      cutOut: prepared.placement.cutOut,
      beside: prepared.ownLook?.key ?? null,
    })),
    light: shot.backgroundLook?.key ?? null,
    motion: [
      ANIMATE_VERSION,
      shot.speechKey,
      shot.paragraph.content,
      shot.paragraph.emotion,
      shot.frameCount,
    ],
    captions: project.captions.enabled ? [project.captions, shot.words] : null,
    fade: fade === null ? null : [fade.frames, fade.heldKey],
  });
}

function shotAt(planned: readonly PlannedShot[], index: number): PlannedShot {
  let low = 0;
  let high = planned.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((planned[middle] as PlannedShot).startFrame <= index) low = middle;
    else high = middle - 1;
  }
  return planned[low] as PlannedShot;
}

function drawFrame(planned: PlannedShot, index: number, project: Project, mark: DrawLayer | null): DrawList {
  const local = index - planned.startFrame;
  const { fade } = planned;
  const own = sceneLayers(planned, local, project);
  const layers: DrawLayer[] = [];
  if (fade !== null && local < fade.frames) {
    const opacity = (local + 1) / (fade.frames + 1);
    layers.push(...fade.held(), { kind: 'group', name: 'fade', opacity, layers: own });
  } else layers.push(...own);
  const caption = planned.captions()?.layerAt(local) ?? null;
  if (caption !== null) layers.push(caption);
  if (mark !== null) layers.push(mark);
  return { widthPx: project.format.widthPx, heightPx: project.format.heightPx, layers };
}

/** The scene without captions and mark, which belong to the film. */
function sceneLayers({ cast, look, sceneFrame }: PlannedShot, local: number, project: Project): DrawLayer[] {
  const now = sceneFrame + local;
  return [
    ...look.background(now),
    ...cast.flatMap((staged, index) => presenterLayers(staged, index, local, now, project.format)),
    ...look.above,
  ];
}
