/** Error rates as biometrics state them: a count out of a count, and between what the true rate lies. */
import type { Row } from '../row.ts';

/** 95 %, two-sided. */
const Z = 1.96;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Wilson's; where nothing was counted, the rule of three (one-sided 95 %) is a little narrower and is used. */
export function interval(errors: number, trials: number): Interval {
  if (trials === 0) return { low: 0, high: 1 };
  if (errors === 0) return { low: 0, high: Math.min(1, 3 / trials) };
  const rate = errors / trials;
  const scale = 1 + Z ** 2 / trials;
  const middle = (rate + Z ** 2 / (2 * trials)) / scale;
  const reach = (Z / scale) * Math.sqrt((rate * (1 - rate)) / trials + Z ** 2 / (4 * trials ** 2));
  return { low: Math.max(0, middle - reach), high: Math.min(1, middle + reach) };
}

/** Two digits, and above 99 % a third: there the second would round to a hundred. */
const percent = (part: number) => `${part === 1 ? 100 : (100 * part).toPrecision(part > 0.99 ? 3 : 2)} %`;
/** Fewer trials than this say little, and are called so. */
const SMALL = 300;

/** @param about what the trials were */
export function rateRow(what: string, errors: number, trials: number, about: string): Row {
  const { low, high } = interval(errors, trials);
  const small = trials < SMALL ? ', a small sample' : '';
  return {
    what,
    value: trials === 0 ? NaN : (100 * errors) / trials,
    unit: '%',
    note: `${errors} of ${trials}${small}; 95 %: ${percent(low)} to ${percent(high)}; ${about}`,
  };
}
