/**
 * The one place that names playwright-core: where a real Chromium is, how one is had when there is none, and how it
 * is started. The command line renders in it and the tests run in it.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { AppError } from '#core/base/errors.ts';

export type { Browser, BrowserContext, Page };

const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const QUIET = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
];

/**
 * WebGPU on the CPU (SwiftShader). All five are needed: without the last two, or with ANGLE on the system's Vulkan
 * where that has no window system, the device is lost as soon as a canvas shows what it drew.
 */
const SOFTWARE_GPU = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
  '--use-angle=swiftshader',
  '--use-vulkan=swiftshader',
];

/** `gpu: true` gives WebGPU on any machine, in software; false leaves the browser what the machine has. */
export function chromiumArgs({ gpu }: { readonly gpu: boolean }): string[] {
  // Chromium's sandbox refuses to run as root, which is what containers are.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return [...sandbox, ...QUIET, ...(gpu ? SOFTWARE_GPU : [])];
}

/** The Chromium that `ORATOR_CHROMIUM` names, else the system's, else Playwright's own; null when there is none. */
export function findChromium(): string | null {
  const named = process.env['ORATOR_CHROMIUM'];
  if (named) {
    if (existsSync(named)) return named;
    throw new AppError('not-found', `ORATOR_CHROMIUM names ${named}, and there is nothing there.`);
  }
  for (const name of SYSTEM_NAMES) {
    const path = onPath(name);
    if (path) return path;
  }
  const own = chromium.executablePath();
  return own && existsSync(own) ? own : null;
}

function onPath(name: string): string | null {
  try {
    return (
      execFileSync('which', [name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() || null
    );
  } catch {
    return null;
  }
}

/** Lets Playwright fetch its own Chromium; null when it could not. */
export async function downloadChromium(say: (line: string) => void): Promise<string | null> {
  say('Fetching Chromium (once; about 150 MB)…');
  const cli = join(dirname(createRequire(import.meta.url).resolve('playwright-core/package.json')), 'cli.js');
  const code = await new Promise<number | null>((resolve) => {
    const child = spawn(process.execPath, [cli, 'install', '--no-shell', 'chromium'], {
      stdio: ['ignore', 'ignore', 'ignore'],
      timeout: 300_000,
    });
    child.on('error', () => resolve(1));
    child.on('exit', resolve);
  });
  const path = chromium.executablePath();
  return code === 0 && path && existsSync(path) && canRun(path) ? path : null;
}

/** A downloaded browser may still lack libraries of the system. */
export function canRun(path: string): boolean {
  try {
    execFileSync(path, ['--version'], { stdio: 'ignore', timeout: 30_000 });
    return true;
  } catch {
    return false;
  }
}

export interface LaunchOptions {
  readonly executablePath: string;
  readonly gpu: boolean;
  readonly headless?: boolean;
  /** More switches, such as a bench needs. */
  readonly args?: readonly string[];
}

/** The caller closes it; signals are the caller's business too. */
export async function launchChromium(options: LaunchOptions): Promise<Browser> {
  try {
    return await chromium.launch(launchSettings(options));
  } catch (cause) {
    throw new AppError('unsupported-browser', `Chromium at ${options.executablePath} did not start.`, {
      cause,
      way: 'Run it by hand to see why, or name another one in ORATOR_CHROMIUM.',
    });
  }
}

/** A browser with a profile folder that outlives it, as a person's does. */
export async function launchPersistent(
  profileFolder: string,
  options: LaunchOptions,
): Promise<BrowserContext> {
  return await chromium.launchPersistentContext(profileFolder, launchSettings(options));
}

function launchSettings({ executablePath, gpu, headless = true, args = [] }: LaunchOptions) {
  return {
    executablePath,
    headless,
    args: [...chromiumArgs({ gpu }), ...args],
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  };
}
