/**
 * A reviewer, by keys alone, before a film of which a picture was found wrong: the picture as it was uploaded, the script
 * with its spans beside it, a decision. Nothing is fetched before they ask for it, and nothing is approved unseen.
 */
import { createCanvas } from '@napi-rs/canvas';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { newId } from '#core/base/ids.ts';
import { newProject } from '#core/document/create.ts';
import { FULL_CROP, type Project } from '#core/document/project.ts';
import { PICTURE_KINDS, type PictureClassifier } from '#core/policy/moderation/images/picture-classifier.ts';
import { accountAssets } from '#server/services/assets/account-assets.ts';
import { pictureDecoder } from '#server/services/moderation/decode-picture.ts';
import { pictureJudge } from '#server/services/moderation/pictures.ts';
import { openScratch } from '#server/services/scratch.ts';
import type { Services } from '#server/services/services.ts';
import { keepShot } from './harness/journey.ts';
import { openStudio, serveWithServices } from './harness/studio.ts';

const folder = mkdtempSync(join(tmpdir(), 'orator-seen-'));
const decodePicture = pictureDecoder(openScratch(folder));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Holds red pictures for suggestive: no unsafe picture is kept in this project. */
const redSeer: PictureClassifier = {
  revision: 'red 1',
  async look({ rgba }) {
    const none = Object.fromEntries(PICTURE_KINDS.map((kind) => [kind, 0]));
    const red = (rgba[0] ?? 0) > 150 && (rgba[2] ?? 0) < 100;
    return { ...none, sexy: red ? 0.94 : 0 } as Awaited<ReturnType<PictureClassifier['look']>>;
  },
  close: () => Promise.resolve(),
};

/** A shore under a sky of this colour. */
function shore(sky: string): Uint8Array<ArrayBuffer> {
  const canvas = createCanvas(640, 360);
  const pen = canvas.getContext('2d');
  for (const [color, top] of [
    [sky, 0],
    ['#3f7f8c', 190],
    ['#d9c197', 260],
  ] as const) {
    pen.fillStyle = color;
    pen.fillRect(0, top, 640, 360);
  }
  pen.fillStyle = '#ffe9a8';
  pen.beginPath();
  pen.ellipse(470, 110, 46, 46, 0, 0, 7);
  pen.fill();
  return new Uint8Array(canvas.toBuffer('image/png'));
}

/** What an author would have sent: two scenes with a picture each, the second of which somebody has to look at. */
async function sent(services: Services, accountId: string): Promise<Project> {
  const assets = accountAssets(services.store, accountId);
  const project = newProject();
  const [scene] = project.scenes;
  const [paragraph] = scene?.script.paragraphs ?? [];
  if (!scene || !paragraph) throw new Error('a new project has a scene with a paragraph');
  const skies = [
    { name: 'morning.png', sky: '#9cc4d8', text: 'Good morning from our house by the sea.' },
    {
      name: 'evening.png',
      sky: '#c2492f',
      text: 'In the evening I will find you and I will kill you. Red sky, no mercy.',
    },
  ];
  const made = await Promise.all(
    skies.map(async ({ name, sky, text }) => {
      const bytes = shore(sky);
      const hash = await assets.put(bytes);
      const size = { bytes: bytes.length, widthPx: 640, heightPx: 360, durationS: null };
      return {
        media: { ...size, hash, name, mime: 'image/png', kind: 'image' as const },
        scene: {
          ...scene,
          id: newId<typeof scene.id>(),
          script: {
            paragraphs: [
              {
                ...paragraph,
                id: newId<typeof paragraph.id>(),
                content: [{ kind: 'text' as const, text }],
              },
            ],
          },
          background: { kind: 'image' as const, asset: hash, fit: 'cover' as const, crop: FULL_CROP },
        },
      };
    }),
  );
  return {
    ...project,
    name: 'A house by the sea',
    scenes: made.map((one) => one.scene),
    media: made.map((one) => one.media),
  };
}

test('a picture in doubt is seen with its scene and its words, and decided by keys', async () => {
  await using served = await serveWithServices({ pictures: pictureJudge(redSeer, decodePicture) });
  const { services } = served;
  const { accounts } = services.repositories;
  const enter = async (email: string) => {
    await fetch(`${served.address}/api/auth/sign-up/email`, {
      method: 'POST',
      headers: { Origin: served.address, 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'Someone', email, password: 'a few words are easy' }),
    });
    return (await accounts.accountByEmail(email))?.id ?? '';
  };
  const authorId = await enter('author@example.com');
  await accounts.joinOperator(await enter('reviewer@example.com'), 'reviewer', {
    organization: newId(),
    member: newId(),
  });
  const caller = {
    kind: 'account',
    accountId: authorId,
    via: 'session',
    scopes: [],
    memberships: [],
    ban: null,
  } as const;
  const judged = await services.verdicts.judge(caller, await sent(services, authorId));
  expect(judged.decision).not.toBe('allow');
  if (judged.caseId === null) await services.verdicts.dispute(caller, judged.id);

  await using studio = await openStudio({ gpu: false, address: served.address, path: '/reviews' });
  const { page } = studio;
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/pictures/')) asked.push(request.url());
  });
  await page.getByTestId('sign-in').waitFor();
  await page.getByTestId('account-email').fill('reviewer@example.com');
  await page.getByTestId('account-password').fill('a few words are easy');
  await page.getByTestId('account-enter').click();
  await page.getByTestId('case-pictures').waitFor();
  expect(await page.getByTestId('case-picture').count()).toBe(0);
  expect(asked).toEqual([]);
  await keepShot(page, 'review-pictures-covered');

  // Not unseen.
  await page.keyboard.press('a');
  await page.keyboard.type('A line of a crime story, before a sunset.');
  await page.keyboard.press('Control+Enter');
  await page.getByTestId('review-trouble').filter({ hasText: 'not looked at the pictures' }).waitFor();
  await page.keyboard.press('Escape');

  await page.keyboard.press('v');
  const pictures = page.getByTestId('case-picture');
  await expect
    .poll(
      () =>
        pictures.evaluateAll((all) => all.map((one) => (one as unknown as HTMLImageElement).naturalWidth)),
      { timeout: 20_000 },
    )
    .toEqual([640, 640]);
  // The one that was found wrong stands first, with its number and its scene; the words have theirs.
  const [first] = await page.getByTestId('case-pictures').locator('figure').allInnerTexts();
  expect(first).toMatch(/“evening\.png”\s+in scene 2/);
  expect(await page.getByTestId('case-findings').innerText()).toContain('sexually suggestive');
  expect(await page.getByTestId('case-words').innerText()).toContain('Scene 2');
  expect((await page.getByTestId('case-words').locator('mark').allInnerTexts()).join(' ')).toContain(
    'kill you',
  );
  await keepShot(page, 'review-pictures-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await keepShot(page, 'review-pictures-dark');
  await page.keyboard.press('a');
  await page.keyboard.press('Control+Enter');
  await page.getByTestId('review-empty').waitFor();
  expect(studio.complaints.filter((line) => !/status of 409/.test(line))).toEqual([]);
});
