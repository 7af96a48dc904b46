/**
 * A network's small mattes, seen on a few frames a second, as one for every frame: in time they are joined linearly, and
 * what hardly changes is averaged, because an edge that trembles is seen before one that is off. (In space each frame's
 * own colours draw the edge: refine.ts.)
 */
import type { Matte } from '../../../track/ports.ts';

/** Of 255: smaller changes from one look to the next are averaged away. */
const STILL = 40;
/** Averages what hardly moved since the last look. */
export function steadied(matte: Matte, before: Matte | null): Matte {
  if (before === null || before.alpha.length !== matte.alpha.length) return matte;
  const alpha = matte.alpha.map((value, i) => {
    const last = before.alpha[i] as number;
    return Math.abs(value - last) < STILL ? (value + last) / 2 : value;
  });
  return { ...matte, alpha };
}

/** Between two looks: `part` 0 is the first. */
export function between(a: Matte, b: Matte, part: number): Matte {
  if (part <= 0 || a.alpha.length !== b.alpha.length) return a;
  return { ...a, alpha: a.alpha.map((value, i) => value + part * ((b.alpha[i] as number) - value)) };
}
