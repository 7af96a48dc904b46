/**
 * The bench page built as the app is, served on a port of its own, in a Chromium with a profile on disk (in a private
 * window the file system would lie in memory, and be measured with it).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, preview, type InlineConfig } from 'vite';
import { findChromium, launchPersistent, type Page } from '#server/render/adapters/chromium.ts';
import { ROOT, STATE } from '#server/setup/place.js';
import type { BenchApi, BenchWindow } from './page/protocol.ts';

const PAGE = join(import.meta.dirname, 'page');
const BUILT = join(STATE, 'bench-page');

const CONFIG: InlineConfig = {
  configFile: false,
  logLevel: 'error',
  root: PAGE,
  publicDir: join(ROOT, 'static'),
  worker: { format: 'es' },
  build: {
    outDir: BUILT,
    emptyOutDir: true,
    target: 'es2024',
    rolldownOptions: { checks: { bundlerTimings: false } },
  },
  preview: {
    host: '127.0.0.1',
    port: 21000 + (process.pid % 20000),
    headers: {
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    },
  },
};

export interface BenchHost extends AsyncDisposable {
  readonly page: Page;
  /** Part of the command line of the browser's first process, and of no other's. */
  readonly profile: string;
  call<N extends keyof BenchApi>(
    name: N,
    ...args: Parameters<BenchApi[N]>
  ): Promise<Awaited<ReturnType<BenchApi[N]>>>;
}

let built: Promise<unknown> | null = null;

/** @param gpu WebGPU in software; without, the browser has no GPU at all */
export async function openBench({ gpu }: { readonly gpu: boolean }): Promise<BenchHost> {
  await (built ??= build(CONFIG));
  const server = await preview(CONFIG);
  const executablePath = findChromium();
  if (executablePath === null) throw new Error('There is no Chromium: run `npm test`, which provides one.');
  const profile = await mkdtemp(join(tmpdir(), 'orator-bench-'));
  // Memory is measured when asked, and not at the next convenient collection.
  const args = ['--enable-blink-features=ForceEagerMeasureMemory'];
  const context = await launchPersistent(profile, { executablePath, gpu, args });
  const page = context.pages()[0] ?? (await context.newPage());
  page.on('pageerror', (error) => console.error(error));
  page.setDefaultTimeout(0);
  await page.goto(server.resolvedUrls?.local[0] ?? '');
  await page.waitForFunction(() => (window as Window & BenchWindow).bench !== undefined);
  return {
    page,
    profile,
    call: (name, ...args) =>
      page.evaluate(
        ([wanted, given]) => {
          const api = (window as Window & BenchWindow).bench as unknown as Record<
            string,
            (...all: readonly unknown[]) => Promise<never>
          >;
          return api[wanted]?.(...given) as Promise<never>;
        },
        [name, args] as const,
      ),
    async [Symbol.asyncDispose]() {
      await context.close();
      await server.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
