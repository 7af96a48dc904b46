/**
 * A twin of a real person: brought in, watched, used, exported, and the film looked at with other eyes. Real media are not
 * part of the project: without them this journey is skipped.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { frames, probe, streamOf } from './harness/film.ts';
import {
  beginExport,
  contactSheet,
  openPanel,
  plainBackground,
  saved,
  spokenFor,
  stageReady,
  takeFilm,
  writeOwn,
} from './harness/journey.ts';
import { bring, made, makeClip, MEDIA_THERE, newPresenter, realMedia } from './harness/presenters.ts';
import { openStudio, type Page, type Studio } from './harness/studio.ts';
import { followFilm } from './measure/face.ts';

const MINUTE_MS = 60_000;
const TEXT = 'My mother bought five big apples, and made a warm pie.';
const FPS = 25;

/** A film of someone without consent is refused at first, and made as a marked draft. */
async function exportDraft(page: Page): Promise<string> {
  await beginExport(page);
  const failed = page.getByTestId('export-failed');
  await failed.waitFor({ timeout: MINUTE_MS });
  expect(await failed.innerText()).toMatch(/has not given consent[\s\S]*marked draft/);
  await page.getByTestId('export-draft').click();
  const path = await takeFilm(page, 'twin');
  contactSheet(path, 8);
  await page.keyboard.press('Escape');
  return path;
}

/** The mark over the film, seen where only one colour is behind: 0 where there is none. */
async function unevenAtTheSides(path: string): Promise<number> {
  for await (const { rgba, widthPx, heightPx } of frames(path, { fromFrame: 40, count: 1 })) {
    let most = 0;
    for (const x of [0.14, 0.86]) {
      const column = Array.from(
        { length: heightPx },
        (_, y) => rgba[(y * widthPx + Math.round(x * widthPx)) * 4] ?? 0,
      );
      most = Math.max(most, Math.max(...column) - Math.min(...column));
    }
    return most;
  }
  return 0;
}

describe.skipIf(!MEDIA_THERE)('a twin of the standing man (HEVC)', () => {
  let studio: Studio;
  beforeAll(async () => {
    studio = await openStudio({ gpu: false });
    await writeOwn(studio.page, TEXT);
  });
  afterAll(() => studio[Symbol.asyncDispose]());

  test(
    'is watched being made, goes on after a reload, speaks a new script, and its film is a marked draft',
    { timeout: 18 * MINUTE_MS },
    async () => {
      let { page } = studio;
      await newPresenter(page);
      // Half as large as the camera had it: his face is large enough for a film of this size.
      const small = [
        ...['-i', realMedia('footage/standing-man.mp4'), '-t', '15.6', '-vf', 'scale=540:960'],
        ...['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none', '-c:a', 'copy'],
      ];
      await bring(page, makeClip('standing-man.mp4', ...small), 'someone');
      await page.getByTestId('face-box').waitFor({ timeout: 3 * MINUTE_MS });
      const progress = () => page.getByTestId('fit-progress').getAttribute('aria-valuenow').then(Number);
      await expect.poll(progress, { timeout: 4 * MINUTE_MS, interval: 500 }).toBeGreaterThanOrEqual(35);

      page = await studio.freshTab();
      await stageReady(page);
      const line = page.getByTestId('making-line');
      await line.waitFor({ timeout: MINUTE_MS });
      await line.click();
      // What was done is not done again: it stands near where it stood, and never goes back.
      await expect.poll(progress, { timeout: MINUTE_MS, interval: 200 }).toBeGreaterThanOrEqual(25);
      expect(await made(page, 10 * MINUTE_MS)).toBeNull();

      await page.getByTestId('presenter-name').fill('The standing man');
      await page.getByTestId('sample-film').waitFor({ timeout: 3 * MINUTE_MS });
      await page.getByTestId('use-presenter').click();
      await saved(page);
      await spokenFor(page);
      await openPanel(page, 'presenter');
      expect(await page.getByTestId('draft-note').innerText()).toMatch(
        /on this device only[\s\S]*The standing man has not recorded consent[\s\S]*marked/,
      );
      await plainBackground(page, '#c9d8e6');
      const film = await exportDraft(page);
      const probed = await probe(film);
      expect(probed.warnings).toEqual([]);
      expect(streamOf(probed, 'video')).toMatchObject({ codec_name: 'h264', width: 1280, height: 720 });
      const seen = await followFilm(film, FPS);
      console.log('twin', { seen: seen.seen, widest: seen.widest, shut: seen.shut, lag: seen.lag });
      expect(seen.seen).toBeGreaterThan(0.9);
      expect(seen.widest - seen.shut).toBeGreaterThan(0.04);
      expect(seen.lag.r).toBeGreaterThan(0.4);
      expect(Math.abs(seen.lag.frames)).toBeLessThanOrEqual(2);
      expect(await unevenAtTheSides(film)).toBeGreaterThan(12);
      expect(studio.complaints).toEqual([]);
    },
  );
});
