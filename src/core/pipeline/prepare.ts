/**
 * From a project to a film that can be drawn: speak → animate → prepare → plan. Each product is kept under a key of
 * its inputs: speech on disk, because speaking is slow; the rest in memory, because it is quick to make and large.
 * Changing one paragraph speaks, animates and prepares one paragraph.
 */
import { AppError, throwIfCancelled } from '../base/errors.ts';
import type { CancelSignal } from '../base/errors.ts';
import { canonicalJson } from '../base/hashing.ts';
import type { CacheKey } from '../base/ids.ts';
import type { Rational } from '../base/time.ts';
import type { Presenter, Project, Scene, Voice } from '../document/project.ts';
import type { Paragraph } from '../document/script.ts';
import type { FramePlan, PreparedPresenter, PreparedShot } from '../frame/frame-plan.ts';
import type { PictureLook, PictureLooks } from '../frame/picture-look.ts';
import { planFilm } from '../frame/plan.ts';
import { needsBackgroundLook, needsOwnLook } from '../frame/presenter-layers.ts';
import type { TextShaper } from '../frame/text.ts';
import { animate, motionKey } from '../motion/animate.ts';
import { loudnessSteps, previewGain } from '../output/audio-mix.ts';
import type { AssetStore } from '../output/ports.ts';
import { requirePermit, type RenderPermit } from '../policy/permit.ts';
import { presenterKind } from '../presenter/index.ts';
import { prepareFitted } from '../presenter/prepare-fitted.ts';
import type { PresenterShelf } from '../presenter/shelf.ts';
import type { SpeechEngine } from '../speech/ports.ts';
import type { SpeechTrack } from '../speech/ports.ts';
import type { RecordingReport } from '../speech/recording/report.ts';
import { type RecordingHost, speakRecording } from '../speech/recording/speak-recording.ts';
import { speakParagraph, speechKey } from '../speech/speak.ts';
import { decodeSpeechTrack, encodeSpeechTrack } from '../speech/speech-track.ts';

/** What the straight line needs from where it runs, up to the plan. */
export interface PrepareHost {
  /** @throws AppError speech-failed when there is no such engine here */
  engine(id: string): SpeechEngine;
  /** For recordings, and for voices that give sound alone; left out where there are none. */
  readonly recordings?: RecordingHost;
  readonly store: AssetStore;
  readonly shaper: TextShaper;
  readonly memory: FilmMemory;
  readonly shelf: PresenterShelf;
  readonly looks: PictureLooks;
  /**
   * Whether the sound of what is spoken, and what was heard in it, are kept in memory with the film, as who plays it wants
   * it (default), or its sound is read from the store shot by shot when the film's is made: 6 MB a minute.
   */
  readonly holdsSound?: boolean;
  /** For films that are laid over others; see PlanTools. */
  readonly nothingBehind?: boolean;
}

/** A paragraph spoken and ready to be drawn, and how loud it is. */
export interface FilmShot extends PreparedShot {
  /** Its sound is empty where the host does not hold it (`pcm` has it), and nothing was heard in it. */
  readonly speech: SpeechTrack;
  /** The whole sound of `speech`. @throws AppError speech-failed | storage-failed | cancelled */
  readonly pcm: (signal?: CancelSignal) => Promise<Float32Array<ArrayBuffer>>;
  readonly loudness: readonly number[];
}

export interface SceneRecording extends RecordingReport {
  readonly scene: Scene['id'];
}

/** A project ready to be shown and exported. Made with a permit, and marked as that asks. */
export interface Film {
  readonly project: Project;
  readonly permit: RenderPermit;
  readonly plan: FramePlan;
  readonly shots: readonly FilmShot[];
  /** One a scene that a recording speaks: how script and sound go together. */
  readonly recordings: readonly SceneRecording[];
  /** Brings the speech to the film's loudness. */
  readonly gain: number;
}

/**
 * Prepared shots by everything that decides them. Held are the largest film so far and what edits left behind, as far
 * as there is room: a film never pushes out its own shots, and an afternoon of typing does not fill the memory.
 */
export class FilmMemory {
  readonly #kept = new Map<string, PreparedPiece>();
  readonly #spareBytes: number;
  #bytes = 0;
  #largestFilm = 0;

  /** @param spareBytes for shots of other films, and of this one as it was before */
  constructor(spareBytes = 64e6) {
    this.#spareBytes = spareBytes;
  }

  /** About what is held now. */
  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): PreparedPiece | null {
    const piece = this.#kept.get(key);
    if (!piece) return null;
    this.#kept.delete(key);
    this.#kept.set(key, piece);
    return piece;
  }

  set(key: string, piece: PreparedPiece): void {
    const before = this.#kept.get(key);
    if (before) this.#bytes -= bytesOf(before);
    this.#kept.delete(key);
    this.#kept.set(key, piece);
    this.#bytes += bytesOf(piece);
  }

  /** A film is whole: what was used longest ago leaves, as far as it must. */
  settle(film: readonly PreparedPiece[]): void {
    const filmBytes = film.reduce((sum, piece) => sum + bytesOf(piece), 0);
    this.#largestFilm = Math.max(this.#largestFilm, filmBytes);
    for (const [oldest, piece] of this.#kept) {
      if (this.#bytes <= this.#largestFilm + this.#spareBytes) return;
      this.#kept.delete(oldest);
      this.#bytes -= bytesOf(piece);
    }
  }
}

/** Motion channels and baked springs of one frame, measured. */
const BYTES_A_FRAME = 400;
/** Mouth, phones and melody of one step of what was heard. */
const BYTES_A_HEARD_STEP = 270;

function bytesOf({ speech, frameCount }: PreparedPiece): number {
  return speech.pcm.byteLength + (speech.heard?.steps ?? 0) * BYTES_A_HEARD_STEP + frameCount * BYTES_A_FRAME;
}

/** Of the work on a scene that a recording speaks, the part that follows its words; the rest listens and moves. */
const FOLLOWING = 0.7;

export type PreparedPiece = Pick<
  FilmShot,
  'speech' | 'pcm' | 'loudness' | 'frameCount' | 'presenters' | 'speechKey'
>;

/**
 * @param onSpoken called as paragraphs become ready, and in between while a long recording is followed
 * @throws AppError speech-failed | invalid-input | refused | cancelled
 */
export async function prepareFilm(
  project: Project,
  permit: RenderPermit,
  host: PrepareHost,
  signal?: CancelSignal,
  onSpoken?: (done: number, total: number) => void,
): Promise<Film> {
  requirePermit(permit, project);
  const paragraphs = project.scenes.flatMap((scene) =>
    scene.script.paragraphs.map((paragraph) => ({ scene, paragraph })),
  );
  const shots: FilmShot[] = [];
  const recordings: SceneRecording[] = [];
  for (const scene of project.scenes) {
    const count = scene.script.paragraphs.length;
    const before = shots.length;
    const following = scene.recording ? FOLLOWING : 0;
    const { speeches, report } = await speechOf(project, scene, host, signal, (fraction) =>
      onSpoken?.(before + fraction * following * count, paragraphs.length),
    );
    if (report) recordings.push({ ...report, scene: scene.id });
    for (const [i, paragraph] of scene.script.paragraphs.entries()) {
      throwIfCancelled(signal);
      shots.push(await prepareShot(project, scene, paragraph, speeches[i] as Speech, host, signal));
      onSpoken?.(before + following * count + (1 - following) * (i + 1), paragraphs.length);
    }
  }
  host.memory.settle(shots);
  const plan = await planFilm(project, shots, {
    shaper: host.shaper,
    mark: permit.mark,
    nothingBehind: host.nothingBehind ?? false,
  });
  return { project, permit, plan, shots, recordings, gain: previewGain(shots.map((shot) => shot.loudness)) };
}

/** How one paragraph comes to be spoken. */
interface Speech {
  readonly key: CacheKey;
  make(signal?: CancelSignal): Promise<SpeechTrack>;
}

/** One a paragraph: by the scene's recording, or by its voice. */
async function speechOf(
  project: Project,
  scene: Scene,
  host: PrepareHost,
  signal: CancelSignal | undefined,
  onProgress: (fraction: number) => void,
): Promise<{ readonly speeches: readonly Speech[]; readonly report: RecordingReport | null }> {
  const { paragraphs } = scene.script;
  if (scene.recording) {
    if (!host.recordings)
      throw new AppError('speech-failed', 'Recordings cannot be played here.', {
        way: 'Choose a voice for the scene instead.',
      });
    const { shots, report } = await speakRecording(
      paragraphs,
      scene.recording,
      host.recordings,
      signal,
      onProgress,
    );
    return { speeches: shots.map(({ key, track }) => ({ key, make: track })), report };
  }
  const voice = voiceOf(project, scene);
  const engine = host.engine(voice.engine);
  const speeches = paragraphs.map(async (paragraph) => ({
    key: await speechKey(paragraph, voice, engine, host.recordings),
    make: (stop?: CancelSignal) => speakParagraph(paragraph, voice, engine, stop, host.recordings),
  }));
  return { speeches: await Promise.all(speeches), report: null };
}

async function prepareShot(
  project: Project,
  scene: Scene,
  paragraph: Paragraph,
  speech: Speech,
  host: PrepareHost,
  signal?: CancelSignal,
): Promise<FilmShot> {
  const { rate } = project.format;
  const moved = await motionKey(speech.key, { paragraph, rate });
  const placed = scene.presenters.map((placement) => ({
    placement,
    presenter: presenterOf(project, placement.presenter),
  }));
  const key = `${moved}|${canonicalJson(placed)}`;
  let piece = host.memory.get(key);
  if (!piece) {
    const spoken = await speak(speech, host.store, signal);
    piece = {
      ...soundOf(speech, spoken, host),
      loudness: loudnessSteps(spoken),
      speechKey: moved,
      ...(await perform(spoken, paragraph, rate, placed, host.shelf)),
    };
    host.memory.set(key, piece);
  }
  return {
    ...piece,
    ...(await lookAbout(scene, project, piece.presenters, host.looks, signal)),
    ...{ scene, paragraph, words: piece.speech.words },
  };
}

/** A track with its sound, or with where that is had again. */
function soundOf(
  made: Speech,
  spoken: SpeechTrack,
  { store, holdsSound = true }: PrepareHost,
): Pick<PreparedPiece, 'speech' | 'pcm'> {
  return holdsSound
    ? { speech: spoken, pcm: held(spoken.pcm) }
    : { speech: { ...spoken, pcm: new Float32Array(0), heard: null }, pcm: stored(made, store) };
}

// Functions of their own: what is made in one scope keeps everything that any other function made there needs.
const held = (pcm: SpeechTrack['pcm']): FilmShot['pcm'] => {
  return () => Promise.resolve(pcm);
};
const stored = (made: Speech, store: AssetStore): FilmShot['pcm'] => {
  return async (signal) => (await speak(made, store, signal)).pcm;
};

/** What a scene's pictures look like, as far as its presenters' light and surroundings depend on it. */
export async function lookAbout<P extends Omit<PreparedPresenter, 'track'>>(
  { background }: Scene,
  { format }: Project,
  presenters: readonly P[],
  looks: PictureLooks,
  signal?: CancelSignal,
): Promise<{ readonly backgroundLook: PictureLook | null; readonly presenters: readonly P[] }> {
  const backgroundLook =
    'asset' in background && needsBackgroundLook(background, presenters)
      ? await looks.look(background.asset, background.kind, signal)
      : null;
  const seen = presenters.map(async (prepared): Promise<P> => {
    if (!needsOwnLook(prepared, background, format)) return prepared;
    const room = prepared.kind.room(prepared.presenter, prepared.data);
    return room === null
      ? prepared
      : { ...prepared, ownLook: await looks.look(room.asset, room.kind, signal) };
  });
  return { backgroundLook, presenters: await Promise.all(seen) };
}

/** From the store, or made and then into the store. A damaged product is made again. */
async function speak({ key, make }: Speech, store: AssetStore, signal?: CancelSignal): Promise<SpeechTrack> {
  const kept = await store.getProduct('speech', key);
  if (kept) {
    try {
      return decodeSpeechTrack(kept);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'corrupt-file') throw error;
    }
  }
  const speech = await make(signal);
  try {
    await store.putProduct('speech', key, encodeSpeechTrack(speech));
  } catch (error) {
    // A full disk costs the next start a moment of speaking, and this film nothing.
    if (!(error instanceof AppError) || error.code !== 'storage-full') throw error;
  }
  return speech;
}

async function perform(
  speech: SpeechTrack,
  paragraph: Paragraph,
  rate: Rational,
  placed: readonly {
    readonly placement: PreparedPresenter['placement'];
    readonly presenter: Presenter;
  }[],
  shelf: PresenterShelf,
): Promise<Pick<PreparedPiece, 'frameCount' | 'presenters'>> {
  const motion = animate(speech, { paragraph, rate });
  const presenters = await Promise.all(
    placed.map(async ({ placement, presenter }) => {
      const kind = presenterKind(presenter);
      const data = await shelf.read(presenter);
      const track = prepareFitted(presenter, motion, data, { cutOut: placement.cutOut });
      return { presenter, placement, kind, data, track };
    }),
  );
  return { frameCount: motion.frameCount, presenters };
}

function voiceOf(project: Project, scene: Scene): Voice {
  const voice = project.voices.find(({ id }) => id === scene.voice);
  if (!voice) throw new AppError('invalid-input', 'A scene has no voice.', { way: 'Choose a voice for it.' });
  return voice;
}

function presenterOf(project: Project, id: Presenter['id']): Presenter {
  const presenter = project.presenters.find((candidate) => candidate.id === id);
  if (!presenter)
    throw new AppError('invalid-input', 'A scene has a presenter that is not in this project.', {
      way: 'Choose a presenter for it.',
    });
  return presenter;
}
