/** Eigenvectors of small symmetric matrices, by Jacobi's rotations: sweeps until what is off the diagonal is nothing. */

/** The unit eigenvector of the largest eigenvalue of a symmetric 4 × 4; its first value is never negative. */
export function largestEigenvector4(
  matrix: readonly (readonly number[])[],
): [number, number, number, number] {
  const a = matrix.map((row) => [...row]);
  const v = [0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => (i === j ? 1 : 0)));
  const cell = (of: number[][], i: number, j: number) => of[i]?.[j] as number;
  const put = (of: number[][], i: number, j: number, value: number) => ((of[i] as number[])[j] = value);
  const size = Math.hypot(...a.flat()) || 1;
  for (let sweep = 0; sweep < 24; sweep++) {
    let off = 0;
    for (let p = 0; p < 3; p++)
      for (let q = p + 1; q < 4; q++) {
        const apq = cell(a, p, q);
        off += Math.abs(apq);
        if (Math.abs(apq) < 1e-15 * size) continue;
        const theta = (cell(a, q, q) - cell(a, p, p)) / (2 * apq);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        const s = t * c;
        for (let k = 0; k < 4; k++) {
          const [kp, kq] = [cell(a, k, p), cell(a, k, q)];
          put(a, k, p, c * kp - s * kq);
          put(a, k, q, s * kp + c * kq);
        }
        for (let k = 0; k < 4; k++) {
          const [pk, qk] = [cell(a, p, k), cell(a, q, k)];
          put(a, p, k, c * pk - s * qk);
          put(a, q, k, s * pk + c * qk);
          const [vp, vq] = [cell(v, k, p), cell(v, k, q)];
          put(v, k, p, c * vp - s * vq);
          put(v, k, q, s * vp + c * vq);
        }
      }
    if (off < 1e-14 * size) break;
  }
  let best = 0;
  for (let i = 1; i < 4; i++) if (cell(a, i, i) > cell(a, best, best)) best = i;
  const sign = cell(v, 0, best) < 0 ? -1 : 1;
  return [0, 1, 2, 3].map((i) => sign * cell(v, i, best)) as [number, number, number, number];
}
