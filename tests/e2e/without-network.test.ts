/**
 * On a device that saves data nothing is fetched for work offline until somebody asks. Once it says that it is ready, the
 * network can go: it opens, edits, plays and exports.
 */
import { expect, test } from 'vitest';
import { contactSheet, exportFilm, stageReady, writeOwn } from './harness/journey.ts';
import { openStudio, saveData } from './harness/studio.ts';
import { speechLengthsS } from './fixtures/speech-length.ts';
import { expectGoodFile } from './measure/film.ts';

const TEXT = 'No network here.';

test('open, edit, preview and export with the network off', async () => {
  let saveNoMore = () => Promise.resolve();
  await using studio = await openStudio({
    ...{ gpu: false, savesData: false },
    prepare: async (context) => {
      const [first] = context.pages();
      if (first) saveNoMore = await saveData(first);
    },
  });
  const { page } = studio;
  // A device that saves data fetches nothing of itself; asked, it does.
  await page.getByTestId('offline-keep').waitFor();
  expect(await page.evaluate(async () => (await caches.keys()).length)).toBe(0);
  await page.getByTestId('offline-keep').click();
  await page.getByTestId('offline-ready').waitFor({ timeout: 240_000 });
  await saveNoMore();
  // Nobody answers any more: not the browser's own switch alone.
  await studio.offline(true);
  await studio.stopServing();

  await page.reload();
  await stageReady(page);
  await page.getByTestId('offline').waitFor();
  await writeOwn(page, TEXT);
  await page.getByTestId('play').click();
  await expect
    .poll(() => page.getByTestId('stage').getAttribute('data-frame').then(Number), { timeout: 15_000 })
    .toBeGreaterThan(5);
  const path = await exportFilm(page, 'without-network', { shape: 'Tall 9:16', fps: '30' });
  contactSheet(path, 6, [8, 1]);
  const shotsS = await speechLengthsS([TEXT]);
  await expectGoodFile(path, { widthPx: 720, heightPx: 1280, rateFps: 30, shotsS });
  expect(studio.complaints).toEqual([]);
});
