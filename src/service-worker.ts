/**
 * Orator without a network. The build writes the list of all its files, with hashes, into this script, so a changed
 * file is a changed worker. Files are kept under their hash: what two versions share is stored and fetched once, and
 * a response is kept whole, with the headers that isolate the page. Installing fetches only the shell; the page asks
 * for the rest, file by file, when it is idle, and every file that has come stays come. A new version waits until the
 * person agrees; pages of the old one still find the old one's files until they are reloaded.
 */
import { AppError, errorToWire } from '#core/base/errors.ts';
import type { OfflineAnswer, OfflineFile, OfflineList, OfflineRequest } from './lib/pwa/protocol.ts';

/** Replaced by the build; see server/setup/offline-list.js. */
declare const ORATOR_OFFLINE_LIST: OfflineList;

const worker = self as unknown as ServiceWorkerGlobalScope;
const built = ORATOR_OFFLINE_LIST;
/** The build of what runs models that this browser has no use for. */
const other: OfflineFile['only'] = 'Suspending' in WebAssembly ? 'asyncify' : 'jspi';
const list: OfflineList = { ...built, files: built.files.filter(({ only }) => only !== other) };
const current = new Map(list.files.map((file) => [file.path, file]));
const root = new URL('./', worker.location.href);

const CACHE = 'orator-files';
/** The lists of the version that runs and of the one before it, kept beside the files. */
const LIST_KEY = new URL('offline/list.json', root).href;
const PREVIOUS_LIST_KEY = new URL('offline/previous-list.json', root).href;
const keyOf = (file: OfflineFile) => new URL(`offline/${encodeURIComponent(file.sha256)}`, root).href;

worker.addEventListener('install', (event) => {
  event.waitUntil(Promise.all(list.files.filter((file) => file.shell).map(keep)));
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(takeOver());
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const path = pathOf(request.url);
  // Whatever is not a file of the app is the network's business, and so are parts of files.
  if (request.method !== 'GET' || path === null || path.startsWith('api/') || request.headers.has('range'))
    return;
  const file = current.get(path) ?? (request.mode === 'navigate' ? current.get('') : undefined);
  if (file !== undefined) event.respondWith(answer(file, request));
  else if (path.startsWith('_app/immutable/')) event.respondWith(answerOfBefore(path, request));
});

worker.addEventListener('message', (event) => {
  const port = event.ports[0];
  const respond = (answer: OfflineAnswer) => port?.postMessage(answer);
  event.waitUntil(
    handle(event.data as OfflineRequest).then(respond, (error: unknown) =>
      respond({ type: 'failed', error: errorToWire(error) }),
    ),
  );
});

async function handle(request: OfflineRequest): Promise<OfflineAnswer> {
  switch (request.type) {
    case 'inventory': {
      const kept = new Set((await (await caches.open(CACHE)).keys()).map((key) => key.url));
      const files = list.files.map((file) => ({
        path: file.path,
        bytes: file.bytes,
        kept: kept.has(keyOf(file)),
      }));
      return { type: 'inventory', inventory: { version: list.version, files } };
    }
    case 'keep': {
      const file = current.get(request.path);
      if (file === undefined)
        throw new AppError('not-found', `There is no file “${request.path}” in this version.`);
      await keep(file);
      return { type: 'done' };
    }
    case 'take-over':
      await worker.skipWaiting();
      return { type: 'done' };
  }
}

/** Fetches a file unless it is kept. Its hash is checked by the browser: a half-updated server is not believed. */
async function keep(file: OfflineFile): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(keyOf(file));
  if (kept !== undefined) return kept;
  const response = await fetch(new URL(file.path, root), {
    integrity: `sha256-${file.sha256}`,
    // Names with a hash in them never change; all others must be asked for anew.
    cache: file.path.startsWith('_app/immutable/') ? 'default' : 'no-cache',
  });
  if (!response.ok || response.redirected)
    throw new AppError('network', `The file “${file.path}” could not be fetched (${response.status}).`);
  await cache.put(keyOf(file), response.clone());
  return response;
}

async function answer(file: OfflineFile, request: Request): Promise<Response> {
  try {
    return await keep(file);
  } catch {
    // Not kept, and this version's copy cannot be had: whatever the network says is the best there is.
    return fetch(request);
  }
}

/** A page that still runs the version before asks for that version's files. */
async function answerOfBefore(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const before = (await readList(cache, PREVIOUS_LIST_KEY))?.files.find((file) => file.path === path);
  const kept = before === undefined ? undefined : await cache.match(keyOf(before));
  return kept ?? fetch(request);
}

async function takeOver(): Promise<void> {
  const cache = await caches.open(CACHE);
  const stored = await readList(cache, LIST_KEY);
  // Started again with the same version: the one before stays the one before.
  const before = stored?.version === list.version ? await readList(cache, PREVIOUS_LIST_KEY) : stored;
  const needed = new Set([...list.files, ...(before?.files ?? [])].map(keyOf));
  for (const key of await cache.keys())
    if (!needed.has(key.url) && key.url !== LIST_KEY && key.url !== PREVIOUS_LIST_KEY)
      await cache.delete(key);
  if (before !== null) await cache.put(PREVIOUS_LIST_KEY, Response.json(before));
  await cache.put(LIST_KEY, Response.json(list));
  await worker.clients.claim();
}

async function readList(cache: Cache, key: string): Promise<OfflineList | null> {
  const response = await cache.match(key);
  return response === undefined ? null : ((await response.json()) as OfflineList);
}

/** Relative to the app's root, decoded, or null for what lies outside it. */
function pathOf(address: string): string | null {
  const url = new URL(address);
  if (url.origin !== root.origin || !url.pathname.startsWith(root.pathname)) return null;
  try {
    const path = decodeURIComponent(url.pathname.slice(root.pathname.length));
    return path === 'index.html' ? '' : path;
  } catch {
    return null;
  }
}
