/**
 * What comes after: hair on a damped spring behind the skull, and shoulders that a turn of the head takes along a moment
 * later. Walked in order; a whole shot begins and ends hanging still, as every shot does.
 */
import type { MotionTrack } from '../../../motion/track.ts';
import { MOTION_CHANNELS } from '../../../motion/track.ts';
import { clamp, smoothstep } from '../curve.ts';
import { readPose, type Pose } from './pose.ts';
import type { SkinMap } from './skin-map.ts';

export interface Swing {
  /** Offsets in pixels, hair's against the skull. */
  readonly hairX: number;
  readonly hairY: number;
  readonly bodyX: number;
}
export const STILL: Swing = { hairX: 0, hairY: 0, bodyX: 0 };

interface Spring {
  readonly frequencyHz: number;
  readonly damping: number; // 1 is critical
}
const HAIR: Spring = { frequencyHz: 2.2, damping: 0.45 };
const BODY: Spring = { frequencyHz: 1.1, damping: 1 };
const LONGEST_STEP_S = 0.0125;
/** A shot's last part, in which whatever still swings comes to hang. */
const SETTLE_S = 0.45;

function createBob({ frequencyHz, damping }: Spring): (root: number, dtS: number) => number {
  const w = frequencyHz * 2 * Math.PI;
  let before: number | null = null;
  let x = 0;
  let v = 0;
  return (root, dtS) => {
    if (before === null) x = before = root;
    const steps = Math.max(4, Math.ceil(dtS / LONGEST_STEP_S));
    const h = dtS / steps;
    for (let s = 1; s <= steps; s++) {
      const at = before + ((root - before) * s) / steps;
      v += (w * w * (at - x) - 2 * damping * w * v) * h;
      x += v * h;
    }
    before = root;
    return x;
  };
}

/** How far the hair's ends are carried by the head, pixels: a place a skull's height above the joint, to the side. */
function root(pose: Pose, unitPx: number): readonly [x: number, y: number] {
  return [
    unitPx * (2.4 * pose.headRoll + 1.6 * pose.headYaw + 6 * pose.bodySway),
    unitPx * 1.6 * pose.headPitch,
  ];
}

export function createSwinger(map: SkinMap): (pose: Pose, dtS: number) => Swing {
  const [hairX, hairY, bodyX] = [createBob(HAIR), createBob(HAIR), createBob(BODY)];
  const most = 0.35 * map.unitPx;
  return (pose, dtS) => {
    const [x, y] = root(pose, map.unitPx);
    const lag = hairX(x, dtS) - x;
    const fall = hairY(y, dtS) - y;
    return {
      hairX: most * Math.tanh((0.9 * lag) / most),
      hairY: most * Math.tanh((0.45 * fall) / most),
      bodyX: 0.14 * bodyX(map.unitPx * (1.2 * pose.headYaw + 1.5 * pose.headRoll), dtS),
    };
  };
}

export function bakeSwings(map: SkinMap, motion: MotionTrack): (frame: number) => Swing {
  const dtS = motion.rate.den / motion.rate.num;
  const swing = createSwinger(map);
  const baked = Array.from({ length: motion.frameCount }, (_, i): Swing => {
    const free = swing(readPose(motion.values, i * MOTION_CHANNELS.length), dtS);
    const left = smoothstep(0, 1, clamp(((motion.frameCount - 1 - i) * dtS) / SETTLE_S, 0, 1));
    return {
      hairX: Math.fround(free.hairX * left),
      hairY: Math.fround(free.hairY * left),
      bodyX: Math.fround(free.bodyX * left),
    };
  });
  return (i) => baked[i] ?? STILL;
}
