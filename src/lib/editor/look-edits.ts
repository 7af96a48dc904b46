/**
 * Changes of look that may hold for one scene or for all. A voice or presenter is shared by the scenes that name it:
 * changing it for one scene alone gives that scene a copy of its own.
 */
import { newId, type PresenterId, type SceneId, type VoiceId } from '#core/base/ids.ts';
import { RATE_25, RATE_30 } from '#core/base/time.ts';
import { addMediaEntry, setPresenter, setVoice } from '#core/document/edit.ts';
import type {
  Framing,
  MediaEntry,
  Presenter,
  Project,
  Scene,
  VideoFormat,
  Voice,
} from '#core/document/project.ts';
import type { ExportSettings } from '#core/pipeline/worker-api.ts';

/** One scene, or every one. */
export type Scope = 'scene' | 'all';

export function voiceOf(project: Project, scene: Scene): Voice | null {
  return project.voices.find((voice) => voice.id === scene.voice) ?? project.voices[0] ?? null;
}
export function presenterOf(project: Project, scene: Scene): Presenter | null {
  const placed = scene.presenters[0]?.presenter;
  return project.presenters.find((presenter) => presenter.id === placed) ?? null;
}

export function changeVoice(
  project: Project,
  sceneId: SceneId,
  scope: Scope,
  change: (voice: Voice) => Voice,
): Project {
  const scene = project.scenes.find((s) => s.id === sceneId);
  const voice = scene ? voiceOf(project, scene) : null;
  if (!scene || !voice) return project;
  const changed = change(voice);
  if (scope === 'all') return dropUnused(setVoice(project, changed));
  const shared = project.scenes.some((s) => s.id !== sceneId && s.voice === voice.id);
  return dropUnused(setVoice(project, shared ? { ...changed, id: newId<VoiceId>() } : changed, sceneId));
}

export function changePresenter(
  project: Project,
  sceneId: SceneId,
  scope: Scope,
  change: (presenter: Presenter) => Presenter,
): Project {
  const scene = project.scenes.find((s) => s.id === sceneId);
  const presenter = scene ? (presenterOf(project, scene) ?? project.presenters[0]) : undefined;
  if (!scene || !presenter) return project;
  const changed = change(presenter);
  if (scope === 'all') return dropUnused(setPresenter(project, changed));
  const shared = project.scenes.some(
    (s) => s.id !== sceneId && s.presenters.some((place) => place.presenter === presenter.id),
  );
  const own = shared ? { ...changed, id: newId<PresenterId>() } : changed;
  return dropUnused(setPresenter(project, own, sceneId));
}

/**
 * One scene, or all, is presented by someone else, standing where the one before stood and as near as that one, if there
 * is picture enough of them.
 * @param parts what the presenter is made of
 * @param framings those that it has, the one that suits it best first
 */
export function choosePresenter(
  project: Project,
  presenter: Presenter,
  { parts, framings }: { readonly parts: readonly MediaEntry[]; readonly framings: readonly Framing[] },
  scene?: SceneId,
): Project {
  const chosen = setPresenter(parts.reduce(addMediaEntry, project), presenter, scene);
  const best = framings[0] ?? 'medium';
  const scenes = chosen.scenes.map((s): Scene => {
    const [place, ...others] = s.presenters;
    if (place?.presenter !== presenter.id || framings.includes(place.framing)) return s;
    return { ...s, presenters: [{ ...place, framing: best }, ...others] };
  });
  return dropUnused({ ...chosen, scenes });
}

/** Copies left behind by scenes that no longer use them; one of each always stays to choose from. */
function dropUnused(project: Project): Project {
  const heard = new Set(project.scenes.map((scene) => scene.voice));
  const seen = new Set(project.scenes.flatMap((scene) => scene.presenters.map((p) => p.presenter)));
  const voices = project.voices.filter((voice) => heard.has(voice.id));
  const presenters = project.presenters.filter((presenter) => seen.has(presenter.id));
  return {
    ...project,
    voices: voices.length > 0 ? voices : project.voices.slice(0, 1),
    presenters: presenters.length > 0 ? presenters : project.presenters.slice(0, 1),
  };
}

export type Aspect = ExportSettings['aspect'];

/** The pixels of a shape whose shorter side is `shortPx`: 16:9 of 1080 is 1920 × 1080. */
export function sizeOf(aspect: Aspect, shortPx: number): { widthPx: number; heightPx: number } {
  // Encoders want even sides; 16:9 of 720 and 1080 are even already.
  const longPx = Math.round((shortPx * 16) / 9 / 2) * 2;
  if (aspect === '1:1') return { widthPx: shortPx, heightPx: shortPx };
  return aspect === '16:9' ? { widthPx: longPx, heightPx: shortPx } : { widthPx: shortPx, heightPx: longPx };
}

export function aspectOf(format: VideoFormat): Aspect {
  const ratio = format.widthPx / format.heightPx;
  return ratio > 1.2 ? '16:9' : ratio < 0.8 ? '9:16' : '1:1';
}

export function withFormat(
  project: Project,
  change: { readonly aspect?: Aspect; readonly shortPx?: number; readonly fps?: 25 | 30 },
): Project {
  const { format } = project;
  const size = sizeOf(
    change.aspect ?? aspectOf(format),
    change.shortPx ?? Math.min(format.widthPx, format.heightPx),
  );
  const rate = change.fps === undefined ? format.rate : change.fps === 25 ? RATE_25 : RATE_30;
  return { ...project, format: { ...size, rate } };
}
