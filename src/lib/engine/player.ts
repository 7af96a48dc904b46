/**
 * Playback in which the sound is the clock. Each shot's speech is scheduled on an AudioContext; the picture asked for
 * is whatever frame is being heard now, so frames drop rather than drift. Where there is nothing to hear the context's
 * time runs all the same.
 */
import { frameToSeconds, secondsToFrame } from '#core/base/time.ts';
import { previewSound } from '#core/output/audio-mix.ts';
import type { PreparedFilm, PreparedFilmShot } from '#core/pipeline/worker-api.ts';

export interface PlayerOptions {
  /** Draws a frame on the stage. */
  readonly show: (frame: number) => Promise<void>;
  /** Told why a frame could not be drawn: once, until one can be again. */
  readonly onTrouble?: (error: unknown) => void;
  readonly onFrame: (frame: number) => void;
  readonly onPlaying: (playing: boolean) => void;
}

/** Sound is scheduled this far ahead; an edit while playing is heard within it. */
const AHEAD_S = 1.5;
/** Between asking to play and the first sample. */
const LEAD_S = 0.04;
/** A pause or a jump is faded over this, so that it does not click. */
const FADE_S = 0.008;

interface Sounding {
  readonly source: AudioBufferSourceNode;
  readonly gain: GainNode;
}

export class Player {
  readonly #options: PlayerOptions;
  #context: AudioContext | null = null;
  #master: GainNode | null = null;
  #film: PreparedFilm | null = null;
  #frame = 0;
  #muted = false;
  #playing = false;
  /** Context time at which film time 0 would have begun. */
  #originS = 0;
  /** Shots up to here are scheduled. */
  #scheduled = 0;
  #sounding: Sounding[] = [];
  #request: number | null = null;
  #showing = false;
  #wanted: number | null = null;
  #troubled = false;
  readonly #buffers = new WeakMap<Float32Array, { readonly gain: number; readonly buffer: AudioBuffer }>();

  constructor(options: PlayerOptions) {
    this.#options = options;
  }

  get playing(): boolean {
    return this.#playing;
  }
  get frame(): number {
    return this.#frame;
  }

  /** Takes a film over, standing at `frame`; goes on playing if it was. */
  load(film: PreparedFilm, frame: number): void {
    this.#film = film;
    this.#troubled = false;
    this.#frame = this.#clamp(frame);
    if (this.#playing) this.#soundFrom(this.#frame);
    this.#show(this.#frame);
  }

  /** Plays on from where it stands; from the start when it stands at the end. */
  async play(): Promise<void> {
    const film = this.#film;
    if (!film || this.#playing || film.frameCount === 0) return;
    if (this.#frame >= film.frameCount - 1) this.#frame = 0;
    this.#playing = true;
    this.#options.onPlaying(true);
    await this.#openContext().resume();
    if (!this.#playing) return; // paused while the context woke
    this.#soundFrom(this.#frame);
    this.#request ??= requestAnimationFrame(this.#tick);
  }

  pause(): void {
    if (!this.#playing) return;
    this.#frame = this.#frameNow();
    this.#options.onFrame(this.#frame);
    this.#stop();
    this.#show(this.#frame);
  }

  /** Goes to a frame, playing on if it was playing. */
  seek(frame: number): void {
    this.#frame = this.#clamp(frame);
    if (this.#playing && this.#context) this.#soundFrom(this.#frame);
    this.#show(this.#frame);
  }

  setMuted(muted: boolean): void {
    this.#muted = muted;
    if (this.#master && this.#context)
      this.#master.gain.setTargetAtTime(muted ? 0 : 1, this.#context.currentTime, FADE_S);
  }

  close(): void {
    this.#stop();
    void this.#context?.close();
    this.#context = null;
    this.#master = null;
  }

  readonly #tick = (): void => {
    this.#request = null;
    const film = this.#film;
    if (!this.#playing || !film) return;
    this.#schedule();
    const frame = this.#frameNow();
    if (frame !== this.#frame) {
      this.#frame = frame;
      this.#options.onFrame(frame);
      this.#show(frame);
    }
    if (this.#heardS() >= frameToSeconds(film.frameCount, film.rate)) {
      this.#stop();
      return;
    }
    this.#request = requestAnimationFrame(this.#tick);
  };

  /** Film time that is leaving the loudspeaker now. */
  #heardS(): number {
    const context = this.#context;
    if (!context) return 0;
    const latencyS = context.outputLatency || context.baseLatency || 0;
    return context.currentTime - latencyS - this.#originS;
  }

  #frameNow(): number {
    const film = this.#film;
    if (!film || !this.#playing || !this.#context) return this.#frame;
    return this.#clamp(Math.max(this.#firstHeard, secondsToFrame(Math.max(0, this.#heardS()), film.rate)));
  }
  /** Until the first sample is heard the stage stands where playing began. */
  #firstHeard = 0;

  #soundFrom(frame: number): void {
    const { context, film } = { context: this.#openContext(), film: this.#film };
    if (!film) return;
    this.#silence();
    this.#firstHeard = frame;
    this.#originS = context.currentTime + LEAD_S - frameToSeconds(frame, film.rate);
    this.#scheduled = film.shots.findIndex((shot) => frame < shot.startFrame + shot.frameCount);
    if (this.#scheduled < 0) this.#scheduled = film.shots.length;
    this.#schedule();
  }

  /** Schedules every shot that begins within the next moments. */
  #schedule(): void {
    const { film, context } = { film: this.#film, context: this.#context };
    if (!film || !context) return;
    for (; this.#scheduled < film.shots.length; this.#scheduled++) {
      const shot = film.shots[this.#scheduled] as PreparedFilmShot;
      const startS = this.#originS + frameToSeconds(shot.startFrame, film.rate);
      if (startS > context.currentTime + AHEAD_S) return;
      this.#sound(film, shot, startS, context);
    }
  }

  #sound(film: PreparedFilm, shot: PreparedFilmShot, startS: number, context: AudioContext): void {
    if (shot.pcm.length === 0) return;
    const earliestS = context.currentTime + LEAD_S / 2;
    const offsetS = Math.max(0, earliestS - startS);
    const buffer = this.#bufferOf(film, shot, context);
    if (offsetS >= buffer.duration) return;
    const source = context.createBufferSource();
    source.buffer = buffer;
    const gain = context.createGain();
    source.connect(gain).connect(this.#master ?? context.destination);
    if (offsetS > 0) {
      gain.gain.setValueAtTime(0, earliestS);
      gain.gain.linearRampToValueAtTime(1, earliestS + FADE_S);
    }
    source.start(startS + offsetS, offsetS);
    const sounding = { source, gain };
    this.#sounding.push(sounding);
    source.onended = () => {
      this.#sounding = this.#sounding.filter((other) => other !== sounding);
    };
  }

  /** As loud as the export will be, peaks held back the same way. Kept per sound and gain. */
  #bufferOf(film: PreparedFilm, shot: PreparedFilmShot, context: AudioContext): AudioBuffer {
    const kept = this.#buffers.get(shot.pcm);
    if (kept?.gain === film.gain) return kept.buffer;
    const samples = previewSound(shot.pcm, shot.sampleRateHz, film.gain);
    const buffer = context.createBuffer(1, samples.length, shot.sampleRateHz);
    buffer.copyToChannel(samples, 0);
    this.#buffers.set(shot.pcm, { gain: film.gain, buffer });
    return buffer;
  }

  #silence(): void {
    const nowS = this.#context?.currentTime ?? 0;
    for (const { source, gain } of this.#sounding) {
      source.onended = null;
      gain.gain.setTargetAtTime(0, nowS, FADE_S / 3);
      source.stop(nowS + FADE_S);
    }
    this.#sounding = [];
  }

  #stop(): void {
    if (this.#request !== null) cancelAnimationFrame(this.#request);
    this.#request = null;
    this.#silence();
    if (!this.#playing) return;
    this.#playing = false;
    this.#options.onPlaying(false);
  }

  /** One wish at a time is under way; while it is, only the newest waits. */
  #show(frame: number): void {
    this.#wanted = frame;
    if (this.#showing) return;
    this.#showing = true;
    const next = async () => {
      while (this.#wanted !== null) {
        const wanted = this.#wanted;
        this.#wanted = null;
        await this.#options.show(wanted).then(
          () => (this.#troubled = false),
          (error: unknown) => {
            if (!this.#troubled) this.#options.onTrouble?.(error);
            this.#troubled = true;
          },
        );
      }
    };
    void next().finally(() => (this.#showing = false));
  }

  #openContext(): AudioContext {
    if (this.#context) return this.#context;
    const context = new AudioContext({ latencyHint: 'interactive' });
    this.#master = context.createGain();
    this.#master.gain.value = this.#muted ? 0 : 1;
    this.#master.connect(context.destination);
    this.#context = context;
    return context;
  }

  #clamp(frame: number): number {
    const last = (this.#film?.frameCount ?? 1) - 1;
    return Math.max(0, Math.min(last, Math.round(frame)));
  }
}

export function createPlayer(options: PlayerOptions): Player {
  return new Player(options);
}
