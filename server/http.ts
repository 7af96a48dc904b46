/**
 * The one place that names Hono. Routes are made with `newRouter` and answer with plain web Responses; `listen` puts
 * them on a socket and gives back how to stop.
 */
import { serve } from '@hono/node-server';
import type { Env, Context as HonoContext } from 'hono';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { routePath } from 'hono/route';
import { IncomingMessage, ServerResponse } from 'node:http';
import { isIPv6, type AddressInfo } from 'node:net';
import { AppError, errorToWire, toAppError, type ErrorCode } from '#core/base/errors.ts';
import { isUnstorableText } from './database/unstorable.ts';
import { errorFields } from './logger.ts';

export type Router = Hono;
/** Anything that answers requests. */
export interface Answering {
  fetch(request: Request, connection?: object): Response | Promise<Response>;
}
export type Context<E extends Env = Env> = HonoContext<E>;

export function newRouter(): Router {
  return new Hono();
}

/** The pattern of the route that answers or, once it has, that did: without what was put into it. */
export function patternOf(c: object): string {
  // Hono's own types take any environment by `any`. Not the last that fits: below the API stands the app, for any path.
  return routePath(c as never);
}

/** How slowly a body may come: whoever waits for it holds a place that others need. */
export const BODY_PACE = {
  /** For what is on its way before the first of it. */
  graceMs: 30_000,
  /** From then on; slow lines send more. */
  bytesPerS: 16 * 1024,
};
/** Whatever the body: the longest that a part of an upload may take, and a little. */
const REQUEST_MS = 330_000;
const HEADERS_MS = 20_000;

/** A request as the router hands it on, whatever else it has put there. */
interface Asked {
  readonly env: unknown;
  readonly req: { raw: Request };
}

/**
 * Refuses bodies over `maxBytes`, by their stated length or, without one, while they are read; and those that come more
 * slowly than `pace`.
 */
export function limitBody(
  maxBytes: number,
  pace = BODY_PACE,
): (c: Asked, next: () => Promise<void>) => Promise<unknown> {
  return (c, next) => {
    const incoming = incomingOf(c.env);
    const answer = withinLimit(c, next, maxBytes, incoming !== null);
    if (incoming === null || incoming.method === 'GET' || incoming.method === 'HEAD') return answer;
    const stated = Number(incoming.headers['content-length'] ?? maxBytes);
    return hurried(
      answer,
      { incoming, outgoing: outgoingOf(c.env) },
      pace.graceMs + (1000 * Math.min(stated, maxBytes)) / pace.bytesPerS,
    );
  };
}

/**
 * Hono’s own limit copies a request of unknown length, and those that come over a socket are of the adapter’s kind, which
 * cannot be copied.
 */
async function withinLimit(
  c: Asked,
  next: () => Promise<void>,
  maxBytes: number,
  overSocket: boolean,
): Promise<unknown> {
  const { raw } = c.req;
  const tooLarge = () =>
    errorResponse(
      new AppError('too-large', `That is more than the ${sizeText(maxBytes)} that fit in one request.`),
    );
  const inChunks = raw.headers.has('transfer-encoding');
  const stated = raw.headers.get('content-length');
  if (stated !== null && !inChunks) return Number(stated) > maxBytes ? tooLarge() : next();
  // In HTTP/1.1 what has neither a length nor chunks has no body (RFC 9112, 6.3): Chromium deletes so.
  if (raw.body === null || (overSocket && !inChunks)) return next();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const body: ReadableStream<Uint8Array<ArrayBuffer>> = raw.body;
  for await (const piece of body) {
    size += piece.length;
    if (size > maxBytes) return tooLarge();
    pieces.push(piece);
  }
  const { method, headers, signal, url } = raw;
  c.req.raw = new Request(url, { method, headers, signal, body: new Blob(pieces) });
  return next();
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse | null;
}

/** Answers for whoever still waits for the body after `ms`; what was to be done with it fails then. */
async function hurried(
  answer: Promise<unknown>,
  { incoming, outgoing }: Exchange,
  ms: number,
): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Response>((resolve) => {
    timer = setTimeout(() => {
      if (incoming.complete) return;
      // Node lets go of a request once it is answered, and would leave whoever reads it waiting for ever.
      outgoing?.once('close', () => incoming.destroy(new Error('the body did not come in time')));
      resolve(tooSlow());
    }, ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

function tooSlow(): Response {
  const error = new AppError('network', 'The request did not arrive in time.', {
    way: 'Try again on a better connection.',
  });
  return Response.json(errorToWire(error), { status: 408, headers: { Connection: 'close' } });
}

function sizeText(bytes: number): string {
  return bytes >= 1_048_576 ? `${Math.round(bytes / 1_048_576)} MB` : `${Math.round(bytes / 1024)} KB`;
}

/**
 * The caller's address: the socket's, or behind so many trusted proxies the one that the outermost of them saw.
 * @param proxies how many stand in front; 0 believes no header
 */
export function addressOf(
  c: { readonly env: unknown; readonly req: { header(name: string): string | undefined } },
  proxies: number,
): string {
  const seen =
    proxies > 0 ? (c.req.header('x-forwarded-for') ?? '').split(',').map((part) => part.trim()) : [];
  const told = seen.at(-proxies);
  if (told) return withoutPort(told);
  return incomingOf(c.env)?.socket.remoteAddress ?? 'unknown';
}

/** Some proxies tell the port as well, which is another for each connection; and IPv6 then stands in brackets. */
function withoutPort(told: string): string {
  const [, inBrackets, plain] = /^(?:\[([^\]]+)\]|([^:]+))(?::\d+)?$/.exec(told) ?? [];
  return inBrackets ?? plain ?? told;
}

/** Whether whoever asked was gone before all of the request was here: what fails then is nobody's fault. */
export function brokenOff(c: { readonly env: unknown }): boolean {
  const incoming = incomingOf(c.env);
  return incoming !== null && incoming.destroyed && !incoming.complete;
}

/** Null where the request came by no socket. */
function incomingOf(env: unknown): IncomingMessage | null {
  const incoming: unknown = env && typeof env === 'object' ? Reflect.get(env, 'incoming') : null;
  return incoming instanceof IncomingMessage ? incoming : null;
}

function outgoingOf(env: unknown): ServerResponse | null {
  const outgoing: unknown = env && typeof env === 'object' ? Reflect.get(env, 'outgoing') : null;
  return outgoing instanceof ServerResponse ? outgoing : null;
}

/** Whose an address is: of IPv6 a customer has a whole /64, and could come from a new address each time. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [, mapped] = /^::ffff:([\d.]+)$/i.exec(address) ?? [];
  if (mapped !== undefined) return mapped;
  const [before = '', after] = address.split('%')[0]?.split('::') ?? [];
  const head = before.split(':').filter(Boolean);
  const tail = after?.split(':').filter(Boolean) ?? [];
  const zeros = Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0');
  const groups = [...head, ...zeros, ...tail]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16));
  return `${groups.join(':')}::/64`;
}

const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  'invalid-input': 400,
  'corrupt-file': 400,
  'newer-version': 400,
  'unsupported-media': 415,
  refused: 403,
  'signed-out': 401,
  conflict: 409,
  'too-large': 413,
  'too-many': 429,
  busy: 503,
  network: 502,
  'not-found': 404,
  'storage-full': 507,
};

/** What a route threw; the router's own refusals, which blame the request, become ours. */
export function asAppError(error: unknown): AppError {
  if (isUnstorableText(error))
    return new AppError('invalid-input', 'A text holds a character that cannot be kept.', {
      cause: error,
      way: 'Take characters out that do not show, then try again.',
    });
  if (!(error instanceof HTTPException) || error.status >= 500) return toAppError(error);
  return error.status === 415
    ? new AppError('unsupported-media', 'This address does not take that type of content.', { cause: error })
    : new AppError('invalid-input', 'The body of the request cannot be read.', { cause: error });
}

/**
 * An error as its wire form, with the status that fits its code.
 * @param tell takes what is told of one that we did not foresee: not to the caller, and without its words, which may be
 *   someone's
 */
export function errorResponse(
  error: unknown,
  tell: (fields: object) => void = (fields) => console.error(fields),
): Response {
  const appError = asAppError(error);
  const known = STATUS[appError.code];
  if (known === undefined) tell(errorFields(error));
  const { cause: _, ...wire } =
    known === undefined && appError.code === 'internal'
      ? errorToWire(new AppError('internal', 'Something went wrong on the server.'))
      : errorToWire(appError);
  const retryAfterS: unknown = Reflect.get(appError, 'retryAfterS');
  return Response.json(wire, {
    status: known ?? 500,
    ...(typeof retryAfterS === 'number' ? { headers: { 'Retry-After': String(retryAfterS) } } : {}),
  });
}

export interface Listening {
  readonly host: string;
  readonly port: number;
  /** `http://host:port`, with a name a person can open. */
  readonly address: string;
  /** Takes no new connections, lets running answers end, and cuts what is left after `graceMs`. */
  stop(graceMs?: number): Promise<void>;
}

type Closable = ReturnType<typeof serve>;

export interface ListenOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** How many ports after `port` may be tried when it is taken. */
  readonly tries?: number;
}

/** @throws AppError invalid-input when no port could be had */
export async function listen(
  router: Answering,
  { host, port, tries = 0 }: ListenOptions,
): Promise<Listening> {
  for (let offset = 0; ; offset++) {
    try {
      return await listenOnce(router, host, port === 0 ? 0 : port + offset);
    } catch (error) {
      const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (!taken || offset >= tries || port + offset >= 65_535) throw listenError(error, host, port);
    }
  }
}

function listenError(error: unknown, host: string, port: number): AppError {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'EADDRINUSE')
    return new AppError('invalid-input', `Port ${port} and those after it are taken.`, {
      cause: error,
      way: 'Set PORT to a free one.',
    });
  if (code === 'EACCES')
    return new AppError('invalid-input', `Port ${port} may not be used by you.`, {
      cause: error,
      way: 'Set PORT to one above 1023.',
    });
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new AppError('invalid-input', `This machine has no address ${host}.`, {
      cause: error,
      way: 'Set HOST to one of its own, or leave it out.',
    });
  return toAppError(error);
}

const KEEP_ALIVE_MS = 30_000;

function listenOnce(router: Answering, host: string, port: number): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = serve(
      {
        fetch: (request, connection) => router.fetch(request, connection),
        hostname: host,
        port,
        overrideGlobalObjects: false,
        serverOptions: { headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS },
      },
      (info) => {
        server.off('error', reject);
        resolve(listening(server, host, info));
      },
    );
    server.once('error', reject);
    // A client that takes an idle connection up again at the moment it is closed sees a failure: on a busy machine, often.
    Reflect.set(server, 'keepAliveTimeout', KEEP_ALIVE_MS);
  });
}

function listening(server: Closable, host: string, info: AddressInfo): Listening {
  const named = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  let stopped: Promise<void> | null = null;
  return {
    host,
    port: info.port,
    address: `http://${named}:${info.port}`,
    stop(graceMs = 3000) {
      stopped ??= new Promise((resolve) => {
        const cut = setTimeout(() => closeConnections(server, 'closeAllConnections'), graceMs);
        // A kept-alive connection becomes idle when its answer ends, and would hold the server open.
        const tidy = setInterval(() => closeConnections(server, 'closeIdleConnections'), 50);
        server.close(() => {
          clearTimeout(cut);
          clearInterval(tidy);
          resolve();
        });
        closeConnections(server, 'closeIdleConnections');
      });
      return stopped;
    },
  };
}

/** Node's HTTP server has these; its HTTP/2 one, which the adapter's type also allows, does not. */
function closeConnections(server: Closable, which: 'closeAllConnections' | 'closeIdleConnections'): void {
  const close: unknown = Reflect.get(server, which);
  if (typeof close === 'function') Reflect.apply(close, server, []);
}
