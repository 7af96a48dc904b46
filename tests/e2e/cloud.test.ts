/**
 * A device without WebGPU, from the first word to a film that its server made: the browser offers the server by itself, what
 * goes up is said before, only that goes, a draft comes first, the browser is closed half-way and opened again, and the film
 * is what was typed. Everything is real: the database, the queue, the worker with processes of its own.
 */
import { expect, test } from 'vitest';
import { serverPermit } from '#server/database/schema/work.ts';
import { speechLengthsS } from './fixtures/speech-length.ts';
import { backgroundPicture, chooseFilm, serveFilms, signUp } from './harness/cloud.ts';
import {
  contactSheet,
  keepShot,
  stageMoves,
  stagePicture,
  takeCloudFilm,
  writeOwn,
} from './harness/journey.ts';
import { openStudio } from './harness/studio.ts';
import { expectGoodFile } from './measure/film.ts';

const TEXT = 'Papa, Mama, Bob. Pop a bomb, Mama.';

test('write, hear, and let the server make it; closed and opened again, it goes on', async () => {
  await using served = await serveFilms();
  await using studio = await openStudio({ gpu: false, address: served.address });
  let { page } = studio;
  await writeOwn(page, TEXT);
  await backgroundPicture(page, 'gradients=s=640x360:n=3:seed=7');
  await page.getByTestId('play').click();
  const first = await stagePicture(page);
  await stageMoves(page, first);
  await page.getByTestId('play').click();

  await page.getByTestId('export').click();
  await page.getByTestId('cloud-offer-take').click();
  await signUp(page);
  const dialog = page.getByTestId('export-dialog');
  await chooseFilm(page, '720p', '25');
  await expect
    .poll(() => page.getByTestId('cloud-upload').innerText(), { timeout: 15_000 })
    .toMatch(/kB.*One picture or film/s);
  expect(await page.getByTestId('cloud-ready').innerText()).toMatch(/about .* after the upload/);
  expect(await page.getByTestId('cloud-cost').innerText()).toMatch(/processors, for 0:0\d of film/);
  // What others may see is asked for by name, and says what that takes; a drawn character waits for nobody.
  await dialog.getByRole('radio', { name: 'For others' }).click();
  await expect
    .poll(() => page.getByTestId('cloud-purpose').innerText(), { timeout: 15_000 })
    .toContain('has consented to that');
  await page.locator('[data-testid=cloud-plan][data-kind=known]').waitFor();
  expect(await page.getByTestId('cloud-looks').count()).toBe(0);
  await keepShot(page, 'cloud-plan');
  // The first answer is lost on its way, after the server has taken what was asked.
  await page.route(
    (url) => url.pathname === '/api/renders',
    async (route) => {
      await route.fetch();
      await route.abort('connectionreset');
    },
    { times: 1 },
  );
  await page.getByTestId('cloud-send').click();
  await page.locator('[data-testid=cloud-film][data-render]').waitFor({ timeout: 60_000 });

  // The whole browser goes, and comes again: what was under way is found where it is by now.
  const asked = await page.getByTestId('cloud-film').getAttribute('data-render');
  page = await studio.reopen();
  await page.getByTestId('cloud-active').click();
  const film = page.getByTestId('cloud-film');
  expect(await film.getAttribute('data-render')).toBe(asked);
  // A draft and a film, however often they were asked for.
  const made = await page.evaluate(async () => (await (await fetch('/api/renders')).json()) as unknown[]);
  expect(made).toHaveLength(2);
  await page
    .getByTestId('cloud-draft')
    .or(page.getByTestId('cloud-download'))
    .first()
    .waitFor({ timeout: 240_000 });
  await keepShot(page, 'cloud-draft');
  const path = await takeCloudFilm(page, 'cloud-film');
  await keepShot(page, 'cloud-done');
  contactSheet(path, 8);
  const { durationS } = await expectGoodFile(path, {
    ...{ widthPx: 1280, heightPx: 720, rateFps: 25 },
    shotsS: await speechLengthsS([TEXT]),
  });
  console.log({ durationS });

  // What is given out is fetched as far as its first picture.
  const ready = () =>
    page
      .getByTestId('cloud-video')
      .evaluate((video) => (video as unknown as { readonly readyState: number }).readyState);
  await expect.poll(ready, { timeout: 20_000 }).toBeGreaterThan(0);

  // As after a consent under it was taken back: nobody in this one could. The list that says so comes late.
  await page.keyboard.press('Escape');
  await served.services.database.queries.update(serverPermit).set({ endedAt: new Date() });
  await page.route(
    (url) => url.pathname === '/api/renders',
    async (route) => {
      await page.getByTestId('cloud-video').waitFor();
      await page.waitForTimeout(1000);
      await route.continue();
    },
    { times: 1 },
  );
  await page.getByTestId('export').click();
  const withdrawn = page.getByTestId('cloud-withdrawn');
  await withdrawn.waitFor();
  expect(await withdrawn.innerText()).toMatch(/Consent was withdrawn/);
  for (const gone of ['cloud-download', 'cloud-video', 'cloud-draft', 'cloud-captions'])
    expect(await page.getByTestId(gone).count(), gone).toBe(0);
  await keepShot(page, 'cloud-withdrawn');
  // One answer was lost; nothing else is complained of, nor was a film asked for that is not given out.
  expect(studio.complaints.filter((line) => !/ERR_CONNECTION_RESET/.test(line))).toEqual([]);
});
