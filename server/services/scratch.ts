/**
 * Where a process lays down what FFmpeg is to read: films of consents, presenters' photos, finished films. Each of those is
 * somebody's face or voice, so it does not lie in the system's temporary folder, where what a killed process left would stay:
 * it lies under the data folder, and what is left there goes when the next process starts, and once an hour.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../alive.ts';

export interface Scratch {
  /** A new folder that only this process's user may read; whoever asked for it removes it. */
  folder(): Promise<string>;
  /** Removes what processes left that are no more. */
  sweep(): Promise<void>;
}

/** Known to be dead by its number, if it ran on this machine; else by having begun nothing for so long. */
const ABANDONED_MS = 86_400_000;
const HERE = Buffer.from(hostname()).toString('hex');
/** In a container every process may have the same number, and one that was killed had ours. */
const OURS = `${HERE}-${process.pid}-${randomBytes(6).toString('hex')}`;

export function openScratch(dataFolder: string): Scratch {
  const root = join(dataFolder, 'scratch');
  return {
    async folder() {
      const ours = join(root, OURS);
      await mkdir(ours, { recursive: true, mode: 0o700 });
      return mkdtemp(join(ours, 'film-'));
    },
    async sweep() {
      for (const name of await readdir(root).catch(() => []))
        if (name !== OURS && (await isAbandoned(root, name)))
          await rm(join(root, name), { recursive: true, force: true });
    },
  };
}

async function isAbandoned(root: string, name: string): Promise<boolean> {
  const [host, pid] = name.split('-');
  if (host === HERE && (Number(pid) === process.pid || !isAlive(Number(pid)))) return true;
  const found = await stat(join(root, name)).catch(() => null);
  return found !== null && Date.now() - found.mtimeMs > ABANDONED_MS;
}
