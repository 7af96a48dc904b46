/** Pearson's r and what it is made of. */

export function correlation(a: readonly number[], b: readonly number[]): number {
  const [p, q] = [spreadOf(a), spreadOf(b)];
  const both =
    a.reduce((sum, value, i) => sum + (value - p.mean) * (b[i]! - q.mean), 0) / Math.max(1, a.length);
  return both / Math.max(1e-9, p.spread * q.spread);
}

export function spreadOf(values: readonly number[]): { readonly mean: number; readonly spread: number } {
  const n = Math.max(1, values.length);
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  return { mean, spread: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n) };
}
