/**
 * The studio: every manager, made once and wired together. Pages and components reach it through Svelte's context;
 * what it sets up in `start` it tears down in the function that returns.
 */
import { getContext, setContext } from 'svelte';
import type { AppError } from '#core/base/errors.ts';
import { isCancelled, toAppError } from '#core/base/errors.ts';
import type { AssetHash, LayerId, ProjectId, SceneId } from '#core/base/ids.ts';
import { newProject } from '#core/document/create.ts';
import { addMediaEntry, addScene, duplicateScene, moveScene, removeScene } from '#core/document/edit.ts';
import type { MediaEntry, Project, Voice } from '#core/document/project.ts';
import { openMicrophone } from '../engine/microphone.ts';
import { createPlayer } from '../engine/player.ts';
import { fetchExample } from '../examples.ts';
import { serverClient } from '../api/client.ts';
import { saveBlob } from '../save-blob.ts';
import type { Storage } from '../storage/open.ts';
import { claimProject, type ProjectClaim } from '../storage/project-claim.ts';
import { AccountManager } from './account.svelte.ts';
import { Audition } from './audition.svelte.ts';
import { Casting } from './casting.svelte.ts';
import { CloudManager } from './cloud.svelte.ts';
import { ConsentManager } from './consent.svelte.ts';
import { DeviceManager } from './device.svelte.ts';
import { ExportManager, fileNameOf } from './exporter.svelte.ts';
import { LiveManager } from './live.svelte.ts';
import { PlayerManager } from './player.svelte.ts';
import { OfflineManager } from './offline.svelte.ts';
import type { StudioEngine } from './ports.ts';
import { PresenterManager } from './presenters.svelte.ts';
import { ProjectManager } from './project.svelte.ts';
import { ReceiptManager } from './receipts.svelte.ts';
import { RecordingManager } from './recording.svelte.ts';
import { SettingsManager } from './settings.svelte.ts';
import { ThumbnailManager } from './thumbnails.svelte.ts';
import { tieTogether } from './ties.svelte.ts';
import { ToastManager } from './toasts.svelte.ts';
import { WordingManager } from './wording.svelte.ts';

export type PanelName = 'presenter' | 'voice' | 'background' | 'text' | 'captions' | 'brand' | 'format';

type MyClaim = Extract<ProjectClaim, { state: 'mine' }>;

/** The script editor, as others may use it. */
export interface ScriptHandle {
  focus(): void;
  goToScene(scene: SceneId, focus: boolean): void;
  /** Selects the words that a finding means. */
  goToFinding(key: string): void;
}

/** A stored project that cannot be opened, and what can still be done with it. */
export interface BrokenProject {
  readonly id: ProjectId | null;
  readonly error: AppError;
}

/** What a first visit opens on. */
const SAMPLE = 'welcome.orator';
/** Long after the first picture; the bin and the cache can wait. */
const TIDY_AFTER_MS = 30_000;

export class Studio {
  readonly settings = new SettingsManager();
  readonly toasts = new ToastManager();
  readonly device: DeviceManager;
  readonly project: ProjectManager;
  readonly player: PlayerManager;
  readonly exporter: ExportManager;
  readonly thumbnails: ThumbnailManager;
  readonly recording: RecordingManager;
  readonly live: LiveManager;
  readonly audition: Audition;
  readonly presenters: PresenterManager;
  readonly casting: Casting;
  readonly receipts: ReceiptManager;
  readonly account: AccountManager;
  readonly consent: ConsentManager;
  readonly cloud: CloudManager;
  readonly wording: WordingManager;

  panel = $state<PanelName | null>(null);
  shortcutsOpen = $state(false);
  opening = $state(true);
  broken = $state.raw<BrokenProject | null>(null);
  script: ScriptHandle | null = null;
  /** The film's name, where it can be changed. */
  nameField: { focus(): void } | null = null;
  /** Set when the caret should stand in the script as soon as it is there. */
  focusScript = false;

  /** The layer that is being edited on the stage and in its panel. */
  layerId = $state<LayerId | null>(null);
  /** Set while another tab holds this project: here it can be looked at, not changed. */
  elsewhere = $state.raw<Extract<ProjectClaim, { state: 'elsewhere' }> | null>(null);

  readonly engine: StudioEngine;
  readonly storage: Storage;
  readonly offline: OfflineManager;
  #claim: ProjectClaim | null = null;

  constructor(engine: StudioEngine, storage: Storage) {
    this.engine = engine;
    this.storage = storage;
    this.offline = new OfflineManager();
    const getEngine = () => engine;
    this.device = new DeviceManager(getEngine);
    this.wording = new WordingManager(() => engine.judging);
    this.player = new PlayerManager(getEngine);
    this.exporter = new ExportManager(getEngine, storage);
    this.live = new LiveManager(getEngine, openMicrophone);
    this.thumbnails = new ThumbnailManager(getEngine, (id, still) => {
      // The picture in the list of projects; a list without one still works.
      void storage.projects.setThumbnail(id, still).catch(() => undefined);
    });
    this.project = new ProjectManager(
      () => storage.projects,
      (error) => this.toasts.fail(error, { label: 'Try again', run: () => this.project.saveAgain() }),
    );
    this.recording = new RecordingManager(this.project, () => storage.media, this.toasts);
    this.audition = new Audition(getEngine, this.toasts);
    this.receipts = new ReceiptManager(storage.receipts, this.toasts);
    const client = serverClient();
    this.account = new AccountManager(client);
    this.cloud = new CloudManager({ client, account: this.account, storage });
    this.consent = new ConsentManager({
      client,
      account: this.account,
      receipts: this.receipts,
      shelf: storage.receipts,
      bytesOf: (hash) => storage.media.bytes(hash),
    });
    this.presenters = new PresenterManager(getEngine, storage, this.toasts);
    const { project, presenters, exporter, toasts } = this;
    const reopen = (id: ProjectId) => this.openProject(id);
    this.casting = new Casting({ engine, storage, project, presenters, exporter, toasts, reopen });
  }

  /** Runs while the app is open. @returns what ends it */
  start(): () => void {
    void this.device.start();
    void this.exporter.findInterrupted().catch(() => undefined); // offered again at the next start
    const playback = createPlayer({
      show: (frame) => this.engine.show(frame),
      onTrouble: (error) => this.toasts.fail(error),
      onFrame: (frame) => this.player.onFrame(frame),
      onPlaying: (playing) => this.player.onPlaying(playing),
    });
    this.player.connect(playback);
    const stop = tieTogether(this);
    const stopOffline = this.offline.start(
      () => this.exporter.running || this.player.playing || this.presenters.making !== null,
    );
    const stopPresenters = this.presenters.start();
    const stopReceipts = this.receipts.start();
    const stopCloud = this.cloud.start();
    const tidying = setTimeout(() => void this.storage.room.tidy().catch(() => undefined), TIDY_AFTER_MS);
    const leave = () => {
      if (document.visibilityState === 'hidden') void this.project.flush();
    };
    document.addEventListener('visibilitychange', leave);
    addEventListener('pagehide', leave);
    return () => {
      stop();
      playback.close();
      stopOffline();
      stopPresenters();
      stopReceipts();
      stopCloud();
      clearTimeout(tidying);
      document.removeEventListener('visibilitychange', leave);
      removeEventListener('pagehide', leave);
      this.audition.stop();
      this.live.stop();
      void this.project.close();
    };
  }

  /** The last project, or the sample on a first visit. */
  async openLast(): Promise<void> {
    if (this.project.project || this.broken) {
      this.opening = false;
      return;
    }
    this.opening = true;
    const last = this.settings.lastProject as ProjectId | null;
    try {
      const known = await this.storage.projects.list();
      const newest = known[0];
      // Browsers write settings down when they find the time: after a power cut, what was saved since tells more.
      const overtaken = newest && Date.parse(newest.updatedAt) > this.settings.lastProjectAtMs;
      const wanted = (overtaken ? newest : known.find((row) => row.id === last)) ?? newest;
      if (wanted) await this.openProject(wanted.id);
      else if (!(await this.openExample(SAMPLE))) await this.#showNew(newProject());
    } catch (error) {
      // Storage answers nothing: one can write and hear all the same, and saving will say what is wrong.
      this.toasts.fail(error);
      await this.#show(newProject());
    } finally {
      this.opening = false;
    }
  }

  /** Opens a project, or shows what can be done where it cannot be opened. */
  async openProject(id: ProjectId, claim?: MyClaim): Promise<void> {
    await this.project.flush();
    try {
      const { project, notes } = await this.storage.projects.get(id);
      await this.#show(project, claim);
      this.#tell(notes);
    } catch (error) {
      this.player.clear();
      this.project.project = null;
      this.broken = { id, error: toAppError(error, 'corrupt-file') };
    }
  }

  /** After a damaged project: the copy from the last time it opened. */
  async restoreLastGood(id: ProjectId): Promise<void> {
    await this.guard(async () => {
      const { project, notes } = await this.storage.projects.restoreLastGood(id);
      await this.#show(project);
      this.#tell(notes);
    });
  }

  /** A project of one's own, the caret ready in its first paragraph. */
  async writeOwn(): Promise<void> {
    await this.project.flush();
    const model = this.project.project;
    this.focusScript = true;
    await this.#showNew(newProject(model ? { format: model.format } : {}));
    this.script?.focus();
    void this.storage.room.persist().catch(() => false);
  }

  /** Leaves the open project; the next visit to the editor opens another. */
  async closeProject(): Promise<void> {
    await this.project.close();
    this.player.clear();
    this.thumbnails.clear();
    this.wording.clear();
    await this.#claim?.release();
    this.#claim = null;
    this.elsewhere = null;
    this.settings.lastProject = null;
  }

  async importFile(file: Blob): Promise<boolean> {
    await this.project.flush();
    return await this.guard(async () => {
      const { project, notes } = await this.storage.projects.importFile(file);
      await this.#show(project);
      this.#tell(notes);
    });
  }

  /** Opens a copy of a ready-made project. */
  async openExample(file: string): Promise<boolean> {
    let opened = false;
    await this.guard(async () => (opened = await this.importFile(await fetchExample(file))));
    return opened;
  }

  async exportProjectFile(project: Project): Promise<void> {
    await this.guard(async () => {
      saveBlob(await this.storage.projects.exportFile(project), fileNameOf(project.name, 'orator'));
    });
  }

  /** Keeps the bytes of a picture or film and makes it part of the project. Null when it cannot be used. */
  async addMedia(file: File): Promise<MediaEntry | null> {
    try {
      const entry = await this.storage.media.add(file);
      this.project.edit('Add media', (project) => addMediaEntry(project, entry));
      return entry;
    } catch (error) {
      this.toasts.fail(error);
      return null;
    }
  }
  async mediaBlob(hash: AssetHash): Promise<Blob | null> {
    const entry = this.project.project?.media.find((medium) => medium.hash === hash);
    return entry ? await this.storage.media.file(entry) : null;
  }

  /** Takes the project over from the other tab, with what it saved there. */
  async takeOver(): Promise<void> {
    const { elsewhere } = this;
    const id = this.project.project?.id;
    if (!elsewhere || id === undefined) return;
    await this.guard(async () => {
      // Kept from here on: let go, the other tab could win it back before this one has read what it saved.
      await this.openProject(id, await elsewhere.takeOver());
    });
  }

  /** Changes over to the newer Orator that waits, with everything saved. */
  async update(): Promise<void> {
    await this.project.flush();
    await this.offline.update();
  }

  /** The person speaks, and the presenter of the scene speaks along. */
  speakLive(): void {
    const { project, scene } = this.project;
    if (!project || !scene) return;
    this.player.pause();
    this.audition.stop();
    void this.live.start(project, scene.id);
  }

  // The strip's edits, used by keys and menus alike.
  addSceneAfter(id: SceneId | undefined): void {
    this.project.edit('Add scene', (project) => addScene(project, id));
    const scenes = this.project.project?.scenes ?? [];
    const at = scenes.findIndex((scene) => scene.id === id);
    this.selectScene(scenes[at < 0 ? scenes.length - 1 : at + 1]?.id, true);
  }
  duplicateScene(id: SceneId): void {
    this.project.edit('Duplicate scene', (project) => duplicateScene(project, id));
    const scenes = this.project.project?.scenes ?? [];
    this.selectScene(scenes[scenes.findIndex((scene) => scene.id === id) + 1]?.id, false);
  }
  removeScene(id: SceneId): void {
    const before = this.project.project?.scenes.length ?? 0;
    this.project.edit('Delete scene', (project) => removeScene(project, id));
    if ((this.project.project?.scenes.length ?? 0) < before)
      this.toasts.show('Scene deleted.', { action: { label: 'Undo', run: () => this.project.undo() } });
    else this.toasts.show('A film keeps at least one scene.');
  }
  moveScene(id: SceneId, index: number): void {
    this.project.edit('Move scene', (project) => moveScene(project, id, index));
  }
  selectScene(id: SceneId | undefined, focusScript: boolean): void {
    if (id === undefined) return;
    this.project.sceneId = id;
    this.player.seekScene(id);
    queueMicrotask(() => this.script?.goToScene(id, focusScript));
  }

  /** Says one sentence in a voice, or in the scene's own. */
  async listen(text: string, voice?: Voice): Promise<void> {
    const chosen = voice ?? this.project.project?.voices.find((v) => v.id === this.project.scene?.voice);
    if (!chosen) return;
    this.player.pause();
    await this.audition.play(text, chosen);
  }

  /** Runs something that may fail and says so. @returns whether it went well */
  async guard(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (!isCancelled(error)) this.toasts.fail(error);
      return false;
    }
  }

  async #showNew(project: Project): Promise<void> {
    await this.#show(project);
    await this.guard(() => this.storage.projects.save(project));
  }

  async #show(project: Project, claim?: MyClaim): Promise<void> {
    this.broken = null;
    this.layerId = null;
    this.toasts.dropActions();
    this.player.clear();
    this.thumbnails.clear();
    await this.#claimFor(project.id, claim);
    this.project.open(project, this.elsewhere !== null);
    this.settings.lastProject = project.id;
  }

  /** One tab edits a project at a time. */
  async #claimFor(id: ProjectId, held?: MyClaim): Promise<void> {
    await this.#claim?.release();
    const claim: ProjectClaim = held ?? (await claimProject(id));
    this.#claim = claim;
    this.elsewhere = claim.state === 'elsewhere' ? claim : null;
    if (claim.state === 'mine')
      void claim.lost.then(async () => {
        if (this.#claim === claim && this.project.project?.id === id) await this.openProject(id);
      });
    else
      void claim.whenFree.then(
        async (mine) => {
          if (this.#claim === claim) await this.openProject(id, mine);
          else await mine.release();
        },
        () => undefined, // nobody waits any more
      );
  }

  #tell(notes: readonly string[]): void {
    const [first, ...more] = notes;
    if (first === undefined) return;
    this.toasts.show(first, {
      sticky: true,
      ...(more.length > 0 ? { way: `And ${more.length} more.` } : {}),
    });
  }
}

const KEY = Symbol('studio');
export function provideStudio(studio: Studio): Studio {
  return setContext(KEY, studio);
}
export function useStudio(): Studio {
  return getContext<Studio>(KEY);
}
