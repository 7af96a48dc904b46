/**
 * Stills for the strip of scenes. Each is drawn once per look: what was typed does not matter to a still, so typing
 * never draws one. Asked for one at a time, after edits have settled.
 */
import { tick } from 'svelte';
import { isCancelled } from '#core/base/errors.ts';
import { seedOf, canonicalJson } from '#core/base/hashing.ts';
import type { ProjectId, SceneId } from '#core/base/ids.ts';
import type { Project, Scene } from '#core/document/project.ts';
import type { StudioEngine } from './ports.ts';

const SETTLE_MS = 500;
const HEIGHT_PX = 216;

export class ThumbnailManager {
  urls = $state.raw<ReadonlyMap<SceneId, string>>(new Map());
  readonly #engine: () => StudioEngine;
  readonly #onCover: (project: ProjectId, still: Blob) => void;
  readonly #looks = new Map<SceneId, number>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #project: Project | null = null;
  #drawing = false;

  /** @param onCover told of each new still of a project's first scene */
  constructor(engine: () => StudioEngine, onCover: (project: ProjectId, still: Blob) => void) {
    this.#engine = engine;
    this.#onCover = onCover;
  }

  refreshSoon(project: Project): void {
    this.#project = project;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#drawAll();
    }, SETTLE_MS);
  }

  clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#project = null;
    const old = this.urls;
    this.urls = new Map();
    for (const url of old.values()) letGo(url);
    this.#looks.clear();
  }

  async #drawAll(): Promise<void> {
    if (this.#drawing) return;
    this.#drawing = true;
    try {
      for (;;) {
        const project = this.#project;
        const scene = project?.scenes.find((s) => this.#looks.get(s.id) !== look(project, s));
        if (!project || !scene) break;
        await this.#draw(project, scene);
      }
    } finally {
      this.#drawing = false;
    }
    this.#sweep();
  }

  async #draw(project: Project, scene: Scene): Promise<void> {
    this.#looks.set(scene.id, look(project, scene));
    try {
      const png = await this.#engine().thumbnail(project, scene.id, HEIGHT_PX);
      if (this.#project?.id !== project.id) return;
      if (scene.id === this.#project.scenes[0]?.id) this.#onCover(project.id, png);
      const urls = new Map(this.urls);
      const old = urls.get(scene.id);
      urls.set(scene.id, URL.createObjectURL(png));
      this.urls = urls;
      if (old !== undefined) letGo(old);
    } catch (error) {
      // A strip without a picture still works; the stage says what is wrong with the scene.
      if (!isCancelled(error)) console.warn('No still for a scene', error);
    }
  }

  /** Pictures of scenes that are gone. */
  #sweep(): void {
    const kept = new Set(this.#project?.scenes.map((scene) => scene.id));
    const urls = new Map(this.urls);
    for (const [id, url] of urls) {
      if (kept.has(id)) continue;
      letGo(url);
      urls.delete(id);
      this.#looks.delete(id);
    }
    if (urls.size !== this.urls.size) this.urls = urls;
  }
}

/** Not before what shows it shows another, or is gone: it may still load. */
function letGo(url: string): void {
  void tick().then(() => URL.revokeObjectURL(url));
}

/** All that a still of the scene shows. The first words count: captions may be among them. */
function look(project: Project, scene: Scene): number {
  const { script: _script, transition: _transition, ...shown } = scene;
  return seedOf(
    canonicalJson([
      shown,
      project.format,
      project.presenters.filter((p) => scene.presenters.some((place) => place.presenter === p.id)),
      project.brand,
    ]),
  );
}
