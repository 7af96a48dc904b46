/**
 * The recording of the scene at hand: bringing one in from a file or the microphone, hearing and seeing it, and its
 * settings. The project holds what it is; this holds what is going on with it.
 */
import { AppError, isCancelled } from '#core/base/errors.ts';
import type { AssetHash, SceneId } from '#core/base/ids.ts';
import { newRecording } from '#core/document/create.ts';
import { addMediaEntry, setRecording, updateScene } from '#core/document/edit.ts';
import { likenessOf, SELF_ISSUER, type Likeness } from '#core/document/likeness.ts';
import type { MediaEntry, Recording } from '#core/document/project.ts';
import type { HeadlessSpeaker } from '#core/pipeline/headless.ts';
import type { MicrophoneTake } from '../sound-take.ts';
import type { MediaLibrary } from '../storage/media-library.ts';
import type { ProjectManager } from './project.svelte.ts';
import type { ToastManager } from './toasts.svelte.ts';

/** Whose voice a recording is, as the person who adds it says. */
export type Speaker = HeadlessSpeaker;

export { likenessOf };

export function speakerOf({ likeness }: { readonly likeness: Likeness }): Speaker {
  if (likeness.kind === 'synthetic') return 'synthetic';
  return likeness.consent?.issuer === SELF_ISSUER ? 'own' : 'someone';
}

const METER_EVERY_MS = 60;
/** Parts of the picture of a sound. */
export const PEAK_COUNT = 240;

export class RecordingManager {
  /** A file is being read and stored. */
  adding = $state(false);
  /** How much of it is stored, 0…1; null while a take is written. */
  added = $state<number | null>(null);
  /** A take is wanted: the microphone is being asked for, or open. */
  taking = $state(false);
  /** The microphone is open. */
  listening = $state(false);
  takenS = $state(0);
  level = $state(0);
  /** Seconds of the source that are heard now, or null. */
  playingS = $state<number | null>(null);
  /** Of the scene's sound, once read: PEAK_COUNT loudest samples along it. */
  peaks = $state.raw<{ readonly asset: AssetHash; readonly values: Float32Array } | null>(null);

  readonly #project: ProjectManager;
  readonly #media: () => MediaLibrary;
  readonly #toasts: ToastManager;
  #take: MicrophoneTake | null = null;
  /** The scene that was at hand when the take began: it is that one's, wherever the person has gone since. */
  #takeFor: SceneId | undefined;
  /** Counts takes begun and ended: one that comes too late is known by it. */
  #takes = 0;
  #adding: AbortController | null = null;
  #meter: ReturnType<typeof setInterval> | undefined;
  #audio: HTMLAudioElement | null = null;
  #reading: { readonly asset: AssetHash; aborted: boolean } | null = null;

  constructor(project: ProjectManager, media: () => MediaLibrary, toasts: ToastManager) {
    this.#project = project;
    this.#media = media;
    this.#toasts = toasts;
  }

  entryOf(recording: Recording | null): MediaEntry | null {
    return this.#project.project?.media.find((entry) => entry.hash === recording?.asset) ?? null;
  }

  /** The scene is spoken by this file from now on. */
  async use(file: File, scene = this.#project.scene?.id): Promise<void> {
    if (this.adding || scene === undefined) return;
    this.adding = true;
    this.added = 0;
    const abort = new AbortController();
    this.#adding = abort;
    try {
      const entry = await this.#media().addSound(file, abort.signal, (part) => (this.added = part));
      this.#speakWith(entry, scene);
    } catch (error) {
      if (!isCancelled(error)) this.#toasts.fail(error);
    } finally {
      this.adding = false;
      this.added = null;
      this.#adding = null;
    }
  }
  /** Gives up the file that is being stored; what was there before stays. */
  stopAdding(): void {
    this.#adding?.abort();
  }

  #speakWith(entry: MediaEntry, scene: SceneId): void {
    this.stop();
    this.#project.edit('Use a recording', (project) => {
      const before = project.scenes.find(({ id }) => id === scene)?.recording;
      // Another take is mostly of the same person, in the same language.
      const like = before ? { language: before.language, likeness: before.likeness } : {};
      return setRecording(addMediaEntry(project, entry), scene, newRecording(entry, like));
    });
  }

  /** Back to the scene's voice. */
  remove(): void {
    this.stop();
    const scene = this.#project.scene?.id;
    if (scene !== undefined)
      this.#project.edit('Take the recording out', (p) => setRecording(p, scene, null));
  }

  change(what: string, change: (recording: Recording) => Recording, key: string | null = null): void {
    const scene = this.#project.scene?.id;
    if (scene === undefined) return;
    this.#project.edit(
      what,
      (project) =>
        updateScene(project, scene, (s) => (s.recording ? { ...s, recording: change(s.recording) } : s)),
      key === null ? null : `${key}:${scene}`,
    );
  }

  setSpeaker(speaker: Speaker): void {
    const likeness = likenessOf(speaker);
    this.change('Say whose voice it is', (recording) => ({ ...recording, likeness }));
  }

  /** Opens the microphone; `finishTake` ends it, and so does unplugging it. */
  async take(): Promise<void> {
    if (this.taking || this.adding) return;
    this.stop();
    this.taking = true;
    this.takenS = 0;
    this.#takeFor = this.#project.scene?.id;
    const mine = ++this.#takes;
    try {
      const { recordMicrophone } = await import('../sound-take.ts');
      const number = (this.#project.project?.media.filter(({ kind }) => kind === 'sound').length ?? 0) + 1;
      const take = await recordMicrophone(`Recording ${number}`, () => void this.finishTake());
      // Given up while the browser asked whether it may.
      if (mine !== this.#takes) return take.discard();
      this.#take = take;
      const startedMs = performance.now();
      this.#meter = setInterval(() => {
        this.takenS = (performance.now() - startedMs) / 1000;
        this.level = take.level();
      }, METER_EVERY_MS);
      this.listening = true;
    } catch (error) {
      if (mine !== this.#takes) return;
      this.#endTake();
      this.#toasts.fail(error);
    }
  }
  async finishTake(): Promise<void> {
    const take = this.#take;
    if (!take) return;
    this.#endTake();
    const begunIn = this.#project.project?.scenes.find(({ id }) => id === this.#takeFor);
    const scene = (begunIn ?? this.#project.scene)?.id;
    this.adding = true;
    try {
      const file = await take.finish();
      this.adding = false;
      await this.use(file, scene);
    } catch (error) {
      this.#toasts.fail(error);
    } finally {
      this.adding = false;
    }
  }
  discardTake(): void {
    this.#take?.discard();
    this.#endTake();
  }
  #endTake(): void {
    clearInterval(this.#meter);
    this.#takes++;
    this.#take = null;
    this.taking = false;
    this.listening = false;
    this.level = 0;
  }

  /** Plays the part that is used. */
  async listen(recording: Recording): Promise<void> {
    this.stop();
    try {
      const file = await this.#fileOf(recording);
      const url = URL.createObjectURL(file);
      const audio = new Audio(url);
      this.#audio = audio;
      const end = () => {
        // First: what still loads would ask for an address that is no more.
        audio.removeAttribute('src');
        audio.load();
        URL.revokeObjectURL(url);
        if (this.#audio !== audio) return;
        this.#audio = null;
        this.playingS = null;
      };
      audio.onended = end;
      audio.onpause = end;
      audio.ontimeupdate = () => {
        if (this.#audio !== audio) return;
        this.playingS = audio.currentTime;
        if (audio.currentTime >= recording.endS) audio.pause();
      };
      audio.currentTime = recording.startS;
      this.playingS = recording.startS;
      await audio.play();
    } catch (error) {
      this.stop();
      // Stopped before it began.
      if (!(error instanceof DOMException && error.name === 'AbortError')) this.#toasts.fail(error);
    }
  }
  stop(): void {
    const audio = this.#audio;
    this.#audio = null;
    this.playingS = null;
    audio?.pause();
  }

  /** Reads the picture of a sound, unless it is there. */
  async look(recording: Recording): Promise<void> {
    const { asset } = recording;
    if (this.peaks?.asset === asset || this.#reading?.asset === asset) return;
    if (this.#reading) this.#reading.aborted = true;
    const mine = { asset, aborted: false };
    this.#reading = mine;
    try {
      const file = await this.#fileOf(recording);
      const { readPeaks } = await import('#shared/sound-file.ts');
      const values = await readPeaks(file, PEAK_COUNT, mine);
      if (!mine.aborted) this.peaks = { asset, values };
    } catch {
      // A sound that cannot be read is told where it is prepared; here it only has no picture.
    } finally {
      if (this.#reading === mine) this.#reading = null;
    }
  }

  async #fileOf(recording: Recording): Promise<Blob> {
    const entry = this.entryOf(recording);
    const file = entry ? await this.#media().file(entry) : null;
    if (file) return file;
    throw new AppError('not-found', 'This recording is no longer on this device.', {
      way: 'Replace it with the sound file, or let a voice speak the scene.',
    });
  }
}
