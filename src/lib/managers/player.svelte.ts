/**
 * The stage's film and where it stands. Edits are gathered for a moment and then prepared afresh; the place on the
 * time line is kept by what is being said there (paragraph and time within it), not by its number, so that a longer
 * sentence early on does not throw the viewer somewhere else.
 */
import { isCancelled, toAppError, type AppError } from '#core/base/errors.ts';
import type { ParagraphId, SceneId } from '#core/base/ids.ts';
import { frameToSeconds, secondsToFrame } from '#core/base/time.ts';
import type { Project } from '#core/document/project.ts';
import type { PreparedFilm, PreparedFilmShot } from '#core/pipeline/worker-api.ts';
import type { SpokenRange } from '../editor/script-editor.ts';
import type { Playback, StudioEngine } from './ports.ts';

const PREPARE_AFTER_MS = 120;
/** What the first moments took says little of the rest. */
const FORETELL_AFTER_S = 2;

export class PlayerManager {
  film = $state.raw<PreparedFilm | null>(null);
  /** Counts the films that came on stage, for whoever waits for the next. */
  films = $state(0);
  frame = $state(0);
  playing = $state(false);
  preparing = $state(false);
  /** How far the film under way is, 0…1; null while there is nothing to tell. */
  prepared = $state<number | null>(null);
  /** About how long it will still take, seconds; null while that cannot be said. */
  leftS = $state<number | null>(null);
  /** Preparing was stopped by the person: the film on stage is an older one. The next edit prepares again. */
  stopped = $state(false);
  error = $state.raw<AppError | null>(null);
  /** It has played since Orator was opened: the invitation to play is no longer needed. */
  hasPlayed = $state(false);

  readonly shot = $derived.by<PreparedFilmShot | null>(() => shotAt(this.film, this.frame));
  readonly durationS = $derived(this.film ? frameToSeconds(this.film.frameCount, this.film.rate) : 0);
  readonly timeS = $derived(this.film ? frameToSeconds(this.frame, this.film.rate) : 0);
  readonly sceneId = $derived<SceneId | null>(this.shot?.scene ?? null);

  /** The word being said on this frame. Between words the last one stays lit until the next begins. */
  readonly spoken = $derived.by<SpokenRange | null>(() => {
    const { shot, film } = this;
    if (!shot || !film) return null;
    const atS = frameToSeconds(this.frame - shot.startFrame, film.rate);
    const word = shot.words.findLast((w) => w.startS <= atS + 1e-6);
    if (!word || atS > word.endS + 0.35) return null;
    return { paragraph: shot.paragraph, sourceStart: word.sourceStart, sourceEnd: word.sourceEnd };
  });

  readonly #engine: () => StudioEngine;
  #playback: Playback | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** Where to stand once a film that contains it is there. */
  #wanted: { readonly paragraph: ParagraphId; readonly offset: number; play: boolean } | null = null;
  #latest = 0;
  #project: Project | null = null;
  #abort: AbortController | null = null;

  constructor(engine: () => StudioEngine) {
    this.#engine = engine;
  }

  connect(playback: Playback): void {
    this.#playback = playback;
    if (this.film) playback.load(this.film, this.frame);
  }

  /** Told by playback, once a frame. */
  onFrame(frame: number): void {
    this.frame = frame;
  }
  onPlaying(playing: boolean): void {
    this.playing = playing;
  }

  /** Takes the project up soon; the newest wins. */
  prepareSoon(project: Project, delayMs = PREPARE_AFTER_MS): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#prepare(project);
    }, delayMs);
  }

  clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#latest++;
    this.pause();
    this.film = null;
    this.frame = 0;
    this.#wanted = null;
    this.preparing = false;
    this.stopped = false;
    this.#project = null;
    this.error = null;
  }

  /** Stops what is being prepared. The project stays as it is, and so does the film on stage. */
  stopPreparing(): void {
    if (!this.preparing) return;
    this.stopped = true;
    this.#abort?.abort();
  }
  prepareAgain(): void {
    if (this.#project) this.prepareSoon(this.#project, 0);
  }

  async toggle(): Promise<void> {
    if (this.playing) this.pause();
    else await this.play();
  }
  async play(): Promise<void> {
    const { film } = this;
    if (!film || film.frameCount === 0) return;
    this.hasPlayed = true;
    if (this.frame >= film.frameCount - 1) this.seek(0);
    await this.#playback?.play();
  }
  pause(): void {
    this.#playback?.pause();
  }
  setMuted(muted: boolean): void {
    this.#playback?.setMuted(muted);
  }

  seek(frame: number): void {
    const last = Math.max(0, (this.film?.frameCount ?? 1) - 1);
    this.frame = Math.max(0, Math.min(last, Math.round(frame)));
    this.#playback?.seek(this.frame);
  }
  seekBy(seconds: number): void {
    if (this.film)
      this.seek(this.frame + secondsToFrame(Math.abs(seconds), this.film.rate) * Math.sign(seconds));
  }
  seekScene(scene: SceneId): void {
    const shot = this.film?.shots.find((s) => s.scene === scene);
    if (shot && this.sceneId !== scene) this.seek(restingFrame(shot));
  }

  /** To the word that covers `offset` in a paragraph's text, or to its nearest one. */
  seekWord(paragraph: ParagraphId, offset: number): void {
    const { film } = this;
    const shot = film?.shots.find((s) => s.paragraph === paragraph);
    if (!film || !shot) {
      this.#wanted = { paragraph, offset, play: false };
      return;
    }
    const word = shot.words.find((w) => offset < w.sourceEnd) ?? shot.words.at(-1);
    const within = word ? Math.ceil((word.startS * film.rate.num) / film.rate.den) : 0;
    this.seek(shot.startFrame + Math.min(within, shot.frameCount - 1));
  }

  /** Frames where scenes begin, for the marks on the scrub bar. */
  readonly sceneStarts = $derived.by<readonly { scene: SceneId; frame: number; frames: number }[]>(() => {
    const starts: { scene: SceneId; frame: number; frames: number }[] = [];
    for (const shot of this.film?.shots ?? []) {
      const last = starts.at(-1);
      if (last && last.scene === shot.scene) last.frames += shot.frameCount;
      else starts.push({ scene: shot.scene, frame: shot.startFrame, frames: shot.frameCount });
    }
    return starts;
  });

  sceneSeconds(scene: SceneId): number | null {
    const span = this.sceneStarts.find((s) => s.scene === scene);
    return span && this.film ? frameToSeconds(span.frames, this.film.rate) : null;
  }

  async #prepare(project: Project): Promise<void> {
    const mine = ++this.#latest;
    this.preparing = true;
    this.stopped = false;
    this.leftS = null;
    this.#project = project;
    const abort = new AbortController();
    this.#abort = abort;
    const startedMs = performance.now();
    try {
      const film = await this.#engine().prepare(project, {
        signal: abort.signal,
        onProgress: ({ done, total }) => {
          if (mine !== this.#latest) return;
          const part = total > 0 ? done / total : 0;
          const tookS = (performance.now() - startedMs) / 1000;
          this.prepared = total > 0 ? part : null;
          this.leftS = tookS >= FORETELL_AFTER_S && part > 0 ? (tookS * (1 - part)) / part : null;
        },
      });
      if (mine !== this.#latest) return;
      const at = this.#placeIn(film);
      this.film = film;
      this.films++;
      this.frame = at;
      this.error = null;
      this.#playback?.load(film, at);
      if (this.#wanted) {
        const { paragraph, offset } = this.#wanted;
        this.#wanted = null;
        if (film.shots.some((shot) => shot.paragraph === paragraph)) this.seekWord(paragraph, offset);
      }
    } catch (error) {
      if (mine === this.#latest && !isCancelled(error)) this.error = toAppError(error);
    } finally {
      if (mine === this.#latest) {
        this.preparing = false;
        this.prepared = null;
        this.leftS = null;
      }
    }
  }

  #placeIn(film: PreparedFilm): number {
    const shot = this.shot;
    const last = Math.max(0, film.frameCount - 1);
    if (!this.film || !shot) return 0;
    const there = film.shots.find((s) => s.paragraph === shot.paragraph);
    if (!there) return Math.min(this.frame, last);
    const within = frameToSeconds(this.frame - shot.startFrame, this.film.rate);
    return there.startFrame + Math.min(secondsToFrame(within, film.rate), Math.max(0, there.frameCount - 1));
  }
}

function shotAt(film: PreparedFilm | null, frame: number): PreparedFilmShot | null {
  return film?.shots.findLast((shot) => shot.startFrame <= frame) ?? null;
}

/** A scene is shown a moment into its first shot: past a cross-fade, with the presenter settled. */
function restingFrame(shot: PreparedFilmShot): number {
  return shot.startFrame + (shot.startFrame === 0 ? 0 : Math.min(12, Math.max(0, shot.frameCount - 1)));
}
