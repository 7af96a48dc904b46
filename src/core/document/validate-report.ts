/** How the walk through a document (validate.ts) tells what it found, and the one mend that every number shares. */
import { clampTo, type NumberRange } from './limits.ts';

/** @param repair what was done about it; null where only the person can decide */
export type Report = (place: string, message: string, repair: string | null) => void;

/** The nearest number that is allowed; reported where it is another. */
export function inRange(
  value: number,
  range: NumberRange,
  place: string,
  what: string,
  report: Report,
): number {
  const clamped = clampTo(value, range);
  if (clamped !== value)
    report(
      place,
      `Its ${what} of ${value} is outside ${range.min} to ${range.max}.`,
      `It is ${clamped} now.`,
    );
  return clamped;
}
