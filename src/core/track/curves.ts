/** Small arithmetic on curves, one value a frame. */

/** Gaussian smoothing; at the ends over what there is. σ in samples. */
export function gaussian(values: ArrayLike<number>, sigma: number): Float64Array {
  const out = new Float64Array(values.length);
  const reach = Math.ceil(3 * sigma);
  const weights = Array.from({ length: reach + 1 }, (_, k) =>
    sigma > 0 ? Math.exp(-0.5 * (k / sigma) ** 2) : 1,
  );
  for (let i = 0; i < out.length; i++) {
    let [sum, total] = [0, 0];
    for (let k = Math.max(0, i - reach); k <= Math.min(out.length - 1, i + reach); k++) {
      const weight = weights[Math.abs(k - i)] as number;
      sum += weight * (values[k] as number);
      total += weight;
    }
    out[i] = sum / total;
  }
  return out;
}

/** The value below which `part` (0…1) of them lie; NaN of none. */
export function quantile(values: ArrayLike<number>, part: number): number {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return NaN;
  const place = part * (sorted.length - 1);
  const low = Math.floor(place);
  const a = sorted[low] as number;
  return a + ((sorted[Math.min(low + 1, sorted.length - 1)] as number) - a) * (place - low);
}

export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}

/** Runs of neighbouring frames for which `is` holds: first frame, and the one after the last. */
export function runsOf(count: number, is: (frame: number) => boolean): [start: number, end: number][] {
  const runs: [number, number][] = [];
  for (let i = 0; i < count; i++) {
    if (!is(i)) continue;
    const last = runs.at(-1);
    if (last?.[1] === i) last[1] = i + 1;
    else runs.push([i, i + 1]);
  }
  return runs;
}

/** Straight lines across the frames that are not good, row by row of `width` values; ends are held. */
export function bridge(values: Float32Array, width: number, good: (frame: number) => boolean): void {
  const count = values.length / width;
  for (const [start, end] of runsOf(count, (i) => !good(i))) {
    const [before, after] = [start - 1, end < count ? end : -1];
    if (before < 0 && after < 0) return;
    for (let i = start; i < end; i++) {
      const part = before < 0 ? 1 : after < 0 ? 0 : (i - before) / (after - before);
      for (let k = 0; k < width; k++) {
        const from = before < 0 ? 0 : (values[before * width + k] as number);
        const to = after < 0 ? 0 : (values[after * width + k] as number);
        values[i * width + k] = from * (1 - part) + to * part;
      }
    }
  }
}
