/** Viterbi over a few candidates a step: the sequence whose own costs and whose steps cost least together. */

export interface Lattice {
  /** Candidates of each step, in any order; at least one. */
  readonly candidates: readonly (readonly number[])[];
  /** Cost of candidate `k` (its place in the step's list) at a step. */
  own(step: number, k: number): number;
  /** Cost of going from one candidate to another, by what they are. */
  between(from: number, to: number, step: number): number;
}

/** @returns the chosen candidate of each step */
export function cheapestPath({ candidates, own, between }: Lattice): number[] {
  const back: Int32Array[] = [];
  let costs: Float64Array = new Float64Array(0);
  candidates.forEach((here, step) => {
    const next = new Float64Array(here.length);
    const from = new Int32Array(here.length).fill(-1);
    const before = candidates[step - 1];
    here.forEach((candidate, k) => {
      let best = before ? Infinity : 0;
      before?.forEach((earlier, j) => {
        // What cannot win is not asked for its step.
        if (costs[j]! >= best) return;
        const cost = costs[j]! + between(earlier, candidate, step);
        if (cost < best) [best, from[k]] = [cost, j];
      });
      next[k] = best + own(step, k);
    });
    costs = next;
    back.push(from);
  });
  let k = costs.indexOf(Math.min(...costs));
  const path = new Array<number>(candidates.length);
  for (let step = candidates.length - 1; step >= 0; step--) {
    path[step] = candidates[step]![k]!;
    k = back[step]![k]!;
  }
  return path;
}
