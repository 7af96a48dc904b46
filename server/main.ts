/**
 * The server process: app and API on one port. Settings come from the environment and every one has a default;
 * SIGINT and SIGTERM end it after the answers under way.
 */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { AppError } from '#core/base/errors.ts';
import { createServer } from './app.ts';
import { listen } from './http.ts';
import { BUILD } from './setup/place.js';

const DEFAULT_PORT = 4400;
const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

function settings(env: NodeJS.ProcessEnv): { readonly host: string; readonly port: number } {
  const host = env['HOST']?.trim() || '127.0.0.1';
  const port = env['PORT']?.trim() ? Number(env['PORT']) : DEFAULT_PORT;
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new AppError('invalid-input', `PORT is “${env['PORT']}”, which is no port number.`, {
      way: 'Give a whole number from 0 to 65535.',
    });
  return { host, port };
}

async function main(): Promise<void> {
  const { host, port } = settings(process.env);
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const version =
    manifest !== null && typeof manifest === 'object' && 'version' in manifest
      ? String(manifest.version)
      : '0';
  const local = LOOPBACK.includes(host);
  const server = await listen(createServer({ buildFolder: BUILD, version, compress: !local }), {
    host,
    port,
    tries: 20,
  });

  if (port !== 0 && server.port !== port)
    console.log(
      `Port ${port} is taken, so this is port ${server.port}. A browser keeps projects by address: those made at ${port} are only there.`,
    );
  console.log(`\n  Orator is ready at ${server.address}\n`);
  if (!local && isIP(host))
    console.log('  From other machines, browsers ask for HTTPS: put a proxy with a certificate in front.\n');

  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      void server.stop().then(() => process.exit(0));
    });
}

try {
  await main();
} catch (error) {
  if (!(error instanceof AppError)) throw error;
  console.error([error.message, error.way].filter(Boolean).join(' '));
  process.exitCode = 1;
}
