/** A window as narrow as a telephone: everything is still there to be reached, and nothing is cut off. */
import { expect, test } from 'vitest';
import { keepShot, stageReady } from './harness/journey.ts';
import { openStudio, serveWithServices, type Page } from './harness/studio.ts';

const VIEWPORT = { width: 390, height: 844 };

/** Left and right edge of what a test id names, CSS pixels. */
async function edges(page: Page, id: string): Promise<readonly [number, number]> {
  const box = await page.getByTestId(id).boundingBox();
  return [box?.x ?? Number.NaN, (box?.x ?? Number.NaN) + (box?.width ?? Number.NaN)];
}

test('every tool is within reach, and using one moves nothing else aside', async () => {
  await using studio = await openStudio({ gpu: false, viewport: VIEWPORT });
  const { page } = studio;
  await stageReady(page);
  for (const tool of ['presenter', 'voice', 'background', 'text', 'captions', 'brand', 'format']) {
    const [left, right] = await edges(page, `panel-${tool}`);
    expect([tool, left >= 0, right <= VIEWPORT.width]).toEqual([tool, true, true]);
  }
  await page.getByTestId('panel-format').click();
  await page.getByTestId('panel').waitFor();
  await keepShot(page, 'narrow-format');
  expect((await edges(page, 'stage'))[0], 'the stage stays where it was').toBeGreaterThanOrEqual(0);
});

test('an address that is long is read whole', async () => {
  const email = `${'ada.'.repeat(14)}lovelace@analytical-engine.example.com`;
  await using served = await serveWithServices();
  await using studio = await openStudio({
    ...{ gpu: false, viewport: VIEWPORT },
    ...{ address: served.address, path: '/account' },
  });
  const { page } = studio;
  await page.getByRole('radio', { name: 'New account' }).click();
  await page.getByTestId('account-email').fill(email);
  await page.getByTestId('account-password').fill('a few words are easy');
  await page.getByTestId('account-enter').click();
  const address = page.getByTestId('account-address');
  await address.filter({ hasText: email }).waitFor();
  await keepShot(page, 'narrow-account');
  const cut = await address.evaluate((element) => {
    const { scrollWidth, clientWidth } = element as unknown as Record<'scrollWidth' | 'clientWidth', number>;
    return scrollWidth - clientWidth;
  });
  expect(cut).toBeLessThanOrEqual(0);
  expect((await edges(page, 'account-address'))[1]).toBeLessThanOrEqual(VIEWPORT.width);
});
