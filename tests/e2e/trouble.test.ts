/**
 * Things go wrong: a damaged project, files that are broken or strange, a full disk. Each is said in a sentence that a
 * person can act on, nothing that was made is lost, and afterwards the same project still becomes a film.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '#server/setup/place.js';
import { makeMedia } from './fixtures/media.ts';
import { speechLengthsS } from './fixtures/speech-length.ts';
import { refuseRows } from './harness/full-disk.ts';
import {
  beginExport,
  openPanel,
  saved,
  spokenFor,
  stageReady,
  takeFilm,
  writeOwn,
} from './harness/journey.ts';
import { openStudio, type Page, type Studio } from './harness/studio.ts';
import { expectGoodFile } from './measure/film.ts';

const TEXT = 'Nothing is lost.';
const media = makeMedia();
let studio: Studio;

beforeAll(async () => {
  studio = await openStudio({ gpu: false });
  await writeOwn(studio.page, TEXT);
});
afterAll(() => studio[Symbol.asyncDispose]());

/** A message that says something and what to do; it is put away afterwards. */
async function told(page: Page, pattern: RegExp): Promise<string> {
  const toast = page.getByTestId('toast').filter({ hasText: pattern }).first();
  await toast.waitFor({ timeout: 30_000 });
  const text = await toast.innerText();
  expect(text).toMatch(/[a-z]{3,} [a-z]{2,}.*\./i);
  expect(text, 'no codes, no stacks').not.toMatch(/\b(Error|undefined|null|0x|at \w+ \()/);
  await toast.getByRole('button', { name: 'Dismiss' }).click();
  return text;
}

const scriptText = (page: Page) => page.getByTestId('script').innerText();

test('broken and strange files are refused with a sentence, and the project stays as it is', async () => {
  const { page } = studio;
  await openPanel(page, 'background');
  for (const [kind, path, why] of [
    ['Picture', media.brokenPicture, /broken\.png.*damaged/],
    ['Picture', media.notAPicture, /words\.png.*neither a picture nor a video/],
    ['Film', media.proRes, /cannot play.*camera\.mov/],
    ['Film', media.hevc, /cannot play.*phone\.mp4/],
    ['Film', media.cutFilm, /cut\.mp4/],
  ] as const) {
    await page.getByRole('radio', { name: kind, exact: true }).click();
    await page.getByTestId('media-input').setInputFiles(path);
    await told(page, why);
  }
  await page
    .getByTestId('open-file')
    .setInputFiles(media.brokenProject(join(ROOT, 'static', 'examples', 'welcome.orator')));
  await told(page, /damaged, or ends early/);
  expect(await scriptText(page)).toContain(TEXT);
  expect(await page.getByTestId('undo').getAttribute('aria-label')).not.toMatch(/media/i);
  await page.keyboard.press('Escape');
});

test('a damaged project is told of, can be downloaded, and its last good copy opens', async () => {
  const { page } = studio;
  await page.reload();
  await stageReady(page); // opened well: this is the copy that is kept
  await damageNewestProject(page);
  await page.reload();
  const recovery = page.getByTestId('recovery');
  await recovery.waitFor({ timeout: 30_000 });
  expect(await recovery.innerText()).toMatch(/damaged[\s\S]*nothing has been deleted/);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByTestId('download-raw').click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/\.json$/);
  await page.getByTestId('restore-last-good').click();
  await stageReady(page);
  expect(await scriptText(page)).toContain(TEXT);
});

/** What a torn disk leaves: the first half of the newest document. */
async function damageNewestProject(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const fail = (event: { target: unknown }) => reject(new Error(`IndexedDB: ${String(event.target)}`));
        const opening = indexedDB.open('orator');
        opening.onerror = fail;
        opening.onsuccess = () => {
          const work = opening.result.transaction(['projects', 'documents'], 'readwrite');
          const rows = work.objectStore('projects').getAll();
          rows.onsuccess = () => {
            const known = rows.result as { id: string; updatedAt: string }[];
            const newest = known.reduce((a, b) => (a.updatedAt > b.updatedAt ? a : b));
            const documents = work.objectStore('documents');
            const one = documents.get(newest.id);
            one.onsuccess = () => {
              const row = one.result as { json: string };
              documents.put({ ...row, json: row.json.slice(0, row.json.length / 2) });
            };
          };
          work.oncomplete = () => (opening.result.close(), resolve());
          work.onerror = fail;
        };
      }),
  );
}

/** Leaves the origin so many bytes, or gives it back all it had. */
async function leaveRoom(bytes: number | null): Promise<void> {
  const session = await studio.context.newCDPSession(studio.page);
  const origin = studio.address;
  const { usage = 0 } = await studio.page.evaluate(() => navigator.storage.estimate());
  const quota = bytes === null ? {} : { quotaSize: usage + bytes };
  await session.send('Storage.overrideQuotaForOrigin', { origin, ...quota });
  disks.push(session);
}
/** An override lasts as long as the session that made it. */
const disks: unknown[] = [];

test('a full disk stops an export with a sentence; with room again it goes on from what is done', async () => {
  const { page } = studio;
  await stageReady(page);
  await page.keyboard.press('Escape');
  await leaveRoom(100_000);
  await beginExport(page, { shape: 'Square' });
  const failed = page.getByTestId('export-failed');
  await failed.waitFor({ timeout: 120_000 });
  expect(await failed.innerText()).toMatch(/no room left[\s\S]*Nothing saved so far is lost/);
  expect(await scriptText(page)).toContain(TEXT);

  await leaveRoom(null);
  await page.getByTestId('export-start').click();
  const path = await takeFilm(page, 'after-full-disk');
  const shotsS = await speechLengthsS([TEXT]);
  await expectGoodFile(path, { widthPx: 720, heightPx: 720, rateFps: 25, shotsS });
  await page.keyboard.press('Escape');
});

test('typing goes on over a full disk, is heard, said not to be saved, and saved when there is room', async () => {
  const { page } = studio;
  const before = await spokenFor(page);
  await leaveRoom(0);
  await refuseRows(page, true);
  await page.getByTestId('script').click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(' Not even this.');
  await page.getByTestId('save-state').filter({ hasText: 'Not saved' }).waitFor({ timeout: 15_000 });
  const toast = page.getByTestId('toast').filter({ hasText: /no room left/ });
  await toast.hover(); // under the pointer it stays, however long the rest takes
  await expect.poll(() => spokenFor(page), { timeout: 30_000 }).toBeGreaterThan(before);
  await refuseRows(page, false);
  await leaveRoom(null);
  await toast.getByRole('button', { name: 'Try again' }).click();
  await saved(page);
  await page.reload();
  await stageReady(page);
  expect(await scriptText(page)).toContain('Nothing is lost. Not even this.');
});
