/**
 * Triangles that stay the right way round in several poses at once: an edge between two triangles is turned over (Lawson
 * 1972) where the worse of the two, in its worst pose, becomes better.
 */

const ROUNDS = 6;

/** @param poses x, y of each point @param indices three points a triangle; changed in place */
export function flipEdges(indices: number[], poses: readonly ArrayLike<number>[]): void {
  for (let round = 0; round < ROUNDS; round++) if (!flipOnce(indices, poses)) return;
}

/** Without triangles that are turned over in every pose: what they would show, others do. */
export function withoutTurned(indices: ArrayLike<number>, poses: readonly ArrayLike<number>[]): number[] {
  const kept: number[] = [];
  for (let t = 0; t < indices.length; t += 3) {
    const [a, b, c] = [indices[t] as number, indices[t + 1] as number, indices[t + 2] as number];
    if (poses.some((xy) => shape(xy, a, b, c) >= 0)) kept.push(a, b, c);
  }
  return kept;
}

function flipOnce(indices: number[], poses: readonly ArrayLike<number>[]): boolean {
  const quality = (a: number, b: number, c: number) => Math.min(...poses.map((xy) => shape(xy, a, b, c)));
  /** Which triangle has this edge, and which of its corners faces it. */
  const facing = new Map<number, readonly [triangle: number, corner: number]>();
  const key = (a: number, b: number) => a * 0x10000 + b;
  for (let t = 0; t < indices.length; t += 3)
    for (let e = 0; e < 3; e++)
      facing.set(key(indices[t + e] as number, indices[t + ((e + 1) % 3)] as number), [t, (e + 2) % 3]);
  const touched = new Set<number>();
  let flipped = false;
  for (const [edge, [t, corner]] of facing) {
    const a = Math.floor(edge / 0x10000);
    const b = edge % 0x10000;
    const other = facing.get(key(b, a));
    if (!other || a > b || touched.has(t) || touched.has(other[0])) continue;
    const c = indices[t + corner] as number;
    const d = indices[other[0] + other[1]] as number;
    const before = Math.min(quality(a, b, c), quality(b, a, d));
    if (before > GOOD) continue;
    const after = Math.min(quality(c, a, d), quality(d, b, c));
    if (after <= before + 1e-6 || facing.has(key(c, d)) || facing.has(key(d, c))) continue;
    indices.splice(t, 3, c, a, d);
    indices.splice(other[0], 3, d, b, c);
    touched.add(t).add(other[0]);
    flipped = true;
  }
  return flipped;
}

/** Triangles at least this well shaped are left alone. */
const GOOD = 0.12;

/** 1 for three equal sides, 0 for a line, below where it is turned over. */
function shape(xy: ArrayLike<number>, a: number, b: number, c: number): number {
  const [ax, ay, bx, by, cx, cy] = [a, b, c].flatMap((i) => [
    xy[2 * i] as number,
    xy[2 * i + 1] as number,
  ]) as [number, number, number, number, number, number];
  const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
  const sides =
    (bx - ax) ** 2 + (by - ay) ** 2 + (cx - bx) ** 2 + (cy - by) ** 2 + (ax - cx) ** 2 + (ay - cy) ** 2;
  return (2 * Math.sqrt(3) * area) / Math.max(1e-9, sides);
}
