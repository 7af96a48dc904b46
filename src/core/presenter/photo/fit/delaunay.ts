/**
 * Delaunay triangulation in the plane: points are put in one by one, and the triangles whose circle holds the new point
 * give way to a fan around it (Bowyer 1981, Watson 1981). The triangle a point falls in is found by walking from the
 * last one made, so points that come in order of place cost little.
 */

/**
 * @param xy x, y of each point; no two may coincide
 * @returns three points a triangle, all turning the same way (clockwise as seen with y down)
 */
export function delaunay(xy: ArrayLike<number>): Uint32Array<ArrayBuffer> {
  const count = Math.floor(xy.length / 2);
  const x = new Float64Array(count + 3);
  const y = new Float64Array(count + 3);
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < count; i++) {
    x[i] = xy[2 * i] as number;
    y[i] = xy[2 * i + 1] as number;
    minX = Math.min(minX, x[i] as number);
    maxX = Math.max(maxX, x[i] as number);
    minY = Math.min(minY, y[i] as number);
    maxY = Math.max(maxY, y[i] as number);
  }
  // A triangle that holds them all, far enough away to take no part.
  const size = Math.max(maxX - minX, maxY - minY, 1) * 1000;
  const [midX, midY] = [(minX + maxX) / 2, (minY + maxY) / 2];
  x.set([midX - size, midX + size, midX], count);
  y.set([midY - size, midY - size, midY + size], count);

  // Triangle t: corners 3t…3t+2; beside[3t + k] is the triangle across the edge that starts at corner k, or −1.
  const corners: number[] = [count, count + 1, count + 2];
  const beside: number[] = [-1, -1, -1];
  const alive: boolean[] = [true];
  const free: number[] = [];
  const corner = (t: number, k: number) => corners[3 * t + (k % 3)] as number;
  const side = (a: number, b: number, px: number, py: number) =>
    ((x[b] as number) - (x[a] as number)) * (py - (y[a] as number)) -
    ((y[b] as number) - (y[a] as number)) * (px - (x[a] as number));
  const holds = (t: number, px: number, py: number) => {
    const [a, b, c] = [corner(t, 0), corner(t, 1), corner(t, 2)];
    const [ax, ay] = [(x[a] as number) - px, (y[a] as number) - py];
    const [bx, by] = [(x[b] as number) - px, (y[b] as number) - py];
    const [cx, cy] = [(x[c] as number) - px, (y[c] as number) - py];
    return (
      (ax * ax + ay * ay) * (bx * cy - cx * by) -
        (bx * bx + by * by) * (ax * cy - cx * ay) +
        (cx * cx + cy * cy) * (ax * by - bx * ay) >
      0
    );
  };

  let last = 0;
  for (let p = 0; p < count; p++) {
    const [px, py] = [x[p] as number, y[p] as number];
    let t = last;
    for (let steps = 0; steps < alive.length * 3; steps++) {
      const k = [0, 1, 2].find((e) => side(corner(t, e), corner(t, e + 1), px, py) < 0);
      if (k === undefined) break;
      const next = beside[3 * t + k] as number;
      if (next < 0) break;
      t = next;
    }
    // All triangles around whose circle holds the point, and the edges that bound them.
    const bad = new Set([t]);
    const waiting = [t];
    const rim: { readonly a: number; readonly b: number; readonly out: number }[] = [];
    for (let bt = waiting.pop(); bt !== undefined; bt = waiting.pop()) {
      for (let k = 0; k < 3; k++) {
        const out = beside[3 * bt + k] as number;
        if (out >= 0 && bad.has(out)) continue;
        if (out >= 0 && holds(out, px, py)) {
          bad.add(out);
          waiting.push(out);
        } else rim.push({ a: corner(bt, k), b: corner(bt, k + 1), out });
      }
    }
    // A neighbour found bad after its edge was noted takes the edge off the rim again.
    const kept = rim.filter(({ out }) => out < 0 || !bad.has(out));
    for (const bt of bad) {
      alive[bt] = false;
      free.push(bt);
    }
    const startingAt = new Map<number, number>();
    const made = kept.map(({ a, b, out }) => {
      const n = free.pop() ?? alive.push(true) - 1;
      alive[n] = true;
      corners[3 * n] = a;
      corners[3 * n + 1] = b;
      corners[3 * n + 2] = p;
      beside[3 * n] = out;
      if (out >= 0)
        for (let k = 0; k < 3; k++)
          if (corner(out, k) === b && corner(out, k + 1) === a) beside[3 * out + k] = n;
      startingAt.set(a, n);
      return n;
    });
    for (const n of made) {
      const next = startingAt.get(corner(n, 1)) as number;
      beside[3 * n + 1] = next;
      beside[3 * next + 2] = n;
    }
    last = made[0] as number;
  }
  const found: number[] = [];
  for (let t = 0; t < alive.length; t++) {
    if (alive[t] && corner(t, 0) < count && corner(t, 1) < count && corner(t, 2) < count)
      found.push(corner(t, 0), corner(t, 1), corner(t, 2));
  }
  return Uint32Array.from(found);
}
