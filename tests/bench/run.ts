/**
 * `npm run bench [name…]`: runs the benches of this folder one after another, prints a table for each and writes
 * `out/<name>.json`. Numbers are for comparing within one machine and one run; nothing here passes or fails.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from '#server/setup/build.js';
import { runMain } from '#server/setup/place.js';
import { machine } from '../run/machine.ts';
import { loadModules } from '../run/modules.ts';
import { provideChromium, provideMediaTools } from '../run/tools.ts';
import type { BenchModule, Row } from './row.ts';

const HERE = import.meta.dirname;

function table(rows: readonly Row[]): string {
  const cells = rows.map((row) => [row.what, figure(row.value), row.unit, row.note ?? '']);
  const width = (column: number) => Math.max(...cells.map((row) => row[column]?.length ?? 0));
  return cells
    .map(([what = '', value = '', unit = '', note = '']) =>
      `  ${what.padEnd(width(0))}  ${value.padStart(width(1))} ${unit.padEnd(width(2))}  ${note}`.trimEnd(),
    )
    .join('\n');
}

/** Three significant digits, and no exponents. */
function figure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 6));
}

await runMain(async () => {
  process.env['ORATOR_CHROMIUM'] = await provideChromium();
  await provideMediaTools();
  const benches = await loadModules<BenchModule>(HERE, '.bench.ts', process.argv.slice(2));
  if (benches.some(({ module }) => module.needsApp === true)) ensureBuilt();
  const on = machine();
  console.log(
    `${on.cpu}, ${on.cores} cores, ${on.memoryGiB} GiB, ${on.system}, Node ${on.node}, ${on.commit ?? 'no commit'}`,
  );
  mkdirSync(join(HERE, 'out'), { recursive: true });
  for (const { id, module } of benches) {
    console.log(`\n${module.name}`);
    const startedMs = performance.now();
    const rows = await module.run();
    console.log(table(rows));
    const tookS = (performance.now() - startedMs) / 1000;
    const report = { name: module.name, machine: on, tookS: Number(tookS.toFixed(1)), rows };
    writeFileSync(join(HERE, 'out', `${id}.json`), `${JSON.stringify(report, null, 2)}\n`);
  }
  // A bench may leave a browser's pipe or a GPU open; the numbers are written, and that is all there was to do.
  process.exit(0);
});
