// What the app needs without a network: every file of the build with its size and hash, written into the service
// worker once the build stands. Kit's own list leaves worker chunks out, and knows no hashes.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

const PLACEHOLDER = 'ORATOR_OFFLINE_LIST';

/** Not part of the app without a network: the worker itself, what says whether a newer build is there, debug maps. */
const LEFT_OUT = [/^service-worker\.js$/, /^_app\/version\.json$/, /\.map$/, /^robots\.txt$/];
/**
 * Half-precision weights of what listens: only for graphics cards that compute in it, which fetch them when they are
 * there and use the small ones when not. And what follows recordings, ten megabytes a language, which keeps its files itself when it is
 * first used. All else of a model that ships is part of the app.
 */
const ON_DEMAND = [/^models\/lipsync\/[^/]+\.fp16\.onnx$/, /^models\/aligner\//];
/** The runtime of models comes twice: for browsers that let a program wait (JSPI), and for those that do not. */
const ONLY = /\/ort-wasm-simd-threaded\.(jspi|asyncify)\b/;
/** Scripts and styles of pages: with these Orator opens. Workers, WASM, fonts and examples follow when it is idle. */
const SHELL = [
  /^index\.html$/,
  /^_app\/[^/]+\.js$/,
  /^_app\/immutable\/(entry|chunks|nodes|assets)\/[^/]+\.(js|css)$/,
  /^manifest\.webmanifest$/,
  /^favicon\.svg$/,
];

/** @param {string} folder @returns {Generator<string>} */
function* filesBelow(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}

/** @param {string} folder the built app */
export function offlineList(folder) {
  const files = [...filesBelow(folder)]
    .map((disk) => ({ disk, path: relative(folder, disk).split(sep).join('/') }))
    .filter(({ path }) => ![...LEFT_OUT, ...ON_DEMAND].some((pattern) => pattern.test(path)))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ disk, path }) => {
      const bytes = readFileSync(disk);
      const [, only] = ONLY.exec(path) ?? [];
      return {
        path: path === 'index.html' ? '' : path,
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('base64'),
        shell: SHELL.some((pattern) => pattern.test(path)),
        ...(only === undefined ? {} : { only }),
      };
    });
  const version = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16);
  return { version, files };
}

/** Writes the list into the folder's service worker. @param {string} folder */
export function writeOfflineList(folder) {
  const path = join(folder, 'service-worker.js');
  const script = readFileSync(path, 'utf8');
  if (script.split(PLACEHOLDER).length !== 2)
    throw new Error(`${path} should name ${PLACEHOLDER} once, and does not.`);
  writeFileSync(
    path,
    script.replace(PLACEHOLDER, () => JSON.stringify(offlineList(folder))),
  );
}

/**
 * An adapter that does what `inner` does, then writes the list.
 * @param {import('@sveltejs/kit').Adapter} inner
 * @param {string} folder where `inner` leaves the built app
 * @returns {import('@sveltejs/kit').Adapter}
 */
export function withOfflineList(inner, folder = 'build') {
  return {
    ...inner,
    async adapt(builder) {
      await inner.adapt(builder);
      writeOfflineList(folder);
    },
  };
}
