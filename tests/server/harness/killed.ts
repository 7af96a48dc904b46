/**
 * Kills a server with -9 in the middle of writes, again and again, and holds it to its word each time: whatever it
 * acknowledged is there, and its log is a continuation of the one that was seen before.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '#server/cli/main.ts';
import { lost, newWriter, serve, writeOn, type Writer } from './serving.ts';

const WRITERS = 4;

export interface Killed {
  readonly kills: number;
  readonly acknowledged: number;
  readonly granted: number;
  readonly withdrawn: number;
}

function counted(kills: number, writers: readonly Writer[]): Killed {
  const consents = writers.flatMap((writer) => [...writer.consents.values()]);
  return {
    kills,
    acknowledged: writers.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0),
    granted: consents.length,
    withdrawn: consents.filter(({ withdrawal }) => withdrawal === 'acknowledged').length,
  };
}
/** Nothing would be shown by a server that was killed before it had done anything. */
const did = ({ acknowledged, granted, withdrawn }: Killed) => Math.min(acknowledged, granted, withdrawn) > 0;
const MOST_WAIT_MS = 60_000;

/** @throws Error naming what was lost, or what the audit said */
export async function killInTheMiddle(kills: number, url?: string): Promise<Killed> {
  const folder = mkdtempSync(join(tmpdir(), 'orator-killed-'));
  const state = join(folder, 'audit.json');
  let server = await serve(folder, url);
  try {
    const writers = await Promise.all(Array.from({ length: WRITERS }, () => newWriter(server.address)));
    for (let kill = 0; kill < kills; kill++) {
      const { address } = server;
      const writing = writers.map((writer) => writeOn(address, writer));
      const leastMs = performance.now() + 150 + Math.random() * 1200;
      const mostMs = performance.now() + MOST_WAIT_MS;
      while (performance.now() < leastMs || (!did(counted(kill, writers)) && performance.now() < mostMs))
        await new Promise((resolve) => setTimeout(resolve, 10));
      await server.kill();
      await Promise.all(writing);
      server = await serve(folder, url);
      const after = server.address;
      const gone = (await Promise.all(writers.map((writer) => lost(after, writer)))).flat();
      if (gone.length > 0)
        throw new Error(`kill ${kill + 1} lost ${gone.length} acknowledged writes: ${gone[0]}`);
      await audit(server.address, state);
    }
    return counted(kills, writers);
  } finally {
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function audit(address: string, state: string): Promise<void> {
  const said: string[] = [];
  const code = await runCli(['log', 'audit', address, '--state', state], {
    print: (line) => said.push(line),
    say: (line) => said.push(line),
    status: { isTTY: false, columns: 80, write: () => {} },
    signal: new AbortController().signal,
  });
  if (code !== 0) throw new Error(`the audit ended with ${code}: ${said.join('\n')}`);
}
