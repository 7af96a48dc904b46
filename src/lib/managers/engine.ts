/** The engine, as the managers know it: started with the settings of this device. */
import type { DeviceReport } from '#core/pipeline/worker-api.ts';
import { createEngine, type Engine, type EngineOptions } from '../engine/engine.ts';
import { staticFile } from '../routes.ts';
import type { StudioEngine } from './ports.ts';

/**
 * @param receipts those kept of the people in a film
 * @param compositor forces one; by itself the probe of the device decides
 */
export function startEngine(
  receipts: NonNullable<EngineOptions['receipts']>,
  compositor?: DeviceReport['compositor'],
  onRecovered: (reason: string) => void = () => undefined,
): StudioEngine & Pick<Engine, 'close'> {
  return createEngine({
    baseUrl: staticFile(''),
    onRecovered,
    receipts,
    ...(compositor === undefined ? {} : { compositor }),
  });
}
