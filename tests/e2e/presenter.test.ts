/**
 * One's own presenter, where no real face is at hand: files that no presenter can be made of are told in a sentence and
 * leave nothing behind; a camera that is not there, or may not be used, is told with a way on; the guide looks at what
 * the camera sees.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeMedia } from './fixtures/media.ts';
import { openPanel, stageReady } from './harness/journey.ts';
import { assetsOf, bring, made, makeClip, newPresenter, putAway } from './harness/presenters.ts';
import { openStudio, type Studio } from './harness/studio.ts';

const media = makeMedia();
const TESTCARD = ['-f', 'lavfi', '-i', 'testsrc2=size=320x240:rate=25'];
const TONE = ['-f', 'lavfi', '-i', 'sine=frequency=220'];
let studio: Studio;

beforeAll(async () => {
  studio = await openStudio({ gpu: false });
  await stageReady(studio.page);
});
afterAll(() => studio[Symbol.asyncDispose]());

test('files that are no film and no picture are told where they were brought', async () => {
  const { page } = studio;
  await newPresenter(page);
  const problem = page.getByTestId('bring-problem');
  await page.getByTestId('presenter-picture').setInputFiles(media.notAPicture);
  await expect
    .poll(() => problem.innerText(), { timeout: 15_000 })
    .toMatch(/words\.png.*neither a picture nor a video[\s\S]*Use PNG/);
  await putAway(page);
});

test('films and pictures without a face, too short, or cut off get the right sentence, and leave nothing', async () => {
  const { page } = studio;
  const before = await assetsOf(page);
  const shortClip = makeClip('short.mp4', ...TESTCARD, ...TONE, '-t', '3', '-pix_fmt', 'yuv420p');
  const testCard = makeClip('card.mp4', ...TESTCARD, ...TONE, '-t', '16', '-pix_fmt', 'yuv420p');
  const card = makeClip('card.png', ...TESTCARD, '-frames:v', '1');
  for (const [path, sentence] of [
    [shortClip, /short|3 s|15 s/i],
    [testCard, /no face|face/i],
    [card, /face/i],
    [media.cutFilm, /damaged|cut|read|open|index/i],
    [media.brokenPicture, /damaged|read|broken/i],
  ] as const) {
    await newPresenter(page);
    await bring(page, path, 'synthetic');
    const told = await made(page, 120_000);
    expect(told, path).toMatch(sentence);
    expect(told, 'a way on').toMatch(/\.[\s\S]+[a-z ]{8,}\./i);
    expect(told, 'no codes, no stacks').not.toMatch(/\b(Error|undefined|null|0x|at \w+ \()/);
    await page.getByTestId('another-file').waitFor();
    await putAway(page);
  }
  expect(await page.getByTestId('my-presenter').count()).toBe(0);
  expect(await page.getByTestId('stopped-presenter').count()).toBe(0);
  expect(await assetsOf(page), 'what cannot be used is not kept').toEqual(before);
});

test('a camera that may not be used, or is not there, is told with a way on', async () => {
  const { page } = studio;
  await newPresenter(page);
  await page.getByTestId('bring-camera').click();
  await page.getByTestId('open-camera').click();
  const failed = page.getByTestId('camera-failed');
  await failed.waitFor();
  expect(await failed.innerText()).toMatch(
    /(Orator may not use the camera|There is no camera on this device)\.\s+[A-Z].*try again; or choose a video that you have\./,
  );
  await page.getByTestId('camera-instead').click();
  await page.getByTestId('bring-video').waitFor();
  await putAway(page);
});

test('keys alone open the dialog, answer whose face it is, and leave it; focus comes back', async () => {
  const { page } = studio;
  const card = makeClip('card.png', ...TESTCARD, '-frames:v', '1');
  const button = page.getByTestId('new-presenter');
  if ((await button.count()) === 0) await openPanel(page, 'presenter');
  await button.focus();
  await page.keyboard.press('Enter');
  await page.getByTestId('bring-camera').waitFor();
  await page.getByTestId('presenter-picture').setInputFiles(card);
  const own = page.getByTestId('whose-own');
  await own.waitFor();
  expect(await page.getByTestId('make-presenter').isDisabled()).toBe(true);
  await own.focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
  expect(await page.getByTestId('whose-someone').isChecked()).toBe(true);
  expect(await page.getByTestId('make-presenter').isDisabled()).toBe(false);
  await page.keyboard.press('Escape');
  await page.getByTestId('new-presenter-dialog').waitFor({ state: 'detached' });
  await button.and(page.locator(':focus')).waitFor();
  expect(studio.complaints).toEqual([]);
});

test('the guide sees what the camera sees: with nobody in front of it, it says so', async () => {
  await using own = await openStudio({
    gpu: false,
    args: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
  });
  const { page } = own;
  await stageReady(page);
  await newPresenter(page);
  await page.getByTestId('bring-camera').click();
  await page.getByTestId('open-camera').click();
  // Chromium's own test picture is a green field with a clock.
  const advice = page.getByTestId('camera-advice');
  await advice.waitFor({ timeout: 90_000 });
  expect(await advice.innerText()).toMatch(/face/i);
  // The meter moves with the beeps of the fake microphone.
  const level = async () => Number(await page.getByRole('meter').getAttribute('aria-valuenow'));
  await expect.poll(level, { timeout: 10_000 }).toBeGreaterThan(0);

  await page.getByTestId('begin-take').click();
  await page.getByTestId('teleprompter').waitFor();
  await page.getByTestId('pause-take').click();
  await page.getByTestId('resume-take').click();
  // A slip of the hand pauses; it does not throw the take away.
  await page.keyboard.press('Escape');
  await page.getByTestId('resume-take').click();
  await page.getByTestId('retake').click();
  await page.getByTestId('begin-take').waitFor();
  await page.keyboard.press('Escape');
  await page.getByTestId('new-presenter-dialog').waitFor({ state: 'detached' });
  expect(own.complaints).toEqual([]);
});
