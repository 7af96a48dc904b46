/**
 * The open project: what it is, what was, and whether it is safe on disk. Every change goes through `edit`, which
 * keeps the old value for undo and saves the new one within a second. Nothing else in the app holds a project.
 */
import { toAppError } from '#core/base/errors.ts';
import { newId, type LayerId, type SceneId } from '#core/base/ids.ts';
import type { Project, Scene } from '#core/document/project.ts';
import { touch, updateScene } from '#core/document/edit.ts';
import { History } from '../editor/history.ts';
import type { SceneScript } from '../editor/script-document.ts';

/** Where projects are kept, as far as the open one cares. */
export interface ProjectKeeper {
  /** @throws AppError storage-full | storage-failed */
  save(project: Project): Promise<void>;
}

export type SaveState = 'saved' | 'pending' | 'saving' | 'failed';

/** Within a second of the last change, and of the first one too while changes keep coming. */
const SAVE_AFTER_MS = 400;
const SAVE_WITHIN_MS = 900;

export class ProjectManager {
  project = $state.raw<Project | null>(null);
  readOnly = $state(false);
  sceneId = $state<SceneId | null>(null);
  saveState = $state<SaveState>('saved');
  undoLabel = $state<string | null>(null);
  redoLabel = $state<string | null>(null);
  /** Raised by every change that did not come from typing: the script editor then takes the scenes over. */
  outsideChanges = $state(0);

  readonly scene = $derived.by<Scene | null>(() => {
    const scenes = this.project?.scenes;
    return scenes?.find((scene) => scene.id === this.sceneId) ?? scenes?.[0] ?? null;
  });
  readonly sceneIndex = $derived(this.project?.scenes.findIndex((s) => s.id === this.scene?.id) ?? 0);

  readonly #keeper: () => ProjectKeeper;
  readonly #onSaveFailed: (error: unknown) => void;
  #history: History<Project> | null = null;
  /** Looks of scenes that were cut from the script, in case they are pasted back. */
  readonly #looks = new Map<SceneId, Scene>();
  #saveTimer: ReturnType<typeof setTimeout> | null = null;
  #firstUnsavedAtMs: number | null = null;
  #running: Promise<void> | null = null;

  constructor(keeper: () => ProjectKeeper, onSaveFailed: (error: unknown) => void) {
    this.#keeper = keeper;
    this.#onSaveFailed = onSaveFailed;
  }

  /** @param readOnly for one that another tab is editing: changes are refused */
  open(project: Project, readOnly = false): void {
    this.readOnly = readOnly;
    this.#history = new History(project);
    this.#looks.clear();
    this.sceneId = project.scenes[0]?.id ?? null;
    this.saveState = 'saved';
    this.#show(project);
  }

  /** Saves what is left to save, then lets go. */
  async close(): Promise<void> {
    await this.flush();
    this.#history = null;
    this.project = null;
  }

  /**
   * @param label what undo will call it, such as "Change background"
   * @param key edits of one key in quick succession are one step of undo
   */
  edit(label: string, change: (project: Project) => Project, key: string | null = null): void {
    const history = this.#history;
    if (!history || this.readOnly) return;
    const next = change(history.present);
    if (next === history.present) return;
    history.push(next, label, key, performance.now());
    this.#show(next);
    this.#saveSoon();
  }

  editScene(label: string, change: (scene: Scene) => Scene, key: string | null = null): void {
    const id = this.scene?.id;
    if (id === undefined) return;
    this.edit(label, (project) => updateScene(project, id, change), key === null ? null : `${key}:${id}`);
  }

  /** The same look for every scene, such as one voice throughout. */
  editAllScenes(label: string, change: (scene: Scene) => Scene, key: string | null = null): void {
    this.edit(label, (project) => ({ ...project, scenes: project.scenes.map(change) }), key);
  }

  /** What was typed. Scenes keep their looks by id; a new one looks like the one before it. */
  setScripts(scripts: readonly SceneScript[], key: string | null): void {
    const history = this.#history;
    if (!history || this.readOnly) return;
    const project = history.present;
    const known = new Map(project.scenes.map((scene) => [scene.id, scene]));
    const kept = new Set(scripts.map((script) => script.id));
    for (const scene of project.scenes) if (!kept.has(scene.id)) this.#looks.set(scene.id, scene);
    const scenes: Scene[] = [];
    for (const { id, script } of scripts) {
      const own = known.get(id) ?? this.#looks.get(id);
      const look = own ?? scenes.at(-1) ?? project.scenes[0];
      if (!look) continue;
      if (own?.script === script) scenes.push(own);
      else if (own) scenes.push({ ...own, script });
      else scenes.push({ ...look, id, script, recording: null, layers: freshLayers(look) });
    }
    const same =
      scenes.length === project.scenes.length && scenes.every((scene, i) => scene === project.scenes[i]);
    if (same) return;
    const next = { ...project, scenes };
    history.push(next, 'Typing', key, performance.now());
    this.#show(next, false);
    this.#saveSoon();
  }

  undo(): void {
    const project = this.#history?.undo();
    if (project) this.#stepTo(project);
  }
  redo(): void {
    const project = this.#history?.redo();
    if (project) this.#stepTo(project);
  }
  /** Ends the running step of undo, as when a slider is let go. */
  seal(): void {
    this.#history?.seal();
  }

  /** Writes at once what has not been written. @returns when it is on disk, or has failed and been told. */
  async flush(): Promise<void> {
    await this.#running;
    // What failed a moment ago may go well now; leaving without another try would lose it.
    if (this.#saveTimer === null && this.saveState !== 'failed') return;
    if (this.#saveTimer !== null) clearTimeout(this.#saveTimer);
    this.#saveTimer = null;
    this.#running = this.#save();
    await this.#running;
  }

  /** After a failure: once more, now. */
  saveAgain(): void {
    this.#running = this.#save();
  }

  #stepTo(project: Project): void {
    this.#show(project);
    this.#saveSoon();
  }

  #show(project: Project, fromOutside = true): void {
    if (!project.scenes.some((scene) => scene.id === this.sceneId)) {
      const at = Math.min(Math.max(0, this.sceneIndex), project.scenes.length - 1);
      this.sceneId = project.scenes[at]?.id ?? null;
    }
    this.project = project;
    this.undoLabel = this.#history?.undoLabel ?? null;
    this.redoLabel = this.#history?.redoLabel ?? null;
    if (fromOutside) this.outsideChanges++;
  }

  #saveSoon(): void {
    const now = performance.now();
    this.#firstUnsavedAtMs ??= now;
    this.saveState = 'pending';
    if (this.#saveTimer !== null) clearTimeout(this.#saveTimer);
    const wait = Math.min(SAVE_AFTER_MS, Math.max(0, this.#firstUnsavedAtMs + SAVE_WITHIN_MS - now));
    this.#saveTimer = setTimeout(() => void this.flush(), wait);
  }

  async #save(): Promise<void> {
    // One write after the other: an older one must never land last.
    await this.#running;
    const project = this.#history?.present;
    if (!project) return;
    this.#firstUnsavedAtMs = null;
    this.saveState = 'saving';
    try {
      await this.#keeper().save(touch(project));
      if (this.#saveTimer === null) this.saveState = 'saved';
    } catch (error) {
      this.saveState = 'failed';
      this.#onSaveFailed(toAppError(error, 'storage-failed'));
    }
  }
}

function freshLayers(scene: Scene): Scene['layers'] {
  return scene.layers
    .filter((layer) => layer.kind === 'image')
    .map((layer) => ({ ...layer, id: newId<LayerId>() }));
}
