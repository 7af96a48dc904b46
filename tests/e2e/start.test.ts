/** A person opens Orator: our server gives the app, and the page is ready without a complaint. */
import { expect, test } from 'vitest';
import { openStudio } from './harness/studio.ts';

for (const gpu of [false, true])
  test(`the studio opens ${gpu ? 'with' : 'without'} a GPU and complains of nothing`, async () => {
    await using studio = await openStudio({ gpu });
    await studio.page.locator('#opening').waitFor({ state: 'detached', timeout: 60_000 });
    expect(await studio.page.title()).toContain('Orator');
    expect(await studio.page.evaluate(() => crossOriginIsolated)).toBe(true);
    // Something a person can act on, not an empty frame.
    await studio.page.getByRole('button').first().waitFor({ state: 'visible', timeout: 60_000 });
    expect(studio.complaints).toEqual([]);
  });

test('an address that is no page says so, and leads back', async () => {
  await using studio = await openStudio({ gpu: false, path: '/nowhere' });
  const { page } = studio;
  await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
  expect(await page.locator('#opening').count(), 'the mark that stands there while it opens').toBe(0);
  await page.getByRole('link', { name: 'Open the studio' }).click();
  await page.getByTestId('stage').waitFor({ timeout: 60_000 });
});
