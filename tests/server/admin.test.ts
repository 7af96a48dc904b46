/** `orator admin`: makes the first admin over a data folder, and says what is wrong in words. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '#server/cli/main.ts';
import { newId } from '#core/base/ids.ts';
import { organization } from '#server/database/schema/accounts.ts';
import { openDatabase } from '#server/database/open.ts';
import { accountsRepository } from '#server/repositories/accounts.ts';

const folder = mkdtempSync(join(tmpdir(), 'orator-admin-'));
beforeAll(() => {
  process.env['ORATOR_DATA'] = folder;
});
afterAll(() => {
  delete process.env['ORATOR_DATA'];
  rmSync(folder, { recursive: true, force: true });
});

async function orator(...args: string[]) {
  const [printed, said]: [string[], string[]] = [[], []];
  const code = await runCli(args, {
    print: (line) => printed.push(line),
    say: (line) => said.push(line),
    status: { isTTY: false, columns: 80, write: () => {} },
    signal: new AbortController().signal,
  });
  return { code, printed: printed.join('\n'), said: said.join('\n') };
}

test('an admin is made, once, with a password that is printed once', async () => {
  const first = await orator('admin', 'add', 'Boss@Example.com');
  expect(first, first.said).toMatchObject({ code: 0 });
  expect(first.printed).toMatch(/^Password: \S{16,}$/);
  const second = await orator('admin', 'add', 'boss@example.com', '--role', 'reviewer');
  expect(second).toMatchObject({ code: 0, printed: '' });
  const database = await openDatabase({ kind: 'folder', path: folder });
  const accounts = accountsRepository(database.queries);
  const found = await accounts.accountByEmail('boss@example.com');
  expect(await accounts.membershipsOf(found?.id ?? '')).toMatchObject([{ role: 'reviewer', operator: true }]);
  expect(await accounts.countAccounts()).toBe(1);
  // While a server has the folder open, it is told.
  const locked = await orator('admin', 'add', 'other@example.com');
  expect(locked.code).toBe(1);
  expect(locked.said).toContain('already has this data folder open');
  await database.queries.insert(organization).values({ id: newId(), name: 'Acme', slug: 'acme' });
  await database.close();
  const allowed = await orator('admin', 'let-review', 'acme');
  expect(allowed, allowed.said).toMatchObject({ code: 0 });
  expect(allowed.said).toContain('“acme”');
  const none = await orator('admin', 'let-review', 'operator');
  expect(none.code).toBe(1);
  expect(none.said).toContain('There is no organisation “operator” that could review for itself.');
});

test.each([
  [['admin'], 2],
  [['admin', 'dead-letters', 'burn', 'x'], 2],
  [['admin', 'dead-letters', 'retry'], 2],
  [['admin', 'dead-letters', 'retry', 'x', 'y'], 2],
  [['admin', 'add'], 2],
  [['admin', 'add', 'nobody'], 2],
  [['admin', 'let-review'], 2],
  [['admin', 'add', 'a@b.co', '--role', 'king'], 2],
])('%j is wrong usage', async (args, code) => {
  expect((await orator(...args)).code).toBe(code);
});
