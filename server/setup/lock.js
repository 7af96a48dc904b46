// One at a time, across processes: `npm start` and `orator render` may both find that the app wants building.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError, STATE } from './place.js';

const WAIT_MS = 200;
const GIVE_UP_MS = 300_000;

/**
 * Runs `work` while no other process runs work under the same name. A lock whose owner has died is taken over.
 * @template T @param {string} name @param {() => T} work @returns {T}
 */
export function whileLocked(name, work, folder = STATE) {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.lock`);
  const startedMs = Date.now();
  while (!take(path)) {
    if (Date.now() - startedMs > GIVE_UP_MS)
      throw new SetupError(
        `Another process has held ${path} for minutes. End it, or delete that file, and try again.`,
      );
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS);
  }
  try {
    return work();
  } finally {
    rmSync(path, { force: true });
  }
}

/** @param {string} path */
function take(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  if (!ownerLives(path)) rmSync(path, { force: true });
  return false;
}

/** @param {string} path */
function ownerLives(path) {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    // An empty file is one being written this moment.
    if (pid === 0) return true;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and belongs to someone else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
