/** How alike two series are, and by how much one comes after the other. */

/** Pearson's r. */
export function correlation(a: readonly number[], b: readonly number[]): number {
  const n = Math.min(a.length, b.length);
  const mean = (values: readonly number[]) => values.slice(0, n).reduce((sum, v) => sum + v, 0) / n;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [da, db] = [(a[i] ?? 0) - ma, (b[i] ?? 0) - mb];
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
}

export interface Lag {
  /** By how many frames the picture comes after the sound; below zero, before it. */
  readonly frames: number;
  readonly r: number;
}

/**
 * The lag at which a series with one value a frame fits best what `heard` says of the sound. `heard` is asked at
 * the middle of each frame less the lag, in steps of a fifth of a frame.
 */
export function bestLag(
  seen: readonly number[],
  heard: (timeS: number) => number,
  rateFps: number,
  mostFrames = 5,
): { readonly best: Lag; readonly none: number } {
  const at = (frames: number) =>
    correlation(
      seen,
      seen.map((_, i) => heard((i + 0.5 - frames) / rateFps)),
    );
  let best: Lag = { frames: 0, r: at(0) };
  for (let step = -5 * mostFrames; step <= 5 * mostFrames; step++) {
    const r = at(step / 5);
    if (r > best.r) best = { frames: step / 5, r };
  }
  return { best, none: at(0) };
}
