/**
 * The embedded voices on every host: Flite compiled to WASI, run by `wasi.ts`. The host only says where the compiled
 * module comes from; it is asked for once, at the first word.
 */
import type { SpeechEngine } from '#core/speech/ports.ts';
import { createFliteEngine } from '#core/speech/flite/engine.ts';
import { runCommand } from './wasi.ts';

const DOCUMENT = 'in.xml';
const SOUND = 'out.wav';

export function fliteEngine(loadModule: () => Promise<WebAssembly.Module>): SpeechEngine {
  let module: Promise<WebAssembly.Module> | null = null;
  const load = () => {
    // A load that failed may be tried again: the network can come back.
    module ??= loadModule().catch((error: unknown) => {
      module = null;
      throw error;
    });
    return module;
  };
  return createFliteEngine({
    run: async (args, document) => {
      const command = ['flite', ...args, '-ssml', '-f', `/${DOCUMENT}`, '-o', `/${SOUND}`];
      const files = new Map([[DOCUMENT, new TextEncoder().encode(document)]]);
      const result = await runCommand(await load(), command, files);
      return { stdout: result.stdout, wav: result.files.get(SOUND) ?? null };
    },
    close: () => (module = null),
  });
}
