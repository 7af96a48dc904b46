/**
 * Orders to the server that do not go smoothly: the line is cut in the middle of an upload, the page is loaded anew, its
 * maker thinks better of it at each moment at which one can. And one that does: 4K, which no browser makes here.
 */
import { expect, test } from 'vitest';
import {
  backgroundPicture,
  chooseFilm,
  drawingProcesses,
  filmStates,
  openCloud,
  serveFilms,
  signUp,
  watchUploads,
  type UploadLine,
} from './harness/cloud.ts';
import { refuseRows } from './harness/full-disk.ts';
import { contactSheet, keepShot, stageReady, takeCloudFilm, writeOwn } from './harness/journey.ts';
import { openStudio, type Page } from './harness/studio.ts';
import { expectGoodFile } from './measure/film.ts';

test('a film in 4K is what was ordered', async () => {
  await using served = await serveFilms();
  await using studio = await openStudio({ gpu: false, address: served.address });
  const { page } = studio;
  await writeOwn(page, 'Bob.');
  await openCloud(page);
  await signUp(page);
  await chooseFilm(page, '4K', '25');
  await keepShot(page, 'cloud-4k-plan');
  await page.getByTestId('cloud-send').click();
  const path = await takeCloudFilm(page, 'cloud-4k');
  await keepShot(page, 'cloud-4k-done');
  contactSheet(path, 10, [2, 2]);
  await expectGoodFile(path, { widthPx: 3840, heightPx: 2160, rateFps: 25, shotsS: null });
  expect(studio.complaints).toEqual([]);
});

test('cut, loaded anew, cancelled and asked for again, at each moment', async () => {
  await using served = await serveFilms();
  await using studio = await openStudio({ gpu: false, address: served.address });
  const { page } = studio;
  const line = await watchUploads(page, served.address);
  await writeOwn(page, 'Bob.');
  // Noise cannot be packed: about three megabytes.
  await backgroundPicture(page, 'color=gray:s=1280x720', '-vf', 'noise=alls=100:allf=u,format=rgb24');
  await openCloud(page);
  await signUp(page);
  await chooseFilm(page, '720p', '25');

  // The line is cut twice in the middle of a part, and the page is loaded anew in the middle of another.
  line.cutNext(2);
  let held = line.holdAfter(4);
  await page.getByTestId('cloud-send').click();
  await held;
  await keepShot(page, 'cloud-upload');
  expect(line.parts.map(({ fate }) => fate)).toEqual(['cut', 'cut', 'taken', 'taken', 'held']);
  held = line.holdAfter(1);
  await page.reload();
  await held;

  // Cancelled in the middle of the upload: nothing was asked for, and what is there stays there for the next time.
  await stageReady(page);
  await page.getByTestId('cloud-active').click();
  await cancel(page);
  await keepShot(page, 'cloud-cancelled');
  expect(await filmStates(page)).toEqual([]);

  // Cancelled while the server has taken the order and its answer is on the way: neither draft nor film is left behind.
  const answer = await lateAnswer(page, 'film');
  const letGo = served.hold();
  await page.getByTestId('cloud-again').click();
  await answer.taken;
  expectNothingTwice(line);
  await cancel(page);
  answer.lose();
  expect(await filmStates(page)).toEqual(['cancelled', 'cancelled']);
  await expect.poll(drawingProcesses, { timeout: 20_000 }).toBe(0);

  // Cancelled while it is made, with the server out of reach, and the page closed over that: it is told when it answers.
  await page.getByTestId('cloud-again').click();
  await expect.poll(drawingProcesses, { timeout: 60_000 }).toBe(1);
  await page.locator('[data-testid=cloud-film][data-stage=rendering]').waitFor();
  // Where there is no room to write that down, it is said and can be asked for again.
  await refuseRows(page, true);
  await page.getByTestId('cloud-cancel').click();
  await page
    .getByTestId('cloud-cancel-failed')
    .filter({ hasText: /not cancelled on the server yet.*room/ })
    .waitFor();
  await keepShot(page, 'cloud-cancel-no-room');
  await refuseRows(page, false);
  const noServer = '**/api/renders{,/**}';
  await page.route(noServer, (route) => route.abort('connectionrefused'));
  await page.getByRole('button', { name: 'Cancel again' }).click();
  await page.getByTestId('cloud-phase').filter({ hasText: 'as soon as it answers' }).waitFor();
  await keepShot(page, 'cloud-cancelling');
  await page.reload();
  await stageReady(page);
  await openCloud(page);
  await page.locator('[data-testid=cloud-film][data-stage=cancelling]').waitFor();
  await page.unroute(noServer);
  await page.getByTestId('cloud-cancelled').waitFor();
  await expect.poll(drawingProcesses, { timeout: 20_000 }).toBe(0);
  expect(await filmStates(page)).toEqual(['cancelled', 'cancelled', 'cancelled', 'cancelled']);
  letGo();

  // And in the end it is made all the same.
  await page.getByTestId('cloud-again').click();
  const path = await takeCloudFilm(page, 'cloud-again');
  await keepShot(page, 'cloud-again-done');
  contactSheet(path, 10, [2, 2]);
  await expectGoodFile(path, { widthPx: 1280, heightPx: 720, rateFps: 25, shotsS: null });
  expectNothingTwice(line);
  expect(studio.complaints.filter((said) => !/ERR_CONNECTION_(RESET|REFUSED)/.test(said))).toEqual([]);
});

test('an order without an answer that is taken off the list is taken back, as soon as the server answers', async () => {
  await using served = await serveFilms();
  await using studio = await openStudio({ gpu: false, address: served.address });
  const { page } = studio;
  // Long enough that it is still made when the app has given up.
  await writeOwn(page, 'Bob has a lot to say today, and takes the time that it needs. '.repeat(4).trim());
  await openCloud(page);
  await signUp(page);
  await chooseFilm(page, '1080p', '60');
  // The server takes the film, and whatever it says of it is lost, until the app gives up.
  const taking = (url: URL) => url.pathname === '/api/renders';
  await page.route(taking, async (route) => {
    const key = (await route.request().allHeaders())['idempotency-key'];
    if (!key?.endsWith('film')) return route.fallback();
    await route.fetch();
    await route.abort('connectionreset');
  });
  await page.getByTestId('cloud-send').click();
  await page.getByTestId('cloud-failed').waitFor();
  const noServer = '**/api/renders{,/**}';
  await page.route(noServer, (route) => route.abort('connectionrefused'));
  await page.getByTestId('cloud-forget').click();
  await page.getByTestId('cloud-film').waitFor({ state: 'detached' });
  // The page is closed over it, and it is not forgotten.
  await page.reload();
  await stageReady(page);
  await page.unroute(taking);
  await page.unroute(noServer);
  await expect.poll(() => filmStates(page), { timeout: 60_000 }).toEqual(['cancelled', expect.anything()]);
  await expect.poll(drawingProcesses, { timeout: 20_000 }).toBe(0);
  await openCloud(page);
  await page.getByTestId('cloud-send').waitFor();
  expect(await page.getByTestId('cloud-film').count()).toBe(0);
  expect(studio.complaints.filter((said) => !/ERR_CONNECTION_(RESET|REFUSED)/.test(said))).toEqual([]);
});

async function cancel(page: Page): Promise<void> {
  await page.getByTestId('cloud-cancel').click();
  await page.getByTestId('cloud-cancelled').waitFor();
}

/** Every part goes on from what was acknowledged before it, and all that was acknowledged is the file, once. */
function expectNothingTwice({ begun, parts }: UploadLine): void {
  let reached = 0;
  for (const { offset, bytes, fate } of parts) {
    expect(offset).toBe(reached);
    if (fate === 'taken') reached += bytes;
  }
  expect(new Set(begun.map(({ bytes }) => bytes))).toEqual(new Set([reached]));
  expect(begun[0]?.offset).toBe(0);
  expect(Math.max(...begun.map(({ offset }) => offset))).toBeGreaterThan(0);
}

/** The server takes what is asked for, and its answer does not come: not before it is lost. */
async function lateAnswer(page: Page, which: 'draft' | 'film') {
  let lose = (): void => undefined;
  const lost = new Promise<void>((resolve) => (lose = resolve));
  let tell = (): void => undefined;
  const taken = new Promise<void>((resolve) => (tell = resolve));
  const asked = (url: URL) => url.pathname === '/api/renders';
  const once = async (route: Parameters<Parameters<Page['route']>[1]>[0]): Promise<void> => {
    const key = (await route.request().allHeaders())['idempotency-key'];
    if (!key?.endsWith(which)) return route.fallback();
    await page.unroute(asked, once);
    await route.fetch();
    tell();
    await lost;
    // The page has gone on meanwhile.
    await route.abort('connectionreset').catch(() => undefined);
  };
  await page.route(asked, once);
  return { taken, lose };
}
