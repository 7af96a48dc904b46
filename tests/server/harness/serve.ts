/**
 * A trust server as a process of its own, to be killed: `node serve.ts DATA_FOLDER [DATABASE_URL]`. Prints its address on
 * a line once it serves. It serves no app, so that it needs none built.
 */
import { createApi } from '#server/api.ts';
import { listen, type Answering } from '#server/http.ts';
import { QUIET } from '#server/logger.ts';
import { openServices } from '#server/services/services.ts';
import { readSettings } from '#server/settings.ts';

const [folder, url] = process.argv.slice(2);
const settings = readSettings({
  ORATOR_DATA: folder,
  TRUSTED_PROXIES: '1',
  REQUESTS_PER_MINUTE: process.env['REQUESTS_PER_MINUTE'] ?? '100000',
  VERDICTS_PER_DAY: '1000000',
  DATABASE_URL: url,
});
let api: Answering | null = null;
const server = await listen(
  {
    fetch: (request, connection) =>
      api?.fetch(request, connection) ?? new Response(null, { status: 503, headers: { 'Retry-After': '1' } }),
  },
  { host: '127.0.0.1', port: 0 },
);
// The origin must be the same after every restart, because receipts and the log name it.
const services = await openServices({ settings, origin: 'http://127.0.0.1:1', log: QUIET });
api = createApi(services, 'test');
console.log(server.address);
process.on('SIGTERM', () => {
  void server
    .stop(500)
    .then(() => services.close())
    .then(() => process.exit(0));
});
