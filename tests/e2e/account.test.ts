/**
 * An account in the app: a new password, a forgotten one by the keeper's link, and its end; a passkey by a real browser's
 * authenticator, keys for programs, other places that are signed in, and people who work together.
 */
import { expect, test } from 'vitest';
import { keepShot } from './harness/journey.ts';
import { openStudio, serveWithServices, type BrowserContext, type Page } from './harness/studio.ts';

const EMAIL = 'ada@example.com';
const [FIRST, SECOND, THIRD] = ['a few words are easy', 'some other words again', 'and three for the road'];

async function enter(page: Page, password: string, email = EMAIL): Promise<void> {
  await page.getByTestId('account-email').fill(email);
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

/** A device's own lock, as the browser makes one for tests: it says yes at once. */
async function giveLock(context: BrowserContext, page: Page): Promise<void> {
  const devtools = await context.newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const options = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true } as const;
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...options,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

test('a passkey signs in, a key does what it may, and people are asked into an organisation', async () => {
  await using served = await serveWithServices();
  // A passkey belongs to a name, and the address of numbers has none.
  const address = served.address.replace('127.0.0.1', 'localhost');
  await using studio = await openStudio({ gpu: false, address, path: '/account' });
  const { page, context } = studio;
  await giveLock(context, page);
  await page.getByRole('radio', { name: 'New account' }).click();
  await enter(page, FIRST);
  await page.getByTestId('passkey-add').click();
  await page.getByTestId('passkey').filter({ hasText: 'Chrome on Linux' }).waitFor();
  await page.getByTestId('sign-out').click();
  await page.getByTestId('account-passkey').click();
  await page.getByTestId('account-address').filter({ hasText: EMAIL }).waitFor();

  await page.getByTestId('key-new').click();
  await page.getByTestId('key-name').fill('Nightly films');
  await page.getByTestId('key-make').click();
  const key = await page.getByTestId('key-fresh').locator('code').innerText();
  const asked = (path: string) => fetch(`${served.address}/api/${path}`, { headers: { 'X-Api-Key': key } });
  expect((await asked('renders')).status).toBe(200);
  expect((await asked('reviews')).status, 'it was made for films alone').toBe(403);
  await page.getByTestId('key-kept').click();
  await page.getByTestId('key').filter({ hasText: 'make films' }).waitFor();

  // Someone else, in a browser of their own.
  await page.getByTestId('organization-new').click();
  await page.getByTestId('organization-name').fill('The Analytical Society');
  await page.getByTestId('organization-make').click();
  await page.getByTestId('invite-address').fill('bob@example.com');
  await page.getByTestId('invite').click();
  await page.getByTestId('invitation').filter({ hasText: 'not answered yet' }).waitFor();
  await keepShot(page, 'account-whole');
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByTestId('invitation-link').click();
  await page.getByTestId('invitation').filter({ hasText: 'Copied' }).waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await using other = await openStudio({ gpu: false, address, path: link.slice(address.length) });
  await other.page.getByRole('radio', { name: 'New account' }).click();
  await enter(other.page, SECOND, 'bob@example.com');
  await other.page.getByTestId('join').click();
  await other.page.getByTestId('member').filter({ hasText: EMAIL }).waitFor();
  expect(await other.page.getByTestId('invite').count(), 'a member asks nobody in').toBe(0);
  await other.page.getByTestId('organization-leave').click();
  await other.page.getByTestId('organization').waitFor({ state: 'detached' });

  // Signed in there as oneself, and ended from here.
  await other.page.getByTestId('sign-out').click();
  await enter(other.page, FIRST);
  await other.page.getByTestId('account-address').filter({ hasText: EMAIL }).waitFor();
  await page.reload();
  await page.getByTestId('sign-in-end').click();
  await expect.poll(() => page.getByTestId('sign-in-place').count(), { timeout: 15_000 }).toBe(1);
  await other.page.reload();
  await other.page.getByTestId('sign-in').waitFor();
  await page.getByTestId('key-remove').click();
  await page.getByTestId('key').waitFor({ state: 'detached' });
  expect((await asked('renders')).status).toBe(401);
  await page.getByTestId('passkey-remove').click();
  await page.getByTestId('passkey').waitFor({ state: 'detached' });
  expect([...studio.complaints, ...other.complaints]).toEqual([]);
});
