/**
 * A reviewer, by keys alone, before a consent in doubt: the recording and the photo side by side, what was asked, what the
 * checks said, a decision. And an author whose server waits for what a presenter was made from: they send it from the
 * device that has it, and a reviewer sees it. The recording has no length of its own, as recorders leave it.
 */
import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { sha256Hex } from '#core/base/hashing.ts';
import { newId, type AssetHash } from '#core/base/ids.ts';
import { newProject } from '#core/document/create.ts';
import { UNCONSENTED } from '#core/document/likeness.ts';
import type { PhotoPresenter, Project } from '#core/document/project.ts';
import { CHECKS } from '#core/policy/consent/checks.ts';
import { makeChallenge } from '#core/policy/consent/make-challenge.ts';
import { presenterHash } from '#core/policy/consent/presenter-hash.ts';
import { consentRepository } from '#server/repositories/consent.ts';
import type { Services } from '#server/services/services.ts';
import { accountKey } from '#server/services/store.ts';
import { keepShot, openPanel } from './harness/journey.ts';
import { openStudio, serveWithServices, type Page } from './harness/studio.ts';

const PASSWORD = 'a few words are easy';
const hash = (digit: string) => digit.repeat(64) as AssetHash;

async function signUp(page: Page, email: string): Promise<void> {
  await page.getByTestId('sign-in').waitFor();
  await page.getByRole('radio', { name: 'New account' }).click();
  await page.getByTestId('account-email').fill(email);
  await page.getByTestId('account-password').fill(PASSWORD);
  await page.getByTestId('account-enter').click();
  await page.getByTestId('sign-in').waitFor({ state: 'detached' });
}

/** A picture of a drawn face. */
async function drawnPhoto(page: Page): Promise<Buffer> {
  const base64 = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [640, 480];
    const pen = canvas.getContext('2d');
    if (!pen) throw new Error('no canvas');
    const oval = (color: string, x: number, y: number, across: number, down: number) => {
      pen.fillStyle = color;
      pen.beginPath();
      pen.ellipse(x, y, across, down, 0, 0, 7);
      pen.fill();
    };
    pen.fillStyle = '#8fa3ad';
    pen.fillRect(0, 0, 640, 480);
    oval('#c98f6b', 320, 230, 110, 145);
    for (const x of [280, 360]) oval('#2c1b12', x, 200, 11, 8);
    oval('#7c2f2a', 320, 305, 36, 9);
    return canvas.toDataURL('image/jpeg', 0.9).split(',')[1] ?? '';
  });
  return Buffer.from(base64, 'base64');
}

/** The same face, speaking for three seconds: without a length or an index, as a browser's recorder writes it. */
function clipOf(photo: Buffer): Buffer {
  const mouth = "drawbox=x=290:y=292:w=60:h=28:color=0x2c1b12:t=fill:enable='lt(mod(t,0.4),0.2)'";
  const args = [
    '-v',
    'error',
    '-loop',
    '1',
    '-r',
    '15',
    '-i',
    '-',
    '-f',
    'lavfi',
    '-i',
    'sine=d=3',
    '-t',
    '3',
  ];
  const coded = [
    '-vf',
    `${mouth},format=yuv420p`,
    '-c:v',
    'libvpx',
    '-deadline',
    'realtime',
    '-c:a',
    'libopus',
  ];
  return execFileSync('ffmpeg', [...args, ...coded, '-f', 'webm', '-live', '1', '-'], { input: photo });
}

/** As the server has it once a check was in doubt: the film in pieces, the photo, what was said. */
async function inDoubt(services: Services, accountId: string, clip: Buffer, photo: Buffer): Promise<void> {
  const { store, database, review } = services;
  const consents = consentRepository(database.queries);
  const id = newId();
  const scope = { uses: ['own-films'], languages: ['en'], until: '2030-01-01T00:00:00.000Z' } as const;
  const challenge = makeChallenge('en', scope, randomInt);
  const pictureKey = accountKey(accountId, 'consent', id, 'picture');
  await store.put(pictureKey, photo);
  await consents.add({
    ...{ id, accountId, scope, challenge },
    ...{ state: 'person', presenterHash: hash('1'), presenterName: 'Ada' },
    files: (['picture', 'person'] as const).map((part) => ({ part, hash: hash('2'), key: pictureKey })),
    ...{ language: 'en', createdAt: new Date(), revokeTokenHash: newId() },
    results: CHECKS.map((check, i) => ({
      check,
      outcome: check === 'real-camera' ? ('unsure' as const) : ('passed' as const),
      score: check === 'real-camera' ? 0.41 : 0.9 + i / 200,
      threshold: 0.5,
      unit: 'score',
      reason: check === 'real-camera' ? 'The camera calls itself by no name.' : 'As it should be.',
    })),
  });
  const size = Math.ceil(clip.length / 3);
  for (let position = 0; position < 3; position++) {
    const bytes = clip.subarray(position * size, (position + 1) * size);
    const storeKey = accountKey(accountId, 'consent', id, `0000${position}`);
    await store.put(storeKey, bytes);
    const at = { sessionId: id, position, receivedAtMs: 1000 * position, bytes: bytes.length };
    await consents.addChunk({ ...at, hash: hash('3'), storeKey });
  }
  const about = { subjectId: id, authorId: accountId, organizationId: null };
  await database.transaction((queries) => review.open(queries, { kind: 'consent', risk: 45, ...about }));
}

async function awaiting(services: Services, accountId: string, photo: Buffer): Promise<void> {
  const presenter: PhotoPresenter = {
    ...{ kind: 'photo', id: newId(), name: 'Ada', likeness: UNCONSENTED },
    ...{ fit: hash('4'), plate: hash('6') },
    picture: await sha256Hex(new Uint8Array(photo)),
    person: await sha256Hex(new Uint8Array(photo)),
  };
  const project: Project = { ...newProject(), presenters: [presenter] };
  const subjectId = presenterHash(presenter);
  await services.database.transaction(async (queries) => {
    const made = { kind: 'footage', subjectId, authorId: accountId, organizationId: null, risk: 50 } as const;
    const { id } = await services.review.open(queries, made);
    await services.evidence.expect(queries, id, project, subjectId);
  });
}

test('a consent in doubt is seen beside its photo and decided by keys; a source is sent from the device that has it', async () => {
  await using served = await serveWithServices();
  const { services } = served;
  const { accounts } = services.repositories;
  await using author = await openStudio({ gpu: false, address: served.address, path: '/my-cases' });
  await signUp(author.page, 'author@example.com');
  await using reviewer = await openStudio({ gpu: false, address: served.address, path: '/reviews' });
  const { page } = reviewer;
  await signUp(page, 'reviewer@example.com');
  const idOf = async (email: string) => (await accounts.accountByEmail(email))?.id ?? '';
  const authorId = await idOf('author@example.com');
  await accounts.joinOperator(await idOf('reviewer@example.com'), 'reviewer', {
    organization: newId(),
    member: newId(),
  });
  const photo = await drawnPhoto(page);
  const clip = clipOf(photo);
  await inDoubt(services, authorId, clip, photo);
  const looks = async () => {
    const { trustLog } = services;
    const entries = await trustLog.entries(0, (await trustLog.head())?.size ?? 0);
    return entries.filter(({ kind }) => kind === 'access').length;
  };

  await page.reload();
  await page.getByTestId('case-films').waitFor();
  expect(await page.getByTestId('film-clip').count()).toBe(0);
  expect(await looks()).toBe(0);
  await keepShot(page, 'review-films-covered');
  await page.keyboard.press('v');
  const film = page.getByTestId('film-clip');
  await film.waitFor();
  await expect
    .poll(() => film.evaluate((video: HTMLVideoElement) => video.duration), { timeout: 20_000 })
    .toBeLessThan(10);
  expect(await looks()).toBe(1);
  await page.keyboard.press('p');
  await expect
    .poll(() => film.evaluate((video: HTMLVideoElement) => video.currentTime), { timeout: 20_000 })
    .toBeGreaterThan(0.3);
  await page.keyboard.press('p');
  await page.keyboard.press('ArrowLeft');
  await expect
    .poll(() => film.evaluate((video: HTMLVideoElement) => video.paused && video.currentTime === 0), {
      timeout: 20_000,
    })
    .toBe(true);
  const widthOf = (testId: string) =>
    page.getByTestId(testId).evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth);
  for (const testId of ['film-source', 'film-drawn'])
    await expect.poll(() => widthOf(testId), { timeout: 20_000 }).toBe(640);
  expect(await page.getByTestId('case-asked').innerText()).toContain('To say: ');
  await keepShot(page, 'review-films-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await keepShot(page, 'review-films-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.keyboard.press('r');
  await page.keyboard.type('This is a drawing, and no person.');
  await page.keyboard.press('Control+Enter');
  await page.getByTestId('review-empty').waitFor();

  // The file is on the author's device, as a medium of the studio.
  await author.page.goto(served.address);
  await openPanel(author.page, 'background');
  await author.page.getByRole('radio', { name: 'Picture', exact: true }).click();
  await author.page
    .getByTestId('media-input')
    .first()
    .setInputFiles({ name: 'ada.jpg', mimeType: 'image/jpeg', buffer: photo });
  await author.page.getByRole('button', { name: 'ada.jpg' }).waitFor();
  await awaiting(services, authorId, photo);
  await author.page.goto(`${served.address}/my-cases`);
  await author.page.getByTestId('case-wants').waitFor();
  await keepShot(author.page, 'my-cases-wants');
  await author.page.getByTestId('case-send-source').click();
  await author.page.getByTestId('case-wants').waitFor({ state: 'detached' });
  await page.reload();
  await page.getByTestId('films-show').click();
  await expect.poll(() => widthOf('film-source'), { timeout: 20_000 }).toBe(640);
  await keepShot(page, 'review-footage');
  // Before they were made a reviewer, they were told so.
  expect(reviewer.complaints.filter((line) => !/status of 403/.test(line))).toEqual([]);
});
