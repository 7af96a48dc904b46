/**
 * The built app in a real browser, as a person has it: our own server on a port of its own, a Chromium with or
 * without a GPU, and a page whose complaints are kept. Everything is disposed of by `await using`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  findChromium,
  launchPersistent,
  type BrowserContext,
  type Page,
} from '#server/render/adapters/chromium.ts';
import { createServer } from '#server/app.ts';
import { listen, type Answering, type Listening } from '#server/http.ts';
import { QUIET } from '#server/logger.ts';
import { openServices, type ServiceOptions, type Services } from '#server/services/services.ts';
import { readSettings } from '#server/settings.ts';
import { BUILD } from '#server/setup/place.js';
import { emptyDatabase } from '../../server/harness/empty-database.ts';

export type { BrowserContext, Page };

export interface Served extends AsyncDisposable {
  readonly address: string;
  readonly server: Listening;
}

/**
 * The built app on a free loopback port. One address for a whole journey, or the browser forgets its projects.
 * @param buildFolder another one, such as a copy from which something is missing
 */
export async function serveApp(buildFolder: string = BUILD): Promise<Served> {
  const server = await listen(createServer({ buildFolder, version: 'test', compress: false }), {
    host: '127.0.0.1',
    port: 0,
  });
  return { server, address: server.address, [Symbol.asyncDispose]: () => server.stop(0) };
}

export interface ServedWithServices extends Served {
  readonly services: Services;
}

/**
 * As `serveApp`, with accounts, moderation and all that the server does for others: the real services on a database in
 * memory and a folder of their own.
 */
export async function serveWithServices(
  options: Partial<Omit<ServiceOptions, 'settings' | 'origin'>> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<ServedWithServices> {
  const folder = await mkdtemp(join(tmpdir(), 'orator-services-'));
  let app: Answering | null = null;
  // The port first: the services are told where they are reached.
  const server = await listen(
    {
      fetch: (request, connection) =>
        app?.fetch(request, connection) ?? new Response('starting', { status: 503 }),
    },
    { host: '127.0.0.1', port: 0 },
  );
  const settings = {
    ...readSettings({ ORATOR_DATA: folder, ...env }),
    database: await emptyDatabase(),
  };
  const services = await openServices({ log: QUIET, ...options, settings, origin: server.address });
  app = createServer({ buildFolder: BUILD, version: 'test', compress: false, services });
  return {
    server,
    services,
    address: server.address,
    async [Symbol.asyncDispose]() {
      await server.stop(0);
      await services.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface Studio extends AsyncDisposable {
  readonly address: string;
  readonly page: Page;
  readonly context: BrowserContext;
  /** Everything the page has complained of so far: uncaught errors, console errors, failed requests. */
  readonly complaints: readonly string[];
  /** Cuts the network for pages and workers, or gives it back. */
  offline(off: boolean): Promise<void>;
  /** Stops the studio's own server; pages that reload must live on what they kept. */
  stopServing(): Promise<void>;
  /** Closes the browser and opens it again on the same profile, as after a restart. */
  reopen(path?: string): Promise<Page>;
  /** A new tab in place of this one, as after a crash of the tab. */
  freshTab(path?: string): Promise<Page>;
  /** Ends the browser as a power cut does: nothing is told, nothing is flushed. `reopen` starts it again. */
  kill(): Promise<void>;
}

export interface StudioOptions {
  /** WebGPU in software; without, the browser has no GPU at all. */
  readonly gpu: boolean;
  /** Where to start; default `/`. */
  readonly path?: string;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
  /** An address to share between studios; else the studio serves the app itself. */
  readonly address?: string;
  /** More switches for the browser. */
  readonly args?: readonly string[];
  /**
   * Whether the browser asks to save data, as most journeys do: nothing is kept for work offline then, which would cost each of
   * them seconds of two cores. Default true.
   */
  readonly savesData?: boolean;
  /** Runs before the first page loads: expose functions, block requests, set the clock. */
  readonly prepare?: (context: BrowserContext) => Promise<void>;
}

/** Opens the app in a browser with a profile of its own. */
export async function openStudio(options: StudioOptions): Promise<Studio> {
  let served = options.address === undefined ? await serveApp() : null;
  const address = options.address ?? served?.address ?? '';
  const profile = await mkdtemp(join(tmpdir(), 'orator-profile-'));
  const executablePath = findChromium();
  if (executablePath === null) throw new Error('There is no Chromium: run `npm test`, which provides one.');
  const complaints: string[] = [];

  const launch = async (): Promise<BrowserContext> => {
    const context = await launchPersistent(profile, {
      executablePath,
      gpu: options.gpu,
      args: options.args ?? [],
    });
    context.on('page', (page) => listenTo(page, complaints));
    for (const page of context.pages()) listenTo(page, complaints);
    await options.prepare?.(context);
    return context;
  };
  const open = async (context: BrowserContext, path: string): Promise<Page> => {
    return await settle(context.pages()[0] ?? (await context.newPage()), path);
  };
  const settle = async (page: Page, path: string): Promise<Page> => {
    await page.setViewportSize(options.viewport ?? { width: 1440, height: 900 });
    await page.emulateMedia({ colorScheme: options.colorScheme ?? 'light' });
    if (options.savesData ?? true) await saveData(page);
    await page.goto(address + path);
    return page;
  };

  let context = await launch();
  let page = await open(context, options.path ?? '/');
  return {
    address,
    complaints,
    get page() {
      return page;
    },
    get context() {
      return context;
    },
    offline: (off) => context.setOffline(off),
    async stopServing() {
      await served?.[Symbol.asyncDispose]();
      served = null;
    },
    async reopen(path = options.path ?? '/') {
      await context.close();
      context = await launch();
      page = await open(context, path);
      return page;
    },
    async freshTab(path = options.path ?? '/') {
      const next = await context.newPage();
      await page.close();
      page = await settle(next, path);
      return page;
    },
    async kill() {
      const ended = new Promise<void>((resolve) => context.once('close', () => resolve()));
      const session = await context.newCDPSession(page);
      void session.send('Browser.crash').catch(() => undefined); // nobody is left to answer
      await ended;
    },
    async [Symbol.asyncDispose]() {
      await context.close();
      await served?.[Symbol.asyncDispose]();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/**
 * As with the browser's own data saver switched on, as long as the page lives.
 * @returns what switches it off: with it, Chromium does not tell the page that the network is gone
 */
export async function saveData(page: Page): Promise<() => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setDataSaverOverride', { dataSaverEnabled: true });
  return () => session.detach();
}

function listenTo(page: Page, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on('requestfailed', (request) => {
    // Leaving a page aborts what it was loading; that is no complaint.
    const why = request.failure()?.errorText ?? '';
    if (why !== 'net::ERR_ABORTED') complaints.push(`request: ${request.url()} ${why}`);
  });
}

/** Does `act`, and returns the path of the file that the page then offers for download. */
export async function downloadFrom(
  page: Page,
  act: () => Promise<unknown>,
  timeoutMs = 240_000,
): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download', { timeout: timeoutMs }), act()]);
  const path = join(await mkdtemp(join(tmpdir(), 'orator-film-')), download.suggestedFilename());
  await download.saveAs(path);
  return path;
}
