/**
 * How far two pictures are apart. Edges are told from surfaces: along an edge two honest rasterisers differ by how
 * they weigh a pixel that is half covered; on a surface they have no excuse.
 */
export interface Difference {
  /** Mean over all pixels and colours, in steps of 255. */
  readonly mean: number;
  /** The most that any pixel away from edges differs. */
  readonly maxSurface: number;
  /** The most that a pixel on an edge differs. */
  readonly maxEdge: number;
}

/** A pixel is on an edge when a neighbour of it, in the reference, differs by more than this. */
const EDGE_STEP = 20;

export function difference(
  picture: ArrayLike<number>,
  reference: ArrayLike<number>,
  widthPx: number,
  heightPx: number,
): Difference {
  if (picture.length !== reference.length)
    throw new Error(`Pictures of ${picture.length} and ${reference.length} bytes`);
  let sum = 0;
  let maxSurface = 0;
  let maxEdge = 0;
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++) {
      const at = (y * widthPx + x) * 4;
      let most = 0;
      for (let c = 0; c < 4; c++) {
        const off = Math.abs((picture[at + c] as number) - (reference[at + c] as number));
        sum += off;
        most = Math.max(most, off);
      }
      if (onEdge(reference, x, y, widthPx, heightPx)) maxEdge = Math.max(maxEdge, most);
      else maxSurface = Math.max(maxSurface, most);
    }
  return { mean: sum / (widthPx * heightPx * 4), maxSurface, maxEdge };
}

function onEdge(
  reference: ArrayLike<number>,
  x: number,
  y: number,
  widthPx: number,
  heightPx: number,
): boolean {
  const at = (y * widthPx + x) * 4;
  for (const [dx, dy] of [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ] as const) {
    const nx = x + dx;
    const ny = y + dy;
    if (nx < 0 || ny < 0 || nx >= widthPx || ny >= heightPx) continue;
    const other = (ny * widthPx + nx) * 4;
    for (let c = 0; c < 4; c++)
      if (Math.abs((reference[at + c] as number) - (reference[other + c] as number)) > EDGE_STEP) return true;
  }
  return false;
}
