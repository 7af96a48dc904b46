/** Hearing one sentence in a voice, before it is chosen. A newer one stops the older. */
import type { Voice } from '#core/document/project.ts';
import { playSample, type SamplePlayback } from '../sample-playback.ts';
import type { StudioEngine } from './ports.ts';
import type { ToastManager } from './toasts.svelte.ts';

export class Audition {
  /** The voice that is heard, `engine/voice`, or null. */
  heard = $state<string | null>(null);
  readonly #engine: () => StudioEngine;
  readonly #toasts: ToastManager;
  #sample: SamplePlayback | null = null;
  #turn = 0;

  constructor(engine: () => StudioEngine, toasts: ToastManager) {
    this.#engine = engine;
    this.#toasts = toasts;
  }

  async play(text: string, voice: Voice): Promise<void> {
    this.stop();
    const turn = ++this.#turn;
    this.heard = `${voice.engine}/${voice.engineVoice}`;
    try {
      const sample = await this.#engine().listen(voice, text);
      if (turn !== this.#turn) return;
      this.#sample = playSample(sample, () => {
        if (turn === this.#turn) this.heard = null;
      });
    } catch (error) {
      if (turn === this.#turn) this.heard = null;
      this.#toasts.fail(error);
    }
  }

  stop(): void {
    this.#turn++;
    this.#sample?.stop();
    this.#sample = null;
    this.heard = null;
  }
}
