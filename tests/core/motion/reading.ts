/** Reads a MotionTrack the way tests talk about it: channels by name, frames by time. */
import { frameToSeconds } from '#core/base/time.ts';
import type { MotionChannel, MotionTrack } from '#core/motion/track.ts';
import { MOTION_CHANNELS, channelIndex } from '#core/motion/track.ts';

export const WIDTH = MOTION_CHANNELS.length;

export function channel(track: MotionTrack, name: MotionChannel): number[] {
  const column = channelIndex(name);
  return Array.from({ length: track.frameCount }, (_, i) => track.values[i * WIDTH + column] as number);
}

export function frame(track: MotionTrack, i: number): Float32Array {
  return track.values.subarray(i * WIDTH, (i + 1) * WIDTH);
}

/** Frames that are on screen at some time within [fromS, toS), and always at least the one nearest its middle. */
export function framesWithin(track: MotionTrack, fromS: number, toS: number): number[] {
  const frameS = track.rate.den / track.rate.num;
  const found: number[] = [];
  for (let i = 0; i < track.frameCount; i++) {
    const startS = frameToSeconds(i, track.rate);
    if (startS < toS && startS + frameS > fromS) found.push(i);
  }
  return found;
}

export function perFrame(
  track: MotionTrack,
  measure: (values: Float32Array, offset: number) => number,
): number[] {
  return Array.from({ length: track.frameCount }, (_, i) => measure(track.values, i * WIDTH));
}

/** Largest absolute second difference of a series: how hard a pop would hit. */
export function roughest(series: readonly number[]): number {
  let most = 0;
  for (let i = 1; i + 1 < series.length; i++)
    most = Math.max(most, Math.abs((series[i + 1] ?? 0) - 2 * (series[i] ?? 0) + (series[i - 1] ?? 0)));
  return most;
}

export function correlation(a: readonly number[], b: readonly number[]): number {
  const n = Math.min(a.length, b.length);
  const mean = (x: readonly number[]) => x.slice(0, n).reduce((s, v) => s + v, 0) / n;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [x, y] = [(a[i] as number) - ma, (b[i] as number) - mb];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb);
}
