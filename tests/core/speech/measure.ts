/** Test help: what the sound itself says, measured without the code under test. */

/** Median pitch over the loud, periodic 50 ms windows: the first strong peak of the normalised autocorrelation. */
export function fundamentalHz(pcm: Float32Array, rateHz: number, lowHz: number, highHz: number): number {
  const window = Math.round(Math.max(0.05, 1.2 / lowHz) * rateHz);
  const shortest = Math.floor(rateHz / highHz);
  const longest = Math.ceil(rateHz / lowHz);
  const found: number[] = [];
  for (let start = 0; start + window + longest < pcm.length; start += window >> 1) {
    const scores: number[] = [];
    for (let lag = shortest; lag <= longest; lag++) {
      let cross = 0;
      let a = 0;
      let b = 0;
      for (let i = start; i < start + window; i++) {
        const x = pcm[i] as number;
        const y = pcm[i + lag] as number;
        cross += x * y;
        a += x * x;
        b += y * y;
      }
      scores.push(a < window * 1e-5 ? 0 : cross / Math.sqrt(a * b + 1e-12));
    }
    const best = Math.max(...scores);
    if (best < 0.7) continue;
    // The shortest lag that is nearly as good: multiples of the period are as similar as the period itself.
    let at = scores.findIndex((score) => score > best - 0.06);
    while (at + 1 < scores.length && (scores[at + 1] as number) > (scores[at] as number)) at++;
    found.push(rateHz / (at + shortest));
  }
  found.sort((a, b) => a - b);
  return found[found.length >> 1] ?? 0;
}

/** Level of [startS, endS), dB of full scale. */
export function levelDb(
  pcm: Float32Array,
  rateHz: number,
  parts: readonly { startS: number; endS: number }[],
): number {
  let energy = 0;
  let count = 0;
  for (const { startS, endS } of parts)
    for (let i = Math.round(startS * rateHz); i < Math.round(endS * rateHz); i++) {
      energy += (pcm[i] ?? 0) ** 2;
      count++;
    }
  return 10 * Math.log10(energy / Math.max(1, count) + 1e-12);
}
