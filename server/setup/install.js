// Packages: installed when they are missing or when the lockfile has changed. The answer is read from what npm itself
// wrote (its hidden lockfile), so an install by hand counts, and an install that broke off half-way does not.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { outsideEnv, ownNode, ROOT, SetupError } from './place.js';

/** @typedef {{ version?: string, integrity?: string, optional?: boolean, peer?: boolean }} Locked */

/** @param {string} path @returns {Record<string, Locked> | null} */
function lockedPackages(path) {
  try {
    /** @type {{ packages?: Record<string, Locked> }} */
    const lock = JSON.parse(readFileSync(path, 'utf8'));
    return lock.packages ?? null;
  } catch {
    return null;
  }
}

/**
 * True when every package of the lockfile is there in its version, and the project's own Node runs.
 * @param {string} [root]
 */
export function isInstalled(root = ROOT) {
  const wanted = lockedPackages(join(root, 'package-lock.json'));
  const present = lockedPackages(join(root, 'node_modules', '.package-lock.json'));
  if (!wanted || !present) return false;
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue;
    const here = present[path];
    // Optional packages are those of other systems: they may be absent, but not stale.
    if (!here && entry.optional) continue;
    if (!here || here.version !== entry.version || here.integrity !== entry.integrity) return false;
  }
  return existsSync(ownNode(root));
}

/** @param {{ root?: string, say?: (line: string) => void }} [options] */
export function ensureInstalled({ root = ROOT, say = console.log } = {}) {
  if (isInstalled(root)) return;
  say('Installing packages (once; about a minute)…');
  const run = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    // node-av would fetch an ffmpeg program from elsewhere; what it needs is in its own package.
    env: { ...outsideEnv(root), SKIP_FFMPEG: 'true' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  if (run.error)
    throw new SetupError('npm could not be started. It comes with Node: is it on the PATH?', run.error);
  if (run.status !== 0) throw new SetupError(explainInstall(run.stderr), run.stderr);
  if (!isInstalled(root))
    throw new SetupError(`npm finished, but packages are still missing under ${join(root, 'node_modules')}.`);
}

/**
 * What went wrong, as a sentence, from what npm wrote.
 * @param {string} stderr
 */
export function explainInstall(stderr) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network/i.test(stderr))
    return 'The packages could not be fetched: there seems to be no network. Orator needs it once, for its first start; connect and try again.';
  if (/ENOSPC/.test(stderr))
    return 'The disk is full: Orator needs about 1 GB for its packages. Free some space and try again.';
  if (/EACCES|EPERM|EROFS/.test(stderr))
    return 'The packages could not be written: this folder may not be changed by you. Check its permissions and try again.';
  const lines = stderr.trim().split('\n').slice(-12).join('\n');
  return `The packages could not be installed. npm said:\n${lines}`;
}
