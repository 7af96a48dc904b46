/**
 * Whether the eyes blink: both lids come down together and go up again within half a second. People who read aloud blink
 * four to ten times a minute, some hardly ever; a photo never does.
 */
import type { CheckResult } from '#core/policy/consent/checks.ts';
import { LIDS } from '#core/track/mesh-points.ts';
import { result } from '../sound/result.ts';
import type { SeenFrame } from './look.ts';

/** Of the eyes' open height: lower, and they are shut. */
const SHUT = 0.55;
const OPEN_AGAIN = 0.75;
const LONGEST_S = 0.6;
/** Seconds about a moment that say how far open is. */
const ABOUT_S = 2;
const TURNED = 0.45;
/** Open eyes of a photo still tremble by this part of their height, from the sensor's grain alone. */
const LIFELESS = 0.02;
const LONG_ENOUGH_S = 10;

export interface EyeMoments {
  readonly timesS: readonly number[];
  /** Height of both eyes over their widths, the lesser of the two. */
  readonly open: readonly number[];
}

export function eyesOf(frames: readonly SeenFrame[]): EyeMoments {
  const seen = frames.filter(({ points, yaw }) => points !== null && Math.abs(yaw) < TURNED);
  return {
    timesS: seen.map(({ timeS }) => timeS),
    open: seen.map(({ points }) =>
      Math.max(...(['right', 'left'] as const).map((side) => opening(points as Float32Array, side))),
    ),
  };
}

const CORNERS = { right: [33, 133], left: [362, 263] } as const;

function opening(points: Float32Array, side: 'right' | 'left'): number {
  const apart = (a: number, b: number) =>
    Math.hypot(
      (points[a * 3] as number) - (points[b * 3] as number),
      (points[a * 3 + 1] as number) - (points[b * 3 + 1] as number),
    );
  const height = LIDS[side].reduce((sum, [upper, lower]) => sum + apart(upper, lower), 0) / LIDS[side].length;
  return height / (apart(CORNERS[side][0], CORNERS[side][1]) || 1);
}

/** When each blink was at its lowest. */
export function blinksOf({ timesS, open }: EyeMoments): readonly number[] {
  const usual = timesS.map((timeS) => {
    const near = open
      .filter((_, i) => Math.abs((timesS[i] as number) - timeS) <= ABOUT_S)
      .toSorted((a, b) => a - b);
    return near[Math.floor(near.length * 0.75)] as number;
  });
  const part = open.map((value, i) => value / (usual[i] || 1));
  const blinks: number[] = [];
  for (let i = 0; i < part.length; i++) {
    if ((part[i] as number) >= SHUT) continue;
    let [first, last] = [i, i];
    while (first > 0 && (part[first] as number) < OPEN_AGAIN) first--;
    while (last < part.length - 1 && (part[last] as number) < OPEN_AGAIN) last++;
    const whole = (part[first] as number) >= OPEN_AGAIN && (part[last] as number) >= OPEN_AGAIN;
    if (whole && (timesS[last] as number) - (timesS[first] as number) <= LONGEST_S + 0.15)
      blinks.push(timesS[i] as number);
    i = last;
  }
  return blinks;
}

export function judgeBlinks(frames: readonly SeenFrame[]): CheckResult {
  const unit = 'blinks';
  const eyes = eyesOf(frames);
  const seenS = eyes.timesS.length < 2 ? 0 : (eyes.timesS.at(-1) as number) - (eyes.timesS[0] as number);
  const blinks = blinksOf(eyes).length;
  if (blinks > 0)
    return result(
      'blinks',
      'passed',
      blinks,
      1,
      unit,
      `The eyes blinked ${blinks === 1 ? 'once' : `${blinks} times`}.`,
    );
  const mean = eyes.open.reduce((sum, value) => sum + value, 0) / (eyes.open.length || 1);
  const tremble =
    Math.sqrt(eyes.open.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (eyes.open.length || 1)) /
    (mean || 1);
  if (seenS >= LONG_ENOUGH_S && tremble < LIFELESS)
    return result('blinks', 'failed', 0, 1, unit, 'The eyes neither blinked nor moved.');
  return result('blinks', 'unsure', 0, 1, unit, `No blink was seen in ${seenS.toFixed(0)} s.`);
}
