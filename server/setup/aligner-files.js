// What follows recordings in a browser: SoundSwallower's program and its two models, as files of the app under
// `models/aligner/`. They come out of the package as they are; being under `models/`, they are fetched when used.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './place.js';

const PACKAGE = join(ROOT, 'node_modules', 'soundswallower');
const MODEL_FILES = [
  'dict.txt',
  'feat_params.json',
  'mdef',
  'means',
  'noisedict.txt',
  'sendump',
  'transition_matrices',
  'variances',
];

/** Path under `models/aligner/` → path in the package. @type {ReadonlyMap<string, string>} */
const FILES = new Map([
  ['soundswallower.wasm', 'soundswallower.web.wasm'],
  ...MODEL_FILES.map((name) => /** @type {[string, string]} */ ([`en/${name}`, `model/en-us/${name}`])),
  ...MODEL_FILES.map((name) => /** @type {[string, string]} */ ([`fr/${name}`, `model/fr-fr/${name}`])),
]);

/** @returns {import('vite').Plugin} */
export function alignerFilesPlugin() {
  return {
    name: 'orator-aligner-files',
    applyToEnvironment: (environment) => environment.name === 'client',
    generateBundle() {
      for (const [name, path] of FILES)
        this.emitFile({
          type: 'asset',
          fileName: `models/aligner/${name}`,
          source: readFileSync(join(PACKAGE, path)),
        });
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const name = /\/models\/aligner\/([\w./-]+)(?:\?|$)/.exec(request.url ?? '')?.[1];
        const path = name === undefined ? undefined : FILES.get(name);
        if (path === undefined || !existsSync(join(PACKAGE, path))) return next();
        const type = path.endsWith('.wasm') ? 'application/wasm' : 'application/octet-stream';
        response.setHeader('Content-Type', type);
        response.end(readFileSync(join(PACKAGE, path)));
      });
    },
  };
}
