/** A trust server in a process of its own, and people who write to it and remember what was acknowledged. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { newId } from '#core/base/ids.ts';
import { newProject } from '#core/document/create.ts';

/** Of the harness alone: grants a consent to whoever asks. */
export const GRANT_PATH = '/harness/grant';
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
  /** Consents whose grant was acknowledged, by their id: the receipt, and how far taking it back has come. */
  readonly consents: Map<
    string,
    { readonly receiptId: string; withdrawal: 'none' | 'asked' | 'acknowledged' }
  >;
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
    consents: new Map(),
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

async function grantOnce(address: string, writer: Writer): Promise<void> {
  const answer = await fetch(address + GRANT_PATH, { method: 'POST', headers: headersOf(writer) });
  if (answer.status !== 200) throw new Error(`not granted: ${answer.status}`);
  const { sessionId, receiptId } = (await answer.json()) as { sessionId: string; receiptId: string };
  writer.consents.set(sessionId, { receiptId, withdrawal: 'none' });
}

/** Takes the newest consent back that stands. */
async function withdrawOnce(address: string, writer: Writer): Promise<void> {
  const [id, consent] = [...writer.consents].findLast(([, { withdrawal }]) => withdrawal === 'none') ?? [];
  if (!consent) return;
  consent.withdrawal = 'asked';
  const answer = await fetch(`${address}/api/consents/${id}/withdraw`, {
    method: 'POST',
    headers: headersOf(writer),
  });
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`not taken back: ${answer.status}`);
  consent.withdrawal = 'acknowledged';
}

/** Writes until the server is gone: verdicts, and two consents for each that is taken back. */
export async function writeOn(address: string, writer: Writer): Promise<void> {
  try {
    for (;;) {
      await grantOnce(address, writer);
      await grantOnce(address, writer);
      await withdrawOnce(address, writer);
      await writeOnce(address, writer);
    }
  } catch {
    // Killed: what was not acknowledged may be there or not.
  }
}

/** @returns what was acknowledged and is gone */
export async function lost(address: string, writer: Writer): Promise<readonly string[]> {
  const gone: string[] = [];
  for (const id of writer.acknowledged) {
    const answer = await fetch(`${address}/api/moderation/verdicts/${id}`, {
      headers: headersOf(writer),
    });
    await answer.arrayBuffer();
    if (answer.status !== 200) gone.push(`verdict ${id}`);
  }
  const list = await fetch(`${address}/api/revocations`, { headers: headersOf(writer) });
  const { revoked } = (await list.json()) as { revoked: readonly { receiptId: string }[] };
  const listed = new Set(revoked.map(({ receiptId }) => receiptId));
  for (const [id, { receiptId, withdrawal }] of writer.consents) {
    const answer = await fetch(`${address}/api/consents/${id}`, { headers: headersOf(writer) });
    const now = (await answer.json()) as { state?: string; receiptId?: string; revokedAt?: string | null };
    const isRevoked = typeof now.revokedAt === 'string';
    if (now.receiptId !== receiptId) gone.push(`the receipt of consent ${id}`);
    else if (isRevoked !== listed.has(receiptId)) gone.push(`what the list says of receipt ${receiptId}`);
    else if (withdrawal === 'acknowledged' && !(isRevoked && now.state === 'withdrawn'))
      gone.push(`the withdrawal of consent ${id}`);
    else if (withdrawal === 'none' && isRevoked) gone.push(`consent ${id}, which nobody took back`);
  }
  return gone;
}
