/** Speaking live is left by going to another page: whoever goes is not listened to any more. */
import { expect, test } from 'vitest';
import { stageReady } from './harness/journey.ts';
import { microphoneSaying } from './harness/microphone.ts';
import { openStudio } from './harness/studio.ts';

test('another page lets the microphone go, and the script is there again on the way back', async () => {
  await using studio = await openStudio({
    gpu: false,
    args: await microphoneSaying(['Is anybody there?']),
    prepare: async (context) => {
      await context.addInitScript(`
        const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getUserMedia = async (wish) => (globalThis.microphone = await ask(wish));
      `);
    },
  });
  const { page } = studio;
  await stageReady(page);
  await page.getByTestId('speak-live').click();
  await page.locator('[data-testid=live][data-state=listening]').waitFor({ timeout: 60_000 });
  const ended = () => page.evaluate('microphone.getTracks().every((track) => track.readyState === "ended")');
  expect(await ended()).toBe(false);
  await page.getByTestId('device-line').click();
  await page.waitForURL(/\/device/);
  expect(await ended()).toBe(true);
  await page.goBack();
  await page.getByTestId('play').waitFor();
  expect(studio.complaints).toEqual([]);
});
