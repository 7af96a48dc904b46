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
}
