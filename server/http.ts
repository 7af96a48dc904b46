/**
 * The one place that names Hono. Routes are made with `newRouter` and answer with plain web Responses; `listen` puts
 * them on a socket and gives back how to stop.
 */
import { serve } from '@hono/node-server';
import type { Env, Context as HonoContext, MiddlewareHandler } from 'hono';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { routePath } from 'hono/route';
import { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError, errorToWire, toAppError, type ErrorCode } from '#core/base/errors.ts';
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

/** The pattern of the route that answers, without what was put into it. */
export function patternOf(c: object): string {
  // Hono's own types take any environment by `any`.
  return routePath(c as never, -1);
}

/** Refuses bodies over `maxBytes`, by their stated length or, without one, while they are read. */
export function limitBody(maxBytes: number): (c: object, next: () => Promise<void>) => Promise<unknown> {
  const limit: MiddlewareHandler = bodyLimit({
    maxSize: maxBytes,
    onError: () =>
      errorResponse(
        new AppError('too-large', `That is more than the ${sizeText(maxBytes)} that fit in one request.`),
      ),
  });
  return (c, next) => limit(c as never, next);
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
  if (told) return told;
  const incoming: unknown = c.env && typeof c.env === 'object' ? Reflect.get(c.env, 'incoming') : null;
  return incoming instanceof IncomingMessage ? (incoming.socket.remoteAddress ?? 'unknown') : 'unknown';
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

/** An error as its wire form, with the status that fits its code. */
export function errorResponse(error: unknown): Response {
  const appError = toAppError(error);
  const known = STATUS[appError.code];
  // What we did not foresee is told to the log, not to the caller; and without its words, which may be someone's.
  if (known === undefined) console.error(errorFields(error));
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
