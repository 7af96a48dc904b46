/** A person opens Orator, types, sees and hears it said, and exports a film that plays everywhere. */
import { expect, test } from 'vitest';
import { speechLengthsS } from './fixtures/speech-length.ts';
import { sound } from './harness/film.ts';
import {
  beginExport,
  closeFraming,
  contactSheet,
  plainBackground,
  stageMoves,
  stagePicture,
  takeFilm,
  writeOwn,
} from './harness/journey.ts';
import { openStudio } from './harness/studio.ts';
import { litWords, seeCaptions } from './measure/captions.ts';
import { bestLag } from './measure/correlate.ts';
import { expectGoodFile } from './measure/film.ts';
import { mouthInFilm } from './measure/mouth.ts';
import { worstPatchError } from './measure/picture.ts';
import { syllables, vowelBand } from './measure/voice.ts';

/** Its only consonants are p, b and m: between its vowels the lips are shut, and every dip of the sound says so. */
const TEXT = 'Papa, Mama, Bob. Pop a bomb, Mama.';
const WORDS = 7;
const GROUND = '#c9d8e6';
const RATE_FPS = 25;

test('type, preview, export: and the film is what was typed', async () => {
  await using studio = await openStudio({ gpu: false });
  const { page } = studio;
  await writeOwn(page, TEXT);
  // No WebGPU here: it is said in one plain line, and everything works all the same.
  const device = page.getByTestId('device-line');
  await expect
    .poll(() => device.innerText(), { timeout: 30_000 })
    .toMatch(/cannot use a graphics card.*the processor draws/);
  await plainBackground(page, GROUND);
  await closeFraming(page);

  await page.getByTestId('play').click();
  const first = await stagePicture(page);
  await stageMoves(page, first);
  await expect
    .poll(() => page.getByTestId('stage').getAttribute('data-frame').then(Number), { timeout: 15_000 })
    .toBeGreaterThan(5);

  await beginExport(page);
  const path = await takeFilm(page, 'first-film');
  contactSheet(path, 8);
  const shotsS = await speechLengthsS([TEXT]);
  const { integratedLufs, durationS } = await expectGoodFile(path, {
    widthPx: 1280,
    heightPx: 720,
    rateFps: RATE_FPS,
    shotsS,
  });

  const corners = [0.05, 0.95].flatMap((x) => [0.1, 0.5].map((y) => ({ x, y, sizePx: 24 })));
  const colorError = await worstPatchError(path, GROUND, corners);
  expect(colorError).toBeLessThanOrEqual(2);
  const step = await expectMouthInStep(path);
  await expectCaptions(path);
  console.log({ shotsS, durationS, integratedLufs, colorError, ...step });
  expect(studio.complaints).toEqual([]);
});

/** Lips in decoded pixels against vowels in decoded sound. */
async function expectMouthInStep(path: string) {
  const gaps = await mouthInFilm(path);
  const band = vowelBand(await sound(path, 16_000), 16_000);
  const loudnessAt = (timeS: number) => 10 ** (band.levelDb(timeS, 0.04) / 20);
  const { best, none } = bestLag(gaps, loudnessAt, RATE_FPS);
  expect(Math.abs(best.frames)).toBeLessThanOrEqual(1);
  expect(best.r).toBeGreaterThan(0.75);

  const widest = Math.max(...gaps);
  expect(widest, 'the mouth really opens').toBeGreaterThan(15);
  const around = (timeS: number) => {
    const at = Math.floor(timeS * RATE_FPS);
    return gaps.slice(Math.max(0, at - 1), at + 2);
  };
  const { peaks, dips } = syllables(band, 8);
  expect(dips.length).toBeGreaterThan(6);
  const shut = dips.map(({ timeS }) => Math.min(...around(timeS)) / widest);
  expect(Math.max(...shut), 'every closure of the voice is one of the lips').toBeLessThan(0.18);
  const open = peaks
    .filter(({ levelDb }) => levelDb > -6)
    .map(({ timeS }) => Math.max(...around(timeS)) / widest);
  expect(Math.min(...open), 'every strong vowel is an open mouth').toBeGreaterThan(0.4);
  return {
    lagFrames: best.frames,
    r: best.r,
    rAtNoLag: none,
    worstClosure: Math.max(...shut),
    leastOpen: Math.min(...open),
  };
}

/** One word after the other is lit, from left to right within a line, each about when it is heard. */
async function expectCaptions(path: string): Promise<void> {
  const captions = await seeCaptions(path);
  const words = litWords(captions);
  expect(words).toHaveLength(WORDS);
  // Lit in pieces: commas and stops end a line; a new one starts further left again.
  const lines = words.filter(({ left }, i) => i === 0 || left < (words[i - 1]?.left ?? 0)).length;
  expect(lines).toBeLessThanOrEqual(3);
  const speaking = captions.filter(({ plainPx }) => plainPx > 200);
  expect(speaking.length).toBeGreaterThan(captions.length / 2);
  const band = vowelBand(await sound(path, 16_000), 16_000);
  for (const { fromFrame, frames } of words) {
    const loudest = Math.max(
      ...Array.from({ length: frames }, (_, i) => band.levelDb((fromFrame + i + 0.5) / RATE_FPS, 0.04)),
    );
    expect(loudest, `something is heard while the word lit at frame ${fromFrame} is`).toBeGreaterThan(-15);
  }
}
