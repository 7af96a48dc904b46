/** What the listener must know of the lip-sync network beside its weights: how far around a step it looks. */

export const LIPSYNC = {
  id: 'lipsync',
  /** Columns of mel to one step of 20 ms. */
  columnsPerStep: 2,
  /** Columns before and after a step's own two that the step depends on. */
  leftColumns: 88,
  rightColumns: 8,
} as const;
