/** GET /api/health: the server runs, and which version of it. GET /api/ready: it can serve. */
import type { Router } from '../http.ts';
import { newRouter } from '../http.ts';
import { json, newApi, route, z, type Api } from '../openapi.ts';
import type { Services } from '../services/services.ts';

export interface Health {
  readonly ok: true;
  readonly name: 'orator';
  readonly version: string;
}

/** For a server without services, such as the one that the command line renders through. */
export function healthRoutes(version: string): Router {
  const router = newRouter();
  router.get('/health', (c) => c.json<Health>({ ok: true, name: 'orator', version }));
  return router;
}

const HealthAnswer = z
  .object({ ok: z.literal(true), name: z.literal('orator'), version: z.string() })
  .openapi('Health');
const Readiness = z
  .object({ ready: z.boolean(), database: z.boolean(), store: z.boolean() })
  .openapi('Readiness');

export function healthApi({ database, store }: Services, version: string): Api {
  const health = route(
    { access: 'anyone' },
    {
      method: 'get',
      path: '/health',
      summary: 'Whether the server runs.',
      responses: { 200: json(HealthAnswer, 'It runs.') },
    },
  );
  const ready = route(
    { access: 'anyone' },
    {
      method: 'get',
      path: '/ready',
      summary: 'Whether the server can serve: its database and its store answer.',
      responses: { 200: json(Readiness, 'It can.'), 503: json(Readiness, 'It cannot, for now.') },
    },
  );
  return newApi()
    .openapi(health, (c) => c.json({ ok: true, name: 'orator', version } as const, 200))
    .openapi(ready, async (c) => {
      const [databaseOk, storeOk] = await Promise.all([answers(database.ping()), answers(store.ping())]);
      const state = { ready: databaseOk && storeOk, database: databaseOk, store: storeOk };
      return state.ready ? c.json(state, 200) : c.json(state, 503);
    });
}

async function answers(ping: Promise<void>): Promise<boolean> {
  try {
    await ping;
    return true;
  } catch {
    return false;
  }
}
