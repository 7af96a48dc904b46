/** What a page and the service worker say to each other. Each message carries a port for its one answer. */
import type { ErrorWire } from '#core/base/errors.ts';

/** One file of the built app. */
export interface OfflineFile {
  /** Relative to the app's root; the page itself is the empty path. */
  readonly path: string;
  readonly bytes: number;
  /** SHA-256 in base64, as the browser's own integrity check wants it. */
  readonly sha256: string;
  /** Needed to open at all: kept while the worker installs. The rest is kept later, in idle time. */
  readonly shell: boolean;
  /** Where a program has two builds: for browsers that can let it wait (`WebAssembly.Suspending`), or for all others. */
  readonly only?: 'jspi' | 'asyncify';
}

/** Everything one version of the app is made of. Written into the service worker by the build. */
export interface OfflineList {
  readonly version: string;
  readonly files: readonly OfflineFile[];
}

export type OfflineRequest =
  /** Which files are there, and which of them are kept already? */
  | { readonly type: 'inventory' }
  /** Keep this one. */
  | { readonly type: 'keep'; readonly path: string }
  /** Take over from the version that runs; the person has agreed. */
  | { readonly type: 'take-over' };

export interface OfflineInventory {
  readonly version: string;
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly kept: boolean }[];
}

export type OfflineAnswer =
  | { readonly type: 'inventory'; readonly inventory: OfflineInventory }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly error: ErrorWire };
