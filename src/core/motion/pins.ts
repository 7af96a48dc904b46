/**
 * Pins a shot to the rest pose at both ends, so that any shot can follow any other, and nothing inside one shot
 * can reach into the next. Each group of channels leaves rest and comes back to it over its own time, softly enough
 * that the pinned frame has no corner.
 */
import { minimumJerk } from './curves.ts';
import { restPose } from './rest-pose.ts';
import type { Sheet } from './sheet.ts';
import type { MotionChannel } from './track.ts';
import { ARKIT_CHANNELS, MOTION_CHANNELS, TONGUE_CHANNELS } from './track.ts';

/** The mouth must be free before the first sound, which comes 0.2 s into a shot. */
const MOUTH_S = 0.14;
const BODY_S = 0.3;
/** A blink may close a shot; it is planned to be over just before the pinned frame. */
const LID_S = 0.05;
const MOUTH: ReadonlySet<MotionChannel> = new Set<MotionChannel>([
  ...ARKIT_CHANNELS.filter((name) => /^(mouth|jaw|tongue)/.test(name)),
  ...TONGUE_CHANNELS,
]);

function fadeOf(name: MotionChannel): number {
  if (name.startsWith('eyeBlink')) return LID_S;
  return MOUTH.has(name) ? MOUTH_S : BODY_S;
}

export function pinEnds(sheet: Sheet): void {
  const rest = restPose();
  const last = sheet.frameCount - 1;
  const lastS = last * sheet.frameS;
  MOTION_CHANNELS.forEach((name, c) => {
    // A very short shot still has to leave and return within itself.
    const fadeS = Math.min(fadeOf(name), lastS / 2);
    const values = sheet.rows[c] as Float64Array;
    const restValue = rest[c] as number;
    for (let i = 0; i <= last; i++) {
      const fromEndS = Math.min(i, last - i) * sheet.frameS;
      if (fromEndS >= fadeS) continue;
      const freedom = fadeS > 0 ? minimumJerk(fromEndS / fadeS) : 0;
      values[i] = restValue + ((values[i] as number) - restValue) * freedom;
    }
  });
}
