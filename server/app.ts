/**
 * The whole server as one router: security headers over everything, the API under /api, the built app below. It
 * knows no socket; `main.ts`, the command line and the tests each put it on one of their own.
 */
import { errorToWire, AppError } from '#core/base/errors.ts';
import { createApi } from './api.ts';
import type { Router } from './http.ts';
import { errorResponse, newRouter } from './http.ts';
import { appFileRoutes } from './routes/app-files.ts';
import { healthRoutes } from './routes/health.ts';
import { openAppFiles } from './services/app-files.ts';
import type { Services } from './services/services.ts';

export interface ServerOptions {
  /** The folder of the built app. */
  readonly buildFolder: string;
  readonly version: string;
  /** Compress on the way out; of no use on the same machine. */
  readonly compress: boolean;
  /** Routes of a caller's own, asked before the app's files; already under their full paths. */
  readonly extra?: Router;
  /** Accounts, consent, moderation, the log; without them the server serves the app alone. */
  readonly services?: Services;
}

/** Cross-origin isolation gives WASM threads and precise clocks; the rest is plain caution. */
const HEADERS: Readonly<Record<string, string>> = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy': 'geolocation=(), payment=(), usb=(), serial=(), hid=(), midi=()',
};

/** @throws AppError not-found when there is no built app */
export function createServer(options: ServerOptions): Router {
  const files = openAppFiles(options.buildFolder);
  const policy = [files.contentSecurityPolicy, "frame-ancestors 'none'"].filter(Boolean).join('; ');

  // Where the public address is https, a browser that came once does not come by http again.
  const secure = options.services?.origin.startsWith('https:') ?? false;

  const router = newRouter();
  router.use('*', async (c, next) => {
    await next();
    // HEAD is answered by GET's route, and what that began to read would stay open, unread by anyone.
    if (c.req.method === 'HEAD') await c.res.body?.cancel();
    for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value);
    c.res.headers.set('Content-Security-Policy', policy);
    if (secure) c.res.headers.set('Strict-Transport-Security', 'max-age=31536000; includeSubDomains');
  });
  router.onError((error) => errorResponse(error));
  if (options.services) router.route('/', createApi(options.services, options.version) as unknown as Router);
  else {
    router.route('/api', healthRoutes(options.version));
    // Nothing is issued here: the app asks, and is told so, without an error in anyone's console.
    router.get('/.well-known/orator/*', () => Response.json(null));
  }
  router.all('/api/*', () =>
    Response.json(errorToWire(new AppError('not-found', 'There is no such address here.')), { status: 404 }),
  );
  if (options.extra) router.route('/', options.extra);
  router.route('/', appFileRoutes(files, { compress: options.compress }));
  return router;
}
