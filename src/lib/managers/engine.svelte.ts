/** The engine, as the managers know it. */
import type { StudioEngine } from './ports.ts';

export function startEngine(): StudioEngine {
  const never = new Promise<never>(() => undefined);
  return {
    stageVersion: 0,
    device: () => never,
    prepare: () => never,
    exportFilm: () => never,
    thumbnail: () => never,
    voices: () => never,
    listen: () => never,
    attachStage: () => never,
  };
}
