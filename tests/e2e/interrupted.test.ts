/** An export is cut off three times, each time differently: it goes on from what is done, and the film is whole. */
import { expect, test } from 'vitest';
import { speechLengthsS } from './fixtures/speech-length.ts';
import { INTERRUPTIONS, seeded, seeThrough } from './harness/interruptions.ts';
import { beginExport, contactSheet, writeOwn } from './harness/journey.ts';
import { openStudio } from './harness/studio.ts';
import { expectGoodFile } from './measure/film.ts';

const PARAGRAPHS = ['One is here.', 'Two is here.', 'Three is here.', 'Four is here.'];
const SEED = 20_261_121;

test('reload, crash and power cut in the middle of one export', async () => {
  await using studio = await openStudio({ gpu: false });
  await writeOwn(studio.page, PARAGRAPHS.join('\n\n'));
  await beginExport(studio.page, { shape: 'Square' });

  const random = seeded(SEED);
  // Somewhere in the second, third and fourth shot.
  const cuts = INTERRUPTIONS.map((how, round) => ({
    how,
    percent: 25 + round * 22 + Math.floor(random() * 14),
  }));
  const { path, reusedS } = await seeThrough(studio, 'interrupted', cuts);
  contactSheet(path, 12);
  console.log({ cuts, reusedS });
  expect(reusedS).toHaveLength(3);
  // Each time more of it is there: what was done is never done again.
  expect(reusedS[0]).toBeGreaterThan(0);
  expect(reusedS[1]).toBeGreaterThan(reusedS[0] ?? 0);
  expect(reusedS[2]).toBeGreaterThan(reusedS[1] ?? 0);

  const shotsS = await speechLengthsS(PARAGRAPHS);
  const wanted = { widthPx: 720, heightPx: 720, rateFps: 25, shotsS };
  await expectGoodFile(path, wanted);

  // What is finished is not offered again.
  await studio.page.reload();
  await studio.page.locator('[data-testid=stage][data-ready=true]').waitFor();
  expect(await studio.page.getByTestId('resume-export').count()).toBe(0);
});
