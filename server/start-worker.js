// `npm run worker`: installs what is missing, then hands over to the worker, which runs on the project's own Node. Plain
// JavaScript for the Node that happens to be here.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled } from './setup/install.js';
import { checkNode, insideEnv, ownNode, ROOT, runMain } from './setup/place.js';

await runMain(async () => {
  checkNode();
  ensureInstalled();
  const worker = spawn(ownNode(), [join(ROOT, 'server', 'worker.ts')], {
    stdio: 'inherit',
    env: insideEnv(),
  });
  process.on('SIGINT', () => {});
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP']))
    process.on(signal, () => worker.kill(signal));
  process.exitCode = await new Promise((resolve) => worker.on('exit', (code) => resolve(code ?? 1)));
});
