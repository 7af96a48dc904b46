/**
 * What the tests need beside the packages: a real Chromium, and ffmpeg with ffprobe to look at films with other eyes
 * than our own. Taken from the system, else fetched, else one sentence says what to do.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { canRun, downloadChromium, findChromium } from '#server/render/adapters/chromium.ts';
import { SetupError, STATE } from '#server/setup/place.js';
import { run } from './process.ts';

/** @returns the path of a Chromium that runs @throws SetupError when none can be had */
export async function provideChromium(): Promise<string> {
  const found = findChromium();
  if (found !== null && canRun(found)) return found;
  const downloaded = await downloadChromium(console.log);
  if (downloaded !== null) return downloaded;
  await aptInstall('Chromium', ['chromium']);
  const installed = findChromium();
  if (installed !== null && canRun(installed)) return installed;
  throw new SetupError(
    'The tests need a real Chromium, and none could be had: there is none on this machine, Playwright could not fetch its own, and no Debian package could be installed. Install Chromium or Chrome, or name one in ORATOR_CHROMIUM.',
  );
}

/** Makes `ffmpeg` and `ffprobe` runnable by name. @throws SetupError when they cannot be had */
export async function provideMediaTools(): Promise<void> {
  if (await haveMediaTools()) return;
  await aptInstall('ffmpeg', ['ffmpeg']);
  if (await haveMediaTools()) return;
  await npmMediaTools();
  if (await haveMediaTools()) return;
  throw new SetupError(
    'The tests need ffmpeg and ffprobe to examine the films they make, and neither could be had. Install them (the package is called ffmpeg everywhere) and try again.',
  );
}

async function haveMediaTools(): Promise<boolean> {
  for (const tool of ['ffmpeg', 'ffprobe']) if ((await run(tool, ['-version'])).code !== 0) return false;
  return true;
}

/** Debian's package, where we may install one; says nothing when we may not. */
async function aptInstall(what: string, packages: readonly string[]): Promise<void> {
  if (process.getuid?.() !== 0 || (await run('apt-get', ['--version'])).code !== 0) return;
  console.log(`Installing Debian's ${what}…`);
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  if ((await run('apt-get', install, { env })).code === 0) return;
  await run('apt-get', ['update'], { env });
  await run('apt-get', install, { env });
}

/** Binaries that travel as npm packages, for machines where we may not install; kept apart from the project's own. */
async function npmMediaTools(): Promise<void> {
  const folder = join(STATE, 'tools');
  mkdirSync(folder, { recursive: true });
  const platform = `${process.platform}-${process.arch}`;
  const packages = ['ffmpeg', 'ffprobe'].map((tool) => ({ tool, name: `@${tool}-installer/${platform}` }));
  console.log('Fetching ffmpeg…');
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder];
  await run('npm', [...args, ...packages.map(({ name }) => name)]);
  for (const { tool, name } of packages) {
    const path = join(folder, 'node_modules', name, process.platform === 'win32' ? `${tool}.exe` : tool);
    if (existsSync(path)) process.env['PATH'] = [dirname(path), process.env['PATH']].join(delimiter);
  }
}
