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

/**
 * Structural similarity of what is light and dark (Wang, Bovik, Sheikh, Simoncelli 2004), mean over windows of 8 × 8 pixels
 * that half overlap; 1 for the same picture.
 */
export function ssim(a: ArrayLike<number>, b: ArrayLike<number>, widthPx: number, heightPx: number): number {
  const [x, y] = [lightOf(a, widthPx * heightPx), lightOf(b, widthPx * heightPx)];
  let sum = 0;
  let windows = 0;
  for (let top = 0; top + 8 <= heightPx; top += 4)
    for (let left = 0; left + 8 <= widthPx; left += 4, windows++)
      sum += ssimOf(x, y, top * widthPx + left, widthPx);
  return sum / windows;
}

function lightOf(rgba: ArrayLike<number>, pixels: number): Float64Array {
  const out = new Float64Array(pixels);
  for (let i = 0; i < pixels; i++)
    out[i] =
      0.2126 * (rgba[4 * i] as number) +
      0.7152 * (rgba[4 * i + 1] as number) +
      0.0722 * (rgba[4 * i + 2] as number);
  return out;
}

function ssimOf(x: Float64Array, y: Float64Array, from: number, stride: number): number {
  let [sx, sy, sxx, syy, sxy] = [0, 0, 0, 0, 0];
  for (let row = 0; row < 8; row++)
    for (let i = from + row * stride; i < from + row * stride + 8; i++) {
      const [p, q] = [x[i] as number, y[i] as number];
      sx += p;
      sy += q;
      sxx += p * p;
      syy += q * q;
      sxy += p * q;
    }
  const [mx, my] = [sx / 64, sy / 64];
  const [vx, vy, cov] = [sxx / 64 - mx * mx, syy / 64 - my * my, sxy / 64 - mx * my];
  const [c1, c2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2];
  return ((2 * mx * my + c1) * (2 * cov + c2)) / ((mx * mx + my * my + c1) * (vx + vy + c2));
}

/** The most that any square of `sidePx` is off in the mean of a colour, in steps of 255. */
export function worstRegion(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  widthPx: number,
  heightPx: number,
  sidePx = 12,
): number {
  let worst = 0;
  for (let top = 0; top < heightPx; top += sidePx)
    for (let left = 0; left < widthPx; left += sidePx)
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        let pixels = 0;
        for (let y = top; y < Math.min(heightPx, top + sidePx); y++)
          for (let x = left; x < Math.min(widthPx, left + sidePx); x++, pixels++)
            sum += (a[4 * (y * widthPx + x) + c] as number) - (b[4 * (y * widthPx + x) + c] as number);
        worst = Math.max(worst, Math.abs(sum / pixels));
      }
  return worst;
}
