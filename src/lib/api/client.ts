/**
 * The server, as the app calls it: one function, typed from the server's OpenAPI document. The server is the one this app
 * came from; where there is none, or no network, that is told as `network`.
 */
import { AppError, errorFromWire, type ErrorWire } from '#core/base/errors.ts';
import type { Operations } from './api-types.ts';

export type * from './api-types.ts';
export type OperationName = keyof Operations;
export type Answer<Name extends OperationName> = Operations[Name]['answer'];
export type Input<Name extends OperationName> = Omit<Operations[Name], 'answer'>;

type Values = Readonly<Record<string, string | number | boolean | undefined>>;
interface LooseInput {
  readonly path?: Values;
  readonly query?: Values;
  readonly header?: Values;
  readonly body?: unknown;
}

export interface ServerClient {
  /** @throws AppError network, or what the server says */
  call<Name extends OperationName>(
    name: Name,
    input: Input<Name>,
    signal?: AbortSignal,
  ): Promise<Answer<Name>>;
}

export function serverClient(send: typeof fetch = (...args) => fetch(...args)): ServerClient {
  return {
    async call<Name extends OperationName>(name: Name, input: Input<Name>, signal?: AbortSignal) {
      const { path = {}, query = {}, header = {}, body } = input as LooseInput;
      const [method = 'GET', pattern = ''] = name.split(' ');
      const address = pattern.replace(/\{(\w+)\}/g, (_, key: string) =>
        encodeURIComponent(String(path[key] ?? '')),
      );
      const asked = new URLSearchParams();
      for (const [key, value] of Object.entries(query))
        if (value !== undefined) asked.set(key, String(value));
      const headers = new Headers();
      for (const [key, value] of Object.entries(header))
        if (value !== undefined) headers.set(key, String(value));
      const raw = body instanceof Blob;
      if (body !== undefined)
        headers.set('Content-Type', raw ? 'application/octet-stream' : 'application/json');
      const answer = await asking(send, address + (asked.size > 0 ? `?${asked}` : ''), {
        method,
        headers,
        ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
        ...(signal ? { signal } : {}),
      });
      return (await contentOf(answer)) as Answer<Name>;
    },
  };
}

/** Accounts have addresses of their own, outside the document. @throws as `call` */
export async function callAccounts(path: string, body?: object): Promise<unknown> {
  const init: RequestInit =
    body === undefined
      ? {}
      : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  return contentOf(await asking((...args) => fetch(...args), `/api/auth/${path}`, init));
}

async function asking(send: typeof fetch, address: string, init: RequestInit): Promise<Response> {
  try {
    return await send(address, { credentials: 'same-origin', cache: 'no-store', ...init });
  } catch (cause) {
    if (init.signal?.aborted) throw new AppError('cancelled', 'Stopped.', { cause });
    throw noServer(cause);
  }
}

async function contentOf(answer: Response): Promise<unknown> {
  const isJson = answer.headers.get('Content-Type')?.includes('json') ?? false;
  if (answer.ok) return isJson ? await answer.json() : await answer.text();
  const told: unknown = isJson ? await answer.json().catch(() => null) : null;
  if (isWire(told)) throw errorFromWire(told);
  // What answers in another language is no server of ours, or a proxy in front of one that is away.
  throw answer.status === 429
    ? new AppError('too-many', 'Too many requests.', { way: 'Wait a little, then try again.' })
    : noServer(null, answer.status);
}

function isWire(told: unknown): told is ErrorWire {
  return told !== null && typeof told === 'object' && 'code' in told && 'message' in told;
}

function noServer(cause: unknown, status?: number): AppError {
  return new AppError('network', `The server does not answer${status === undefined ? '' : ` (${status})`}.`, {
    cause,
    way: 'See that you are connected, then try again.',
  });
}
