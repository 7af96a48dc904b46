/**
 * Speaking live: the person talks into the microphone, and the presenter on the stage speaks along. From the wish to
 * the last word; whatever ends it, the microphone is let go and the film is back on stage.
 */
import { AppError, toAppError } from '#core/base/errors.ts';
import type { SceneId } from '#core/base/ids.ts';
import type { Project } from '#core/document/project.ts';
import type { ModelPlacement } from '#core/model/runtime.ts';
import type { LiveEvent } from '#core/pipeline/live-api.ts';
import type { Microphone, MicrophoneOptions } from '../engine/microphone.ts';
import type { StudioEngine } from './ports.ts';

export type LiveState =
  | { readonly kind: 'off' }
  /** The browser asks the person. */
  | { readonly kind: 'asking' }
  /** The model that hears is opened. */
  | { readonly kind: 'starting' }
  | { readonly kind: 'listening'; readonly microphone: string; readonly placement: ModelPlacement }
  | { readonly kind: 'failed'; readonly error: AppError };

export type LiveStatus = Extract<LiveEvent, { type: 'status' }>;
type OpenMicrophone = (options: MicrophoneOptions) => Promise<Microphone>;

/** A voice at this distance below full scale shows an empty meter; dB. */
const METER_FLOOR_DB = -54;

export class LiveManager {
  state = $state.raw<LiveState>({ kind: 'off' });
  /** 0…1, for the meter. */
  level = $state(0);
  status = $state.raw<LiveStatus | null>(null);
  readonly on = $derived(this.state.kind !== 'off');

  readonly #engine: () => StudioEngine;
  readonly #openMicrophone: OpenMicrophone;
  #microphone: Microphone | null = null;
  /** What is on stage, or wanted there as soon as it is live. */
  #scene: { readonly project: Project; readonly scene: SceneId } | null = null;
  /** Whoever began with an older number is not wanted any more. */
  #turn = 0;

  constructor(engine: () => StudioEngine, openMicrophone: OpenMicrophone) {
    this.#engine = engine;
    this.#openMicrophone = openMicrophone;
  }

  async start(project: Project, scene: SceneId): Promise<void> {
    this.#end();
    const turn = this.#turn;
    const wanted = () => turn === this.#turn;
    const begun = { project, scene };
    this.#scene = begun;
    this.state = { kind: 'asking' };
    try {
      const microphone = await this.#openMicrophone({
        onLevel: (level) => this.#hearLevel(level),
        onGone: () => {
          if (wanted())
            this.#fail(
              new AppError('not-found', 'The microphone has gone.', {
                way: 'Connect it again, or choose another one, then go on.',
              }),
            );
        },
      });
      // Stopped while the browser asked: let go at once.
      if (!wanted()) return microphone.close();
      this.#microphone = microphone;
      this.state = { kind: 'starting' };
      const { sound, placement } = await this.#engine().startLive(
        project,
        scene,
        microphone.sampleRateHz,
        (event) => {
          if (wanted()) this.#hear(event);
        },
      );
      if (!wanted()) return;
      microphone.sendTo(sound);
      this.state = { kind: 'listening', microphone: microphone.label, placement };
      // Edited, or left for another scene, while the model was opened.
      if (this.#scene !== begun) this.change(this.#scene.project, this.#scene.scene);
    } catch (error) {
      if (wanted()) this.#fail(toAppError(error));
    }
  }

  /** The show goes on with this scene, as it is now. */
  change(project: Project, scene: SceneId): void {
    this.#scene = { project, scene };
    if (this.state.kind !== 'listening') return;
    const turn = this.#turn;
    void this.#engine()
      .changeLive(project, scene)
      .catch((error: unknown) => {
        if (turn === this.#turn) this.#fail(toAppError(error));
      });
  }

  stop(): void {
    this.#end();
    this.state = { kind: 'off' };
  }

  #fail(error: AppError): void {
    this.#end();
    this.state = { kind: 'failed', error };
  }

  #end(): void {
    this.#turn++;
    this.#microphone?.close();
    this.#microphone = null;
    this.level = 0;
    this.status = null;
    if (this.state.kind === 'starting' || this.state.kind === 'listening')
      void this.#engine()
        .stopLive()
        .catch(() => undefined); // a worker that is gone shows nothing live either
  }

  #hearLevel(level: number): void {
    const db = 20 * Math.log10(Math.max(level, 1e-6));
    const now = Math.max(0, Math.min(1, 1 - db / METER_FLOOR_DB));
    // Up at once, down at leisure, as meters do.
    this.level = Math.max(now, this.level * 0.8);
  }

  #hear(event: LiveEvent): void {
    if (event.type === 'status') this.status = event;
    else {
      const { code, message, way } = event.error;
      this.#fail(new AppError(code, message, way === undefined ? {} : { way }));
    }
  }
}
