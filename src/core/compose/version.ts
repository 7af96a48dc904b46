/**
 * The edition of the drawing code. Encoded segments are kept across updates of the app, under keys that say who drew
 * them; without this number, a film would be put together from pictures of two editions.
 */

/**
 * Raise it whenever a compositor (Canvas 2D, WebGPU, or what both share in this folder) would make other pixels of the
 * same draw list. What changes the draw list itself is in the picture's key already.
 */
export const COMPOSE_VERSION = 3;

/** Who drew a segment, as its key holds it. */
export function compositorFingerprint(kind: string, version = COMPOSE_VERSION): string {
  return `${kind}@${version}`;
}
