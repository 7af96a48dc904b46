/**
 * Names that core's worker contract and the shared adapters mention and Node's types lack, as far as they are used.
 * Node has all of them but the canvas, which passes by unopened.
 */
interface MessagePort {
  postMessage(message: unknown): void;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  close(): void;
}
interface OffscreenCanvas {
  width: number;
  height: number;
}
declare namespace WebAssembly {
  interface Instance {
    readonly exports: Readonly<Record<string, unknown>>;
  }
  class Memory {
    readonly buffer: ArrayBuffer;
  }
  function compile(bytes: Uint8Array): Promise<Module>;
  function instantiate(module: Module, imports: object): Promise<Instance>;
}
declare module 'worker_threads' {
  interface MessagePort {
    onmessage: ((event: { readonly data: unknown }) => void) | null;
  }
}
