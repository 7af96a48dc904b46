/** Small arithmetic on curves. */

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return NaN;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** Gaussian smoothing; at the ends over what there is. σ in samples. */
export function gaussian(values: readonly number[], sigma: number): number[] {
  if (sigma <= 0) return [...values];
  const reach = Math.ceil(3 * sigma);
  return values.map((_, i) => {
    let [sum, weights] = [0, 0];
    for (let k = Math.max(0, i - reach); k <= Math.min(values.length - 1, i + reach); k++) {
      const weight = Math.exp(-0.5 * ((k - i) / sigma) ** 2);
      sum += weight * (values[k] as number);
      weights += weight;
    }
    return sum / weights;
  });
}

/** Where `good` is false, a straight line between the good neighbours. */
export function fillGaps(values: readonly number[], good: readonly boolean[]): number[] {
  return values.map((value, i) => {
    if (good[i]) return value;
    let [before, after] = [i, i];
    while (before >= 0 && !good[before]) before--;
    while (after < values.length && !good[after]) after++;
    const [low, high] = [values[before], values[after]];
    if (low === undefined) return high ?? value;
    if (high === undefined) return low;
    return low + ((high - low) * (i - before)) / (after - before);
  });
}

/** Linear interpolation at a place between samples, ends held. */
export function valueAt(values: readonly number[], at: number): number {
  const place = Math.min(Math.max(at, 0), values.length - 1);
  const low = Math.floor(place);
  const [a, b] = [values[low] ?? NaN, values[Math.min(low + 1, values.length - 1)] ?? NaN];
  return a + (b - a) * (place - low);
}
