/** GET /api/metrics: counters for Prometheus, for those who carry the token, or for this machine where there is none. */
import { timingSafeEqual } from 'node:crypto';
import { AppError } from '#core/base/errors.ts';
import { addressOf } from '../http.ts';
import { newApi, route, z, type Api } from '../openapi.ts';
import type { Services } from '../services/services.ts';

const LOCAL = ['127.0.0.1', '::1', '::ffff:127.0.0.1'];

export function metricsApi({ metrics, settings }: Services): Api {
  const declared = route(
    { access: 'anyone' },
    {
      method: 'get',
      path: '/metrics',
      summary: 'Counters in the Prometheus text format.',
      responses: { 200: { description: 'The counters.', content: { 'text/plain': { schema: z.string() } } } },
    },
  );
  return newApi().openapi(declared, async (c) => {
    const token = settings.METRICS_TOKEN;
    // Behind a proxy on this machine that no setting names, everyone would look local.
    const relayed =
      settings.TRUSTED_PROXIES === 0 &&
      ['x-forwarded-for', 'forwarded', 'via'].some((name) => c.req.header(name) !== undefined);
    const local = !relayed && LOCAL.includes(addressOf(c, settings.TRUSTED_PROXIES));
    if (token === undefined ? !local : !same(c.req.header('authorization') ?? '', `Bearer ${token}`))
      throw new AppError('refused', 'These figures are for this server’s keeper.');
    return c.text(await metrics.text(), 200);
  });
}

function same(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
