// `npm start`: from a bare clone to a running studio. Installs, builds, then hands over to the server, which runs on
// the project's own Node. Plain JavaScript for the Node that happens to be here.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt } from './setup/build.js';
import { ensureInstalled } from './setup/install.js';
import { checkNode, insideEnv, ownNode, ROOT, runMain } from './setup/place.js';

await runMain(async () => {
  checkNode();
  ensureInstalled();
  ensureBuilt();
  const server = spawn(ownNode(), [join(ROOT, 'server', 'main.ts')], { stdio: 'inherit', env: insideEnv() });
  // A Ctrl-C reaches the server by itself; other ends are passed on. Either way its exit code is ours.
  process.on('SIGINT', () => {});
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP']))
    process.on(signal, () => server.kill(signal));
  process.exitCode = await new Promise((resolve) => server.on('exit', (code) => resolve(code ?? 1)));
});
