/** One frame of the motion track as a record by channel name, with the lip measures that the animator promises. */
import { lipAperture, lipToTeethGap, lipWidth } from '../../motion/lips.ts';
import { MOTION_CHANNELS, type MotionChannel, type MotionTrack } from '../../motion/track.ts';

export type Pose = { readonly [C in MotionChannel]: number } & {
  /** Gap between the lips, fraction of a fully dropped mouth; what is drawn follows it exactly. */
  readonly aperture: number;
  /** Gap between the lower lip and the upper teeth, in the same unit. */
  readonly teethGap: number;
  /** Corner to corner, 1 at rest. */
  readonly lipWidth: number;
};

export function readPose(motion: MotionTrack, frame: number): Pose {
  return readValues(motion.values, frame * MOTION_CHANNELS.length);
}

/** The frame that starts at `base` in values of MOTION_CHANNELS. */
export function readValues(values: Float32Array, base: number): Pose {
  const channels = {} as { [C in MotionChannel]: number };
  for (let c = 0; c < MOTION_CHANNELS.length; c++) {
    channels[MOTION_CHANNELS[c] as MotionChannel] = values[base + c] ?? 0;
  }
  return {
    ...channels,
    aperture: lipAperture(values, base),
    teethGap: lipToTeethGap(values, base),
    lipWidth: lipWidth(values, base),
  };
}
