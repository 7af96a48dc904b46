/**
 * Brows punctuate: they flash on syllables that stand out (slightly before the voice does), stay up through a
 * yes-or-no question, draw together in one that asks who, what or how (Ekman, "About brows", 1979).
 */
import { between, bump, plateau, sumNear } from './curves.ts';
import type { Mood } from './emotion.ts';
import type { Cues } from './phrases.ts';
import type { Sheet } from './sheet.ts';
import { addCurve } from './sheet.ts';

export function moveBrows(sheet: Sheet, cues: Cues, mood: Mood, random: () => number): void {
  const flashes: { atS: number; size: number; lengthS: number }[] = [];
  for (const nucleus of cues.nuclei) {
    const chance = random();
    const size = (0.1 + 0.45 * nucleus.prominence) * between(random, 0.75, 1.2) * mood.energy;
    const lengthS = between(random, 0.1, 0.17);
    const wanted = nucleus.emphasis > 0 || chance < 0.15 + 0.6 * nucleus.prominence;
    if (wanted && nucleus.atS - (flashes.at(-1)?.atS ?? -9) > 0.55)
      flashes.push({ atS: nucleus.atS - 0.04, size, lengthS });
  }
  const outer = between(random, 0.55, 0.85);
  const lopsided = between(random, -0.12, 0.12);
  const questions = cues.phrases.filter((phrase) => phrase.isQuestion);
  const questioning = (open: boolean) => (timeS: number) =>
    questions
      .filter((phrase) => phrase.isOpenQuestion === open)
      .reduce((sum, phrase) => {
        const fromS = Math.max(phrase.startS + 0.25, phrase.endS - 0.9);
        return sum + plateau(timeS, fromS, phrase.endS + Math.min(0.2, phrase.pauseAfterS * 0.4), 0.35, 0.35);
      }, 0);
  const lift = questioning(false);
  const knit = questioning(true);
  const flash = sumNear(flashes, 0.7, ({ size, lengthS }, offsetS) => size * bump(offsetS, 0, lengthS));

  addCurve(sheet, ['browInnerUp'], (timeS) => flash(timeS) + 0.34 * lift(timeS) + 0.1 * knit(timeS));
  addCurve(sheet, ['browOuterUpLeft'], (timeS) => (outer + lopsided) * (flash(timeS) + 0.34 * lift(timeS)));
  addCurve(sheet, ['browOuterUpRight'], (timeS) => (outer - lopsided) * (flash(timeS) + 0.34 * lift(timeS)));
  addCurve(sheet, ['browDownLeft', 'browDownRight'], (timeS) => 0.2 * knit(timeS));
  addCurve(sheet, ['eyeWideLeft', 'eyeWideRight'], (timeS) => 0.22 * flash(timeS) + 0.08 * lift(timeS));
}
