// The built app: made when it is missing or when what it is made from has changed. What it is made from is told by
// content, not by dates, so that a checkout, a copy or a `touch` does not build again.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { whileLocked } from './lock.js';
import { BUILD, insideEnv, ownNode, ROOT, SetupError, STATE } from './place.js';

const SOURCES = [
  'src',
  'workers',
  'static',
  'LICENSE',
  'NOTICE',
  'server/setup/licences.js',
  'server/setup/offline-list.js',
  'package-lock.json',
  'package.json',
  'svelte.config.js',
  'tsconfig.base.json',
  'tsconfig.json',
  'vite.config.ts',
];
const STAMP = join(STATE, 'build.json');

/** @param {string} path @returns {string[]} files below it, in a fixed order */
function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .filter((name) => !name.endsWith('.md'))
    .flatMap((name) => filesBelow(join(path, name)));
}

/** SHA-256 over the names and contents of all that the app is built from. @param {string} [root] */
export function sourceHash(root = ROOT, sources = SOURCES) {
  const hash = createHash('sha256');
  for (const source of sources)
    for (const file of filesBelow(join(root, source))) {
      const bytes = readFileSync(file);
      hash.update(`${relative(root, file)}\n${bytes.length}\n`).update(bytes);
    }
  return hash.digest('hex');
}

/** @param {string} [stamp] */
function builtFrom(stamp = STAMP) {
  try {
    /** @type {{ source?: string }} */
    const { source } = JSON.parse(readFileSync(stamp, 'utf8'));
    return source ?? null;
  } catch {
    return null;
  }
}

/** @param {{ say?: (line: string) => void }} [options] @returns {boolean} whether it had to build */
export function ensureBuilt({ say = console.log } = {}) {
  return whileLocked('build', () => buildIfChanged(say));
}

/** @param {(line: string) => void} say */
function buildIfChanged(say) {
  const source = sourceHash();
  if (existsSync(join(BUILD, 'index.html')) && builtFrom() === source) return false;
  say('Building the app…');
  const run = spawnSync(
    ownNode(),
    [join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'],
    {
      cwd: ROOT,
      // A caller's own mode (a test runner's, say) must not make the app a development build.
      env: { ...insideEnv(), NODE_ENV: 'production' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const output = `${run.stdout ?? ''}${run.stderr ?? ''}`.trim();
  if (run.error || run.status !== 0) {
    if (/ENOSPC/.test(output))
      throw new SetupError('The disk is full: the app could not be built. Free some space and try again.');
    throw new SetupError(`The app could not be built:\n${output || run.error?.message}`, run.error);
  }
  // On success only what went to the error stream is news: warnings.
  if (run.stderr.trim()) say(run.stderr.trim());
  mkdirSync(STATE, { recursive: true });
  writeFileSync(STAMP, `${JSON.stringify({ source })}\n`);
  return true;
}
