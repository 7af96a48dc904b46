/** A trust server in a process of its own, and people who write to it and remember what was acknowledged. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { newId } from '#core/base/ids.ts';
import { newProject } from '#core/document/create.ts';

export const SERVED_ORIGIN = 'http://127.0.0.1:1';

export interface Serving {
  readonly address: string;
  readonly child: ChildProcess;
  /** As a crash of the machine would. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export async function serve(
  folder: string,
  url?: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Serving> {
  const program = new URL('./serve.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [program, folder, ...(url === undefined ? [] : [url])], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  const end = (signal: NodeJS.Signals) =>
    new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once('exit', () => resolve());
      child.kill(signal);
    });
  const address = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code} before it served`)));
  });
  return { address, child, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
}

export interface Writer {
  /** Where they ask from, as a proxy would say it. */
  readonly from: string;
  readonly cookie: string;
  /** Ids of verdicts that were acknowledged. */
  readonly acknowledged: string[];
}

export async function newWriter(address: string): Promise<Writer> {
  const from = `10.${crypto.getRandomValues(new Uint8Array(3)).join('.')}`;
  const answer = await fetch(`${address}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: {
      Origin: SERVED_ORIGIN,
      'Content-Type': 'application/json',
      'X-Forwarded-For': from,
    },
    body: JSON.stringify({
      name: 'Writer',
      email: `${newId()}@example.com`,
      password: 'correct horse battery',
    }),
  });
  if (answer.status !== 200) throw new Error(`no account: ${answer.status} ${await answer.text()}`);
  await answer.arrayBuffer();
  return {
    from,
    cookie: answer.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; '),
    acknowledged: [],
  };
}

export function headersOf({ cookie, from }: Writer): Record<string, string> {
  return { Cookie: cookie, Origin: SERVED_ORIGIN, 'X-Forwarded-For': from };
}

/** Asks for a verdict on something never said before; remembers it only once it is acknowledged. */
export async function writeOnce(address: string, writer: Writer): Promise<number> {
  const answer = await fetch(`${address}/api/moderation/verdicts`, {
    method: 'POST',
    headers: { ...headersOf(writer), 'Content-Type': 'application/json' },
    body: JSON.stringify({ project: { ...newProject(), name: `Film ${newId()}` } }),
  });
  const body: unknown = await answer.json();
  if (answer.status === 200 && body !== null && typeof body === 'object' && 'id' in body)
    writer.acknowledged.push(String(body.id));
  return answer.status;
}

/** Writes until the server is gone. */
export async function writeOn(address: string, writer: Writer): Promise<void> {
  try {
    for (;;) await writeOnce(address, writer);
  } catch {
    // Killed: what was not acknowledged may be there or not.
  }
}

/** @returns those that were acknowledged and are gone */
export async function lost(address: string, writer: Writer): Promise<readonly string[]> {
  const gone: string[] = [];
  for (const id of writer.acknowledged) {
    const answer = await fetch(`${address}/api/moderation/verdicts/${id}`, {
      headers: headersOf(writer),
    });
    await answer.arrayBuffer();
    if (answer.status !== 200) gone.push(id);
  }
  return gone;
}
