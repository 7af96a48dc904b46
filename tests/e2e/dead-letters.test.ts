/** A film that fails for good is seen by whoever keeps the server, tried again once its cause is mended, or put away. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newId } from '#core/base/ids.ts';
import { filmOf, freshWords, OUTPUT } from '../server/harness/renders/films.ts';
import { plainProcesses } from '../server/harness/renders/plain-process.ts';
import { keepShot } from './harness/journey.ts';
import { openStudio, serveWithServices } from './harness/studio.ts';

const [PASSWORD, KEEPER] = ['a few words are easy', 'keeper@example.com'];

test('given up, seen, tried again and made; and put away', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'orator-given-up-'));
  const poison = join(folder, 'poison');
  writeFileSync(poison, '');
  const openProcess = plainProcesses({ folder: join(folder, 'files'), drawMs: 5, journal: null, poison });
  await using served = await serveWithServices({ render: { openProcess } }, { ORATOR_DATA: folder });
  const { renders, repositories } = served.services;
  const enter = async (email: string) => {
    await fetch(`${served.address}/api/auth/sign-up/email`, {
      method: 'POST',
      headers: { Origin: served.address, 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'Someone', email, password: PASSWORD }),
    });
    return (await repositories.accounts.accountByEmail(email))?.id ?? '';
  };
  const accountId = await enter('maker@example.com');
  const rights = { via: 'session', scopes: [], memberships: [], ban: null } as const;
  const caller = { kind: 'account', accountId, ...rights } as const;
  const films: string[] = [];
  for (let film = 0; film < 2; film++) {
    const project = filmOf([...freshWords(1), 'POISON']);
    const wish = { project, grade: 'final', output: OUTPUT, priority: 'normal' } as const;
    films.push((await renders.submit(caller, wish)).id);
  }
  const stateOf = async (id = '') => (await renders.get(accountId, id)).state;
  for (const id of films) await expect.poll(() => stateOf(id), { timeout: 60_000 }).toBe('failed');

  await using studio = await openStudio({ gpu: false, address: served.address, path: '/dead-letters' });
  const { page } = studio;
  const keeperId = await enter(KEEPER);
  await page.getByTestId('sign-in').waitFor();
  await page.getByTestId('account-email').fill(KEEPER);
  await page.getByTestId('account-password').fill(PASSWORD);
  await page.getByTestId('account-enter').click();
  // Others' films are nobody's business.
  await page.getByTestId('dead-trouble').waitFor();
  expect(await page.getByTestId('dead-letter').count()).toBe(0);
  await page.goto(`${served.address}/account`);
  await page.getByTestId('account-address').waitFor();
  expect(await page.getByTestId('account-dead').count()).toBe(0);

  await repositories.accounts.joinOperator(keeperId, 'admin', { organization: newId(), member: newId() });
  await page.reload();
  await page.getByTestId('account-dead').click();
  const letters = page.getByTestId('dead-letter');
  await letters.nth(1).waitFor();
  expect(await letters.allInnerTexts()).toEqual(
    films
      .toReversed()
      .map((id) => expect.stringMatching(RegExp(`while it was drawn[^]*3 times[^]*${id}`)) as string),
  );
  await keepShot(page, 'dead-letters');

  rmSync(poison);
  await page.getByTestId('dead-retry').last().click();
  await page.getByTestId('dead-told').filter({ hasText: 'goes on' }).waitFor();
  await letters.nth(1).waitFor({ state: 'detached' });
  await expect.poll(() => stateOf(films[0]), { timeout: 60_000 }).toBe('done');
  await page.getByTestId('dead-drop').click();
  await page.getByTestId('dead-none').waitFor();
  expect(await stateOf(films[1])).toBe('failed');
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});
