/** Nearest known places, and what lies as far beyond them: two sweeps (Danielsson, "Euclidean distance mapping", 1980). */

export interface Mirrored {
  /** The known place that mirrors each unknown one across the nearest edge; −1 where there is none. */
  readonly source: Int32Array;
  /** To that edge, pixels. */
  readonly distance: Float32Array;
}

/** @param known more than half counts */
export function mirroredAcross(known: Float32Array, widthPx: number, heightPx: number): Mirrored {
  const count = known.length;
  // Where the nearest known pixel is; far away where none was met.
  const nx = new Int32Array(count).fill(1 << 20);
  const ny = new Int32Array(count).fill(1 << 20);
  const isKnown = (i: number) => (known[i] as number) > 0.5;
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++)
      if (isKnown(y * widthPx + x)) {
        nx[y * widthPx + x] = x;
        ny[y * widthPx + x] = y;
      }
  const sweep = (step: 1 | -1) => {
    const neighbours = [
      [-step, 0],
      [0, -step],
      [-step, -step],
      [step, -step],
    ] as const;
    for (let r = 0; r < heightPx; r++) {
      const y = step > 0 ? r : heightPx - 1 - r;
      for (let q = 0; q < widthPx; q++) {
        const x = step > 0 ? q : widthPx - 1 - q;
        const i = y * widthPx + x;
        if (isKnown(i)) continue;
        let [bx, by] = [nx[i] as number, ny[i] as number];
        let best = (bx - x) ** 2 + (by - y) ** 2;
        for (const [dx, dy] of neighbours) {
          if (x + dx < 0 || x + dx >= widthPx || y + dy < 0 || y + dy >= heightPx) continue;
          const j = i + dy * widthPx + dx;
          const [cx, cy] = [nx[j] as number, ny[j] as number];
          const d = (cx - x) ** 2 + (cy - y) ** 2;
          if (d < best) [best, bx, by] = [d, cx, cy];
        }
        nx[i] = bx;
        ny[i] = by;
      }
    }
  };
  sweep(1);
  sweep(-1);
  const source = new Int32Array(count).fill(-1);
  const distance = new Float32Array(count);
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++) {
      const i = y * widthPx + x;
      const [ex, ey] = [nx[i] as number, ny[i] as number];
      if (isKnown(i) || ex >= widthPx) continue;
      distance[i] = Math.hypot(ex - x, ey - y);
      const [mx, my] = [2 * ex - x, 2 * ey - y];
      if (mx < 0 || my < 0 || mx >= widthPx || my >= heightPx) continue;
      if (isKnown(my * widthPx + mx)) source[i] = my * widthPx + mx;
    }
  return { source, distance };
}
