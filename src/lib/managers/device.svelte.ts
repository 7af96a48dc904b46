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

  async loadVoices(): Promise<void> {
    if (this.voices.length === 0) this.voices = await this.#engine().voices();
  }
}
