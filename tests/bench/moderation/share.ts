/** A share of few, with how sure it is. */
import type { Row } from '../row.ts';

/** Wilson's score interval at 95 %. */
export function wilson(hits: number, of: number): readonly [low: number, high: number] {
  if (of === 0) return [0, 1];
  const z = 1.96;
  const p = hits / of;
  const middle = (p + (z * z) / (2 * of)) / (1 + (z * z) / of);
  const half = (z * Math.sqrt((p * (1 - p)) / of + (z * z) / (4 * of * of))) / (1 + (z * z) / of);
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

export function share(what: string, hits: number, of: number): Row {
  const [low, high] = wilson(hits, of);
  const per = (value: number) => (100 * value).toFixed(1);
  return {
    what,
    value: (100 * hits) / of,
    unit: '%',
    note: `${hits} of ${of}, ${per(low)} to ${per(high)}`,
  };
}
