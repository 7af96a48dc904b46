/**
 * A trust server as a process of its own, to be killed: `node serve.ts DATA_FOLDER [DATABASE_URL]`. Prints its address on
 * a line once it serves. It serves no app, so that it needs none built; and one address of the harness's own.
 */
import { sha256Hex } from '#core/base/hashing.ts';
import { createApi } from '#server/api.ts';
import { listen, type Answering } from '#server/http.ts';
import { QUIET } from '#server/logger.ts';
import { openServices } from '#server/services/services.ts';
import { readSettings } from '#server/settings.ts';
import { grantTo } from './renders/consent.ts';
import { GRANT_PATH } from './serving.ts';

const [folder, url] = process.argv.slice(2);
const settings = readSettings({
  ORATOR_DATA: folder,
  TRUSTED_PROXIES: '1',
  REQUESTS_PER_MINUTE: process.env['REQUESTS_PER_MINUTE'] ?? '100000',
  VERDICTS_PER_DAY: '1000000',
  DATABASE_URL: url,
});
let api: Answering | null = null;
/** Gives the caller a consent as the checks would: a recording takes minutes, the write that ends it is the real one. */
async function grant(request: Request): Promise<Response> {
  const caller = await services.accounts.callerOf(request.headers);
  if (caller.kind !== 'account') return new Response(null, { status: 401 });
  const presenter = await sha256Hex(crypto.getRandomValues(new Uint8Array(16)));
  return Response.json(await grantTo(services, caller.accountId, presenter));
}
const server = await listen(
  {
    fetch: (request, connection) =>
      api === null
        ? new Response(null, { status: 503, headers: { 'Retry-After': '1' } })
        : new URL(request.url).pathname === GRANT_PATH
          ? grant(request)
          : api.fetch(request, connection),
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
