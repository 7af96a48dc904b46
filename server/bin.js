#!/usr/bin/env node
// `npx orator`: hands over to the command line on the project's own Node. Plain JavaScript for the Node that
// happens to run it.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { isInstalled } from './setup/install.js';
import { checkNode, insideEnv, ownNode, ROOT, runMain, SetupError } from './setup/place.js';

await runMain(async () => {
  checkNode();
  if (!isInstalled())
    throw new SetupError(`Orator's packages are not installed. Run \`npm install\` in ${ROOT} first.`);
  const cli = spawn(ownNode(), [join(ROOT, 'server', 'cli', 'main.ts'), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...insideEnv(), ORATOR_SHIM: String(process.pid) },
  });
  // Ctrl-C goes to the whole process group: the command line ends itself, and this waits for its exit code.
  process.on('SIGINT', () => {});
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP']))
    process.on(signal, () => cli.kill(signal));
  process.exitCode = await new Promise((resolve) => {
    cli.on('error', () => resolve(1));
    cli.on('exit', (code) => resolve(code ?? 1));
  });
});
