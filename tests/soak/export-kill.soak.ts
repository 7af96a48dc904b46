/**
 * The promise of tests/e2e/interrupted.test.ts at many random moments: whatever ends the browser in the middle of an
 * export, and however often, the export is offered again, does less than before, and the film is whole.
 */
import assert from 'node:assert/strict';
import { speechLengthsS } from '../e2e/fixtures/speech-length.ts';
import { INTERRUPTIONS, seeded, seeThrough, type Cut } from '../e2e/harness/interruptions.ts';
import { beginExport, writeOwn } from '../e2e/harness/journey.ts';
import { openStudio } from '../e2e/harness/studio.ts';
import { expectGoodFile } from '../e2e/measure/film.ts';

export const name = 'exports cut off at any moment';
export const needsApp = true;

/** `ORATOR_SOAK_ROUNDS` and `ORATOR_SOAK_SEED` choose others; a failure names its seed. */
const ROUNDS = Number(process.env['ORATOR_SOAK_ROUNDS'] ?? 30);
const FIRST_SEED = Number(process.env['ORATOR_SOAK_SEED'] ?? 1);
const WORDS = 'people make small films about bread rivers music and the long way home in open water'.split(
  ' ',
);

export async function run(): Promise<void> {
  let cutsMade = 0;
  for (let seed = FIRST_SEED; seed < FIRST_SEED + ROUNDS; seed++) {
    try {
      cutsMade += await round(seed);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`The round with seed ${seed} failed: ${why}`, { cause });
    }
  }
  console.log(`${ROUNDS} films were cut off ${cutsMade} times, and all are whole`);
}

/** @returns how many cuts it came to */
async function round(seed: number): Promise<number> {
  const random = seeded(seed);
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  const sentence = () =>
    `${Array.from({ length: 3 + Math.floor(random() * 8) }, () => pick(WORDS)).join(' ')}.`;
  const paragraphs = Array.from({ length: 1 + Math.floor(random() * 4) }, sentence);
  const cuts = Array.from({ length: 1 + Math.floor(random() * 3) }, (): Cut => ({
    how: pick(INTERRUPTIONS),
    percent: Math.floor(random() * 100),
  })).sort((a, b) => a.percent - b.percent);
  const fps = pick(['25', '30'] as const);

  await using studio = await openStudio({ gpu: false });
  await writeOwn(studio.page, paragraphs.join('\n\n'));
  await beginExport(studio.page, { shape: 'Square', fps });
  const { path, reusedS } = await seeThrough(studio, `soak-${seed}`, cuts);
  console.log(
    `  seed ${seed}: ${cuts.map(({ how, percent }) => `${how} at ${percent} %`).join(', ')}; had ${reusedS.join(', ')} s`,
  );
  reusedS.forEach((had, i) => assert.ok(had >= (reusedS[i - 1] ?? 0), `${had} s after ${reusedS[i - 1]} s`));
  const shotsS = await speechLengthsS(paragraphs);
  await expectGoodFile(path, {
    widthPx: 720,
    heightPx: 720,
    rateFps: Number(fps),
    shotsS,
  });
  return reusedS.length;
}
