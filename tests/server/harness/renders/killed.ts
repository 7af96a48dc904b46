/**
 * Kills workers and servers with -9 while they draw, again and again, and holds the queue to its word: every film that was
 * acknowledged is there in the end, byte for byte what its segments make it, and given out once.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import type { Project } from '#core/document/project.ts';
import { newWriter, SERVED_ORIGIN } from '../serving.ts';
import { filmOf, freshWords, OUTPUT, type ShownRender } from './films.ts';
import { filmBytes } from './plain-film.ts';

const PROGRAM = new URL('./serve.ts', import.meta.url).pathname;

export interface KillOptions {
  readonly kills: number;
  readonly films: number;
  readonly scenes: number;
  readonly drawMs: number;
  /** PostgreSQL, with workers of their own; without it the server alone, on its embedded database. */
  readonly url?: string;
}

interface Started {
  readonly role: 'server' | 'worker';
  readonly child: ChildProcess;
  /** What it printed first. */
  readonly said: string;
}

/** @throws Error naming what was lost, changed, or there twice */
export async function killWhileDrawing({ kills, films, scenes, drawMs, url }: KillOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'orator-render-kill-'));
  const start = (role: Started['role']): Promise<Started> => {
    const args = [PROGRAM, role, folder, String(drawMs), ...(url === undefined ? [] : [url])];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    return new Promise((resolve, reject) => {
      createInterface(child.stdout).once('line', (said) => resolve({ role, child, said }));
      child.once('exit', (code) => reject(new Error(`a ${role} ended with ${code} before it was ready`)));
    });
  };
  const running = [await start('server')];
  if (url !== undefined) running.push(...(await Promise.all([start('worker'), start('worker')])));
  try {
    const address = () => running.find(({ role }) => role === 'server')?.said as string;
    const { cookie } = await newWriter(address());
    const ask = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
      const headers = { Cookie: cookie, Origin: SERVED_ORIGIN, 'Content-Type': 'application/json' };
      const answer = await fetch(address() + path, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as T;
    };
    const asked = new Map<string, Project>();
    for (let i = 0; i < films; i++) {
      const project = filmOf(freshWords(scenes));
      const wish = { project, grade: 'final', output: OUTPUT };
      asked.set((await ask<ShownRender>('POST', '/api/renders', wish)).id, project);
    }
    for (let kill = 0; kill < kills; kill++) {
      await pause(200 + Math.random() * 1500);
      const index = Math.floor(Math.random() * running.length);
      const { role, child } = running[index] as Started;
      await new Promise((resolve) => {
        child.once('exit', resolve);
        child.kill('SIGKILL');
      });
      running[index] = await start(role);
    }
    for (;;) {
      const shown = await ask<ShownRender[]>('GET', '/api/renders');
      const ended = shown.filter(({ state }) => ['done', 'failed', 'cancelled', 'stopped'].includes(state));
      const otherwise = ended.find(({ state }) => state !== 'done');
      if (otherwise) throw new Error(`not made: ${JSON.stringify(otherwise)}`);
      if (ended.length > films) throw new Error(`${ended.length} films where ${films} were asked for`);
      if (ended.length === films) break;
      await pause(200);
    }
    for (const [id, project] of asked) {
      const { segments } = await ask<ShownRender>('GET', `/api/renders/${id}`);
      if (segments?.total !== scenes || segments.done !== scenes)
        throw new Error(`film ${id} is made of ${JSON.stringify(segments)}, not of ${scenes} segments`);
      const answer = await fetch(`${address()}/api/renders/${id}/film`, { headers: { Cookie: cookie } });
      const bytes = new Uint8Array(await answer.arrayBuffer());
      if (Buffer.compare(bytes, filmBytes({ project, output: OUTPUT })) !== 0)
        throw new Error(`film ${id} is not what its segments make it`);
    }
    const finished = await finishedInLog(address());
    if (finished !== films) throw new Error(`the log knows of ${finished} films given out, not of ${films}`);
  } finally {
    for (const { child } of running) child.kill('SIGKILL');
    await pause(100);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** How many films the public log says were given out. */
async function finishedInLog(address: string): Promise<number> {
  let finished = 0;
  for (let from = 0; ;) {
    const answer = await fetch(`${address}/api/log/entries?from=${from}&count=100`);
    const lines = (await answer.json()) as { readonly entries: readonly { readonly entry: string }[] };
    if (lines.entries.length === 0) return finished;
    for (const { entry } of lines.entries) if (entry.includes('"finished"')) finished++;
    from += lines.entries.length;
  }
}
