/**
 * A MotionTrack as JSON, for programs that are not Orator: frame rate, channel names, and the values of each frame in
 * their order. Stable: a change that a reader would notice raises `version`.
 */
import { rateToFps } from '../base/time.ts';
import type { SpeechTrack } from '../speech/ports.ts';
import { MOTION_CHANNELS, type GestureEvent, type MotionTrack } from '../motion/track.ts';

export interface MotionJson {
  readonly kind: 'orator-motion';
  readonly version: 1;
  readonly fps: number;
  /** The exact frame rate, as a fraction: 30 000 / 1001 is no number of decimals. */
  readonly rate: { readonly num: number; readonly den: number };
  readonly frameCount: number;
  /** Of the sound. Frame i shows the time from i ÷ fps on; the last one may reach past the end. */
  readonly durationS: number;
  /** Names of the columns; what each is and its unit stands in README. */
  readonly channels: readonly string[];
  /** One row a frame, one value a channel, to four decimals. */
  readonly frames: readonly (readonly number[])[];
  readonly gestures: readonly GestureEvent[];
  /** The words of the script, in seconds; empty without one. */
  readonly words: readonly { readonly text: string; readonly startS: number; readonly endS: number }[];
}

export function motionJson(motion: MotionTrack, speech: SpeechTrack): MotionJson {
  const width = MOTION_CHANNELS.length;
  const frames = Array.from({ length: motion.frameCount }, (_, i) =>
    Array.from(motion.values.subarray(i * width, (i + 1) * width), rounded),
  );
  return {
    kind: 'orator-motion',
    version: 1,
    fps: rateToFps(motion.rate),
    rate: motion.rate,
    frameCount: motion.frameCount,
    durationS: speech.durationS,
    channels: MOTION_CHANNELS,
    frames,
    gestures: motion.gestures,
    words: speech.words.map(({ text, startS, endS }) => ({
      text,
      startS: rounded(startS),
      endS: rounded(endS),
    })),
  };
}

function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4 + 0;
}
