/**
 * Stands in for `blob-polyfill`, which SoundSwallower imports and does not use: it asks for a document, and there is
 * none in a worker. See `resolve.alias` in vite.config.ts.
 */
export const Blob = globalThis.Blob;
