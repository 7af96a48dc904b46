/**
 * The way a face takes between the frames on which it was looked at: a line laid through the keys around a moment,
 * nearer ones weighing more (local linear regression; unlike a plain smoothing it lags nowhere, at the ends neither).
 */
import type { Square } from './ports.ts';

export interface Key {
  readonly frame: number;
  readonly run: number;
  readonly square: Square;
}

/** Keys further away than this many key distances say nothing. */
const REACH = 2;

/** Where the face is on a frame; null where no key is near. @param every frames between two keys */
export function placeAt(keys: readonly Key[], frame: number, every: number): Square | null {
  const near = keys.filter((key) => Math.abs(key.frame - frame) <= REACH * every);
  const nearest = near.reduce<Key | null>(
    (best, key) => (best && Math.abs(best.frame - frame) <= Math.abs(key.frame - frame) ? best : key),
    null,
  );
  if (!nearest) return null;
  const run = near.filter((key) => key.run === nearest.run);
  const along = (of: (square: Square) => number) => lineAt(run, frame, every, of);
  return {
    x: along(({ x }) => x),
    y: along(({ y }) => y),
    sidePx: along(({ sidePx }) => sidePx),
    turn: along(({ turn }) => turn),
  };
}

function lineAt(keys: readonly Key[], frame: number, every: number, of: (square: Square) => number): number {
  let [weights, times, values, squares, products] = [0, 0, 0, 0, 0];
  for (const key of keys) {
    const time = (key.frame - frame) / every;
    const weight = Math.exp(-0.5 * time ** 2);
    const value = of(key.square);
    weights += weight;
    times += weight * time;
    values += weight * value;
    squares += weight * time * time;
    products += weight * time * value;
  }
  const spread = squares * weights - times * times;
  // One key alone, or keys too close to lay a line through: their mean.
  if (spread < 1e-6) return values / weights;
  return (squares * values - times * products) / spread;
}
