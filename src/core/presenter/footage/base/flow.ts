/**
 * How one small picture must be bent to lie on another: optical flow after Horn and Schunck ("Determining optical flow",
 * 1981), coarse to fine, the second picture warped anew at each step. Clothes and arms have no landmarks; their outlines
 * are what is seen of a cross-fade.
 */

export interface GreyPicture {
  readonly columns: number;
  readonly rows: number;
  readonly luma: Float32Array;
}

/** cells × (x, y), in cells: a(x) looks like b(x + flow(x)). */
export type Flow = Float32Array<ArrayBuffer>;

const LEVELS = 4;
const DRAWN = { warps: 3, sweeps: 24 };
export const JUDGED = { warps: 2, sweeps: 12 };
/** Of successive over-relaxation. */
const OVER = 1.8;
/** Squared luma that a flow's unevenness is weighed with. */
const SMOOTH = 160;
/** Differences beyond this are something else come into sight, not the same thing moved. */
const OUTLIER = 40;

/** @param effort what is enough to draw by; the lesser will do to judge by */
export function flowBetween(a: GreyPicture, b: GreyPicture, effort = DRAWN): Flow {
  const from = pyramid(a);
  const to = pyramid(b);
  let flow: Flow = new Float32Array(from.at(-1)!.luma.length * 2);
  let size: GreyPicture = from.at(-1)!;
  for (let level = from.length - 1; level >= 0; level--) {
    const here = from[level]!;
    if (level < from.length - 1) flow = enlarged(flow, size, here);
    for (let warp = 0; warp < effort.warps; warp++) refine(flow, here, to[level]!, effort.sweeps);
    size = here;
  }
  return flow;
}

function pyramid(picture: GreyPicture): GreyPicture[] {
  const levels = [smoothed(picture)];
  while (levels.length < LEVELS && Math.min(levels.at(-1)!.columns, levels.at(-1)!.rows) >= 12)
    levels.push(halved(levels.at(-1)!));
  return levels;
}

/** One step: the second picture is warped by the flow so far, and what still differs is explained. */
function refine(flow: Flow, a: GreyPicture, b: GreyPicture, sweeps: number): void {
  const { columns, rows } = a;
  const cells = columns * rows;
  const warped = new Float32Array(cells);
  for (let y = 0, i = 0; y < rows; y++)
    for (let x = 0; x < columns; x++, i++) warped[i] = lumaAt(b, x + flow[i * 2]!, y + flow[i * 2 + 1]!);
  const before = flow.slice();
  const gx = new Float32Array(cells);
  const gy = new Float32Array(cells);
  const rest = new Float32Array(cells);
  for (let y = 0, i = 0; y < rows; y++)
    for (let x = 0; x < columns; x++, i++) {
      const [l, r] = [x > 0 ? i - 1 : i, x + 1 < columns ? i + 1 : i];
      const [u, d] = [y > 0 ? i - columns : i, y + 1 < rows ? i + columns : i];
      gx[i] = (warped[r]! - warped[l]! + a.luma[r]! - a.luma[l]!) / (2 * Math.max(1, r - l));
      gy[i] = (warped[d]! - warped[u]! + a.luma[d]! - a.luma[u]!) / (2 * Math.max(1, (d - u) / columns));
      rest[i] = warped[i]! - a.luma[i]!;
    }
  // Each sweep's step needs only what does not change between sweeps: off = base + p·u + q·v, and what it is divided by.
  const base = new Float32Array(cells);
  const weight = new Float32Array(cells);
  for (let i = 0; i < cells; i++) {
    const [p, q] = [gx[i]!, gy[i]!];
    const trust = 1 / (1 + (rest[i]! / OUTLIER) ** 2);
    base[i] = rest[i]! - p * before[i * 2]! - q * before[i * 2 + 1]!;
    weight[i] = trust / (SMOOTH + trust * (p * p + q * q));
  }
  for (let sweep = 0; sweep < sweeps; sweep++)
    for (let y = 0, i = 0; y < rows; y++) {
      const up = y > 0 ? -2 * columns : 2 * columns;
      const down = y + 1 < rows ? 2 * columns : -2 * columns;
      for (let x = 0; x < columns; x++, i++) {
        const j = 2 * i;
        // Beyond the edge lies the mirror of what is within.
        const left = x > 0 ? j - 2 : j + 2;
        const right = x + 1 < columns ? j + 2 : j - 2;
        const mu = 0.25 * (flow[left]! + flow[right]! + flow[j + up]! + flow[j + down]!);
        const mv = 0.25 * (flow[left + 1]! + flow[right + 1]! + flow[j + up + 1]! + flow[j + down + 1]!);
        const p = gx[i]!;
        const q = gy[i]!;
        const step = weight[i]! * (base[i]! + p * mu + q * mv);
        flow[j] = flow[j]! + OVER * (mu - step * p - flow[j]!);
        flow[j + 1] = flow[j + 1]! + OVER * (mv - step * q - flow[j + 1]!);
      }
    }
}

/** Luma at a place given in cells. */
export function lumaAt({ luma, columns, rows }: GreyPicture, x: number, y: number): number {
  const cx = Math.min(columns - 1.001, Math.max(0, x));
  const cy = Math.min(rows - 1.001, Math.max(0, y));
  const [l, t] = [Math.floor(cx), Math.floor(cy)];
  const [u, v] = [cx - l, cy - t];
  const i = t * columns + l;
  const upper = luma[i]! + u * (luma[i + 1]! - luma[i]!);
  const lower = luma[i + columns]! + u * (luma[i + columns + 1]! - luma[i + columns]!);
  return upper + v * (lower - upper);
}

/** The flow at a place given in cells. */
export function flowAt(
  flow: Flow,
  { columns, rows }: Pick<GreyPicture, 'columns' | 'rows'>,
  x: number,
  y: number,
): readonly [number, number] {
  const cx = Math.min(columns - 1.001, Math.max(0, x));
  const cy = Math.min(rows - 1.001, Math.max(0, y));
  const [l, t] = [Math.floor(cx), Math.floor(cy)];
  const [u, v] = [cx - l, cy - t];
  const at = (k: number) => {
    const i = (t * columns + l) * 2 + k;
    const upper = flow[i]! + u * (flow[i + 2]! - flow[i]!);
    const lower = flow[i + columns * 2]! + u * (flow[i + columns * 2 + 2]! - flow[i + columns * 2]!);
    return upper + v * (lower - upper);
  };
  return [at(0), at(1)];
}

function enlarged(flow: Flow, from: GreyPicture, to: GreyPicture): Flow {
  const out = new Float32Array(to.luma.length * 2);
  const [kx, ky] = [from.columns / to.columns, from.rows / to.rows];
  for (let y = 0, i = 0; y < to.rows; y++)
    for (let x = 0; x < to.columns; x++, i++) {
      const [u, v] = flowAt(flow, from, (x + 0.5) * kx - 0.5, (y + 0.5) * ky - 0.5);
      out[i * 2] = u / kx;
      out[i * 2 + 1] = v / ky;
    }
  return out;
}

function halved(picture: GreyPicture): GreyPicture {
  const [columns, rows] = [picture.columns >> 1, picture.rows >> 1];
  const luma = new Float32Array(columns * rows);
  for (let y = 0, i = 0; y < rows; y++)
    for (let x = 0; x < columns; x++, i++) {
      const j = 2 * y * picture.columns + 2 * x;
      luma[i] =
        (picture.luma[j]! +
          picture.luma[j + 1]! +
          picture.luma[j + picture.columns]! +
          picture.luma[j + picture.columns + 1]!) /
        4;
    }
  return smoothed({ columns, rows, luma });
}

/** By [1 2 1] along both sides. */
export function smoothed({ columns, rows, luma }: GreyPicture): GreyPicture {
  const half = new Float32Array(luma.length);
  const out = new Float32Array(luma.length);
  for (let y = 0, i = 0; y < rows; y++)
    for (let x = 0; x < columns; x++, i++)
      half[i] = (luma[x > 0 ? i - 1 : i]! + 2 * luma[i]! + luma[x + 1 < columns ? i + 1 : i]!) / 4;
  for (let y = 0, i = 0; y < rows; y++)
    for (let x = 0; x < columns; x++, i++)
      out[i] = (half[y > 0 ? i - columns : i]! + 2 * half[i]! + half[y + 1 < rows ? i + columns : i]!) / 4;
  return { columns, rows, luma: out };
}
