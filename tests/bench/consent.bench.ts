/**
 * How often the checks of a consent err: false matches and false non-matches, attacks that pass (APCER) and people who do
 * not (BPCER), each with its count and interval. The rows lie in `consent/*.rows.ts`, one file a kind of evidence. What could
 * only be modelled here, and never seen from a person before a camera, is named so.
 */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Row } from './row.ts';

export const name = 'the checks of a consent';

interface Rows {
  rows(): Promise<readonly Row[]>;
}

const HERE = join(import.meta.dirname, 'consent');

export async function run(): Promise<readonly Row[]> {
  const wanted = (process.env['ORATOR_CONSENT_ROWS'] ?? '').split(',').filter(Boolean);
  const all: Row[] = [];
  for (const file of globSync('*.rows.ts', { cwd: HERE }).sort()) {
    if (wanted.length > 0 && !wanted.includes(file.replace('.rows.ts', ''))) continue;
    const module = (await import(pathToFileURL(join(HERE, file)).href)) as Rows;
    const startedMs = performance.now();
    const found = await module.rows();
    all.push(...found);
    // What was measured is not lost when a later file is stopped.
    for (const { what, value, unit, note } of found)
      console.log(`    ${what}: ${value.toPrecision(3)} ${unit} (${note ?? ''})`);
    console.log(`  ${file}: ${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
  }
  return all;
}
