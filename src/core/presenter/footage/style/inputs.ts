/**
 * What a learned style listens to: channels of motion that move lips, a moment before, now and a moment after; and where
 * in speech or silence it is, because people differ in what their mouths do before they speak (many open them for breath
 * half a second early) and after.
 */
import { rateToFps } from '../../../base/time.ts';
import { lipAperture, lipWidth } from '../../../motion/lips.ts';
import { channelIndex, MOTION_CHANNELS, type MotionTrack } from '../../../motion/track.ts';

const CHANNELS = (
  [
    'jawOpen',
    'mouthClose',
    'mouthUpperUpLeft',
    'mouthLowerDownLeft',
    'mouthPressLeft',
    'mouthRollLower',
    'mouthPucker',
    'mouthFunnel',
    'mouthStretchLeft',
    'mouthSmileLeft',
    'mouthShrugUpper',
    'tongueTipUp',
    'tongueBackUp',
  ] as const
).map(channelIndex);
const AROUND_S = [-0.04, 0, 0.04] as const;
/** What each moves by in talk, so that one penalty fits all. */
const [APERTURE, WIDTH, CHANNEL] = [0.15, 0.1, 0.2];

/** Whether it speaks; then how long until it does, and since it did, each as near to these times. */
const UNTIL_S = [0.12, 0.36, 0.6, 0.84] as const;
const SINCE_S = [0.12, 0.36] as const;
const NEAR_S = 0.24;

/** The first is 1, then what is about speech and silence, then the channels. */
export const PLACE_INPUTS = 1 + UNTIL_S.length + SINCE_S.length;
export const STYLE_INPUTS = 1 + PLACE_INPUTS + (2 + CHANNELS.length) * AROUND_S.length;

/** Aperture and width of shared motion, frame by frame (motion/lips.ts). */
export function sharedLips(motion: Pick<MotionTrack, 'values' | 'frameCount'>): {
  readonly aperture: Float64Array;
  readonly width: Float64Array;
} {
  const stride = MOTION_CHANNELS.length;
  return {
    aperture: Float64Array.from({ length: motion.frameCount }, (_, i) =>
      lipAperture(motion.values, i * stride),
    ),
    width: Float64Array.from({ length: motion.frameCount }, (_, i) => lipWidth(motion.values, i * stride)),
  };
}

/** A motion as far as a style reads it. */
export type StyleMotion = Pick<MotionTrack, 'values' | 'frameCount' | 'rate' | 'cues'>;

/** frames: 1 in speech. */
export function speechOf({ frameCount, cues }: StyleMotion): Uint8Array {
  const speech = new Uint8Array(frameCount);
  for (const { startFrame, endFrame } of cues.speech) speech.fill(1, startFrame, endFrame);
  return speech;
}

/** @returns frames × STYLE_INPUTS */
export function styleInputs(motion: StyleMotion): Float64Array<ArrayBuffer> {
  const { frameCount, values } = motion;
  const speech = speechOf(motion);
  const stride = MOTION_CHANNELS.length;
  const lips = sharedLips(motion);
  const curves: ((frame: number) => number)[] = [
    (frame) => lips.aperture[frame]! / APERTURE,
    (frame) => (lips.width[frame]! - 1) / WIDTH,
    ...CHANNELS.map((channel) => (frame: number) => values[frame * stride + channel]! / CHANNEL),
  ];
  const fps = rateToFps(motion.rate);
  const out = new Float64Array(frameCount * STYLE_INPUTS);
  for (let i = 0; i < frameCount; i++) {
    out[i * STYLE_INPUTS] = 1;
    let at = i * STYLE_INPUTS + 1;
    out[at++] = speech[i]!;
    const [untilS, sinceS] = [silence(speech, i, 1) / fps, silence(speech, i, -1) / fps];
    for (const s of UNTIL_S) out[at++] = Math.max(0, 1 - Math.abs(untilS - s) / NEAR_S);
    for (const s of SINCE_S) out[at++] = Math.max(0, 1 - Math.abs(sinceS - s) / NEAR_S);
    for (const aroundS of AROUND_S) {
      const x = Math.min(frameCount - 1, Math.max(0, i + aroundS * fps));
      const [low, part] = [Math.floor(x), x - Math.floor(x)];
      const high = Math.min(frameCount - 1, low + 1);
      for (const curve of curves) out[at++] = curve(low) * (1 - part) + curve(high) * part;
    }
  }
  return out;
}

/** Frames of silence from here to speech, in one direction; 0 in speech, and far where there is none. */
function silence(speech: Uint8Array, from: number, step: 1 | -1): number {
  if (speech[from] === 1) return -Infinity;
  let frame = from;
  while (frame >= 0 && frame < speech.length && speech[frame] === 0) frame += step;
  return frame < 0 || frame >= speech.length ? Infinity : Math.abs(frame - from);
}
