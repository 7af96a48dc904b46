/**
 * The few globals that browsers, workers and Node all have and core may use. Core's tsconfig carries neither DOM
 * nor Node types, so whatever is not written here does not compile in core.
 */
declare const crypto: {
  getRandomValues<T extends Uint8Array>(array: T): T;
  readonly subtle: { digest(algorithm: 'SHA-256', data: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> };
};
declare const performance: { now(): number };
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  decode(bytes: Uint8Array): string;
}
/** Opaque to core: they only pass through it on their way between the app and its workers. */
interface MessagePort {
  postMessage(message: unknown): void;
}
interface OffscreenCanvas {
  width: number;
  height: number;
}
interface Blob {
  readonly size: number;
  readonly type: string;
}
