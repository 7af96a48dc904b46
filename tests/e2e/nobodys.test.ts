/**
 * A picture that its maker says is nobody's: the server makes a marked draft at once, and the film only when one of its
 * reviewers has looked at what the presenter was made from. The face was drawn by a program. Everything is real: the
 * presenter is made in the browser, the draft and the film by the worker, the decision in the console.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newId } from '#core/base/ids.ts';
import { renderProcesses } from '#server/render/open-process.ts';
import { pngOf } from '#server/services/moderation/png.ts';
import { drawnPerson } from '../server/consent/drawn-person.ts';
import { speechLengthsS } from './fixtures/speech-length.ts';
import { newAccount } from './harness/consent.ts';
import { keepShot, saved, spokenFor, takeCloudFilm, writeOwn } from './harness/journey.ts';
import { bring, made, makeClip, newPresenter } from './harness/presenters.ts';
import { downloadFrom, openStudio, serveWithServices } from './harness/studio.ts';
import { expectGoodFile } from './measure/film.ts';

const MINUTE_MS = 60_000;
const TEXT = 'Papa, Mama, Bob.';
const [WIDTH, HEIGHT] = [320, 180];

test(
  'a picture said to be nobody’s is a marked draft until a reviewer has looked',
  { timeout: 8 * MINUTE_MS },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'orator-nobodys-'));
    await using served = await serveWithServices(
      { render: { openProcess: renderProcesses({ kind: 'disk', folder: join(folder, 'files') }) } },
      { ORATOR_DATA: folder, RENDER_SLOTS: '1' },
    );
    const { accounts } = served.services.repositories;
    await using author = await openStudio({ gpu: false, address: served.address });
    const { page } = author;
    await writeOwn(page, TEXT);
    const drawn = join(folder, 'drawn.png');
    writeFileSync(drawn, pngOf(await drawnPerson()));
    await newPresenter(page);
    await bring(
      page,
      makeClip('generated.png', '-i', drawn, '-vf', 'scale=1024:1024:flags=lanczos'),
      'synthetic',
    );
    expect(await made(page, 4 * MINUTE_MS)).toBeNull();
    await page.getByTestId('presenter-name').fill('Nobody');
    await page.getByTestId('use-presenter').click();
    await spokenFor(page);
    await saved(page);

    await page.getByTestId('export').click();
    const dialog = page.getByTestId('export-dialog');
    await dialog.getByRole('radio', { name: 'In the cloud' }).click();
    await page.getByTestId('cloud-sign-in').click();
    await newAccount(page);
    await dialog.getByRole('radio', { name: '720p', exact: true }).click();
    await dialog.getByRole('radio', { name: '25', exact: true }).click();
    await page.locator('[data-testid=cloud-plan][data-kind=known]').waitFor();
    expect(await page.getByTestId('cloud-looks').innerText()).toMatch(
      /“Nobody” is nobody’s\. A person of the server looks once, first[\s\S]*marked draft is made at once/,
    );
    await page.getByTestId('cloud-send').click();
    const failed = page.getByTestId('cloud-failed');
    await failed.waitFor({ timeout: MINUTE_MS });
    expect(await failed.innerText()).toMatch(/is nobody’s\. A person of this server looks at it once/);
    // What is drawn meanwhile is there all the same, with its mark in every frame.
    await page.getByTestId('cloud-draft').waitFor({ timeout: 2 * MINUTE_MS });
    await keepShot(page, 'nobodys-waits');
    const draft = await downloadFrom(page, () =>
      page.getByTestId('cloud-draft').evaluate((video: HTMLVideoElement) => {
        const link = document.createElement('a');
        [link.href, link.download] = [video.src, 'draft.mp4'];
        link.click();
      }),
    );

    // Asked for again before anyone has looked, it waits still.
    await page.getByTestId('cloud-again').click();
    await page.locator('[data-testid=cloud-film][data-stage=failed]').waitFor({ timeout: MINUTE_MS });
    expect(await page.getByTestId('cloud-download').count()).toBe(0);

    await using desk = await openStudio({ gpu: false, address: served.address, path: '/reviews' });
    const reviewer = desk.page;
    await newAccount(reviewer, 'reviewer@example.com');
    await accounts.joinOperator(
      (await accounts.accountByEmail('reviewer@example.com'))?.id ?? '',
      'reviewer',
      {
        organization: newId(),
        member: newId(),
      },
    );
    await reviewer.reload();
    await reviewer.getByTestId('case-films').waitFor();
    await reviewer.keyboard.press('v');
    for (const what of ['film-source', 'film-drawn'])
      await expect
        .poll(() => reviewer.getByTestId(what).evaluate((image: HTMLImageElement) => image.naturalWidth), {
          timeout: 20_000,
        })
        .toBeGreaterThan(200);
    await keepShot(reviewer, 'nobodys-review');
    await reviewer.keyboard.press('a');
    await reviewer.keyboard.type('Drawn by a program; nobody I know of.');
    await reviewer.keyboard.press('Control+Enter');
    await reviewer.getByTestId('review-empty').waitFor();

    await page.getByTestId('cloud-again').click();
    const film = await takeCloudFilm(page, 'nobodys-film');
    await keepShot(page, 'nobodys-done');
    await expectGoodFile(film, {
      ...{ widthPx: 1280, heightPx: 720, rateFps: 25 },
      shotsS: await speechLengthsS([TEXT]),
      // After the last word, half a second before the end, so plain a face hardly moves.
      restFrames: 12,
    });
    expect(marked(draft, film)).toBeGreaterThan(0.01);
    expect(author.complaints.filter((line) => !/status of 403/.test(line))).toEqual([]);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  },
);

/** In which part of the picture the draft's first frame is clearly another than the film's: its mark is wide and light. */
function marked(draft: string, film: string): number {
  const [a, b] = [draft, film].map((path) =>
    execFileSync('ffmpeg', [
      ...['-v', 'error', '-i', path, '-frames:v', '1'],
      ...['-vf', `scale=${WIDTH}:${HEIGHT},format=gray`, '-f', 'rawvideo', '-'],
    ]),
  ) as [Buffer, Buffer];
  expect([a.length, b.length]).toEqual([WIDTH * HEIGHT, WIDTH * HEIGHT]);
  return a.filter((value, i) => Math.abs(value - (b[i] ?? 0)) > 30).length / a.length;
}
