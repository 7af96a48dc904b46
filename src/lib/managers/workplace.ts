/** What must be there before the studio can be made: the device's storage and the engine. */
import { PRESETS } from '#core/presenter/illustrated/presets.ts';
import { openStorage, type Storage } from '../storage/open.ts';
import { startEngine } from './engine.svelte.ts';
import type { StudioEngine } from './ports.ts';

export interface WorkplaceParts {
  readonly engine: StudioEngine;
  readonly storage: Storage;
}

/** @throws AppError unsupported-browser | storage-failed | newer-version */
export async function openWorkplace(): Promise<WorkplaceParts> {
  // The workers load while the storage opens.
  const engine = startEngine();
  const storage = await openStorage({
    inventory: { presets: PRESETS.map((preset) => preset.preset) },
  });
  return { engine, storage };
}
