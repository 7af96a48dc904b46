/** `orator admin dead-letters`: films that failed for good on a server that is stopped since are seen, tried again, put away. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runCli } from '#server/cli/main.ts';
import type { DatabasePlace } from '#server/database/open.ts';
import { startPostgres } from './harness/postgres.ts';
import { askFor, filmOf, freshWords, inState, until } from './harness/renders/films.ts';
import { plainProcesses } from './harness/renders/plain-process.ts';
import { openTrust } from './harness/trust.ts';

const postgres = await startPostgres();
const folder = mkdtempSync(join(tmpdir(), 'orator-dead-letters-'));
afterAll(async () => {
  delete process.env['ORATOR_DATA'];
  delete process.env['DATABASE_URL'];
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function deadLetters(...args: string[]) {
  const [printed, said]: [string[], string[]] = [[], []];
  const code = await runCli(['admin', 'dead-letters', ...args], {
    print: (line) => printed.push(line),
    say: (line) => said.push(line),
    status: { isTTY: false, columns: 80, write: () => {} },
    signal: new AbortController().signal,
  });
  return { code, printed: printed.map((line) => line.split('\t')), said: said.join('\n') };
}

test('dead letters are listed, tried again, and put away', async () => {
  process.env['ORATOR_DATA'] = folder;
  const url = await postgres?.fresh();
  if (url !== undefined) process.env['DATABASE_URL'] = url;
  const place: DatabasePlace =
    url === undefined ? { kind: 'folder', path: folder } : { kind: 'postgres', url, connections: 6 };
  const poison = join(folder, 'poison');
  writeFileSync(poison, '');
  const openProcess = plainProcesses({ folder: join(folder, 'files'), drawMs: 5, journal: null, poison });
  const trust = await openTrust({ place, env: { ORATOR_DATA: folder }, render: { openProcess } });
  const maker = await trust.person();
  const films: string[] = [];
  for (let film = 0; film < 2; film++) {
    const { id } = await askFor(trust, maker, filmOf([...freshWords(1), 'POISON']));
    await until(trust, maker, id, inState('failed'));
    films.unshift(id);
  }
  await trust.close();

  const { printed, ...listed } = await deadLetters();
  expect(listed, listed.said).toMatchObject({ code: 0 });
  // The newest first.
  expect(printed.map(([, , step, film]) => [step, film])).toEqual(films.map((id) => ['draw', id]));
  expect(printed[0]?.[4]).toContain('failed 3 times');
  const [retried, dropped] = printed.map(([id]) => id as string) as [string, string];
  const again = await deadLetters('retry', retried);
  expect(again, again.said).toMatchObject({ code: 0 });
  expect(again.said).toContain(films[0]);
  expect(await deadLetters('drop', dropped)).toMatchObject({ code: 0 });
  const unknown = await deadLetters('drop', retried);
  expect(unknown.code).toBe(1);
  expect(unknown.said).toContain('There is no such dead letter.');
  expect(await deadLetters()).toMatchObject({ code: 0, printed: [] });
}, 240_000);
