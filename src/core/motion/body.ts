/**
 * Breath and trunk. A speaker breathes in where the sentence lets them (in pauses, more before a longer phrase) and
 * spends the breath while speaking; the shoulders ride on it. Underneath, the weight shifts slowly, the trunk turns
 * a little after the head, and leans in on what matters.
 */
import type { Key } from './curves.ts';
import { bump, clamp, keyed, sumNear, wander } from './curves.ts';
import type { Mood } from './emotion.ts';
import type { Cues } from './phrases.ts';
import { REST_BREATH } from './rest-pose.ts';
import type { Sheet } from './sheet.ts';
import { addCurve, row } from './sheet.ts';

function breathKeys(cues: Cues): Key[] {
  const keys: Key[] = [{ atS: 0, value: REST_BREATH }];
  const breaths = [
    { startS: 0, endS: cues.speechStartS },
    ...cues.pauses.filter(
      ({ startS, endS }) =>
        startS > cues.speechStartS && startS < cues.speechEndS - 0.01 && endS - startS > 0.22,
    ),
  ];
  breaths.forEach(({ startS, endS }, b) => {
    const untilS = breaths[b + 1]?.startS ?? cues.speechEndS;
    const before = keys.at(-1) as Key;
    const fullness = clamp(0.45 + 0.09 * (untilS - endS), 0.45, 0.92);
    // In the pause, or where that is short spilling into the phrase: nobody sees lungs stop.
    const inS = clamp(endS - startS, 0.38, 0.6);
    if (startS > before.atS) keys.push({ atS: startS, value: before.value });
    const fullS = (keys.at(-1) as Key).atS + inS;
    if (untilS <= fullS + 0.2) return;
    keys.push({ atS: fullS, value: fullness });
    keys.push({ atS: untilS, value: Math.max(0.1, fullness - 0.13 * (untilS - fullS)) });
  });
  const last = keys.at(-1) as Key;
  keys.push({ atS: Math.max(last.atS + 0.3, cues.durationS), value: REST_BREATH });
  return keys;
}

export function breathe(sheet: Sheet, cues: Cues): void {
  const breath = keyed(breathKeys(cues));
  addCurve(sheet, ['breath'], (timeS) => breath(timeS) - REST_BREATH);
  addCurve(sheet, ['shoulderLeftUp', 'shoulderRightUp'], (timeS) =>
    Math.max(0, 0.22 * (breath(timeS) - REST_BREATH)),
  );
}

/** After the head has moved, whose turns the trunk follows. */
export function moveTrunk(sheet: Sheet, cues: Cues, mood: Mood, random: () => number): void {
  const weight = wander(random, cues.durationS, 0.28);
  const fidget = wander(random, cues.durationS, 0.7);
  const leaning = wander(random, cues.durationS, 0.35);
  const turning = wander(random, cues.durationS, 0.4);
  const strong = cues.nuclei.filter((nucleus) => nucleus.prominence > 0.55);
  const pressing = sumNear(strong, 1.1, ({ prominence }, offsetS) => prominence * bump(offsetS, 0, 0.28));
  addCurve(sheet, ['bodySway'], (timeS) => 0.016 * weight(timeS) + 0.004 * fidget(timeS));
  addCurve(sheet, ['bodyLean'], (timeS) => {
    return (0.012 * leaning(timeS) + 0.022 * clamp(pressing(timeS), 0, 1.3)) * mood.energy;
  });
  const follow = trailing(sheet);
  addCurve(sheet, ['bodyTwist'], (timeS) => 0.02 * turning(timeS) + follow(timeS));
}

/** A third of the head's turn, averaged over the half second before. */
function trailing(sheet: Sheet): (timeS: number) => number {
  const headYaw = row(sheet, 'headYaw');
  const half = Math.max(1, Math.round(0.2 / sheet.frameS));
  const average = (from: Float64Array) =>
    from.map((_, i) => {
      let sum = 0;
      for (let k = -2 * half; k <= 0; k++) sum += from[clamp(i + k, 0, from.length - 1)] as number;
      return sum / (2 * half + 1);
    });
  const smooth = average(average(headYaw));
  return (timeS) => 0.33 * (smooth[clamp(Math.round(timeS / sheet.frameS - 0.5), 0, smooth.length - 1)] ?? 0);
}
