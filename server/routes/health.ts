/** GET /api/health: the server runs, and which version of it. */
import type { Router } from '../http.ts';
import { newRouter } from '../http.ts';

export interface Health {
  readonly ok: true;
  readonly name: 'orator';
  readonly version: string;
}

export function healthRoutes(version: string): Router {
  const router = newRouter();
  router.get('/health', (c) => c.json<Health>({ ok: true, name: 'orator', version }));
  return router;
}
