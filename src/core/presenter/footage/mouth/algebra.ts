/** Small dense algebra for fits of a few hundred rows. Matrices are row-major Float64Arrays. */

/** Eigenvectors of a symmetric n × n matrix, as rows, the largest eigenvalue first (cyclic Jacobi). */
export function symmetricEigen(
  matrix: Float64Array,
  n: number,
): { readonly values: Float64Array; readonly vectors: Float64Array } {
  const a = Float64Array.from(matrix);
  const v = new Float64Array(n * n);
  for (let i = 0; i < n; i++) v[i * n + i] = 1;
  let total = 0;
  for (const x of a) total += x * x;
  for (let sweep = 0; sweep < 40; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) off += a[p * n + q]! ** 2;
    if (off <= 1e-18 * total) break;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, v, n, p, q);
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[j * n + j]! - a[i * n + i]!);
  const values = Float64Array.from(order, (i) => a[i * n + i]!);
  const vectors = new Float64Array(n * n);
  order.forEach((i, row) => {
    for (let k = 0; k < n; k++) vectors[row * n + k] = v[k * n + i]!;
  });
  return { values, vectors };
}

function rotate(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const apq = a[p * n + q]!;
  if (apq === 0) return;
  const theta = (a[q * n + q]! - a[p * n + p]!) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < n; k++) {
    const [kp, kq] = [a[k * n + p]!, a[k * n + q]!];
    a[k * n + p] = c * kp - s * kq;
    a[k * n + q] = s * kp + c * kq;
  }
  for (let k = 0; k < n; k++) {
    const [pk, qk] = [a[p * n + k]!, a[q * n + k]!];
    a[p * n + k] = c * pk - s * qk;
    a[q * n + k] = s * pk + c * qk;
    const [vp, vq] = [v[k * n + p]!, v[k * n + q]!];
    v[k * n + p] = c * vp - s * vq;
    v[k * n + q] = s * vp + c * vq;
  }
}

/** X of A·X = B for a symmetric positive A (n × n) and B (n × m), by Cholesky; both are overwritten, B with X. */
export function solvePositive(a: Float64Array, b: Float64Array, n: number, m: number): Float64Array {
  for (let j = 0; j < n; j++) {
    let d = a[j * n + j]!;
    for (let k = 0; k < j; k++) d -= a[j * n + k]! ** 2;
    const root = Math.sqrt(Math.max(d, 1e-12));
    a[j * n + j] = root;
    for (let i = j + 1; i < n; i++) {
      let s = a[i * n + j]!;
      for (let k = 0; k < j; k++) s -= a[i * n + k]! * a[j * n + k]!;
      a[i * n + j] = s / root;
    }
  }
  for (let i = 0; i < n; i++)
    for (let c = 0; c < m; c++) {
      let s = b[i * m + c]!;
      for (let k = 0; k < i; k++) s -= a[i * n + k]! * b[k * m + c]!;
      b[i * m + c] = s / a[i * n + i]!;
    }
  for (let i = n - 1; i >= 0; i--)
    for (let c = 0; c < m; c++) {
      let s = b[i * m + c]!;
      for (let k = i + 1; k < n; k++) s -= a[k * n + i]! * b[k * m + c]!;
      b[i * m + c] = s / a[i * n + i]!;
    }
  return b;
}

/**
 * Ridge regression of Y (rows × outputs) on X (rows × inputs; give a column of ones for a constant). `ridge` is one
 * penalty an input. @returns inputs × outputs
 */
export function ridge(
  x: Float64Array,
  y: Float64Array,
  rows: number,
  inputs: number,
  outputs: number,
  penalty: readonly number[],
): Float64Array {
  const a = new Float64Array(inputs * inputs);
  const b = new Float64Array(inputs * outputs);
  for (let r = 0; r < rows; r++)
    for (let i = 0; i < inputs; i++) {
      const xi = x[r * inputs + i]!;
      if (xi === 0) continue;
      for (let j = 0; j < inputs; j++) a[i * inputs + j]! += xi * x[r * inputs + j]!;
      for (let o = 0; o < outputs; o++) b[i * outputs + o]! += xi * y[r * outputs + o]!;
    }
  for (let i = 0; i < inputs; i++) a[i * inputs + i]! += penalty[i] ?? 0;
  return solvePositive(a, b, inputs, outputs);
}

/**
 * Principal components of rows that are centred already, weighted: at most `most`, as many as hold `share` of the
 * variance. @returns basis (dimensions × columns, orthonormal rows) and the variance along each
 */
export function principal(
  rows: Float64Array,
  columns: number,
  weights: ArrayLike<number>,
  most: number,
  share = 1,
): { readonly basis: Float64Array; readonly variance: Float64Array } {
  const n = rows.length / columns;
  const c = new Float64Array(columns * columns);
  let total = 0;
  for (let r = 0; r < n; r++) {
    const w = weights[r]!;
    if (w === 0) continue;
    total += w;
    for (let i = 0; i < columns; i++) {
      const x = w * rows[r * columns + i]!;
      for (let j = 0; j <= i; j++) c[i * columns + j]! += x * rows[r * columns + j]!;
    }
  }
  for (let i = 0; i < columns; i++)
    for (let j = 0; j <= i; j++) {
      c[i * columns + j]! /= Math.max(total, 1e-9);
      c[j * columns + i] = c[i * columns + j]!;
    }
  const found = leading(c, columns, Math.min(most, columns, Math.max(1, n - 1)));
  let trace = 0;
  for (let i = 0; i < columns; i++) trace += c[i * columns + i]!;
  let kept = 0;
  let held = 0;
  while (kept < found.values.length && held < share * trace) held += found.values[kept++]!;
  kept = Math.max(1, kept);
  return { basis: found.vectors.slice(0, kept * columns), variance: found.values.slice(0, kept) };
}

/** The first eigenvectors of a large symmetric matrix: subspace iteration, then Jacobi on what is left. */
function leading(
  c: Float64Array,
  n: number,
  wanted: number,
): { readonly values: Float64Array; readonly vectors: Float64Array } {
  const k = Math.min(n, wanted + 6);
  let q = new Float64Array(k * n);
  // Any start that is not special will do, and must be the same every time.
  for (let i = 0; i < q.length; i++) q[i] = Math.sin(1 + i * 12.9898) + (i % n === Math.floor(i / n) ? 1 : 0);
  orthonormalise(q, k, n);
  for (let round = 0; round < 30; round++) {
    q = timesSymmetric(q, c, k, n);
    orthonormalise(q, k, n);
  }
  const cq = timesSymmetric(q, c, k, n);
  const small = new Float64Array(k * k);
  for (let i = 0; i < k; i++)
    for (let j = 0; j < k; j++) {
      let s = 0;
      for (let x = 0; x < n; x++) s += q[i * n + x]! * cq[j * n + x]!;
      small[i * k + j] = s;
    }
  const eigen = symmetricEigen(small, k);
  const vectors = new Float64Array(wanted * n);
  for (let i = 0; i < wanted; i++)
    for (let j = 0; j < k; j++) {
      const w = eigen.vectors[i * k + j]!;
      for (let x = 0; x < n; x++) vectors[i * n + x]! += w * q[j * n + x]!;
    }
  return { values: eigen.values.slice(0, wanted).map((v) => Math.max(0, v)), vectors };
}

function timesSymmetric(q: Float64Array, c: Float64Array, k: number, n: number): Float64Array<ArrayBuffer> {
  const out = new Float64Array(k * n);
  for (let r = 0; r < k; r++)
    for (let i = 0; i < n; i++) {
      const w = q[r * n + i]!;
      if (w === 0) continue;
      for (let j = 0; j < n; j++) out[r * n + j]! += w * c[i * n + j]!;
    }
  return out;
}

function orthonormalise(q: Float64Array, k: number, n: number): void {
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < i; j++) {
      let s = 0;
      for (let x = 0; x < n; x++) s += q[i * n + x]! * q[j * n + x]!;
      for (let x = 0; x < n; x++) q[i * n + x]! -= s * q[j * n + x]!;
    }
    let s = 0;
    for (let x = 0; x < n; x++) s += q[i * n + x]! ** 2;
    const norm = Math.sqrt(s);
    for (let x = 0; x < n; x++) q[i * n + x] = norm > 1e-12 ? q[i * n + x]! / norm : 0;
  }
}

/**
 * Smooths columns over rows by a parabola fitted about each row with Gaussian weights (Savitzky and Golay, 1964): what
 * trembles goes, what turns and closes stays. Rows that are not trusted hardly count. σ in rows.
 */
export function smoothRows(
  values: Float64Array,
  columns: number,
  sigma: number,
  trusted: ArrayLike<number> | null = null,
): Float64Array<ArrayBuffer> {
  const rows = values.length / columns;
  const out = new Float64Array(values.length);
  const reach = Math.max(1, Math.ceil(3 * sigma));
  const kernel = new Float64Array(2 * reach + 1);
  for (let i = 0; i < rows; i++) {
    parabolaKernel(kernel, reach, sigma, (k) =>
      i + k < 0 || i + k >= rows ? 0 : !trusted || trusted[i + k]! > 0 ? 1 : 1e-3,
    );
    for (let k = Math.max(-reach, -i); k <= Math.min(reach, rows - 1 - i); k++) {
      const w = kernel[k + reach]!;
      for (let c = 0; c < columns; c++) out[i * columns + c]! += w * values[(i + k) * columns + c]!;
    }
  }
  return out;
}

/** Weights whose sum with the neighbours is the parabola's value in the middle. */
function parabolaKernel(
  kernel: Float64Array,
  reach: number,
  sigma: number,
  trust: (offset: number) => number,
): void {
  const m = new Float64Array(5);
  for (let k = -reach; k <= reach; k++) {
    const w = Math.exp(-0.5 * (k / sigma) ** 2) * trust(k);
    kernel[k + reach] = w;
    for (let p = 0, kp = w; p < 5; p++, kp *= k) m[p]! += kp;
  }
  const [m0, m1, m2, m3, m4] = m as unknown as [number, number, number, number, number];
  // First row of the inverse of the moments' matrix; at a film's ends, where it is near singular, the plain mean.
  const [a, b, c] = [m2 * m4 - m3 * m3, m2 * m3 - m1 * m4, m1 * m3 - m2 * m2];
  const determinant = m0 * a + m1 * b + m2 * c;
  const solid = determinant > 0.02 * m0 ** 3;
  for (let k = -reach; k <= reach; k++)
    kernel[k + reach]! *= solid ? (a + b * k + c * k * k) / determinant : 1 / m0;
}
