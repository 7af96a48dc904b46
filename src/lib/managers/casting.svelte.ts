/**
 * Who presents: choosing a presenter for a scene or the whole film, what each can be asked for, hearing one say a line,
 * and deleting one for good.
 */
import { AppError, isCancelled } from '#core/base/errors.ts';
import type { AssetHash, ProjectId } from '#core/base/ids.ts';
import { newPresenter, newProject } from '#core/document/create.ts';
import { addMediaEntry, presenterMedia } from '#core/document/edit.ts';
import type {
  Framing,
  IllustratedPresenter,
  MediaEntry,
  Presenter,
  Project,
  Voice,
} from '#core/document/project.ts';
import { choosePresenter, presenterOf, type Scope } from '../editor/look-edits.ts';
import { AbilityBook, type PresenterAbilities } from '../presenter-abilities.ts';
import type { PresenterTraces } from '../storage/erase-presenter.ts';
import type { Storage } from '../storage/open.ts';
import type { PresenterRow } from '../storage/presenter-library.ts';
import type { ExportManager } from './exporter.svelte.ts';
import type { StudioEngine } from './ports.ts';
import type { PresenterManager } from './presenters.svelte.ts';
import type { ProjectManager } from './project.svelte.ts';
import type { ToastManager } from './toasts.svelte.ts';

/** A presenter that is about to be deleted, and where it is met. */
export interface Erasing {
  readonly row: PresenterRow;
  readonly traces: PresenterTraces;
  readonly busy: boolean;
}

interface Parts {
  readonly engine: StudioEngine;
  readonly storage: Storage;
  readonly project: ProjectManager;
  readonly presenters: PresenterManager;
  readonly exporter: ExportManager;
  readonly toasts: ToastManager;
  /** Opens a project that was changed in the store, the one that is open already included. */
  readonly reopen: (id: ProjectId) => Promise<void>;
}

/** A presenter that was made of someone. */
export type FittedValue = Exclude<Presenter, IllustratedPresenter>;

const SQUARE = { widthPx: 720, heightPx: 720 };

export class Casting {
  erasing = $state.raw<Erasing | null>(null);
  readonly #parts: Parts;
  readonly #abilities: AbilityBook;
  readonly #portraits = new Map<AssetHash, Promise<Blob>>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#abilities = new AbilityBook((hash) => parts.storage.assets.get(hash));
  }

  /** Nearness and background that this presenter allows; the little that all allow where it cannot be read. */
  async abilitiesOf(presenter: Presenter): Promise<PresenterAbilities> {
    try {
      return await this.#abilities.of(presenter);
    } catch {
      return { framings: ['medium'], canCutOut: false, outdated: false }; // the stage says what is wrong with it
    }
  }

  /** @param parts what the presenter is made of */
  async choose(presenter: Presenter, parts: readonly MediaEntry[], scope: Scope): Promise<void> {
    const { project } = this.#parts;
    const scene = project.scene?.id;
    if (scene === undefined) return;
    const { framings } = await this.abilitiesOf(presenter);
    project.edit(`Let ${presenter.name} present`, (p) =>
      choosePresenter(p, presenter, { parts, framings }, scope === 'scene' ? scene : undefined),
    );
  }

  /** A drawn character in place of a person. */
  async chooseDrawn(preset: string, name: string, scope: Scope): Promise<void> {
    const known = this.#parts.project.project?.presenters.find(
      (p): p is IllustratedPresenter => p.kind === 'illustrated' && p.preset === preset,
    );
    await this.choose(known ?? newPresenter({ preset, name }), [], scope);
  }

  /** Those of the film that are not among the person's own: they came with its file. */
  readonly guests = $derived.by<readonly FittedValue[]>(() => {
    const own = new Set(this.#parts.presenters.rows?.map(({ id }) => id));
    return (this.#parts.project.project?.presenters ?? []).filter(
      (p): p is FittedValue => p.kind !== 'illustrated' && !own.has(p.id),
    );
  });

  /** A guest becomes one of the person's own presenters, for other films too. */
  async keep(guest: FittedValue): Promise<void> {
    const { presenters, storage, toasts } = this.#parts;
    try {
      const media = this.#partsOf(guest);
      const thumbnail = await this.portraitOf(guest);
      await storage.presenters.add({ presenter: guest, media, thumbnail, troubles: [] }, 0);
      await presenters.refresh();
    } catch (error) {
      toasts.fail(error);
    }
  }

  /** Head and shoulders, drawn by the engine. */
  portraitOf(guest: FittedValue): Promise<Blob> {
    const known = this.#portraits.get(guest.fit) ?? this.#draw(guest);
    this.#portraits.set(guest.fit, known);
    known.catch(() => this.#portraits.delete(guest.fit));
    return known;
  }
  async #draw(guest: FittedValue): Promise<Blob> {
    const { framings } = await this.abilitiesOf(guest);
    const nearest = framings.includes('close') ? 'close' : framings[0];
    const film = this.#alone(guest, this.#partsOf(guest), nearest ? [nearest] : [], []);
    const [scene] = film.scenes;
    if (!scene) throw new AppError('internal', 'A new project has no scene.');
    return this.#parts.engine.thumbnail(film, scene.id, 240);
  }
  #partsOf(guest: FittedValue): readonly MediaEntry[] {
    const own = new Set(presenterMedia(guest));
    return this.#parts.project.project?.media.filter(({ hash }) => own.has(hash)) ?? [];
  }

  /** A square film in which it stands before a plain wall. */
  #alone(
    presenter: FittedValue,
    parts: readonly MediaEntry[],
    framings: readonly Framing[],
    paragraphs: readonly string[],
  ): Project {
    const { project, scene } = this.#parts.project;
    const voice: Partial<Voice> = project?.voices.find(({ id }) => id === scene?.voice) ?? {};
    const blank = newProject({
      name: presenter.name,
      scenes: [paragraphs],
      voice,
      background: { kind: 'color', color: '#d8d2c4' },
    });
    const plain: Project = {
      ...blank,
      format: { ...blank.format, ...SQUARE },
      captions: { ...blank.captions, enabled: false },
    };
    return choosePresenter(plain, presenter, { parts, framings });
  }

  /** A photo that an earlier Orator made, made anew from its picture; in the open film too. */
  async refit(row: PresenterRow): Promise<void> {
    const { presenters } = this.#parts;
    await presenters.refit(row);
    const changed = presenters.rows?.find(({ id }) => id === row.id);
    if (changed) this.syncFilm(changed);
  }

  /** What a row is now, its name, statement and parts, in the open film too. */
  syncFilm(row: PresenterRow): void {
    const { project } = this.#parts;
    const there = project.project?.presenters.find(({ id }) => id === row.id);
    if (!there || there.kind === 'illustrated') return;
    if (JSON.stringify(there) === JSON.stringify(row.presenter)) return;
    project.edit('Change presenter', (p) =>
      row.media.reduce(addMediaEntry, {
        ...p,
        presenters: p.presenters.map((one) => (one.id === row.id ? row.presenter : one)),
      }),
    );
  }

  /** A few seconds of film, marked as its likeness asks, made as every film is. @throws AppError */
  async sample(row: PresenterRow, line: string, signal: AbortSignal): Promise<Blob> {
    const { engine, storage } = this.#parts;
    const { framings } = await this.abilitiesOf(row.presenter);
    const film = this.#alone(row.presenter, row.media, framings, [line]);
    const movie = await engine.exportFilm(
      film,
      { heightPx: 360, rateFps: 25, aspect: '1:1', grade: 'draft', connection: 'offline' },
      { signal, onProgress: () => undefined },
    );
    const file = await storage.assets.file(movie.asset);
    // Read whole: the file itself is not kept.
    const bytes = file ? await file.arrayBuffer() : new ArrayBuffer(0);
    await storage.assets.remove(movie.asset);
    return new Blob([bytes], { type: movie.mime });
  }

  async askToErase(row: PresenterRow): Promise<void> {
    const { eraser } = this.#parts.storage;
    const { project, toasts } = this.#parts;
    try {
      await project.flush();
      this.erasing = { row, traces: await eraser.tracesOf(row), busy: false };
    } catch (error) {
      toasts.fail(error);
    }
  }
  keepIt(): void {
    if (this.erasing?.busy !== true) this.erasing = null;
  }

  /** @param films finished films that show it go too */
  async erase(films: boolean): Promise<void> {
    const { erasing } = this;
    if (!erasing || erasing.busy) return;
    const { row } = erasing;
    const { storage, project, presenters, exporter, toasts, reopen } = this.#parts;
    this.erasing = { ...erasing, busy: true };
    try {
      await presenters.stopFor(row);
      await project.flush();
      const changed = await storage.eraser.erase(row, { films });
      if (row.source) await presenters.forget(row.source);
      if (films) exporter.again();
      await exporter.findInterrupted();
      const open = project.project?.id;
      if (open !== undefined && changed.includes(open)) await reopen(open);
      toasts.show(`“${row.presenter.name}” was deleted, with everything made of it.`, { tone: 'success' });
    } catch (error) {
      if (!isCancelled(error)) toasts.fail(error);
    } finally {
      // First: whoever is told that it is gone does not see it in the list any more.
      await presenters.refresh();
      this.erasing = null;
    }
  }

  /** Whom the scene at hand shows, or would show. */
  readonly placed = $derived.by<Presenter | null>(() => {
    const { project, scene } = this.#parts.project;
    return project && scene ? (presenterOf(project, scene) ?? project.presenters[0] ?? null) : null;
  });
}
