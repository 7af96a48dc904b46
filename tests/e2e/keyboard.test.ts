/** Without a mouse: a person opens, writes, undoes, plays and exports, and a power cut takes nothing that was saved. */
import { expect, test } from 'vitest';
import { speechLengthsS } from './fixtures/speech-length.ts';
import { saved, spokenFor, stageReady } from './harness/journey.ts';
import { downloadFrom, openStudio, type Page } from './harness/studio.ts';
import { expectGoodFile } from './measure/film.ts';

/** Presses Tab until what is focused has this test id. @throws Error when it cannot be reached */
async function tabTo(page: Page, testId: string, most = 60): Promise<void> {
  for (let presses = 0; presses < most; presses++) {
    await page.keyboard.press('Tab');
    if ((await focused(page)).testId === testId) return;
  }
  throw new Error(`“${testId}” cannot be reached with Tab.`);
}

/** What has the focus, and whether that can be seen. */
async function focused(page: Page) {
  return await page.evaluate(() => {
    const doc = (globalThis as unknown as { document: { activeElement: unknown } }).document;
    const element = doc.activeElement as {
      dataset: Record<string, string>;
      textContent: string | null;
      role: string | null;
    };
    const look = globalThis as unknown as {
      getComputedStyle(e: unknown): { outlineStyle: string; boxShadow: string };
    };
    const { outlineStyle, boxShadow } = look.getComputedStyle(element);
    return {
      testId: element.dataset['testid'] ?? '',
      text: (element.textContent ?? '').trim(),
      visible: outlineStyle !== 'none' || boxShadow !== 'none',
    };
  });
}

/** Tab to the group whose chosen option is focused, then arrows to the wanted one. */
async function choose(page: Page, wanted: string, among: readonly string[]): Promise<void> {
  for (let presses = 0; presses < 20; presses++) {
    const { text } = await focused(page);
    if (among.includes(text)) break;
    await page.keyboard.press('Tab');
  }
  for (let presses = 0; presses < among.length; presses++) {
    if ((await focused(page)).text === wanted) break;
    await page.keyboard.press('ArrowRight');
  }
  await page.keyboard.press('Space');
  expect(await page.getByRole('radio', { name: wanted, exact: true }).getAttribute('aria-checked')).toBe(
    'true',
  );
}

test('write, undo, survive a power cut, play and export by keyboard alone', async () => {
  await using studio = await openStudio({ gpu: false });
  let { page } = studio;
  await stageReady(page);
  await tabTo(page, 'write-own');
  expect((await focused(page)).visible, 'focus can be seen').toBe(true);
  await page.keyboard.press('Enter');
  const script = () => page.getByTestId('script');
  /** The one paragraph; above it stands how long its scene is. */
  const words = async () => (await script().innerText()).trim().split('\n').at(-1);
  await script().and(page.locator(':focus')).waitFor();
  await page.keyboard.type('By keys alone.');
  await saved(page);
  await page.waitForTimeout(700); // a step of undo of its own
  await page.keyboard.type(' And more.');
  expect(await words()).toBe('By keys alone. And more.');
  await page.keyboard.press('Control+z');
  expect(await words()).toBe('By keys alone.');
  await page.keyboard.press('Control+Shift+z');
  expect(await words()).toBe('By keys alone. And more.');
  await page.keyboard.press('Control+z');
  await saved(page);

  await studio.kill();
  page = await studio.reopen();
  await stageReady(page);
  expect(await words()).toBe('By keys alone.');
  await spokenFor(page);

  const frame = () => page.getByTestId('stage').getAttribute('data-frame').then(Number);
  await page.keyboard.press('k');
  await expect.poll(frame, { timeout: 15_000 }).toBeGreaterThan(3);
  await page.keyboard.press('k');
  await page.keyboard.press('Home');
  expect(await frame()).toBe(0);
  await page.keyboard.press('.');
  expect(await frame()).toBe(1);

  await page.keyboard.press('Control+e');
  await page.getByTestId('export-dialog').waitFor();
  await choose(page, '720p', ['720p', '1080p']);
  await page.keyboard.press('Tab');
  await choose(page, 'Square', ['Wide 16:9', 'Tall 9:16', 'Square']);
  await page.keyboard.press('Tab');
  await choose(page, '25', ['25', '30']);
  await tabTo(page, 'export-start', 5);
  await page.keyboard.press('Enter');
  await page.getByTestId('export-download').waitFor({ timeout: 120_000 });
  await tabTo(page, 'export-download', 12);
  const path = await downloadFrom(page, () => page.keyboard.press('Enter'));
  const shotsS = await speechLengthsS(['By keys alone.']);
  await expectGoodFile(path, { widthPx: 720, heightPx: 720, rateFps: 25, shotsS });
  await page.keyboard.press('Escape');
  await page.getByTestId('export-dialog').waitFor({ state: 'detached' });
});
