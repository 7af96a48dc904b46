/**
 * Where a matte is in doubt over more than an edge (a skirt that a network takes for furniture), the picture's colours
 * decide: those seen where it is sure, of the person and of the rest, as two histograms (after Boykov and Jolly,
 * "Interactive graph cuts", 2001, without the cut: the guided filter that follows draws the edges).
 */

/** Bins a channel. */
const BINS = 16;
const SURE = 0.95;
/** How much a colour counts against the matte's own opinion. */
const WEIGHT = 0.5;
/** In doubt for the person: background that moves along is seen less than a piece of someone that stays behind. */
const FOR_PERSON = 0.7;
/** However telling a colour is, it may be wrong. */
const MOST = 3;

/** @param planes red, green, blue, 0…1 @param alpha 0…1, of the same size */
export function decideByColor(
  planes: readonly Float32Array[],
  alpha: Float32Array,
): Float32Array<ArrayBuffer> {
  const [r, g, b] = planes as [Float32Array, Float32Array, Float32Array];
  const bin = (i: number) => {
    const of = (value: number) => Math.min(BINS - 1, Math.floor(value * BINS));
    return (of(r[i] as number) * BINS + of(g[i] as number)) * BINS + of(b[i] as number);
  };
  const person = new Float32Array(BINS ** 3);
  const rest = new Float32Array(BINS ** 3);
  let [people, others] = [0, 0];
  for (let i = 0; i < alpha.length; i++) {
    const a = alpha[i] as number;
    if (a > SURE) {
      person[bin(i)] = (person[bin(i)] as number) + 1;
      people++;
    } else if (a < 1 - SURE) {
      rest[bin(i)] = (rest[bin(i)] as number) + 1;
      others++;
    }
  }
  if (people === 0 || others === 0) return Float32Array.from(alpha);
  const [fore, back] = [spread(person), spread(rest)];
  const logit = (p: number) => Math.log(p / (1 - p));
  return Float32Array.from(alpha, (a, i) => {
    if (a <= 1 - SURE || a >= SURE) return a;
    // A few unseen samples keep rare colours from being certain.
    const f = ((fore[bin(i)] as number) + 0.5) / people;
    const q = ((back[bin(i)] as number) + 0.5) / others;
    const told = Math.min(MOST, Math.max(-MOST, Math.log(f / q)));
    return 1 / (1 + Math.exp(-(1.6 * logit(a) + WEIGHT * told + FOR_PERSON)));
  });
}

/** Each bin takes a share of its neighbours': a colour that is nearly one that was seen was nearly seen. */
function spread(histogram: Float32Array): Float32Array {
  let from = histogram;
  for (const step of [1, BINS, BINS * BINS]) {
    const to = new Float32Array(from.length);
    for (let i = 0; i < from.length; i++) {
      const at = Math.floor(i / step) % BINS;
      const before = at > 0 ? (from[i - step] as number) : (from[i] as number);
      const after = at < BINS - 1 ? (from[i + step] as number) : (from[i] as number);
      to[i] = 0.5 * (from[i] as number) + 0.25 * (before + after);
    }
    from = to;
  }
  return from;
}
