/**
 * A person reads their script into the microphone: refused at first, then allowed, heard, and made into a film. The
 * microphone is Chromium's own stand-in, which plays a file; all behind it is what a person has.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newParagraph, newVoice } from '#core/document/create.ts';
import { writeWav } from '#core/speech/pcm.ts';
import { speakParagraph } from '#core/speech/speak.ts';
import { joined } from '../core/speech/wav.ts';
import { nodeEngine } from '../server/flite-node.ts';
import { loudness, probe, sound, streamOf } from './harness/film.ts';
import {
  closeFraming,
  contactSheet,
  exportFilm,
  openPanel,
  plainBackground,
  saved,
  writeOwn,
} from './harness/journey.ts';
import { openStudio, type Studio } from './harness/studio.ts';
import { bestLag } from './measure/correlate.ts';
import { mouthInFilm } from './measure/mouth.ts';
import { vowelBand } from './measure/voice.ts';

const LINE = 'Papa, Mama, Bob. Pop a bomb, Mama. Now my mother may go home.';
const RATE_FPS = 25;
/** Before and after the words: a person takes a moment, too. */
const SILENCE_S = 1;

let studio: Studio;
let spokenS: number;

beforeAll(async () => {
  const { pcm } = await speakParagraph(newParagraph(LINE), newVoice({ engineVoice: 'rms' }), nodeEngine());
  spokenS = pcm.length / 16_000;
  const path = join(mkdtempSync(join(tmpdir(), 'orator-microphone-')), 'voice.wav');
  const quiet = pcm.map((sample) => sample * 0.2);
  writeFileSync(path, writeWav(joined([quiet], 16_000, SILENCE_S), 16_000));
  studio = await openStudio({
    gpu: false,
    args: ['--use-fake-device-for-media-stream', `--use-file-for-fake-audio-capture=${path}%noloop`],
  });
});
afterAll(() => studio[Symbol.asyncDispose]());

test('no permission is told with a way on; allowed, a take is heard, followed and becomes a film', async () => {
  const { page, context } = studio;
  await writeOwn(page, LINE);
  await plainBackground(page, '#c9d8e6');
  await closeFraming(page);
  await openPanel(page, 'voice');
  const record = page.getByTestId('record');

  await context.grantPermissions([]); // everything else is refused
  await record.click();
  const toast = page.getByTestId('toast').filter({ hasText: /may not use the microphone/ });
  await toast.waitFor();
  expect(await toast.innerText()).toMatch(/Allow it .* try again; or add a sound file\./);
  await toast.getByRole('button', { name: 'Dismiss' }).click();
  await record.waitFor(); // the way on

  await context.grantPermissions(['microphone']);
  await record.click();
  const meter = page.getByRole('meter', { name: 'Level of the microphone' });
  await meter.waitFor();
  await expect
    .poll(async () => Number(await meter.getAttribute('aria-valuenow')), { timeout: 15_000 })
    .toBeGreaterThan(10);
  await page.waitForTimeout((spokenS + 2 * SILENCE_S) * 1000);
  await page.getByTestId('finish-take').click();
  await page
    .getByTestId('recording-report')
    .filter({ hasText: 'It follows your script, word by word.' })
    .waitFor({ timeout: 90_000 });
  expect(await page.getByTestId('panel').innerText()).toContain('Recording 1.wav');
  await page.getByLabel('Whose voice is it?').click();
  await page.getByRole('option', { name: /My own voice/ }).click();
  await saved(page);

  const film = await exportFilm(page, 'microphone');
  contactSheet(film, 10);
  const probed = await probe(film);
  expect(probed.warnings).toEqual([]);
  expect(streamOf(probed, 'audio')).toMatchObject({ codec_name: 'aac' });
  expect(Math.abs(Number(probed.format.duration) - spokenS)).toBeLessThan(0.8);
  expect((await loudness(film)).integratedLufs).toBeCloseTo(-14, 0);
  const gaps = await mouthInFilm(film);
  const band = vowelBand(await sound(film, 16_000), 16_000);
  const { best } = bestLag(gaps, (timeS) => 10 ** (band.levelDb(timeS, 0.04) / 20), RATE_FPS);
  console.log({ lagFrames: best.frames, r: best.r, widestPx: Math.max(...gaps) });
  expect(Math.abs(best.frames)).toBeLessThanOrEqual(1);
  expect(best.r).toBeGreaterThan(0.6);
  expect(studio.complaints).toEqual([]);
});

test('a take is discarded, or ended by leaving the panel, and nothing is lost by either', async () => {
  const { page } = studio;
  await page.keyboard.press('Escape');
  const panel = page.getByTestId('panel');
  const meter = page.getByRole('meter');
  const record = page.getByTestId('record');

  await record.click();
  await meter.waitFor();
  await page.getByRole('button', { name: 'Discard' }).click();
  await meter.waitFor({ state: 'detached' });

  await record.click();
  await meter.waitFor();
  await openPanel(page, 'background');
  await openPanel(page, 'voice');
  await record.waitFor();
  expect(await meter.count()).toBe(0);
  expect(await panel.innerText()).toContain('Recording 1.wav');
  expect(studio.complaints).toEqual([]);
});
