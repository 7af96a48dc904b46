/**
 * What this device can do, as the start-up probe found it, said in one plain line.
 */
import { toAppError, type AppError } from '#core/base/errors.ts';
import type { DeviceReport } from '#core/pipeline/worker-api.ts';
import type { StudioEngine, VoiceChoice } from './ports.ts';

export class DeviceManager {
  report = $state.raw<DeviceReport | null>(null);
  error = $state.raw<AppError | null>(null);
  voices = $state.raw<readonly VoiceChoice[]>([]);
  /** Where sounds are listened to; one plain line, once it was asked for. */
  listening = $state.raw<string | null>(null);
  readonly #engine: () => StudioEngine;

  constructor(engine: () => StudioEngine) {
    this.#engine = engine;
  }

  readonly line = $derived(
    this.error?.message ?? this.report?.summary ?? 'Finding out what this device can do…',
  );

  async start(): Promise<void> {
    try {
      this.report = await this.#engine().device();
    } catch (error) {
      this.error = toAppError(error, 'unsupported-browser');
    }
  }

  /** Opens the model, which takes a moment the first time. */
  async lookAtListener(): Promise<void> {
    const { placement, error } = await this.#engine().listenerReport();
    this.listening = placement?.summary ?? error?.message ?? null;
  }

  async loadVoices(): Promise<void> {
    if (this.voices.length === 0) this.voices = await this.#engine().voices();
  }
}
