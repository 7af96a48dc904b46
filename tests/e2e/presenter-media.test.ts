/**
 * One's own presenter, made of real people and pictures: brought in, watched, used, exported, and the film looked at
 * with other eyes. Real media are not part of the project: without them these journeys are skipped.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { probe } from './harness/film.ts';
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
import {
  assetsOf,
  bring,
  made,
  makeClip,
  MEDIA_THERE,
  newPresenter,
  putAway,
  realMedia,
  tracesOf,
} from './harness/presenters.ts';
import { downloadFrom, openStudio, type Studio } from './harness/studio.ts';
import { followFilm } from './measure/face.ts';

const MINUTE_MS = 60_000;
const TEXT = 'My mother bought five big apples, and made a warm pie.';
const FPS = 25;

describe.skipIf(!MEDIA_THERE)('a portrait that speaks', () => {
  let studio: Studio;
  beforeAll(async () => {
    studio = await openStudio({ gpu: false });
    await writeOwn(studio.page, TEXT);
  });
  afterAll(() => studio[Symbol.asyncDispose]());

  test('is made of one picture, and its film is whole and unmarked', { timeout: 8 * MINUTE_MS }, async () => {
    const { page } = studio;
    await newPresenter(page);
    await bring(page, realMedia('portraits/painted-adult.png'), 'synthetic');
    expect(await made(page, 3 * MINUTE_MS)).toBeNull();
    await page.getByTestId('use-presenter').click();
    await saved(page);
    await spokenFor(page);
    await plainBackground(page, '#c9d8e6');
    await beginExport(page);
    const film = await takeFilm(page, 'portrait');
    contactSheet(film, 8);
    await page.keyboard.press('Escape');
    expect((await probe(film)).warnings).toEqual([]);
    const seen = await followFilm(film, FPS);
    console.log('portrait', { seen: seen.seen, widest: seen.widest, shut: seen.shut, lag: seen.lag });
    expect(seen.seen).toBeGreaterThan(0.9);
    expect(seen.widest - seen.shut).toBeGreaterThan(0.04);
    expect(seen.lag.r).toBeGreaterThan(0.4);
    expect(Math.abs(seen.lag.frames)).toBeLessThanOrEqual(2);
  });

  test(
    'deleted, it leaves no trace, and a drawn character stands in',
    { timeout: 4 * MINUTE_MS },
    async () => {
      const { page } = studio;
      // Its parts are assets; so are other media, and the film that was exported.
      const before = await assetsOf(page);
      // The first bytes of its picture, as the store has them: a mark that no other file has.
      const png = readFileSync(realMedia('portraits/painted-adult.png')).toString('latin1').slice(2000, 2048);
      await openPanel(page, 'presenter');
      const more = page.getByTestId('presenter-more');
      await more.click();
      const file = await downloadFrom(page, () =>
        page.getByRole('menuitem', { name: 'Save as a file' }).click(),
      );
      await more.click();
      await page.getByRole('menuitem', { name: 'Delete…' }).click();
      const dialog = page.getByTestId('delete-presenter-dialog');
      expect(await dialog.innerText()).toMatch(
        /cannot be undone[\s\S]*its place in “Untitled”[\s\S]*finished film/,
      );
      await page.getByTestId('delete-presenter').click();
      await dialog.waitFor({ state: 'detached', timeout: MINUTE_MS });
      await stageReady(page);
      expect(await page.getByTestId('my-presenter').count()).toBe(0);
      expect(await page.getByTestId('presenter-nora').getAttribute('aria-checked')).toBe('true');
      const left = await assetsOf(page);
      const gone = before.filter((hash) => !left.includes(hash));
      expect(gone.length).toBeGreaterThanOrEqual(4);
      await saved(page);
      expect(await tracesOf(page, [...gone, png])).toEqual([]);
      // And it stays gone.
      await page.reload();
      await stageReady(page);
      await openPanel(page, 'presenter');
      expect(await page.getByTestId('my-presenter').count()).toBe(0);
      expect(await tracesOf(page, [...gone, png])).toEqual([]);

      // What was saved as a file was never Orator's to delete, and comes back from it.
      await newPresenter(page);
      await page.getByTestId('presenter-file').setInputFiles(file);
      expect(await made(page, MINUTE_MS)).toBeNull();
      await page.getByRole('button', { name: 'Keep for later' }).click();
      expect(await page.getByTestId('my-presenter').innerText()).toMatch(
        /Painted adult[\s\S]*A picture that speaks/,
      );
      expect(studio.complaints).toEqual([]);
    },
  );
});

describe.skipIf(!MEDIA_THERE)('by the camera', () => {
  test(
    'a woman before the camera reads, listens, looks around, and has a presenter of her own',
    { timeout: 14 * MINUTE_MS },
    async () => {
      const camera = makeClip(
        'camera.mjpeg',
        ...['-i', realMedia('footage/seated-woman.mp4')],
        ...['-vf', 'crop=1080:810:0:ih*0.2,scale=640:480,fps=15', '-q:v', '3', '-an'],
      );
      await using studio = await openStudio({
        gpu: false,
        args: [
          '--use-fake-device-for-media-stream',
          '--use-fake-ui-for-media-stream',
          `--use-file-for-fake-video-capture=${camera}`,
        ],
      });
      const { page } = studio;
      await stageReady(page);
      await newPresenter(page);
      await page.getByTestId('bring-camera').click();
      await page.getByTestId('open-camera').click();
      await page
        .getByTestId('camera-good')
        .or(page.getByTestId('camera-advice'))
        .first()
        .waitFor({ timeout: 90_000 });
      await page.getByTestId('begin-take').click();
      await page.getByTestId('teleprompter').waitFor();
      await page.getByTestId('next-part').filter({ hasText: 'I have read it' }).click({ timeout: 30_000 });
      // Listening may be ended as well; looking around ends by itself.
      await page.getByTestId('next-part').filter({ hasText: 'Next' }).click({ timeout: 10_000 });
      await page.getByTestId('use-take').click({ timeout: 40_000 });
      await page.getByTestId('whose-own').click();
      await page.getByTestId('make-presenter').click();
      expect(await made(page, 10 * MINUTE_MS)).toBeNull();
      expect(await page.getByTestId('presenter-name').inputValue()).toBe('Me');
      await page.getByTestId('use-presenter').click();
      await saved(page);
      await page.getByTestId('my-presenter').waitFor();
      expect(await page.getByTestId('draft-note').count(), 'one’s own face is no draft').toBe(0);
      expect(studio.complaints).toEqual([]);
    },
  );
});

describe.skipIf(!MEDIA_THERE)('films that ask for a sentence', () => {
  let studio: Studio;
  beforeAll(async () => {
    studio = await openStudio({ gpu: false });
    await stageReady(studio.page);
  });
  afterAll(() => studio[Symbol.asyncDispose]());

  const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
  const STANDING = () => ['-i', realMedia('footage/standing-man.mp4')];

  test('two people in the picture', { timeout: 5 * MINUTE_MS }, async () => {
    const { page } = studio;
    // Four seconds, as often as a film must last.
    const part = makeClip(
      'part.mp4',
      ...STANDING(),
      ...['-i', realMedia('footage/seated-woman.mp4')],
      ...[
        '-filter_complex',
        '[0]crop=iw:iw:0:0,scale=360:360,fps=15[a];[1]crop=iw:iw:0:ih*0.15,scale=360:360,fps=15[b];[a][b]hstack',
      ],
      ...['-t', '4', '-an', ...H264],
    );
    const two = makeClip('two.mp4', '-stream_loop', '3', '-i', part, '-c', 'copy');
    await newPresenter(page);
    await bring(page, two, 'someone');
    const told = (await made(page, 4 * MINUTE_MS)) ?? (await page.getByTestId('troubles').innerText());
    expect(told).toMatch(/two|second|another|more than one/i);
    await putAway(page);
  });

  test('a drawn film', { timeout: 5 * MINUTE_MS }, async () => {
    const { page } = studio;
    // Flat shapes that move: a cartoon without a face that a network would take for one.
    const cartoon = makeClip(
      'cartoon.mp4',
      ...['-f', 'lavfi', '-i', 'color=0xf2c14e:size=320x240:rate=15'],
      ...[
        '-vf',
        'drawbox=x=60+40*sin(t):y=60:w=90:h=90:color=0x2a9d8f:t=fill,drawbox=x=180:y=90+30*cos(t):w=60:h=60:color=0xe76f51:t=fill',
      ],
      ...['-t', '16', ...H264],
    );
    await newPresenter(page);
    await bring(page, cartoon, 'synthetic');
    expect(await made(page, 3 * MINUTE_MS)).toMatch(/face/i);
    await putAway(page);
  });

  test(
    'a film in 4K is taken, and stopping it keeps what is done until it is thrown away',
    { timeout: 6 * MINUTE_MS },
    async () => {
      const { page } = studio;
      const before = await assetsOf(page);
      // Two seconds of it, as often as a film must last: to encode as much anew takes longer than to look at it.
      const part = makeClip(
        'part.mp4',
        ...STANDING(),
        ...['-vf', 'scale=2160:3840,fps=25', '-t', '2', '-an', ...H264],
      );
      const large = makeClip('large.mp4', '-stream_loop', '7', '-i', part, '-c', 'copy');
      await newPresenter(page);
      await bring(page, large, 'someone');
      await page.getByTestId('face-box').waitFor({ timeout: 4 * MINUTE_MS });
      await page.getByTestId('stop-making').click();
      await putAway(page);
      const stopped = page.getByTestId('stopped-presenter');
      expect(await stopped.innerText()).toMatch(/was stopped at \d+ %\. What is done is kept\./);
      await stopped.getByRole('button', { name: 'Throw away' }).click();
      await stopped.waitFor({ state: 'detached' });
      expect(await assetsOf(page)).toEqual(before);
      expect(studio.complaints).toEqual([]);
    },
  );

  test('a film that was cut off in the middle', { timeout: 3 * MINUTE_MS }, async () => {
    const { page } = studio;
    const whole = readFileSync(realMedia('footage/standing-man.mp4'));
    await newPresenter(page);
    await page.getByTestId('presenter-video').setInputFiles({
      name: 'cut.mp4',
      mimeType: 'video/mp4',
      buffer: whole.subarray(0, Math.floor(whole.length / 2)),
    });
    await page.getByTestId('whose-someone').click();
    await page.getByTestId('make-presenter').click();
    const told = await made(page, 3 * MINUTE_MS);
    // Its index is at the end (nothing can be read), or in front (what there is, is too short).
    expect(told ?? (await page.getByTestId('troubles').innerText())).toMatch(
      /damaged|ends early|cut|short|read/i,
    );
    await putAway(page);
  });
});
