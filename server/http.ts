/**
 * The one place that names Hono. Routes are made with `newRouter` and answer with plain web Responses; `listen` puts
 * them on a socket and gives back how to stop.
 */
import { serve } from '@hono/node-server';
import type { Context as HonoContext } from 'hono';
import { Hono } from 'hono';
import type { AddressInfo } from 'node:net';
import { AppError, errorToWire, toAppError, type ErrorCode } from '#core/base/errors.ts';

export type Router = Hono;
export type Context = HonoContext;

export function newRouter(): Router {
  return new Hono();
}

const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  'invalid-input': 400,
  'corrupt-file': 400,
  'newer-version': 400,
  'unsupported-media': 415,
  refused: 403,
  'not-found': 404,
  'storage-full': 507,
};

/** An error as its wire form, with the status that fits its code. */
export function errorResponse(error: unknown): Response {
  const appError = toAppError(error);
  const known = STATUS[appError.code];
  // What we did not foresee is told to the log, not to the caller.
  if (known === undefined) console.error(error);
  const wire =
    known === undefined && appError.code === 'internal'
      ? errorToWire(new AppError('internal', 'Something went wrong on the server.'))
      : errorToWire(appError);
  return Response.json(wire, { status: known ?? 500 });
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
export async function listen(router: Router, { host, port, tries = 0 }: ListenOptions): Promise<Listening> {
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

function listenOnce(router: Router, host: string, port: number): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = serve(
      { fetch: router.fetch, hostname: host, port, overrideGlobalObjects: false },
      (info) => {
        server.off('error', reject);
        resolve(listening(server, host, info));
      },
    );
    server.once('error', reject);
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
