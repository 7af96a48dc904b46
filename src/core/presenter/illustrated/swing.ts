/**
 * What swings: hair tips, the earring, the pendant. Each is a damped spring that follows its root. A whole shot is
 * walked once, in order, so that drawing only reads: it starts and ends at rest, as every shot does, because the next
 * shot begins hanging still, and a swing that was cut off would be seen as a jump. A live presenter walks on and on.
 */
import type { MotionTrack } from '../../motion/track.ts';
import { STILL, type Swing } from './context.ts';
import { clamp } from './geometry.ts';
import { readPose, type Pose } from './pose.ts';
import { bodySpace, headSpace } from './space.ts';

interface Spring {
  readonly frequencyHz: number;
  readonly damping: number; // 1 is critical
  readonly limitMm: number;
}
const HAIR: Spring = { frequencyHz: 2.1, damping: 0.42, limitMm: 16 };
const EARRING: Spring = { frequencyHz: 2.8, damping: 0.16, limitMm: 30 };
const PENDANT: Spring = { frequencyHz: 2.2, damping: 0.3, limitMm: 7 };
/** Steps a frame: a stiff spring stays stable at any film rate. */
const STEPS = 4;
/** Nor may a frame that comes late upset one. */
const LONGEST_STEP_S = 0.0125;
/** A shot's last part, in which whatever still swings comes to hang: the paragraph's closing silence. */
const SETTLE_S = 0.45;

/** A bob on a spring behind a root that moves: one frame of `dt` seconds at a time. Gives its offset. */
function createBob({ frequencyHz, damping, limitMm }: Spring): (root: number, dt: number) => number {
  const w = frequencyHz * 2 * Math.PI;
  let before: number | null = null;
  let x = 0;
  let v = 0;
  return (root, dt) => {
    // It hangs still under the first root it is given.
    if (before === null) x = before = root;
    const steps = Math.max(STEPS, Math.ceil(dt / LONGEST_STEP_S));
    const h = dt / steps;
    for (let s = 1; s <= steps; s++) {
      const at = before + ((root - before) * s) / steps;
      v += (w * w * (at - x) - 2 * damping * w * v) * h;
      x += v * h;
    }
    before = root;
    return clamp(x - root, -limitMm, limitMm);
  };
}

/** All that swings, walked pose by pose; `dt` is the time since the pose before. */
export function createSwinger(): (pose: Pose, dt: number) => Swing {
  const [hairX, hairY] = [createBob(HAIR), createBob(HAIR)];
  const earring = createBob(EARRING);
  const pendant = createBob(PENDANT);
  return (pose, dt) => {
    const body = bodySpace(pose);
    const head = headSpace(pose, body);
    const tip = head.place([60, 120, 20]);
    return {
      hairX: hairX(tip[0], dt),
      hairY: 0.5 * hairY(tip[1], dt),
      earringX: earring(head.place([-70, 32, 0])[0], dt),
      pendantX: pendant(body.place([0, 40, 50])[0], dt),
    };
  };
}

/** A whole shot, which ends with everything hanging still. */
export function bakeSwings(motion: MotionTrack): (frame: number) => Swing {
  const dt = motion.rate.den / motion.rate.num;
  const swing = createSwinger();
  const baked = Array.from({ length: motion.frameCount }, (_, i): Swing => {
    const free = swing(readPose(motion, i), dt);
    const left = Math.min(1, ((motion.frameCount - 1 - i) * dt) / SETTLE_S);
    const settled = (offset: number) => Math.fround(offset * left * left * (3 - 2 * left));
    return {
      hairX: settled(free.hairX),
      hairY: settled(free.hairY),
      earringX: settled(free.earringX),
      pendantX: settled(free.pendantX),
    };
  });
  return (i) => baked[i] ?? STILL;
}
