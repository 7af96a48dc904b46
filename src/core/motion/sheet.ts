/**
 * The sheet that a shot is animated on, after the animator's exposure sheet: one row of numbers a channel, one
 * column a frame, all at rest to begin with. Layers add to it in turn; `packSheet` makes the MotionTrack's array.
 */
import type { Rational } from '../base/time.ts';
import { frameToSeconds } from '../base/time.ts';
import { clamp } from './curves.ts';
import { restPose } from './rest-pose.ts';
import type { MotionChannel } from './track.ts';
import { ARKIT_CHANNELS, MOTION_CHANNELS, channelIndex } from './track.ts';

export interface Sheet {
  readonly rate: Rational;
  readonly frameCount: number;
  readonly frameS: number;
  /** A frame stands for the time it is on screen, so it shows the middle of it. */
  readonly timesS: Float64Array;
  readonly rows: readonly Float64Array[];
}

export function createSheet(rate: Rational, frameCount: number): Sheet {
  const frameS = rate.den / rate.num;
  const rest = restPose();
  return {
    rate,
    frameCount,
    frameS,
    timesS: Float64Array.from({ length: frameCount }, (_, i) => frameToSeconds(i, rate) + frameS / 2),
    rows: MOTION_CHANNELS.map((_, c) => new Float64Array(frameCount).fill(rest[c] ?? 0)),
  };
}

export function row(sheet: Sheet, name: MotionChannel): Float64Array {
  return sheet.rows[channelIndex(name)] as Float64Array;
}

/** Adds a curve of time to channels. */
export function addCurve(
  sheet: Sheet,
  names: readonly MotionChannel[],
  curve: (timeS: number) => number,
): void {
  const rows = names.map((name) => row(sheet, name));
  for (let i = 0; i < sheet.frameCount; i++) {
    const value = curve(sheet.timesS[i] as number);
    for (const channel of rows) channel[i] = (channel[i] as number) + value;
  }
}

/** The frame whose middle is nearest to a time. */
export function nearestFrame(sheet: Sheet, timeS: number): number {
  return clamp(Math.round(timeS / sheet.frameS - 0.5), 0, sheet.frameCount - 1);
}

const UNIT_CHANNELS: ReadonlySet<MotionChannel> = new Set<MotionChannel>([
  ...ARKIT_CHANNELS,
  'tongueTipUp',
  'tongueBetweenTeeth',
  'tongueBackUp',
  'shoulderLeftUp',
  'shoulderRightUp',
  'breath',
  ...MOTION_CHANNELS.filter((name) => /(PalmFacing|Elbow|Curl|Spread)$/.test(name)),
]);

/** Channels that live in 0…1; the others are radians or shoulder widths. */
export function isUnitChannel(name: MotionChannel): boolean {
  return UNIT_CHANNELS.has(name);
}

/** Frame-major Float32 values, unit channels clamped to 0…1. */
export function packSheet(sheet: Sheet): Float32Array<ArrayBuffer> {
  const width = MOTION_CHANNELS.length;
  const values = new Float32Array(sheet.frameCount * width);
  MOTION_CHANNELS.forEach((name, c) => {
    const channel = sheet.rows[c] as Float64Array;
    const unit = isUnitChannel(name);
    for (let i = 0; i < sheet.frameCount; i++) {
      const value = channel[i] as number;
      // Adding 0 makes −0 plain 0: rest poses are compared by their bytes.
      values[i * width + c] = (unit ? clamp(value, 0, 1) : value) + 0;
    }
  });
  return values;
}
