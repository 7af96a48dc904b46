/**
 * The few curves everything moves by. All are functions of time in seconds, so that a layer of motion never depends
 * on the frame rate it is sampled at.
 */

export function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}

export function lerp(from: number, to: number, progress: number): number {
  return from + (to - from) * progress;
}

/** 0 below `from`, 1 above `to`, 3x² − 2x³ between. */
export function smoothstep(from: number, to: number, value: number): number {
  if (to <= from) return value < from ? 0 : 1;
  const x = clamp((value - from) / (to - from), 0, 1);
  return x * x * (3 - 2 * x);
}

/**
 * Progress of a minimum-jerk reach, 0…1 for x in 0…1: how unhurried human limbs travel between two points of rest
 * (Flash and Hogan, "The coordination of arm movements", 1985).
 */
export function minimumJerk(x: number): number {
  const u = clamp(x, 0, 1);
  return u * u * u * (10 + u * (6 * u - 15));
}

/** 1 at `centreS`, falling as a Gaussian. */
export function bump(timeS: number, centreS: number, sigmaS: number): number {
  const z = (timeS - centreS) / sigmaS;
  return Math.exp(-0.5 * z * z);
}

/** 0 → 1 → 0: rises over `riseS` up to `fromS`, stays until `toS`, falls over `fallS`. */
export function plateau(timeS: number, fromS: number, toS: number, riseS: number, fallS: number): number {
  if (timeS < fromS) return minimumJerk(1 - (fromS - timeS) / riseS);
  if (timeS > toS) return minimumJerk(1 - (timeS - toS) / fallS);
  return 1;
}

export interface Key {
  readonly atS: number;
  readonly value: number;
}

/** Rests at each key and reaches the next with minimum jerk. Keys ascend in time and there is at least one. */
export function keyed(keys: readonly Key[]): (timeS: number) => number {
  return (timeS) => {
    const next = firstAfter(keys, timeS);
    const before = keys[Math.max(0, next - 1)] as Key;
    const after = keys[next];
    if (!after || next === 0) return before.value;
    const progress = (timeS - before.atS) / Math.max(1e-6, after.atS - before.atS);
    return lerp(before.value, after.value, minimumJerk(progress));
  };
}

/** Index of the first of ascending moments that comes after a time; their number when none does. */
export function firstAfter(moments: readonly { readonly atS: number }[], timeS: number): number {
  let [low, high] = [0, moments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((moments[middle] as { readonly atS: number }).atS <= timeS) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Wandering without rhythm: a uniform cubic B-spline (so position, speed and acceleration are all continuous) over
 * random knots, about −1…1, `knotHz` of them a second.
 */
export function wander(random: () => number, durationS: number, knotHz: number): (timeS: number) => number {
  const count = Math.ceil(durationS * knotHz) + 5;
  const knots = Float64Array.from({ length: count }, () => random() * 2 - 1);
  return (timeS) => {
    const x = clamp(timeS * knotHz, 0, count - 5);
    const i = Math.floor(x);
    const u = x - i;
    const [a, b, c, d] = [knots[i] ?? 0, knots[i + 1] ?? 0, knots[i + 2] ?? 0, knots[i + 3] ?? 0];
    const spline =
      ((1 - u) ** 3 * a +
        (3 * u ** 3 - 6 * u * u + 4) * b +
        (-3 * u ** 3 + 3 * u * u + 3 * u + 1) * c +
        u ** 3 * d) /
      6;
    // A B-spline averages its knots; this brings the swing back to about ±1.
    return spline * 1.5;
  };
}

/** A number in [low, high). */
export function between(random: () => number, low: number, high: number): number {
  return low + (high - low) * random();
}

/**
 * The sum of what events in time give, each felt only within `reachS` of its moment: a long paragraph costs no more a
 * frame than a short one. Events ascend in time.
 */
export function sumNear<E extends { readonly atS: number }>(
  events: readonly E[],
  reachS: number,
  give: (event: E, offsetS: number, index: number) => number,
): (timeS: number) => number {
  return (timeS) => {
    let sum = 0;
    for (let e = firstAfter(events, timeS - reachS); e < events.length; e++) {
      const event = events[e] as E;
      if (event.atS > timeS + reachS) break;
      sum += give(event, timeS - event.atS, e);
    }
    return sum;
  };
}
