/**
 * A photo that an earlier Orator made: it goes on speaking as it did, is offered to be made anew from its picture, and is
 * then the same presenter, in the open film too. Real pictures are not part of the project: without them it is skipped.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256Hex } from '#core/base/hashing.ts';
import type { AssetHash } from '#core/base/ids.ts';
import { decodePhotoFit, encodePhotoFit } from '#core/presenter/photo/fit.ts';
import { ROOT } from '#server/setup/place.js';
import { readOratorFile } from '#shared/orator-file.ts';
import { writePresenterFile } from '#shared/presenter-file.ts';
import {
  beginExport,
  keepShot,
  plainBackground,
  saved,
  spokenFor,
  stageReady,
  takeFilm,
  writeOwn,
} from './harness/journey.ts';
import { made, MEDIA_THERE, newPresenter, realMedia } from './harness/presenters.ts';
import { openStudio } from './harness/studio.ts';
import { followFilm } from './measure/face.ts';

const MINUTE_MS = 60_000;

/** As the version before wrote it: a drawn portrait's fit, and the picture that it is said to be made of. */
async function earlier(picture: string): Promise<string> {
  const golden = new Uint8Array(readFileSync(join(ROOT, 'tests/golden/parity/photo.orator')));
  const { project, media } = await readOratorFile(golden);
  const [presenter] = project.presenters;
  if (presenter?.kind !== 'photo') throw new Error('the golden film shows a photo');
  const parts = new Map(media);
  const put = async (bytes: Uint8Array<ArrayBuffer>) => {
    const hash = await sha256Hex(bytes);
    parts.set(hash, bytes);
    return { hash, bytes: bytes.length };
  };
  const entryOf = (hash: AssetHash) => project.media.find((entry) => entry.hash === hash)!;
  const fit = await put(encodePhotoFit({ ...decodePhotoFit(parts.get(presenter.fit)!), version: 1 }));
  const photo = await put(new Uint8Array(readFileSync(picture)));
  const entries = [
    { ...entryOf(presenter.fit), ...fit },
    { ...entryOf(presenter.picture), ...photo, mime: 'image/png', widthPx: 1440, heightPx: 1440 },
    entryOf(presenter.person),
    entryOf(presenter.plate),
  ];
  const file = await writePresenterFile(
    {
      presenter: { ...presenter, name: 'Grandmother', fit: fit.hash, picture: photo.hash },
      ...{ media: entries, troubles: [], durationS: 0, thumbnail: new Blob([parts.get(presenter.person)!]) },
    },
    (hash) => Promise.resolve(parts.get(hash) ?? null),
  );
  const path = join(await mkdtemp(join(tmpdir(), 'orator-earlier-')), 'grandmother.presenter');
  writeFileSync(path, new Uint8Array(await file.arrayBuffer()));
  return path;
}

test.skipIf(!MEDIA_THERE)('a photo is made anew from its picture', { timeout: 6 * MINUTE_MS }, async () => {
  const path = await earlier(realMedia('portraits/painted-adult.png'));
  await using studio = await openStudio({ gpu: false });
  const { page } = studio;
  await writeOwn(page, 'My mother bought five big apples.');
  await newPresenter(page);
  await page.getByTestId('presenter-file').setInputFiles(path);
  expect(await made(page, MINUTE_MS)).toBeNull();
  await page.getByTestId('use-presenter').click();
  await saved(page);
  await stageReady(page);

  await keepShot(page, 'presenter-earlier');
  await page.getByTestId('outdated-presenter').getByRole('button', { name: 'Make it anew' }).click();
  await page.getByTestId('outdated-presenter').waitFor({ state: 'detached', timeout: 3 * MINUTE_MS });
  await saved(page);
  await spokenFor(page);
  expect(await page.getByTestId('my-presenter').allInnerTexts()).toEqual([
    expect.stringMatching(/^Grandmother\s+A picture that speaks$/) as string,
  ]);

  await keepShot(page, 'presenter-anew');
  await plainBackground(page, '#c9d8e6');
  await beginExport(page);
  const seen = await followFilm(await takeFilm(page, 'made-anew'), 25);
  console.log('made anew', { seen: seen.seen, widest: seen.widest, shut: seen.shut });
  expect(seen.seen, 'the painted face speaks, and not the one drawn by numbers').toBeGreaterThan(0.9);
  expect(seen.widest - seen.shut).toBeGreaterThan(0.04);
  expect(studio.complaints).toEqual([]);
});
