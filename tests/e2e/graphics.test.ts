/** With a graphics card, without one, and with one that goes away in the middle of an export. */
import { expect, test } from 'vitest';
import { exportReaches } from './harness/interruptions.ts';
import { beginExport, contactSheet, stageReady, takeFilm, writeOwn } from './harness/journey.ts';
import { openStudio, type Page, type Studio } from './harness/studio.ts';
import { speechLengthsS } from './fixtures/speech-length.ts';
import { expectGoodFile } from './measure/film.ts';

/** As a person chooses on the device page: this graphics card is software, and would lose to the processor. */
async function drawOnTheCard(studio: Studio): Promise<void> {
  const { page } = studio;
  await page.goto(`${studio.address}/device`);
  await page.getByRole('radio', { name: 'Graphics card' }).click();
  await page.getByRole('button', { name: 'Start again now' }).click();
  await page.waitForLoadState('load');
  await page.goto(studio.address);
  await stageReady(page);
}

/** Calls the render worker's own way to lose its device, as its message port would. */
async function loseDevice(page: Page): Promise<void> {
  const workers = page.workers().filter((worker) => worker.url().includes('render'));
  expect(workers).toHaveLength(1);
  await workers[0]?.evaluate(() => {
    const call = { id: 'lose', type: 'APPLY', path: ['loseDevice'], argumentList: [] };
    globalThis.dispatchEvent(new MessageEvent('message', { data: call }));
  });
}

test('a device lost in the middle of an export costs a moment, and the film is whole', async () => {
  await using studio = await openStudio({ gpu: true });
  await drawOnTheCard(studio);
  const { page } = studio;
  await expect
    .poll(() => page.getByTestId('device-line').innerText(), { timeout: 30_000 })
    .toMatch(/on your graphics card/);
  const paragraphs = ['One.', 'Two.'];
  await writeOwn(page, paragraphs.join('\n\n'));
  await beginExport(page, { shape: 'Square' });
  expect(await exportReaches(page, 55)).toBe(true);
  await loseDevice(page);
  await page.getByTestId('toast').filter({ hasText: 'nothing lost' }).waitFor({ timeout: 30_000 });
  const path = await takeFilm(page, 'device-lost');
  contactSheet(path, 6);

  const shotsS = await speechLengthsS(paragraphs);
  await expectGoodFile(path, { widthPx: 720, heightPx: 720, rateFps: 25, shotsS });
  // The stage has come back too: it plays.
  await page.keyboard.press('Escape');
  await page.getByTestId('play').click();
  await expect
    .poll(() => page.getByTestId('stage').getAttribute('data-frame').then(Number), { timeout: 15_000 })
    .toBeGreaterThan(5);
  expect(studio.complaints).toEqual([]);
});
