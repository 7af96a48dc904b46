/**
 * A process that draws plain films, to be killed: `node serve.ts server|worker DATA_FOLDER DRAW_MS [DATABASE_URL]`. A server
 * has the API, the desk and a hand of its own, and prints its address once it serves; a worker has hands only.
 */
import { join } from 'node:path';
import { createApi } from '#server/api.ts';
import { openDatabase } from '#server/database/open.ts';
import { listen, type Answering } from '#server/http.ts';
import { QUIET } from '#server/logger.ts';
import { openStoreAt } from '#server/render/store-place.ts';
import { PATIENCE, renderLimits } from '#server/services/renders/parts.ts';
import { openQueue } from '#server/services/renders/queue.ts';
import type { Runner } from '#server/services/renders/runner.ts';
import { openWorker } from '#server/services/renders/work.ts';
import { openServices, REAL_HOST } from '#server/services/services.ts';
import { readSettings, storePlaceOf } from '#server/settings.ts';
import { plainProcesses } from './plain-process.ts';

const [role, folder = '', drawMs, url] = process.argv.slice(2);
const settings = readSettings({
  ORATOR_DATA: folder,
  DATABASE_URL: url,
  TRUSTED_PROXIES: '1',
  REQUESTS_PER_MINUTE: '100000',
  VERDICTS_PER_DAY: '1000000',
  RENDER_SECONDS_PER_DAY: '1000000',
});
const openProcess = plainProcesses({
  folder: join(folder, 'files'),
  drawMs: Number(drawMs),
  journal: null,
  poison: null,
});
if (role === 'worker') {
  const database = await openDatabase(settings.database);
  const queue = await openQueue(database, () => undefined);
  let runner: Runner | null = null;
  const store = openStoreAt(storePlaceOf(settings));
  runner = openWorker({
    parts: {
      ...{ database, store, queue, host: REAL_HOST, log: QUIET, patience: PATIENCE },
      secondsPerDay: settings.RENDER_SECONDS_PER_DAY,
      wake: () => runner?.poke(),
    },
    ...{ slots: 1, openProcess, limits: renderLimits(settings) },
  });
  console.log('ready');
} else {
  let api: Answering | null = null;
  const server = await listen(
    {
      fetch: (request, connection) =>
        api?.fetch(request, connection) ??
        new Response(null, { status: 503, headers: { 'Retry-After': '1' } }),
    },
    { host: '127.0.0.1', port: 0 },
  );
  // The origin must be the same after every restart, because the log names it.
  const services = await openServices({
    settings,
    origin: 'http://127.0.0.1:1',
    log: QUIET,
    render: { openProcess },
  });
  api = createApi(services, 'test');
  console.log(server.address);
}
