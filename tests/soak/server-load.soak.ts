/**
 * Five hundred clients at once, for a minute, with mixed calls, on each database: whatever is not answered well is a
 * stated 429 or 503, and the server's memory ends where it stood once it was warm.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../server/harness/postgres.ts';
import { headersOf, newWriter, serve, writeOnce, type Writer } from '../server/harness/serving.ts';

export const name = 'five hundred clients for a minute';
const CLIENTS = Number(process.env['ORATOR_SOAK_CLIENTS'] ?? 500);
const SECONDS = Number(process.env['ORATOR_SOAK_SECONDS'] ?? 60);
const ACCOUNTS = 20;
/** Of what it held when warm: a heap breathes. */
const GROWTH_ALLOWED = 1.35;

export async function run(): Promise<void> {
  await load('PGlite', undefined);
  const postgres = await startPostgres();
  if (!postgres) return console.log('  No PostgreSQL on this machine: tried on PGlite alone.');
  try {
    await load('PostgreSQL', await postgres.fresh());
  } finally {
    await postgres.stop();
  }
}

async function load(what: string, url: string | undefined): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'orator-load-'));
  const server = await serve(folder, url, { REQUESTS_PER_MINUTE: '3000' });
  try {
    const writers: Writer[] = [];
    for (let i = 0; i < ACCOUNTS; i++) writers.push(await newWriter(server.address));
    const statuses = new Map<number, number>();
    const count = (status: number) => statuses.set(status, (statuses.get(status) ?? 0) + 1);
    const startedMs = performance.now();
    const untilMs = startedMs + SECONDS * 1000;
    const memory: number[] = [];
    const watch = setInterval(() => memory.push(residentMb(server.child.pid ?? 0)), 1000);
    await Promise.all(
      Array.from({ length: CLIENTS }, async (_, i) => {
        const writer = writers[i % writers.length];
        if (!writer) return;
        while (performance.now() < untilMs) count(await call(server.address, writer, i));
      }),
    );
    clearInterval(watch);
    const bad = [...statuses].filter(([status]) => ![200, 429, 503].includes(status));
    const sum = [...statuses.values()].reduce((a, b) => a + b, 0);
    const third = Math.floor(memory.length / 3);
    const [warm, end] = [Math.max(...memory.slice(third, 2 * third)), Math.max(...memory.slice(2 * third))];
    console.log(
      `  ${what}: ${sum} calls, ${[...statuses].map(([s, n]) => `${n} × ${s}`).join(', ')}; memory ${warm} MB in the second third, ${end} MB in the last`,
    );
    if (bad.length > 0)
      throw new Error(
        `${what}: answers that were not stated: ${JSON.stringify(bad)} ${JSON.stringify([...failures])}`,
      );
    if ((statuses.get(200) ?? 0) === 0) throw new Error(`${what}: nothing was answered well`);
    if (end > warm * GROWTH_ALLOWED) throw new Error(`${what}: memory grew from ${warm} to ${end} MB`);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Why connections failed, over the whole run. */
const failures = new Map<string, number>();

/** @returns the status; 0 where the connection itself failed */
async function call(address: string, writer: Writer, i: number): Promise<number> {
  const headers = headersOf(writer);
  const paths = [
    '/api/health',
    '/api/ready',
    '/api/me',
    '/api/cases',
    '/api/log/head',
    '/.well-known/orator/keys.json',
  ];
  try {
    if (Math.random() < 0.1) return await writeOnce(address, writer);
    const answer = await fetch(
      address + (paths[(i + Math.floor(Math.random() * 6)) % paths.length] ?? '/api/health'),
      {
        headers,
      },
    );
    await answer.arrayBuffer();
    return answer.status;
  } catch (error) {
    const cause: unknown = error instanceof Error ? error.cause : null;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(error);
    failures.set(code, (failures.get(code) ?? 0) + 1);
    return 0;
  }
}

/** Resident memory of a process, in MB, as Linux tells it. */
function residentMb(pid: number): number {
  const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kb ?? 0) / 1024);
}
