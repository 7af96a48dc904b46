/** A browser's processes seen from outside, through /proc. Elsewhere than on Linux there is nothing to see. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

export interface BrowserProcess {
  readonly pid: number;
  /** `browser`, `renderer`, `gpu-process`, `utility`… */
  readonly kind: string;
  readonly rssBytes: number;
}

interface Seen {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  readonly rssBytes: number;
}

function read(pid: number): Seen | null {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
    return { pid, parent: field('PPid'), command, rssBytes: field('VmRSS') * 1024 };
  } catch {
    return null; // it has ended meanwhile
  }
}

/** The browser whose command line names this profile folder, and all that descends from it. */
export function browserProcesses(profile: string): BrowserProcess[] {
  if (!existsSync('/proc/self/status')) return [];
  const all = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((entry) => read(Number(entry)))
    .filter((seen) => seen !== null);
  const family = new Set(
    all
      .filter(({ command }) => command.includes(profile) && !command.includes('--type='))
      .map(({ pid }) => pid),
  );
  for (let before = -1; before !== family.size;) {
    before = family.size;
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
  }
  return all
    .filter(({ pid }) => family.has(pid))
    .map(({ pid, command, rssBytes }) => ({
      pid,
      kind: /--type=([\w-]+)/.exec(command)?.[1] ?? 'browser',
      rssBytes,
    }));
}
