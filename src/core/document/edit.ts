/**
 * Changes to a document, as functions from one Project to the next. Nothing here mutates: undo is keeping the old
 * value. An id that names nothing leaves the document as it is, because an edit may arrive after what it was about
 * has been removed.
 */
import {
  newId,
  type AssetHash,
  type LayerId,
  type ParagraphId,
  type PresenterId,
  type SceneId,
} from '../base/ids.ts';
import { newParagraph, newScene } from './create.ts';
import type { Background, MediaEntry, Presenter, Project, Recording, Scene, Voice } from './project.ts';
import type { Paragraph } from './script.ts';

/** Stamps the time of the last change. */
export function touch(project: Project, now: Date = new Date()): Project {
  return { ...project, updatedAt: now.toISOString() };
}

export function sceneById(project: Project, id: SceneId): Scene | null {
  return project.scenes.find((scene) => scene.id === id) ?? null;
}

export function updateScene(project: Project, id: SceneId, change: (scene: Scene) => Scene): Project {
  const index = project.scenes.findIndex((scene) => scene.id === id);
  const scene = project.scenes[index];
  if (scene === undefined) return project;
  const next = change(scene);
  return next === scene ? project : { ...project, scenes: project.scenes.with(index, next) };
}

/** Inserts an empty scene after `after` (or at the end), with that scene's voice, presenters and background. */
export function addScene(project: Project, after?: SceneId, paragraphs: readonly Paragraph[] = []): Project {
  const found = project.scenes.findIndex((scene) => scene.id === after);
  const index = found < 0 ? project.scenes.length - 1 : found;
  const model = project.scenes[index];
  const voice = model?.voice ?? project.voices[0]?.id;
  if (voice === undefined) return project;
  const blank = newScene({ voice, paragraphs });
  const scene: Scene =
    model === undefined ? blank : { ...blank, presenters: model.presenters, background: model.background };
  return { ...project, scenes: project.scenes.toSpliced(index + 1, 0, scene) };
}

/** Every id within is fresh, so that the copy is spoken, moved and edited on its own. */
export function duplicateScene(project: Project, id: SceneId): Project {
  const index = project.scenes.findIndex((scene) => scene.id === id);
  const scene = project.scenes[index];
  if (scene === undefined) return project;
  const copy: Scene = {
    ...scene,
    id: newId(),
    script: { paragraphs: scene.script.paragraphs.map(copyParagraph) },
    layers: scene.layers.map((layer) => ({ ...layer, id: newId<LayerId>() })),
  };
  return { ...project, scenes: project.scenes.toSpliced(index + 1, 0, copy) };
}

/** The last scene cannot be removed: a film has at least one. */
export function removeScene(project: Project, id: SceneId): Project {
  if (project.scenes.length <= 1) return project;
  const scenes = project.scenes.filter((scene) => scene.id !== id);
  return scenes.length === project.scenes.length ? project : { ...project, scenes };
}

/** Moves a scene to `index`, counted after it has been taken out. */
export function moveScene(project: Project, id: SceneId, index: number): Project {
  const scenes = moved(project.scenes, id, index);
  return scenes === project.scenes ? project : { ...project, scenes };
}

export function setParagraphs(project: Project, id: SceneId, paragraphs: readonly Paragraph[]): Project {
  return updateScene(project, id, (scene) => ({
    ...scene,
    script: { paragraphs: paragraphs.length === 0 ? [newParagraph()] : paragraphs },
  }));
}

export function addParagraph(
  project: Project,
  id: SceneId,
  after?: ParagraphId,
  paragraph: Paragraph = newParagraph(),
): Project {
  return updateScene(project, id, (scene) => {
    const found = scene.script.paragraphs.findIndex((p) => p.id === after);
    const index = found < 0 ? scene.script.paragraphs.length : found + 1;
    return { ...scene, script: { paragraphs: scene.script.paragraphs.toSpliced(index, 0, paragraph) } };
  });
}

export function duplicateParagraph(project: Project, id: SceneId, paragraph: ParagraphId): Project {
  const original = sceneById(project, id)?.script.paragraphs.find((p) => p.id === paragraph);
  return original === undefined ? project : addParagraph(project, id, paragraph, copyParagraph(original));
}

/** Removing a scene's only paragraph leaves an empty one. */
export function removeParagraph(project: Project, id: SceneId, paragraph: ParagraphId): Project {
  const scene = sceneById(project, id);
  if (scene === null || !scene.script.paragraphs.some((p) => p.id === paragraph)) return project;
  return setParagraphs(
    project,
    id,
    scene.script.paragraphs.filter((p) => p.id !== paragraph),
  );
}

export function moveParagraph(project: Project, id: SceneId, paragraph: ParagraphId, index: number): Project {
  return updateScene(project, id, (scene) => {
    const paragraphs = moved(scene.script.paragraphs, paragraph, index);
    return paragraphs === scene.script.paragraphs ? scene : { ...scene, script: { paragraphs } };
  });
}

export function setBackground(project: Project, id: SceneId, background: Background): Project {
  return updateScene(project, id, (scene) => ({ ...scene, background }));
}

/** Gives every scene the voice: it replaces the one with the same id, or joins the project. */
export function setVoice(project: Project, voice: Voice, scene?: SceneId): Project {
  const voices = upsert(project.voices, voice);
  const scenes = project.scenes.map((s) =>
    scene === undefined || s.id === scene ? { ...s, voice: voice.id } : s,
  );
  return { ...project, voices, scenes };
}

/**
 * Gives one scene, or all, the presenter; each keeps where and how large its first presenter stood. Someone's own
 * presenter who takes the place of a drawn one stands in the scene as that did, cut out: what it was filmed before
 * would stand in most scenes like a card.
 */
export function setPresenter(project: Project, presenter: Presenter, scene?: SceneId): Project {
  const scenes = project.scenes.map((s): Scene => {
    if (scene !== undefined && s.id !== scene) return s;
    const place = s.presenters[0] ?? { framing: 'medium', centerX: 0.5, scale: 1, cutOut: false };
    const before = project.presenters.find(({ id }) => id === s.presenters[0]?.presenter);
    const comesIn = presenter.kind !== 'illustrated' && (!before || before.kind === 'illustrated');
    const cutOut = comesIn || place.cutOut;
    return { ...s, presenters: [{ ...place, cutOut, presenter: presenter.id }, ...s.presenters.slice(1)] };
  });
  return { ...project, presenters: upsert(project.presenters, presenter), scenes };
}

export function addMediaEntry(project: Project, entry: MediaEntry): Project {
  if (project.media.some((m) => m.hash === entry.hash)) return project;
  return { ...project, media: [...project.media, entry] };
}

/** The scene is spoken by the recording, or by its voice again (null). */
export function setRecording(project: Project, id: SceneId, recording: Recording | null): Project {
  return updateScene(project, id, (scene) => ({ ...scene, recording }));
}

/** The media that a presenter is made of. */
export function presenterMedia(presenter: Presenter): readonly AssetHash[] {
  switch (presenter.kind) {
    case 'illustrated':
      return [];
    case 'photo':
      return [presenter.fit, presenter.picture, presenter.person, presenter.plate];
    case 'footage':
      return [presenter.fit, presenter.film, presenter.mouths];
    default:
      return presenter satisfies never;
  }
}

/**
 * The project without this presenter and the media that only it showed. Scenes in which it stood get a drawn character
 * of the project in the same place, or `fresh` where there is none.
 */
export function withoutPresenter(project: Project, gone: PresenterId, fresh: Presenter): Project {
  const presenter = project.presenters.find(({ id }) => id === gone);
  if (presenter === undefined) return project;
  const placed = project.scenes.some((scene) => scene.presenters.some((p) => p.presenter === gone));
  const others = project.presenters.filter(({ id }) => id !== gone);
  const stand = others.find(({ kind }) => kind === 'illustrated') ?? fresh;
  const presenters = placed || others.length === 0 ? upsert(others, stand) : others;
  const scenes = project.scenes.map((scene): Scene => ({
    ...scene,
    presenters: scene.presenters.map((place) =>
      place.presenter === gone
        ? { ...place, presenter: stand.id, framing: place.framing === 'full' ? 'medium' : place.framing }
        : place,
    ),
  }));
  const without = { ...project, presenters, scenes };
  const used = usedMedia(without);
  const kept = new Set(others.flatMap(presenterMedia));
  const own = new Set(presenterMedia(presenter));
  const media = project.media.filter(({ hash }) => !own.has(hash) || used.has(hash) || kept.has(hash));
  return { ...without, media };
}

/** Every medium that a background, a layer, a presenter or the logo shows, and every sound that speaks. */
export function usedMedia(project: Project): ReadonlySet<AssetHash> {
  const used = new Set<AssetHash>();
  if (project.brand.logo !== null) used.add(project.brand.logo.asset);
  const placed = new Set(project.scenes.flatMap((scene) => scene.presenters.map((p) => p.presenter)));
  for (const presenter of project.presenters)
    if (placed.has(presenter.id)) for (const hash of presenterMedia(presenter)) used.add(hash);
  for (const scene of project.scenes) {
    if (scene.background.kind === 'image' || scene.background.kind === 'video')
      used.add(scene.background.asset);
    if (scene.recording !== null) used.add(scene.recording.asset);
    for (const layer of scene.layers) if (layer.kind === 'image') used.add(layer.asset);
  }
  return used;
}

/** Drops media, presenters and voices that nothing refers to any more: what a file to share should carry. */
export function pruneUnused(project: Project): Project {
  const media = usedMedia(project);
  const presenters = new Set(project.scenes.flatMap((scene) => scene.presenters.map((p) => p.presenter)));
  const voices = new Set(project.scenes.map((scene) => scene.voice));
  return {
    ...project,
    media: project.media.filter((entry) => media.has(entry.hash)),
    presenters: project.presenters.filter((presenter) => presenters.has(presenter.id)),
    voices: project.voices.filter((voice) => voices.has(voice.id)),
  };
}

function copyParagraph(paragraph: Paragraph): Paragraph {
  return { ...paragraph, id: newId() };
}

function upsert<T extends { readonly id: string }>(list: readonly T[], item: T): readonly T[] {
  const index = list.findIndex((other) => other.id === item.id);
  return index < 0 ? [...list, item] : list.with(index, item);
}

function moved<T extends { readonly id: string }>(
  list: readonly T[],
  id: string,
  index: number,
): readonly T[] {
  const from = list.findIndex((item) => item.id === id);
  const item = list[from];
  if (item === undefined) return list;
  const to = Math.max(0, Math.min(list.length - 1, Math.round(index)));
  return to === from ? list : list.toSpliced(from, 1).toSpliced(to, 0, item);
}
