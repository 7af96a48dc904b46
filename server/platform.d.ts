/**
 * Two names that core's worker contract mentions and Node's types lack. They pass by the server unopened: it reads
 * other types of the same file.
 */
interface MessagePort {
  postMessage(message: unknown): void;
}
interface OffscreenCanvas {
  width: number;
  height: number;
}
