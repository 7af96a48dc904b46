/** Our own: what the lip-sync model hears in the sound, through the same motion stage as in the product. */
import type { Contender } from '../contender.ts';

/** One contender for each stored variant of the model, and one that is also told the aligned phones. */
export function ourContenders(): Promise<Contender[]> {
  return Promise.resolve([]);
}
