/**
 * Speaking live: a real browser, a microphone that plays a voice, and eyes on the stage's pixels. The presenter's mouth
 * goes with the sound; where there is no microphone to be had, a sentence says so and the script's film is still there.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '#server/setup/place.js';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  closeFraming,
  plainBackground,
  spokenFor,
  stagePicture,
  stageReady,
  writeOwn,
} from './harness/journey.ts';
import { microphoneSaying, stageNow, watchStage, type Crop } from './harness/microphone.ts';
import { openStudio, type Page, type Studio } from './harness/studio.ts';
import { correlation } from './measure/correlate.ts';
import { seeMouth } from './measure/mouth.ts';

const SAID = [
  'Papa, Mama, Bob!',
  'Maybe we should move five purple boxes home.',
  'My family approves of it.',
];
const GROUND = '#c9d8e6';
const WATCHED_WIDTH_PX = 960;
const WATCHED_MS = 16_000;
/** A busy machine draws late and unevenly; syllables blur over this time, phrases do not. */
const BLUR_MS = 200;

const OUT = join(ROOT, 'tests', 'out', 'e2e');

const live = (page: Page) => page.getByTestId('live');
async function told(page: Page): Promise<string> {
  const failed = page.getByTestId('live-failed');
  await failed.waitFor({ timeout: 30_000 });
  return await failed.innerText();
}

describe('with a microphone', () => {
  let studio: Studio;
  beforeAll(async () => {
    studio = await openStudio({
      gpu: false,
      args: await microphoneSaying(SAID),
      // Kept, so that a test can have the microphone go.
      prepare: async (context) => {
        await context.addInitScript(`
          const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
          navigator.mediaDevices.getUserMedia = async (wish) => (globalThis.microphone = await ask(wish));
        `);
      },
    });
    await writeOwn(studio.page, 'The film waits while someone speaks.');
    await plainBackground(studio.page, GROUND);
    await closeFraming(studio.page);
    await spokenFor(studio.page);
  });
  afterAll(() => studio[Symbol.asyncDispose]());

  test('the mouth on the stage moves with the voice in the microphone, and Stop brings the film back', async () => {
    const { page } = studio;
    const film = await stagePicture(page);
    await page.getByTestId('speak-live').click();
    await page.locator('[data-testid=live][data-state=listening]').waitFor({ timeout: 60_000 });
    expect(await live(page).innerText()).toMatch(/Nothing is recorded or sent/);
    await page.locator('[data-testid=live][data-fps]').waitFor({ timeout: 30_000 });

    mkdirSync(OUT, { recursive: true });
    await page.screenshot({ path: join(OUT, 'live.png') });
    const first = await stageNow(page, WATCHED_WIDTH_PX);
    const mouth = seeMouth(first);
    if (!mouth) throw new Error('There is no mouth on the stage.');
    const crop = around(mouth, first.widthPx, first.heightPx);
    const seen = await watchStage(page, WATCHED_WIDTH_PX, crop, WATCHED_MS);
    const opening = seen.map(({ picture }) => seeMouth(picture)?.openingPx ?? Number.NaN);
    expect(opening.filter(Number.isNaN).length).toBeLessThan(0.02 * opening.length);
    const known = seen.flatMap((frame, i) =>
      Number.isNaN(opening[i]) ? [] : [{ ...frame, opening: opening[i] as number }],
    );
    const openings = known.map((frame) => frame.opening);
    // The line where closed lips meet is as dark as a gap, and a pixel or two high.
    const [least, most] = [Math.min(...openings), Math.max(...openings)];
    const shutShare = openings.filter((px) => px < least + 0.2 * (most - least)).length / openings.length;
    const sorted = [...openings].sort((a, b) => a - b);
    console.info(
      `live: opening, px: ${[0, 0.1, 0.3, 0.5, 0.7, 0.9, 1].map((q) => sorted[Math.floor(q * (sorted.length - 1))]?.toFixed(1)).join(' ')}; shut ${shutShare.toFixed(2)}`,
    );
    expect(most - least).toBeGreaterThan(6);
    expect(shutShare, 'it shuts, and not for good').toBeGreaterThan(0.1);
    expect(shutShare).toBeLessThan(0.85);

    const levelAt = (timeMs: number) => known.findLast((frame) => frame.timeMs <= timeMs)?.level ?? 0;
    const blurred = (at: (timeMs: number) => number, timeMs: number) =>
      [-2, -1, 0, 1, 2].reduce((sum, k) => sum + at(timeMs + (k * BLUR_MS) / 4), 0);
    const openingAt = (timeMs: number) => known.findLast((frame) => frame.timeMs <= timeMs)?.opening ?? 0;
    const grid = Array.from({ length: (WATCHED_MS - 2 * BLUR_MS) / 40 }, (_, i) => BLUR_MS + 40 * i);
    const r = (lagMs: number) => {
      const within = grid.filter(
        (timeMs) => timeMs - lagMs > BLUR_MS && timeMs - lagMs < WATCHED_MS - BLUR_MS,
      );
      return correlation(
        within.map((timeMs) => blurred(openingAt, timeMs)),
        within.map((timeMs) => blurred(levelAt, timeMs - lagMs)),
      );
    };
    const lags = Array.from({ length: 25 }, (_, i) => i * 40 - 480);
    const best = lags.reduce((a, b) => (r(b) > r(a) ? b : a));
    const status = await live(page).evaluate((element) => ({
      ...(element as unknown as { dataset: Record<string, string> }).dataset,
    }));
    console.info(
      `live: mouth against the meter r ${r(best).toFixed(2)} at ${best} ms; at ±1 s ${r(1000).toFixed(2)}, ${r(-1000).toFixed(2)}; ` +
        `${(known.length / (WATCHED_MS / 1000)).toFixed(0)} pictures a second watched, ${JSON.stringify(status)}`,
    );
    // The meter is slow, but it runs on the same clock as the picture.
    expect(r(best)).toBeGreaterThan(0.4);
    expect(best, 'the meter itself is some 60 ms late').toBeGreaterThanOrEqual(-40);
    expect(best, 'and the picture is not a second late').toBeLessThanOrEqual(480);
    expect(Math.max(r(-1000), r(1000))).toBeLessThan(r(best) - 0.25);

    await page.getByTestId('live-stop').click();
    await page.getByTestId('play').waitFor();
    await expectSoon(async () => (await stagePicture(page)).equals(film));
    expect(await page.evaluate('microphone.getTracks().every((track) => track.readyState === "ended")')).toBe(
      true,
    );
  });

  afterEach(async () => {
    const stop = studio.page.getByTestId('live-stop');
    if (await stop.isVisible()) await stop.click();
  });

  test('a microphone that goes is told, and can be asked for again', async () => {
    const { page } = studio;
    await page.getByTestId('speak-live').click();
    await page.locator('[data-testid=live][data-state=listening]').waitFor({ timeout: 60_000 });
    await page.evaluate('microphone.getAudioTracks()[0].dispatchEvent(new Event("ended"))');
    expect(await told(page)).toMatch(/The microphone has gone\.\s+Connect it again/);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('[data-testid=live][data-state=listening]').waitFor({ timeout: 60_000 });
    // Playing the film ends it as well.
    await page.locator('body').press('k');
    await page.locator('[data-testid=play][aria-label=Pause]').waitFor();
    await page.locator('body').press('k');
    expect(studio.complaints).toEqual([]);
  });
});

test('a microphone that may not be used is told with a way on, and the script’s film is still there', async () => {
  await using studio = await openStudio({ gpu: false, args: ['--use-fake-device-for-media-stream'] });
  const { page } = studio;
  await stageReady(page);
  await page.getByTestId('speak-live').click();
  await page.locator('[data-testid=live-failed]').waitFor({ timeout: 30_000 });
  mkdirSync(OUT, { recursive: true });
  await page.screenshot({ path: join(OUT, 'live-refused.png') });
  expect(await told(page)).toMatch(/Orator may not use the microphone\.\s+Allow it/);
  await page.getByRole('button', { name: 'Back to the script' }).click();
  await page.getByTestId('play').click();
  await page.locator('[data-testid=play][aria-label=Pause]').waitFor();
});

test('a device without a microphone says that', async () => {
  await using studio = await openStudio({
    gpu: false,
    prepare: (context) => context.grantPermissions(['microphone']),
  });
  const { page } = studio;
  await stageReady(page);
  await page.getByTestId('speak-live').click();
  expect(await told(page)).toMatch(/There is no microphone on this device\.\s+Connect one/);
});

function around(
  { left, right, top, bottom }: { left: number; right: number; top: number; bottom: number },
  widthPx: number,
  heightPx: number,
): Crop {
  const margin = 0.7 * (right - left);
  const from = { left: Math.max(0, Math.round(left - margin)), top: Math.max(0, Math.round(top - margin)) };
  return {
    ...from,
    widthPx: Math.min(widthPx, Math.round(right + margin)) - from.left,
    heightPx: Math.min(heightPx, Math.round(bottom + margin)) - from.top,
  };
}

async function expectSoon(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 40; tries++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('The film did not come back on stage.');
}
