/**
 * The few movers of a live performer. All of them go forward only, a step of 20 ms at a time, and none can jump: a
 * mass on a critically damped spring, a wander without end, and pulses that begin from nothing.
 */
import { between, bump, smoothstep } from '../curves.ts';
import { STEP_S } from './cues.ts';

/**
 * Follows a target that may jump as a mass on a critically damped spring does: one step of its exact solution
 * (x = (d + (v + ωd)t) e^−ωt), so it is stable at any stiffness.
 */
export function createFollower(frequencyHz: number, start: number): (target: number) => number {
  const w = 2 * Math.PI * frequencyHz;
  const fade = Math.exp(-w * STEP_S);
  let x = start;
  let v = 0;
  return (target) => {
    const d = x - target;
    const push = (v + w * d) * STEP_S;
    x = target + (d + push) * fade;
    v = (v - w * push) * fade;
    return x;
  };
}

/** As `wander` of curves.ts, for times that only grow: knots are drawn as they are reached. */
export function createWander(random: () => number, knotHz: number): (timeS: number) => number {
  const knots = [0, 0, 0, 0].map(() => between(random, -1, 1));
  let first = 0;
  return (timeS) => {
    const x = timeS * knotHz;
    for (; first < Math.floor(x); first++) {
      knots.shift();
      knots.push(between(random, -1, 1));
    }
    const u = x - first;
    const [a = 0, b = 0, c = 0, d = 0] = knots;
    const spline =
      ((1 - u) ** 3 * a +
        (3 * u ** 3 - 6 * u * u + 4) * b +
        (-3 * u ** 3 + 3 * u * u + 3 * u + 1) * c +
        u ** 3 * d) /
      6;
    return spline * 1.5;
  };
}

/** A sum of pulses of one shape; each is forgotten when it is over. */
export interface Pulses {
  add(atS: number, size: number): void;
  at(timeS: number): number;
}

/** @param shape of seconds since a pulse began: nothing at 0, and nothing from `lengthS` on */
export function createPulses(shape: (offsetS: number) => number, lengthS: number): Pulses {
  let pulses: { readonly atS: number; readonly size: number }[] = [];
  return {
    add: (atS, size) => void pulses.push({ atS, size }),
    at(timeS) {
      pulses = pulses.filter(({ atS }) => timeS - atS < lengthS);
      return pulses.reduce((sum, { atS, size }) => sum + size * shape(timeS - atS), 0);
    },
  };
}

/** A bump that begins from nothing and is at its height `riseS` later. */
export function swell(riseS: number, sigmaS: number): (offsetS: number) => number {
  return (offsetS) => bump(offsetS, riseS, sigmaS) * smoothstep(0, 0.7 * riseS, offsetS);
}
