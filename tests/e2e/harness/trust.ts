/** The built app with its trust server, on a port of its own and a data folder that goes with it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from '#server/app.ts';
import { listen, type Answering } from '#server/http.ts';
import { QUIET } from '#server/logger.ts';
import { openServices, type ServiceOptions, type Services } from '#server/services/services.ts';
import { readSettings } from '#server/settings.ts';
import { BUILD } from '#server/setup/place.js';
import { emptyDatabase } from '../../server/harness/empty-database.ts';
import type { Served } from './studio.ts';

export interface ServedTrust extends Served {
  readonly services: Services;
}

/** Whoever sits between the browser and the server: may look, hold back, change, swallow. */
export type OnTheWay = (request: Request, pass: (request: Request) => Promise<Response>) => Promise<Response>;

export async function serveTrust(
  options: Partial<Omit<ServiceOptions, 'settings' | 'origin'>> = {},
  onTheWay: OnTheWay = (request, pass) => pass(request),
): Promise<ServedTrust> {
  const folder = await mkdtemp(join(tmpdir(), 'orator-trust-'));
  let app: Answering | null = null;
  const server = await listen(
    {
      fetch: (request, connection) =>
        onTheWay(request, async (passed) =>
          app ? app.fetch(passed, connection) : new Response(null, { status: 503 }),
        ),
    },
    { host: '127.0.0.1', port: 0 },
  );
  const settings = {
    ...readSettings({ ORATOR_DATA: folder, REQUESTS_PER_MINUTE: '100000', CONSENTS_PER_DAY: '1000' }),
    database: await emptyDatabase(),
  };
  const services = await openServices({ log: QUIET, ...options, settings, origin: server.address });
  app = createServer({ buildFolder: BUILD, version: 'test', compress: false, services });
  return {
    server,
    services,
    address: server.address,
    async [Symbol.asyncDispose]() {
      await server.stop(0);
      await services.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
