/**
 * How bytes pass between the command line and the page it drives: plain HTTP on the loopback server, under a random
 * path that only the two know. A film is written beside its place and moved there when it is whole.
 */
import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { AppError } from '#core/base/errors.ts';
import { newRouter, type Router } from '../http.ts';

export interface Exchange {
  readonly routes: Router;
  /** URL path under which the page may GET the file. */
  offer(path: string): string;
  /** URL path to which the page may PUT the file, once. */
  accept(path: string): string;
  /** Removes what was not finished. */
  close(): Promise<void>;
}

export function openExchange(): Exchange {
  const offered = new Map<string, string>();
  const accepted = new Map<string, string>();
  const unfinished = new Set<string>();
  const routes = newRouter();

  routes.get('/exchange/:key', async (c) => {
    const path = offered.get(c.req.param('key'));
    if (path === undefined) throw new AppError('not-found', 'There is no such file here.');
    const { size } = await stat(path);
    return new Response(Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>, {
      headers: {
        'Content-Type': 'application/octet-stream',
        'Content-Length': String(size),
        'Cache-Control': 'no-store',
      },
    });
  });

  routes.put('/exchange/:key', async (c) => {
    const key = c.req.param('key');
    const path = accepted.get(key);
    const body = c.req.raw.body;
    if (path === undefined || body === null) throw new AppError('not-found', 'Nothing is awaited here.');
    accepted.delete(key);
    const partial = `${path}.${key.slice(0, 8)}.part`;
    unfinished.add(partial);
    try {
      await pipeline(Readable.fromWeb(body as NodeReadableStream<Uint8Array>), createWriteStream(partial));
      await rename(partial, path);
    } catch (cause) {
      await rm(partial, { force: true });
      throw writeError(path, cause);
    } finally {
      unfinished.delete(partial);
    }
    return c.body(null, 204);
  });

  const register = (files: Map<string, string>, path: string): string => {
    const key = randomBytes(16).toString('hex');
    files.set(key, path);
    return `/exchange/${key}`;
  };
  return {
    routes,
    offer: (path) => register(offered, path),
    accept: (path) => register(accepted, path),
    async close() {
      await Promise.all([...unfinished].map((path) => rm(path, { force: true })));
    },
  };
}

function writeError(path: string, cause: unknown): AppError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  if (code === 'ENOSPC')
    return new AppError('storage-full', `The disk is full: ${path} could not be written.`, {
      cause,
      way: 'Free some space and try again.',
    });
  return new AppError('storage-failed', `${path} could not be written.`, { cause });
}
