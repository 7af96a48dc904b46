/**
 * A recording goes wrong: it takes too long and is stopped, it is damaged, the network is gone, the lip-sync model is
 * not there. Each time it is said in a sentence, nothing that was made is lost, and there is a way on.
 */
import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newParagraph, newVoice } from '#core/document/create.ts';
import { writeWav } from '#core/speech/pcm.ts';
import { speakParagraph } from '#core/speech/speak.ts';
import { BUILD } from '#server/setup/place.js';
import { joined } from '../core/speech/wav.ts';
import { nodeEngine } from '../server/flite-node.ts';
import { openPanel, saved, spokenFor, writeOwn } from './harness/journey.ts';
import { openStudio, serveApp, type Page, type Studio } from './harness/studio.ts';

const LINE = 'My mother moved to Paris in May, by boat and by bus.';
const TIMES = 30;
const FOLLOWED = 'It follows your script, word by word.';
const folder = mkdtempSync(join(tmpdir(), 'orator-trouble-'));

/** @returns path of a WAV that says the line so often */
async function said(times: number, name: string, silenceS = 0.3): Promise<string> {
  const { pcm } = await speakParagraph(newParagraph(LINE), newVoice({ engineVoice: 'rms' }), nodeEngine());
  const path = join(folder, `${name}.wav`);
  writeFileSync(
    path,
    writeWav(
      joined(
        Array.from({ length: times }, () => pcm),
        16_000,
        silenceS,
      ),
      16_000,
    ),
  );
  return path;
}

const bring = (page: Page, path: string) => page.getByTestId('recording-input').setInputFiles(path);
const reported = (page: Page, text: string | RegExp) =>
  page.getByTestId('recording-report').filter({ hasText: text }).waitFor({ timeout: 120_000 });

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio({ gpu: false, savesData: false });
});
afterAll(() => studio[Symbol.asyncDispose]());

test('a long recording tells how far it is, and is stopped: the film stays, and it is followed when asked', async () => {
  const { page } = studio;
  await writeOwn(page, LINE);
  await page.getByTestId('script').click();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText(` ${LINE}`.repeat(TIMES - 1));
  await expect.poll(() => spokenFor(page), { timeout: 60_000 }).toBeGreaterThan(TIMES * 60);
  const before = await spokenFor(page);
  await saved(page);
  await openPanel(page, 'voice');
  await bring(page, await said(TIMES, 'long'));
  const progress = page.getByRole('progressbar', { name: 'Following the words' });
  await progress.waitFor({ timeout: 30_000 });
  await expect
    .poll(() => progress.getAttribute('value').then(Number), { timeout: 60_000, interval: 50 })
    .toBeGreaterThan(0.1);
  await page.getByTestId('stop-following').click();
  const stopped = page.getByTestId('recording-stopped');
  await stopped.waitFor({ timeout: 15_000 });
  expect(await stopped.innerText()).toMatch(/recording is kept/);
  expect(await spokenFor(page), 'the film from before is on stage').toBe(before);
  expect(await page.getByTestId('panel').innerText()).toContain('long.wav');

  await page.getByTestId('follow-again').click();
  await page.getByText(/ left$/).waitFor({ timeout: 60_000 });
  await reported(page, FOLLOWED);
  expect(await spokenFor(page)).not.toBe(before);
  expect(studio.complaints).toEqual([]);
});

test('with the network off it follows another recording, because it followed one before', async () => {
  const { page } = studio;
  await page.getByTestId('offline-ready').waitFor({ timeout: 240_000 });
  await studio.offline(true);
  await studio.stopServing();
  await page.reload();
  await page.getByTestId('offline').waitFor();
  await openPanel(page, 'voice');
  await page.getByTestId('remove-recording').click();
  await bring(page, await said(TIMES, 'offline', 0.4));
  await page.getByTestId('panel').getByText('offline.wav').waitFor();
  await reported(page, FOLLOWED);
  expect(studio.complaints).toEqual([]);
});

test('without the lip-sync model the mouth moves by the script, which is told', async () => {
  const build = join(folder, 'build');
  cpSync(BUILD, build, { recursive: true, filter: (path) => !path.includes(join('models', 'lipsync')) });
  await using served = await serveApp(build);
  await using other = await openStudio({ gpu: false, address: served.address });
  const { page } = other;
  await writeOwn(page, LINE);
  await openPanel(page, 'voice');
  await bring(page, await said(1, 'short'));
  await reported(page, /moves by your script alone/);
});
