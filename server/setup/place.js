// Where things are, and how set-up fails. Plain JavaScript without dependencies: this runs before anything is
// installed, on the Node that a bare machine has (20 or newer).
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url)).replace(/[\\/]$/, '');
/** What Orator's own set-up keeps between runs; never part of the project. */
export const STATE = join(ROOT, '.orator');
export const BUILD = join(ROOT, 'build');

const OLDEST_NODE = 20;

/** A failure that a person can read and act on; printed without a stack. */
export class SetupError extends Error {
  /** @param {string} message @param {unknown} [cause] */
  constructor(message, cause) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'SetupError';
  }
}

/** @throws SetupError when this Node is too old even for the set-up */
export function checkNode(version = process.versions.node) {
  const major = Number(version.split('.')[0]);
  if (major < OLDEST_NODE)
    throw new SetupError(
      `Orator needs Node ${OLDEST_NODE} or newer to set itself up, and this is Node ${version}. Get a newer one from https://nodejs.org and try again.`,
    );
}

/** The project's own Node 24, installed with the other packages; everything but the set-up runs on it. */
export function ownNode(root = ROOT) {
  const inPackage = join(
    root,
    'node_modules',
    'node',
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
  return existsSync(inPackage) ? inPackage : join(root, 'node_modules', '.bin', 'node');
}

/**
 * The environment for npm itself: without our node_modules/.bin, because an install removes it under npm's feet.
 * @returns {NodeJS.ProcessEnv}
 */
export function outsideEnv(root = ROOT) {
  const own = join(root, 'node_modules', '.bin');
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((entry) => entry !== own);
  return { ...process.env, PATH: path.join(delimiter) };
}

/**
 * The environment for the project's tools: our node_modules/.bin first, and what Node has compiled is kept between processes
 * (a third of what starting one costs).
 * @returns {NodeJS.ProcessEnv}
 */
export function insideEnv(root = ROOT) {
  const outside = outsideEnv(root);
  return {
    NODE_COMPILE_CACHE: join(STATE, 'compile-cache'),
    ...outside,
    PATH: [join(root, 'node_modules', '.bin'), outside['PATH']].join(delimiter),
  };
}

/** Runs a script's main function; a SetupError becomes one sentence and exit code 1. @param {() => unknown} main */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`\n${error.message}`);
    if (process.env['ORATOR_DEBUG'] && error.cause) console.error(error.cause);
    process.exitCode = 1;
  }
}
