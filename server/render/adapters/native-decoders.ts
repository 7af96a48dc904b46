/**
 * FFmpeg's decoders under mediabunny, in a render's own process: what browsers read through WebCodecs is read through the
 * same lines here. The one file that names @mediabunny/server.
 */
import { registerMediabunnyServer } from '@mediabunny/server';

let registered = false;

/** Software decoders only: they answer alike on every machine. */
export function useNativeDecoders(): void {
  if (registered) return;
  registered = true;
  registerMediabunnyServer({ hardwareContext: null });
  process.on('unhandledRejection', passOverToldErrors);
}

/**
 * What a decoder throws is told to whoever waits for its frames, and then once more to nobody, as mediabunny closes it
 * (CallSerializer, 1.61): by itself that would end the process, and a damaged file would pass for a process that died.
 */
function passOverToldErrors(error: unknown): void {
  if (error instanceof Error && error.stack?.includes('@mediabunny/server')) return;
  throw error;
}
