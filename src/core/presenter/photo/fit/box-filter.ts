/** Means over squares of pixels by running sums: the cost does not depend on the square's size. */

/** The mean of each pixel's square of side 2·radius + 1, as much of it as lies in the picture. */
export function boxMean(
  from: Float32Array,
  widthPx: number,
  heightPx: number,
  radius: number,
): Float32Array<ArrayBuffer> {
  const rows = new Float32Array(from.length);
  for (let y = 0; y < heightPx; y++) {
    const row = y * widthPx;
    let sum = 0;
    for (let x = 0; x < Math.min(radius, widthPx); x++) sum += from[row + x] as number;
    for (let x = 0; x < widthPx; x++) {
      if (x + radius < widthPx) sum += from[row + x + radius] as number;
      if (x - radius - 1 >= 0) sum -= from[row + x - radius - 1] as number;
      rows[row + x] = sum / (Math.min(widthPx - 1, x + radius) - Math.max(0, x - radius) + 1);
    }
  }
  const out = new Float32Array(from.length);
  // Row by row, so that memory is read in its order.
  const sums = new Float64Array(widthPx);
  for (let y = 0; y < Math.min(radius, heightPx); y++)
    for (let x = 0; x < widthPx; x++) sums[x] = (sums[x] as number) + (rows[y * widthPx + x] as number);
  for (let y = 0; y < heightPx; y++) {
    const enters = y + radius < heightPx ? (y + radius) * widthPx : -1;
    const leaves = y - radius - 1 >= 0 ? (y - radius - 1) * widthPx : -1;
    const k = 1 / (Math.min(heightPx - 1, y + radius) - Math.max(0, y - radius) + 1);
    for (let x = 0; x < widthPx; x++) {
      let sum = sums[x] as number;
      if (enters >= 0) sum += rows[enters + x] as number;
      if (leaves >= 0) sum -= rows[leaves + x] as number;
      sums[x] = sum;
      out[y * widthPx + x] = sum * k;
    }
  }
  return out;
}

/** A smaller or larger picture of one channel: means of the pixels under each where it shrinks, else straight lines between. */
export function resizePlane(
  from: ArrayLike<number>,
  fromWidth: number,
  fromHeight: number,
  widthPx: number,
  heightPx: number,
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(widthPx * heightPx);
  const [kx, ky] = [fromWidth / widthPx, fromHeight / heightPx];
  if (kx > 1 && ky > 1) {
    for (let y = 0; y < heightPx; y++) {
      const [y0, y1] = [Math.floor(y * ky), Math.max(Math.floor(y * ky) + 1, Math.floor((y + 1) * ky))];
      for (let x = 0; x < widthPx; x++) {
        const [x0, x1] = [Math.floor(x * kx), Math.max(Math.floor(x * kx) + 1, Math.floor((x + 1) * kx))];
        let sum = 0;
        for (let sy = y0; sy < y1; sy++)
          for (let sx = x0; sx < x1; sx++) sum += from[sy * fromWidth + sx] as number;
        out[y * widthPx + x] = sum / ((y1 - y0) * (x1 - x0));
      }
    }
    return out;
  }
  for (let y = 0; y < heightPx; y++) {
    const sy = Math.min(fromHeight - 1, Math.max(0, (y + 0.5) * ky - 0.5));
    const y0 = Math.floor(sy);
    const y1 = Math.min(fromHeight - 1, y0 + 1);
    const ty = sy - y0;
    for (let x = 0; x < widthPx; x++) {
      const sx = Math.min(fromWidth - 1, Math.max(0, (x + 0.5) * kx - 0.5));
      const x0 = Math.floor(sx);
      const x1 = Math.min(fromWidth - 1, x0 + 1);
      const tx = sx - x0;
      const top =
        (from[y0 * fromWidth + x0] as number) * (1 - tx) + (from[y0 * fromWidth + x1] as number) * tx;
      const below =
        (from[y1 * fromWidth + x0] as number) * (1 - tx) + (from[y1 * fromWidth + x1] as number) * tx;
      out[y * widthPx + x] = top * (1 - ty) + below * ty;
    }
  }
  return out;
}
