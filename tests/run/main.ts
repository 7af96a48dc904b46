/**
 * Everything that is checked, in one run: format, lint and types, then the layers' tests, then the journeys over the
 * built app. Each check counts as one test; the last line counts them all.
 *
 *   node tests/run.js                  everything
 *   node tests/run.js --only checks    what needs no browser: `npm run check`
 *   node tests/run.js --only tests     the layers' tests; also `e2e`
 */
import { parseArgs } from 'node:util';
import { ensureBuilt } from '#server/setup/build.js';
import { runMain, SetupError } from '#server/setup/place.js';
import { runChecks } from './checks.ts';
import { NOTHING, sum, type Tally } from './tally.ts';
import { provideChromium, provideMediaTools } from './tools.ts';
import { runVitest } from './vitest.ts';

const PARTS = ['checks', 'tests', 'e2e'] as const;
const LAYERS = ['core-node', 'core-chromium', 'workers-chromium', 'card-chromium', 'server'];

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } });
  const wanted = new Set<string>(values.only ?? PARTS);
  for (const part of wanted)
    if (!PARTS.some((known) => known === part))
      throw new SetupError(`There is no part “${part}”; there are ${PARTS.join(', ')}.`);
  const startedMs = performance.now();

  if (wanted.has('tests') || wanted.has('e2e')) {
    process.env['ORATOR_CHROMIUM'] = await provideChromium();
    await provideMediaTools();
  }
  let tally: Tally = NOTHING;
  if (wanted.has('checks')) tally = sum(tally, await runChecks({ boundaries: !wanted.has('tests') }));
  if (wanted.has('tests')) tally = sum(tally, await runVitest('layers', LAYERS));
  if (wanted.has('e2e')) {
    ensureBuilt();
    tally = sum(tally, await runVitest('journeys', ['e2e', 'e2e-real-time']));
  }

  if (tally.unsteady.length > 0)
    console.log(`\nPassed only when tried again:\n  ${tally.unsteady.join('\n  ')}`);
  if (tally.failures.length > 0) console.log(`\nFailed:\n  ${tally.failures.join('\n  ')}`);
  console.log(`\nTook ${Math.round((performance.now() - startedMs) / 1000)} s.`);
  const skipped = tally.skipped > 0 ? `, ${tally.skipped} skipped` : '';
  console.log(`${tally.passed} passed, ${tally.failed} failed${skipped}`);
  process.exitCode = tally.failed === 0 && tally.passed > 0 ? 0 : 1;
}

await runMain(main);
