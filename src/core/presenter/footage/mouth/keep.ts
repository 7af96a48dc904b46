/** Which frames of a film to keep as mouths, when it has more than are worth carrying. */

/** Frames are kept in runs: mouths that follow one another need no seam. */
const RUN = 12;

/**
 * All usable frames where they are few enough; else the runs that together come nearest to every mouth of the film,
 * chosen greedily. @returns ascending
 */
export function chooseKept(
  coefficients: Float32Array,
  dimensions: number,
  usable: ArrayLike<number>,
  most: number,
): Uint32Array<ArrayBuffer> {
  const frames = Array.from({ length: usable.length }, (_, f) => f).filter((f) => usable[f]! > 0);
  if (frames.length <= most) return Uint32Array.from(frames);
  const runs: number[][] = [];
  for (const f of frames) {
    const last = runs.at(-1);
    if (last && last.length < RUN && last.at(-1) === f - 1) last.push(f);
    else runs.push([f]);
  }
  const n = frames.length;
  const far = new Float32Array(runs.length * n); // squared distance of each frame from each run
  runs.forEach((run, r) => {
    for (let i = 0; i < n; i++) {
      let least = Infinity;
      for (const s of run) {
        let d = 0;
        for (let k = 0; k < dimensions; k++)
          d += (coefficients[frames[i]! * dimensions + k]! - coefficients[s * dimensions + k]!) ** 2;
        least = Math.min(least, d);
      }
      far[r * n + i] = least;
    }
  });
  let start = 0;
  for (const d of far) start = Math.max(start, d);
  const now = new Float32Array(n).fill(start);
  const kept: number[] = [];
  const left = new Set(runs.keys());
  while (left.size > 0) {
    let [best, gain] = [-1, -1];
    for (const r of left) {
      if (kept.length + runs[r]!.length > most) continue;
      let sum = 0;
      for (let i = 0; i < n; i++) sum += Math.max(0, now[i]! - far[r * n + i]!);
      const each = sum / runs[r]!.length;
      if (each > gain) [best, gain] = [r, each];
    }
    if (best < 0) break;
    left.delete(best);
    kept.push(...runs[best]!);
    for (let i = 0; i < n; i++) now[i] = Math.min(now[i]!, far[best * n + i]!);
  }
  return Uint32Array.from(kept.sort((a, b) => a - b));
}
