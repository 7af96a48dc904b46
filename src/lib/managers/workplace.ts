/** What must be there before the studio can be made: the device's storage and the engine. */
import type { DeviceReport } from '#core/pipeline/worker-api.ts';
import { PRESETS } from '#core/presenter/illustrated/presets.ts';
import { openStorage, type Storage } from '../storage/open.ts';
import { startEngine } from './engine.ts';
import type { StudioEngine } from './ports.ts';

export interface WorkplaceParts {
  readonly engine: StudioEngine;
  readonly storage: Storage;
  /** Called back when the graphics device was lost and another worker has taken over. */
  readonly onRecovered: (listener: () => void) => void;
}

export interface WorkplaceOptions {
  readonly compositor?: DeviceReport['compositor'];
}

/** @throws AppError unsupported-browser | storage-failed | newer-version */
export async function openWorkplace(options: WorkplaceOptions = {}): Promise<WorkplaceParts> {
  let recovered: () => void = () => undefined;
  // The workers load while the storage opens.
  const opening = openStorage({
    inventory: { presets: PRESETS.map((preset) => preset.preset) },
  });
  const engine = startEngine(
    async (subjects) => (await opening).receipts.bundlesFor(subjects),
    options.compositor,
    () => recovered(),
  );
  const storage = await opening;
  return { engine, storage, onRecovered: (listener) => (recovered = listener) };
}
