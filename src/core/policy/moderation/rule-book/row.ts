/** A rule as it stands in the book's tables; its category is the table it stands in. */
import type { Category, Decision } from '../verdict.ts';

export type Row = readonly [
  id: string,
  title: string,
  decision: Exclude<Decision, 'allow'>,
  reason: string,
  way: string,
];
export type Table<Of extends Category> = Readonly<Record<Of, readonly Row[]>>;
