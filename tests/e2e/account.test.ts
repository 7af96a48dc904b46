/** An account in the app: a new password, a forgotten one by the keeper's link, and its end. */
import { expect, test } from 'vitest';
import { keepShot } from './harness/journey.ts';
import { openStudio, serveWithServices, type Page } from './harness/studio.ts';

const EMAIL = 'ada@example.com';
const [FIRST, SECOND, THIRD] = ['a few words are easy', 'some other words again', 'and three for the road'];

async function enter(page: Page, password: string): Promise<void> {
  await page.getByTestId('account-email').fill(EMAIL);
  await page.getByTestId('account-password').fill(password);
  await page.getByTestId('account-enter').click();
  await page.getByTestId('sign-in').waitFor({ state: 'detached' });
}

test('a password is changed, forgotten and set anew, and the account deleted', async () => {
  await using served = await serveWithServices();
  await using studio = await openStudio({ gpu: false, address: served.address, path: '/account' });
  const { page } = studio;
  await page.getByTestId('sign-in').waitFor();
  await page.getByRole('radio', { name: 'New account' }).click();
  await enter(page, FIRST);
  await page.getByTestId('account-address').filter({ hasText: EMAIL }).waitFor();

  await page.getByTestId('password-now').fill('not the one');
  await page.getByTestId('password-new').fill(SECOND);
  await page.getByTestId('password-send').click();
  await page
    .getByTestId('password-trouble')
    .filter({ hasText: 'not the password of this account' })
    .waitFor();
  await page.getByTestId('password-now').fill(FIRST);
  await page.getByTestId('password-send').click();
  await page.getByTestId('password-done').waitFor();
  await keepShot(page, 'account');
  await page.reload();
  await page.getByTestId('account-address').waitFor();

  const { accounts, repositories } = served.services;
  const id = (await repositories.accounts.accountByEmail(EMAIL))?.id ?? '';
  await page.goto(await accounts.resetLink(id));
  await page.getByTestId('password-new').fill(THIRD);
  expect(new URL(page.url()).hash, 'the secret stays in no address').toBe('');
  await page.getByTestId('password-send').click();
  await page.getByTestId('password-done').waitFor();
  await keepShot(page, 'account-reset');

  await page.goto(`${served.address}/account`);
  await page.getByTestId('sign-in').waitFor();
  await enter(page, THIRD);
  await page.getByTestId('end-begin').click();
  await page.getByTestId('end-password').fill(THIRD);
  await page.getByTestId('end-account').click();
  await page.getByTestId('sign-in').waitFor();
  expect(await repositories.accounts.accountByEmail(EMAIL)).toBeNull();
});
