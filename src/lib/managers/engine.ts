/** The engine, as the managers know it: started with the settings of this device. */
import type { DeviceReport } from '#core/pipeline/worker-api.ts';
import { createEngine, type Engine } from '../engine/engine.ts';
import { staticFile } from '../routes.ts';
import type { StudioEngine } from './ports.ts';

/** @param compositor forces one; by itself the probe of the device decides */
export function startEngine(
  compositor?: DeviceReport['compositor'],
  onRecovered: (reason: string) => void = () => undefined,
): StudioEngine & Pick<Engine, 'close'> {
  return createEngine({
    baseUrl: staticFile(''),
    onRecovered,
    ...(compositor === undefined ? {} : { compositor }),
  });
}
