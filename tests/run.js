// `npm test`: from a bare clone to a verdict. Installs, then hands over to the runner on the project's own Node.
// Plain JavaScript for the Node that happens to be here.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled } from '../server/setup/install.js';
import { checkNode, insideEnv, ownNode, ROOT, runMain } from '../server/setup/place.js';

await runMain(async () => {
  checkNode();
  ensureInstalled();
  const runner = spawn(ownNode(), [join(ROOT, 'tests', 'run', 'main.ts'), ...process.argv.slice(2)], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: insideEnv(),
  });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => runner.kill(signal));
  process.exitCode = await new Promise((resolve) => runner.on('exit', (code) => resolve(code ?? 1)));
});
