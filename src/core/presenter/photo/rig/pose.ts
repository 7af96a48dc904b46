/** One frame of motion by channel name, with the measures of the lips, as far from the pose of the photo as it is. */
import { lipAperture } from '../../../motion/lips.ts';
import { restPose } from '../../../motion/rest-pose.ts';
import { MOTION_CHANNELS, type MotionChannel } from '../../../motion/track.ts';

export type Pose = { readonly [C in MotionChannel]: number } & {
  /** Gap between the lips, 0 shut … 1 wide open. */
  readonly aperture: number;
  /** Distance from the middle of the mouth to each corner, less the one at rest; 1 is half the closed mouth. */
  readonly widthLeft: number;
  readonly widthRight: number;
};

const REST = restPose();

/**
 * The frame that starts at `base` in values of MOTION_CHANNELS, less the pose of rest: the photo already has whatever
 * hint of a smile it has, and its breath.
 */
export function readPose(values: Float32Array, base: number): Pose {
  const channels = {} as { [C in MotionChannel]: number };
  for (let c = 0; c < MOTION_CHANNELS.length; c++)
    channels[MOTION_CHANNELS[c] as MotionChannel] = (values[base + c] ?? 0) - (REST[c] as number);
  return {
    ...channels,
    aperture: lipAperture(values, base),
    widthLeft: halfWidth(channels, 'Left'),
    widthRight: halfWidth(channels, 'Right'),
  };
}

const NARROWEST = 0.5;

/** One side of what motion/lips.ts says of the mouth's width. */
function halfWidth(c: { readonly [C in MotionChannel]: number }, side: 'Left' | 'Right'): number {
  const width =
    0.28 * c[`mouthSmile${side}`] +
    0.2 * c[`mouthStretch${side}`] +
    0.06 * c[`mouthDimple${side}`] -
    0.45 * c.mouthPucker -
    0.22 * c.mouthFunnel -
    0.08 * c.jawOpen;
  // However hard it is puckered, a mouth keeps half its width.
  return width < 0 ? -NARROWEST * Math.tanh(-width / NARROWEST) : width;
}
