/**
 * Blinks: about seventeen a minute in talk, spread as waiting times are (never evenly), drawn to the breaks between
 * phrases and to large shifts of gaze (Nakano and Kitazawa, "Eyeblink entrainment at breakpoints of speech", 2010).
 * Lids shut in about 80 ms and open in twice that, and each blink is really shut on a frame that is shown.
 * Between blinks the upper lids follow the gaze, down with it and up with it.
 */
import { between, clamp, smoothstep, sumNear } from './curves.ts';
import type { GazePlan } from './gaze.ts';
import type { Cues } from './phrases.ts';
import type { Sheet } from './sheet.ts';
import { nearestFrame, row } from './sheet.ts';

const MEAN_INTERVAL_S = 3.5;
const SHORTEST_INTERVAL_S = 0.9;
export const BLINK_CLOSE_S = 0.085;
export const BLINK_OPEN_S = 0.19;
const SHUT_S = 0.02;
/** A blink may start this soon after the shot does, and must be over this long before it ends. */
const EDGE_S = 0.06;

/** Moments, in seconds, when the lids meet. */
export function planBlinks(cues: Cues, gaze: GazePlan, random: () => number): number[] {
  const lastS = cues.durationS - BLINK_OPEN_S - SHUT_S - EDGE_S;
  const invitations = [
    ...cues.phrases.map((phrase) => phrase.endS + 0.06),
    ...gaze.largeShiftsS.map((atS) => atS + 0.03),
  ];
  const blinks: number[] = [];
  // A paragraph begins somewhere inside an interval, so that many short ones blink as often as a long one.
  let timeS = BLINK_CLOSE_S + EDGE_S + between(random, 0, 1) * MEAN_INTERVAL_S;
  while (timeS <= lastS) {
    const near = invitations
      .filter(
        (atS) =>
          Math.abs(atS - timeS) < 0.9 && atS <= lastS && atS - (blinks.at(-1) ?? -9) > SHORTEST_INTERVAL_S,
      )
      .sort((a, b) => Math.abs(a - timeS) - Math.abs(b - timeS))[0];
    const atS = near ?? timeS;
    if (atS - (blinks.at(-1) ?? -9) > 0.5) blinks.push(atS);
    // Waiting times: a shortest one, then an exponential tail.
    timeS =
      Math.max(timeS, atS) +
      SHORTEST_INTERVAL_S +
      clamp(-Math.log(1 - random()), 0, 2.6) * (MEAN_INTERVAL_S - SHORTEST_INTERVAL_S);
    // One in eight comes as a pair.
    if (random() < 0.12 && atS + 0.42 <= lastS) blinks.push(atS + 0.42);
  }
  return blinks;
}

/** 0 open … 1 shut, `offsetS` from the moment the lids meet. */
export function blinkShape(offsetS: number): number {
  if (offsetS < 0) return smoothstep(-BLINK_CLOSE_S, 0, offsetS);
  const opening = clamp((offsetS - SHUT_S) / BLINK_OPEN_S, 0, 1);
  // Quick at first, slow at the end, without a corner at either.
  return (1 - opening) ** 2 * (1 + 2 * opening);
}

export function moveLids(sheet: Sheet, blinks: readonly number[]): void {
  const shown = blinks.map((atS) => ({ atS: sheet.timesS[nearestFrame(sheet, atS)] as number }));
  const closing = sumNear(shown, BLINK_CLOSE_S + SHUT_S + BLINK_OPEN_S, (_blink, offsetS) =>
    blinkShape(offsetS),
  );
  const gazePitch = row(sheet, 'gazePitch');
  for (let i = 0; i < sheet.frameCount; i++) {
    const timeS = sheet.timesS[i] as number;
    const blink = Math.min(1, closing(timeS));
    const down = clamp(gazePitch[i] as number, 0, 0.4) * 0.9;
    const up = clamp(-(gazePitch[i] as number), 0, 0.4) * 0.8;
    for (const side of ['Left', 'Right'] as const) {
      const lid = row(sheet, `eyeBlink${side}`);
      const squint = row(sheet, `eyeSquint${side}`);
      const wide = row(sheet, `eyeWide${side}`);
      lid[i] = Math.max(blink, (lid[i] as number) + down);
      squint[i] = (squint[i] as number) + 0.12 * blink;
      wide[i] = ((wide[i] as number) + up) * (1 - blink);
    }
  }
}
