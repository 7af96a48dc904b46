/**
 * What swings: hair tips, the earring, the pendant. Each is a damped spring that follows its root; the whole shot is
 * walked once, in order, so that drawing only reads. It starts and ends at rest, as every shot does: the next shot
 * begins hanging still, and a swing that was cut off would be seen as a jump.
 */
import type { MotionTrack } from '../../motion/track.ts';
import type { Swing } from './context.ts';
import { clamp } from './geometry.ts';
import { readPose } from './pose.ts';
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
/** A shot's last part, in which whatever still swings comes to hang: the paragraph's closing silence. */
const SETTLE_S = 0.45;

/** Offset of a bob on a spring behind a root that moves along `root`, frame by frame. */
function follow(root: readonly number[], dt: number, spring: Spring): Float32Array {
  const out = new Float32Array(root.length);
  const w = spring.frequencyHz * 2 * Math.PI;
  const h = dt / STEPS;
  let x = root[0] ?? 0;
  let v = 0;
  for (let i = 0; i < root.length; i++) {
    const target = root[i] as number;
    const before = root[Math.max(0, i - 1)] as number;
    for (let s = 1; s <= STEPS; s++) {
      const at = before + ((target - before) * s) / STEPS;
      v += (w * w * (at - x) - 2 * spring.damping * w * v) * h;
      x += v * h;
    }
    const left = Math.min(1, ((root.length - 1 - i) * dt) / SETTLE_S);
    out[i] = clamp(x - target, -spring.limitMm, spring.limitMm) * left * left * (3 - 2 * left);
  }
  return out;
}

export function bakeSwings(motion: MotionTrack): (frame: number) => Swing {
  const dt = motion.rate.den / motion.rate.num;
  const tipX: number[] = [];
  const tipY: number[] = [];
  const earX: number[] = [];
  const chestX: number[] = [];
  for (let i = 0; i < motion.frameCount; i++) {
    const pose = readPose(motion, i);
    const body = bodySpace(pose);
    const head = headSpace(pose, body);
    const tip = head.place([60, 120, 20]);
    const ear = head.place([-70, 32, 0]);
    tipX.push(tip[0]);
    tipY.push(tip[1]);
    earX.push(ear[0]);
    chestX.push(body.place([0, 40, 50])[0]);
  }
  const hairX = follow(tipX, dt, HAIR);
  const hairY = follow(tipY, dt, HAIR);
  const earring = follow(earX, dt, EARRING);
  const pendant = follow(chestX, dt, PENDANT);
  return (i) => ({
    hairX: hairX[i] ?? 0,
    hairY: 0.5 * (hairY[i] ?? 0),
    earringX: earring[i] ?? 0,
    pendantX: pendant[i] ?? 0,
  });
}
