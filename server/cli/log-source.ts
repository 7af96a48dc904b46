/** A server's log over HTTP, for the audit. What does not answer as it should is an error; what is not there is null. */
import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '#core/base/errors.ts';
import { readKeySet } from '#core/policy/consent/keys.ts';
import type { FetchedEntry, LogSource } from '#core/policy/log/audit.ts';

export type Fetch = (request: Request) => Promise<Response>;

const SECONDS = 60;
/** Far more than a thousand entries take. */
const MOST_CHARACTERS = 32 << 20;

/** @param base the server's address, such as `https://trust.example` */
export function httpLogSource(base: string, signal: AbortSignal, send: Fetch = (r) => fetch(r)): LogSource {
  const ask = async (path: string, tries = 10): Promise<string | null> => {
    const url = new URL(path, base);
    let answer: Response;
    try {
      const limits = AbortSignal.any([signal, AbortSignal.timeout(SECONDS * 1000)]);
      answer = await send(new Request(url, { signal: limits, redirect: 'error' }));
    } catch (cause) {
      if (signal.aborted) throw new AppError('cancelled', 'Stopped.', { cause });
      throw new AppError('network', `${url.host} does not answer.`, { cause });
    }
    // Asked too often, or too busy: it says when to come again.
    if ((answer.status === 429 || answer.status === 503) && tries > 1) {
      const seconds = Math.min(60, Math.max(1, Number(answer.headers.get('Retry-After') ?? '1') || 1));
      await wait(seconds * 1000, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) throw new AppError('cancelled', 'Stopped.');
      return ask(path, tries - 1);
    }
    // A proof whose parts are gone cannot be given (500): for an audit that is an answer too.
    const lost = answer.status === 500 && /^\/api\/log\/(inclusion|consistency)$/.test(url.pathname);
    if (answer.status === 404 || answer.status === 400 || lost) return null;
    if (!answer.ok)
      throw new AppError('network', `${url.host} answers ${answer.status} for ${url.pathname}.`);
    const text = await answer.text();
    if (text.length > MOST_CHARACTERS) throw new AppError('network', `${url.host} answers without an end.`);
    return text;
  };
  const json = async (path: string): Promise<Readonly<Record<string, unknown>> | null> => {
    const text = await ask(path);
    if (text === null) return null;
    try {
      const value: unknown = JSON.parse(text);
      return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
    } catch (cause) {
      throw new AppError('network', `What ${new URL(base).host} answers is no Orator log.`, { cause });
    }
  };
  return {
    keys: async () => readKeySet(await json('/.well-known/orator/keys.json')),
    head: (size) => ask(`/api/log/head${size === undefined ? '' : `?size=${size}`}`),
    async entries(from, count) {
      return listOf((await json(`/api/log/entries?from=${from}&count=${count}`))?.['entries'], entryOf);
    },
    async nodes(level, from, count) {
      return listOf(
        (await json(`/api/log/nodes?level=${level}&from=${from}&count=${count}`))?.['hashes'],
        text,
      );
    },
    inclusion: async (index, size) => proofIn(await json(`/api/log/inclusion?index=${index}&size=${size}`)),
    consistency: async (from, to) => proofIn(await json(`/api/log/consistency?from=${from}&to=${to}`)),
  };
}

function proofIn(answer: Readonly<Record<string, unknown>> | null): readonly string[] | null {
  return answer === null ? null : listOf(answer['proof'], text);
}

function listOf<T>(value: unknown, item: (value: unknown) => T): readonly T[] {
  return Array.isArray(value) ? value.map(item) : [];
}
function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
function entryOf(value: unknown): FetchedEntry {
  const it = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  return {
    position: typeof it['position'] === 'number' ? it['position'] : -1,
    entry: text(it['entry']),
    leafHash: text(it['leafHash']),
    kind: text(it['kind']),
    at: text(it['at']),
  };
}
