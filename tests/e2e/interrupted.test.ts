/** An export is cut off three times, each time differently: it goes on from what is done, and the film is whole. */
import { expect, test } from 'vitest';
import { speechLengthsS } from './fixtures/speech-length.ts';
import { exportReaches, goOn, interrupt, INTERRUPTIONS, seeded } from './harness/interruptions.ts';
import { beginExport, contactSheet, takeFilm, writeOwn } from './harness/journey.ts';
import { openStudio } from './harness/studio.ts';
import { expectGoodFile } from './measure/film.ts';

const PARAGRAPHS = ['One is here.', 'Two is here.', 'Three is here.', 'Four is here.'];
const SEED = 20_261_121;

test('reload, crash and power cut in the middle of one export', async () => {
  await using studio = await openStudio({ gpu: false });
  await writeOwn(studio.page, PARAGRAPHS.join('\n\n'));
  await beginExport(studio.page, { shape: 'Square' });

  const random = seeded(SEED);
  const reused: number[] = [];
  for (const [round, how] of INTERRUPTIONS.entries()) {
    // Somewhere in the second, third and fourth shot.
    const percent = 25 + round * 22 + Math.floor(random() * 14);
    expect(await exportReaches(studio.page, percent), `still at work at ${percent} %`).toBe(true);
    await interrupt(studio, how);
    reused.push(await goOn(studio.page));
  }
  const path = await takeFilm(studio.page, 'interrupted');
  contactSheet(path, 12);
  console.log({ reused });
  expect(reused[0]).toBeGreaterThan(0);
  expect(reused[1]).toBeGreaterThan(reused[0] ?? 0);
  expect(reused[2]).toBeGreaterThan(reused[1] ?? 0);

  const lengths = await speechLengthsS(PARAGRAPHS);
  const speechS = lengths.reduce((sum, length) => sum + length, 0);
  const wanted = { widthPx: 720, heightPx: 720, rateFps: 25, speechS, shots: PARAGRAPHS.length };
  await expectGoodFile(path, wanted);

  // What is finished is not offered again.
  await studio.page.reload();
  await studio.page.locator('[data-testid=stage][data-ready=true]').waitFor();
  expect(await studio.page.getByTestId('resume-export').count()).toBe(0);
});
