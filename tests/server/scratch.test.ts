/** What a killed process left of somebody's face goes when the next one starts; what runs is left alone. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, test } from 'vitest';
import { openScratch } from '#server/services/scratch.ts';
import { ROOT } from '#server/setup/place.js';
import { openTrust } from './harness/trust.ts';

const data = mkdtempSync(join(tmpdir(), 'orator-scratch-'));
afterAll(() => rmSync(data, { recursive: true, force: true }));

/** A process that lays down a film, and waits. */
async function layDown() {
  const program = `
    import { openScratch } from '#server/services/scratch.ts';
    import { writeFileSync } from 'node:fs';
    const folder = await openScratch(${JSON.stringify(data)}).folder();
    writeFileSync(folder + '/recording', 'a face');
    console.log(folder);
    setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout);
  const [folder] = (await once(lines, 'line')) as [string];
  const kill = async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { folder, kill };
}

test('a film that a killed process was reading is gone once another runs', async () => {
  const [killed, running] = [await layDown(), await layDown()];
  const scratch = openScratch(data);
  const mine = await scratch.folder();
  await writeFile(join(mine, 'recording'), 'another face');
  await killed.kill();
  expect(existsSync(join(killed.folder, 'recording'))).toBe(true);
  await scratch.sweep();
  expect([killed.folder, running.folder, mine].map((folder) => existsSync(folder))).toEqual([
    false,
    true,
    true,
  ]);
  await running.kill();
  // Nobody else of this machine looks into it, either.
  expect(statSync(join(mine, '..')).mode & 0o077).toBe(0);

  const trust = await openTrust({ env: { ORATOR_DATA: data } });
  try {
    await trust.services.housekeeping.run();
    expect(existsSync(running.folder)).toBe(false);
    expect(readdirSync(join(data, 'scratch'))).toHaveLength(1);
  } finally {
    await trust.close();
  }
}, 60_000);

test('no service lays anything down in the system’s temporary folder', () => {
  const files = globSync('server/services/**/*.ts', { cwd: ROOT });
  expect(files.length).toBeGreaterThan(80);
  const others = files.filter((file) => /\btmpdir\b/.test(readFileSync(join(ROOT, file), 'utf8')));
  expect(others).toEqual([]);
});
