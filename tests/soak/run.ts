/**
 * `npm run soak [name…]`: the large numbers of what the tests do in small. Each `*.soak.ts` exports `name` and
 * `run()`, which throws when a promise is broken. Ends with the same kind of line as `npm test`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from '#server/setup/build.js';
import { runMain } from '#server/setup/place.js';
import { machine } from '../run/machine.ts';
import { loadModules, type Named } from '../run/modules.ts';
import { provideChromium, provideMediaTools } from '../run/tools.ts';

const HERE = import.meta.dirname;

interface SoakModule extends Named {
  readonly needsApp?: boolean;
}

await runMain(async () => {
  process.env['ORATOR_CHROMIUM'] = await provideChromium();
  await provideMediaTools();
  const soaks = await loadModules<SoakModule>(HERE, '.soak.ts', process.argv.slice(2));
  if (soaks.some(({ module }) => module.needsApp === true)) ensureBuilt();
  mkdirSync(join(HERE, 'out'), { recursive: true });
  let passed = 0;
  for (const { id, module } of soaks) {
    console.log(`\n${module.name}`);
    const startedMs = performance.now();
    let failure: string | null = null;
    try {
      await module.run();
      passed++;
    } catch (error) {
      failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
      console.log(failure);
    }
    const tookS = Math.round((performance.now() - startedMs) / 1000);
    console.log(`${failure === null ? '✓' : '✗'} ${module.name} (${tookS} s)`);
    const report = { name: module.name, machine: machine(), tookS, failure };
    writeFileSync(join(HERE, 'out', `${id}.json`), `${JSON.stringify(report, null, 2)}\n`);
  }
  console.log(`\n${passed} passed, ${soaks.length - passed} failed`);
  process.exit(passed === soaks.length ? 0 : 1);
});
