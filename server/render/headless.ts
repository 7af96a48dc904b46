/**
 * The app without a person: the built app on a loopback port, its `/headless` page in a Chromium of its own. What
 * the page offers is `HeadlessApi` in core; this side adds files, progress and clean endings.
 */
import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError, throwIfCancelled } from '#core/base/errors.ts';
import type {
  HeadlessCatalogue,
  HeadlessFitOutcome,
  HeadlessFitRequest,
  HeadlessOutcome,
  HeadlessProgress,
  HeadlessIssuer,
  HeadlessRequest,
  HeadlessSound,
  HeadlessSource,
  HeadlessWindow,
} from '#core/pipeline/headless.ts';
import { createServer } from '../app.ts';
import { listen, type Listening } from '../http.ts';
import { ensureBuilt } from '../setup/build.js';
import { BUILD, SetupError } from '../setup/place.js';
import {
  canRun,
  downloadChromium,
  findChromium,
  launchChromium,
  type Browser,
  type Page,
} from './adapters/chromium.ts';
import { openExchange, type Exchange } from './exchange.ts';

export type HeadlessFormat = HeadlessRequest['format'];
export type HeadlessJobSource =
  | { readonly kind: 'project-file'; readonly path: string }
  | (Omit<Extract<HeadlessSource, { kind: 'script' }>, 'sound' | 'presenterUrl'> & {
      readonly sound: (Omit<HeadlessSound, 'url'> & { readonly path: string }) | null;
      /** A `.presenter` file that speaks in place of `presenter`. */
      readonly presenterPath: string | null;
    });

export interface HeadlessJob {
  readonly source: HeadlessJobSource;
  /** Absolute path of the film to write. */
  readonly output: string;
  readonly format: HeadlessFormat;
  readonly grade: HeadlessRequest['grade'];
  readonly compositor: NonNullable<HeadlessRequest['compositor']> | null;
  readonly issuer: HeadlessIssuer | null;
}

/** A video or picture of someone, and where their `.presenter` file goes. Absolute paths. */
export interface HeadlessFitJob extends Omit<HeadlessFitRequest, 'url' | 'resultUrl'> {
  readonly path: string;
  readonly output: string;
}

export interface HeadlessApp extends AsyncDisposable {
  catalogue(): Promise<HeadlessCatalogue>;
  /** Ends with code `cancelled` soon after the signal that the app was opened with fires. */
  render(job: HeadlessJob, onProgress: (progress: HeadlessProgress) => void): Promise<HeadlessOutcome>;
  /** Ends in the same way. */
  fit(job: HeadlessFitJob, onProgress: (progress: HeadlessProgress) => void): Promise<HeadlessFitOutcome>;
}

export interface HeadlessOptions {
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  /** WebGPU in software; for tests of that path. */
  readonly gpu?: boolean;
}

const READY_TIMEOUT_MS = 90_000;
/** A render that says nothing for so long will not say anything more. */
const SILENCE_MS = 300_000;
/** How long a cancelled render may take to end by itself before its browser is closed over it. */
const CANCEL_GRACE_MS = 5_000;

/** @throws AppError unsupported-browser | not-found | internal | cancelled */
export async function openHeadless({ say, signal, gpu = false }: HeadlessOptions): Promise<HeadlessApp> {
  build(say);
  throwIfCancelled(signal);
  const executablePath = await provideChromium(say);
  throwIfCancelled(signal);

  const exchange = openExchange();
  const router = createServer({ buildFolder: BUILD, version: '', compress: false, extra: exchange.routes });
  const server = await listen(router, { host: '127.0.0.1', port: 0 });
  let browser: Browser | null = null;
  try {
    browser = await launchChromium({ executablePath, gpu });
    const progress: { listener: (step: HeadlessProgress) => void } = { listener: () => {} };
    const page = await openPage(browser, server, (step) => progress.listener(step), signal);
    return headlessApp({ page, browser, server, exchange, signal, progress });
  } catch (error) {
    await browser?.close();
    await server.stop(0);
    throw error;
  }
}

function build(say: (line: string) => void): void {
  try {
    ensureBuilt({ say });
  } catch (error) {
    if (error instanceof SetupError) throw new AppError('internal', error.message, { cause: error });
    throw error;
  }
}

async function provideChromium(say: (line: string) => void): Promise<string> {
  const found = findChromium();
  const path = found !== null && canRun(found) ? found : await downloadChromium(say);
  if (path !== null) return path;
  throw new AppError(
    'unsupported-browser',
    'Orator renders in Chromium, and there is none on this machine.',
    {
      way: 'Install Chromium or Chrome, or name one in ORATOR_CHROMIUM.',
    },
  );
}

async function openPage(
  browser: Browser,
  server: Listening,
  onProgress: (step: HeadlessProgress) => void,
  signal: AbortSignal,
): Promise<Page> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.exposeFunction('oratorProgress', onProgress);
  await page.goto(`${server.address}/headless`);
  const ready = page.waitForFunction(
    () => (globalThis as unknown as HeadlessWindow).oratorReady === true,
    undefined,
    { timeout: READY_TIMEOUT_MS },
  );
  try {
    await Promise.race([ready, cancelled(signal)]);
  } catch (cause) {
    ready.catch(() => {});
    throwIfCancelled(signal);
    const said = complaints[0] === undefined ? '' : ` It said: ${complaints[0]}`;
    throw new AppError('internal', `The app did not become ready in Chromium.${said}`, { cause });
  }
  return page;
}

interface Parts {
  readonly page: Page;
  readonly browser: Browser;
  readonly server: Listening;
  readonly exchange: Exchange;
  readonly signal: AbortSignal;
  readonly progress: { listener: (step: HeadlessProgress) => void };
}

function headlessApp({ page, browser, server, exchange, signal, progress }: Parts): HeadlessApp {
  /** Lets the page work, and ends with it, with its silence, or soon after the signal. */
  async function work<Request, Outcome>(
    call: (request: Request) => Promise<Outcome>,
    request: Request,
    onProgress: (step: HeadlessProgress) => void,
  ): Promise<Outcome> {
    const silence = watchSilence();
    progress.listener = (step) => {
      silence.heard();
      onProgress(step);
    };
    const outcome = page.evaluate(call as (request: unknown) => Promise<Outcome>, request);
    // Whichever way it ends, a browser closed over it must not become an unhandled rejection.
    outcome.catch(() => {});
    try {
      return await Promise.race([outcome, crashed(page), silence.broken, cancelled(signal)]);
    } catch (error) {
      if (!signal.aborted) throw error;
      await cancelIn(page, outcome);
      throwIfCancelled(signal);
      throw error;
    } finally {
      silence.stop();
      progress.listener = () => {};
    }
  }

  return {
    catalogue: () =>
      page.evaluate(() => {
        const api = (globalThis as unknown as HeadlessWindow).orator;
        if (!api) throw new Error('window.orator is missing');
        return api.catalogue();
      }),

    async render(job, onProgress) {
      await requireWritable(dirname(job.output));
      const request: HeadlessRequest = {
        source: offered(job.source, exchange),
        format: job.format,
        grade: job.grade,
        connection: 'offline',
        ...(job.compositor === null ? {} : { compositor: job.compositor }),
        ...(job.issuer === null ? {} : { issuer: job.issuer }),
        resultUrl: exchange.accept(job.output),
      };
      return work(
        (wanted) => {
          const api = (globalThis as unknown as HeadlessWindow).orator;
          if (!api) throw new Error('window.orator is missing');
          return api.render(wanted);
        },
        request,
        onProgress,
      );
    },

    async fit({ path, output, ...facts }, onProgress) {
      await requireWritable(dirname(output));
      const request: HeadlessFitRequest = {
        ...facts,
        url: exchange.offer(path),
        resultUrl: exchange.accept(output),
      };
      return work(
        (wanted) => {
          const api = (globalThis as unknown as HeadlessWindow).orator;
          if (!api) throw new Error('window.orator is missing');
          return api.fit(wanted);
        },
        request,
        onProgress,
      );
    },

    async [Symbol.asyncDispose]() {
      await browser.close();
      await server.stop(0);
      await exchange.close();
    },
  };
}

/** Files go to the page by URL. */
function offered(source: HeadlessJobSource, exchange: Exchange): HeadlessSource {
  if (source.kind === 'project-file') return { kind: 'project-file', url: exchange.offer(source.path) };
  const { sound, presenterPath, ...script } = source;
  const cast = presenterPath === null ? script : { ...script, presenterUrl: exchange.offer(presenterPath) };
  if (sound === null) return cast;
  const { path, ...facts } = sound;
  return { ...cast, sound: { ...facts, url: exchange.offer(path) } };
}

async function cancelIn(page: Page, outcome: Promise<unknown>): Promise<void> {
  const asked = page.evaluate(() => (globalThis as unknown as HeadlessWindow).orator?.cancel());
  const grace = new Promise((resolve) => setTimeout(resolve, CANCEL_GRACE_MS).unref());
  await Promise.race([Promise.allSettled([asked, outcome]), grace]);
}

/** Rejects when the signal fires; never resolves. */
function cancelled(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(new AppError('cancelled', 'Stopped.'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

/** `broken` rejects once nothing has been heard for SILENCE_MS. */
function watchSilence(): { readonly broken: Promise<never>; heard(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let breakOff: (error: AppError) => void = () => {};
  const broken = new Promise<never>((_, reject) => (breakOff = reject));
  broken.catch(() => {});
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(
      () =>
        breakOff(new AppError('internal', 'There has been no progress for five minutes, so it was ended.')),
      SILENCE_MS,
    );
  };
  heard();
  return { broken, heard, stop: () => clearTimeout(timer) };
}

function crashed(page: Page): Promise<never> {
  return new Promise((_, reject) => {
    page.on('crash', () => reject(new AppError('internal', 'Chromium ran out of memory, or crashed.')));
    page.on('close', () => reject(new AppError('internal', 'Chromium was closed while it was at work.')));
  });
}

/** @throws AppError storage-failed */
export async function requireWritable(folder: string): Promise<void> {
  try {
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw new AppError('storage-failed', `Nothing can be written to ${folder}.`, { cause });
  }
}
