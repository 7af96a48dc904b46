/**
 * The API as a whole, under /api: who is asking is worked out once, changes that come with a cookie must come from our
 * own pages, then each route's own rule holds. The OpenAPI document is made from the same declarations.
 */
import { randomUUID } from 'node:crypto';
import { AppError } from '#core/base/errors.ts';
import { requireOwnPage } from './guard.ts';
import { addressOf, brokenOff, errorResponse, limitBody, networkOf, patternOf } from './http.ts';
import { DEFAULT_MAX_BYTES, newApi, type Api } from './openapi.ts';
import { accountApi } from './routes/account.ts';
import { assetsApi } from './routes/assets.ts';
import { consentsApi } from './routes/consents.ts';
import { evidenceApi } from './routes/evidence.ts';
import { healthApi } from './routes/health.ts';
import { keysApi } from './routes/keys.ts';
import { logApi, wellKnownApi } from './routes/log.ts';
import { meApi } from './routes/me.ts';
import { moderationApi } from './routes/moderation.ts';
import { permitsApi } from './routes/permits.ts';
import { rendersApi } from './routes/renders.ts';
import { reviewApi } from './routes/reviews.ts';
import { metricsApi } from './routes/metrics.ts';
import { uploadsApi } from './routes/uploads.ts';
import { namesOf } from './services/accounts/accounts.ts';
import { atOnceLimit } from './services/limits.ts';
import type { Services } from './services/services.ts';

const READING = ['GET', 'HEAD', 'OPTIONS'];

export function createApi(services: Services, version: string): Api {
  const { accounts, log, metrics, requests, settings } = services;
  const origins = namesOf(services.origin);
  const admitted = atOnceLimit();
  const from = (c: Parameters<typeof addressOf>[0]) => networkOf(addressOf(c, settings.TRUSTED_PROXIES));
  const all = newApi();
  const api = all.basePath('/api');

  api.use('*', async (c, next) => {
    const requestId = randomUUID();
    c.set('requestId', requestId);
    const startedMs = performance.now();
    // Whether it runs at all is told even then.
    if (c.req.path === '/api/health') await next();
    else
      await admitted(from(c), next).catch((error: unknown) => {
        c.res = errorResponse(error);
      });
    c.res.headers.set('X-Request-Id', requestId);
    c.res.headers.set('Cache-Control', c.res.headers.get('Cache-Control') ?? 'no-store');
    const ms = Math.round(performance.now() - startedMs);
    const [method, route, status] = [c.req.method, patternOf(c), c.res.status];
    metrics.request(route, method, status, ms / 1000);
    log.info({ requestId, method, route, status, ms }, 'request');
  });
  // better-auth holds its own changes to our origin.
  const limitAuth = limitBody(DEFAULT_MAX_BYTES);
  api.use('/auth/*', async (c, next) => {
    await requests.spend(from(c));
    return limitAuth(c, next) as Promise<Response>;
  });
  api.on(['GET', 'POST'], '/auth/*', (c) =>
    accounts.handle(c.req.raw, addressOf(c, settings.TRUSTED_PROXIES)),
  );
  api.use('*', async (c, next) => {
    const caller = await accounts.callerOf(c.req.raw.headers);
    if (caller.kind === 'account' && caller.via === 'session' && !READING.includes(c.req.method))
      requireOwnPage(c.req.raw.headers, origins);
    const who = caller.kind === 'account' ? caller.accountId : from(c);
    await requests.spend(who);
    c.set('caller', caller);
    await next();
  });

  const routers = [
    healthApi(services, version),
    meApi(),
    accountApi(services),
    metricsApi(services),
    logApi(services),
    moderationApi(services),
    reviewApi(services),
    evidenceApi(services),
    permitsApi(services),
    rendersApi(services),
    consentsApi(services),
    keysApi(services),
    assetsApi(services),
    uploadsApi(services),
  ];
  for (const routes of routers) api.route('/', routes);
  api.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'Orator', version, description: 'The server: consent, moderation, the log, and renders.' },
  });
  // Of the whole: the router takes that of a part for nothing once it stands under another.
  all.onError((error, c) => {
    if (brokenOff(c))
      return errorResponse(
        new AppError('invalid-input', 'The connection was lost before the request was here.', {
          cause: error,
        }),
      );
    return errorResponse(error, (fields) =>
      log.error({ requestId: c.get('requestId'), ...fields }, 'unforeseen'),
    );
  });
  all.route('/', wellKnownApi(services));
  return all;
}
