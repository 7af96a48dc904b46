/** What a shot wants of the person on each frame of the walk: to talk, how lively, and where strokes should land. */
import { seedOf } from '../../../base/hashing.ts';
import { rateToFps } from '../../../base/time.ts';
import { gaussian } from '../../../track/curves.ts';
import type { MotionTrack } from '../../../motion/track.ts';

export interface WalkWishes {
  /** 0 silence … 1 speech */
  readonly speech: Float64Array;
  /** 0 … 1 */
  readonly energy: Float64Array;
  /** 0 … 1: how much a stroke is wanted here. */
  readonly stroke: Float64Array;
  readonly seed: number;
}

/** A stroke is in time when it lands this near. */
const STROKE_S = 0.07;

/** How lively a person is (BaseLabels.energy): listening, in plain talk, and what an accent adds. */
export interface Liveliness {
  readonly quiet: number;
  readonly talking: number;
  readonly accent: number;
}
export const USUAL_LIVELINESS: Liveliness = { quiet: 0.12, talking: 0.4, accent: 0.55 };

/** @param ticks frames of the walk; they span the whole shot */
export function readWishes(
  motion: MotionTrack,
  ticks: number,
  { quiet, talking, accent }: Liveliness,
): WalkWishes {
  const { cues, gestures, frameCount } = motion;
  const scale = (ticks - 1) / Math.max(1, frameCount - 1);
  const perS = rateToFps(motion.rate) * scale;
  const speech = new Float64Array(ticks);
  for (const { startFrame, endFrame } of cues.speech)
    for (let t = Math.max(0, Math.round(startFrame * scale)); t < Math.min(ticks, endFrame * scale); t++)
      speech[t] = 1;
  const talks = gaussian(speech, 0.12 * perS);
  const accents = new Float64Array(ticks);
  const strokes = new Float64Array(ticks);
  const land = (frame: number, strength: number) => {
    const middle = frame * scale;
    const reach = 3 * STROKE_S * perS;
    for (let t = Math.max(0, Math.ceil(middle - reach)); t <= Math.min(ticks - 1, middle + reach); t++)
      strokes[t] = Math.max(strokes[t]!, strength * Math.exp(-0.5 * ((t - middle) / (STROKE_S * perS)) ** 2));
  };
  for (const { frame, strength } of cues.accents) {
    const t = Math.min(ticks - 1, Math.round(frame * scale));
    accents[t] = Math.max(accents[t]!, strength ** 2);
    if (strength > 0.5) land(frame, strength - 0.3);
  }
  for (const { strokeFrame } of gestures) {
    land(strokeFrame, 1);
    accents[Math.min(ticks - 1, Math.round(strokeFrame * scale))] = 1;
  }
  // Half a second about an accent is lively.
  const lively = gaussian(accents, 0.3 * perS).map((value) => Math.min(1, value * 0.3 * perS * 2.5));
  return {
    speech: talks,
    energy: talks.map((talk, t) => quiet + talk * (talking - quiet) + accent * lively[t]!),
    stroke: strokes,
    // The motion is seeded by its paragraph: what differs there differs here.
    seed: seedOf(Array.from(motion.values.subarray(0, 4000), (value) => value.toFixed(4)).join()),
  };
}
