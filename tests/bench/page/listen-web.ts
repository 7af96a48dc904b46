/** Opens the lip-sync model in the bench's worker, on the provider and with the threads that are to be measured. */
import { openGpu } from '#workers/adapters/gpu.ts';
import { fetchModelFiles } from '#workers/adapters/model-files.ts';
import { ortWebRuntime } from '#workers/adapters/ort-web.ts';
import { loadManifest } from '#core/model/files.ts';
import { LONGEST_RUN_COLUMNS } from '#core/speech/listen/listener.ts';
import { MEL } from '#core/speech/listen/mel.ts';
import { measureListening } from './listen.ts';
import type { ListenFigures, ListenWish } from './protocol.ts';

export async function listen({ provider, threads, seconds }: ListenWish): Promise<ListenFigures> {
  const from = performance.now();
  const files = fetchModelFiles('/');
  const runtime = ortWebRuntime({
    files,
    gpu: () => (provider === 'webgpu' ? openGpu() : Promise.resolve(null)),
    threads,
    trySoftwareGpu: true,
  });
  const manifest = await loadManifest(files, 'lipsync');
  const session = await runtime.open(manifest, {
    providers: [provider],
    steadyShapes: { mel: [1, MEL.bands, LONGEST_RUN_COLUMNS] },
  });
  return measureListening({ manifest, session, openMs: performance.now() - from }, seconds);
}
