/**
 * What is behind the person, filled in. Only a band along the silhouette is ever seen, when the person moves off it, so
 * that band must go on as the background does: its slow changes come from a pyramid (pull averages of what is known up,
 * push them down into the holes: Gortler et al., "The Lumigraph", 1996), its grain and texture from what stands
 * just across the edge, mirrored.
 */
import type { Picture } from '../../../track/ports.ts';
import { boxMean } from './box-filter.ts';

/** A pixel with more of the person than this does not say what is behind. */
const UNSURE = 0.02;
/** And neither do those beside it, within this part of the picture's long side. */
const MARGIN = 0.004;

export function fillPlate(picture: Picture, alpha: Float32Array): Picture {
  const { widthPx, heightPx, rgba } = picture;
  const radius = Math.max(2, Math.round(MARGIN * Math.max(widthPx, heightPx)));
  const near = boxMean(
    alpha.map((a) => (a > UNSURE ? 1 : 0)),
    widthPx,
    heightPx,
    radius,
  );
  const known = near.map((n) => (n > 1e-3 ? 0 : 1));
  if (!known.includes(1)) return { widthPx, heightPx, rgba: rgba.slice() };
  // How much of each pixel is filled: a soft step at the edge of the known, inside it.
  const keep = boxMean(known, widthPx, heightPx, Math.max(1, radius >> 1)).map(
    (k, i) => (known[i] as number) * Math.max(0, 2 * k - 1),
  );
  const from = mirroredAcross(known, widthPx, heightPx);
  const out = new Uint8ClampedArray(rgba.length);
  const blurPx = Math.max(3, radius * 3);
  const nearKnown = boxMean(known, widthPx, heightPx, blurPx);
  for (let c = 0; c < 3; c++) {
    const plane = Float32Array.from({ length: known.length }, (_, i) => rgba[4 * i + c] as number);
    const slow = pullPush(plane, known, widthPx, heightPx);
    const blurred = boxMean(
      plane.map((value, i) => value * (known[i] as number)),
      widthPx,
      heightPx,
      blurPx,
    );
    const base = boxMean(slow, widthPx, heightPx, Math.max(1, radius >> 1));
    for (let i = 0; i < known.length; i++) {
      const k = keep[i] as number;
      if (k >= 1) {
        out[4 * i + c] = plane[i] as number;
        continue;
      }
      const source = from[i] as number;
      const grain =
        source < 0
          ? 0
          : (plane[source] as number) -
            (blurred[source] as number) / Math.max(1e-4, nearKnown[source] as number);
      const filled = (base[i] as number) + grain;
      out[4 * i + c] = (plane[i] as number) * k + filled * (1 - k);
    }
  }
  for (let i = 3; i < out.length; i += 4) out[i] = 255;
  return { widthPx, heightPx, rgba: out };
}

/** Averages of the known, halved again and again; then each hole takes what the level above has there. */
function pullPush(
  plane: Float32Array,
  known: Float32Array,
  widthPx: number,
  heightPx: number,
): Float32Array<ArrayBuffer> {
  if (widthPx <= 2 && heightPx <= 2) {
    const weight = known.reduce((sum, k) => sum + k, 0);
    const value = plane.reduce((sum, v, i) => sum + v * (known[i] as number), 0) / Math.max(1e-6, weight);
    return new Float32Array(plane.length).fill(value);
  }
  const [w, h] = [Math.ceil(widthPx / 2), Math.ceil(heightPx / 2)];
  const values = new Float32Array(w * h);
  const weights = new Float32Array(w * h);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const k = known[y * widthPx + x] as number;
      const to = (y >> 1) * w + (x >> 1);
      values[to] = (values[to] as number) + k * (plane[y * widthPx + x] as number);
      weights[to] = (weights[to] as number) + k;
    }
  }
  for (let i = 0; i < values.length; i++) {
    if ((weights[i] as number) > 0) values[i] = (values[i] as number) / (weights[i] as number);
    weights[i] = Math.min(1, weights[i] as number);
  }
  const above = pullPush(values, weights, w, h);
  const out = new Float32Array(plane.length);
  for (let y = 0; y < heightPx; y++) {
    const sy = Math.min(h - 1, Math.max(0, (y + 0.5) / 2 - 0.5));
    const y0 = Math.floor(sy);
    const y1 = Math.min(h - 1, y0 + 1);
    const ty = sy - y0;
    for (let x = 0; x < widthPx; x++) {
      const i = y * widthPx + x;
      const k = known[i] as number;
      if (k >= 1) {
        out[i] = plane[i] as number;
        continue;
      }
      const sx = Math.min(w - 1, Math.max(0, (x + 0.5) / 2 - 0.5));
      const x0 = Math.floor(sx);
      const x1 = Math.min(w - 1, x0 + 1);
      const tx = sx - x0;
      const filled =
        ((above[y0 * w + x0] as number) * (1 - tx) + (above[y0 * w + x1] as number) * tx) * (1 - ty) +
        ((above[y1 * w + x0] as number) * (1 - tx) + (above[y1 * w + x1] as number) * tx) * ty;
      out[i] = k * (plane[i] as number) + (1 - k) * filled;
    }
  }
  return out;
}

/**
 * For each unknown pixel, the known one as far beyond the nearest edge as it is short of it; −1 where that is outside
 * the picture or unknown. Nearest points come from two sweeps (Danielsson, "Euclidean distance mapping", 1980).
 */
function mirroredAcross(known: Float32Array, widthPx: number, heightPx: number): Int32Array {
  const nearest = new Int32Array(known.length).fill(-1);
  for (let i = 0; i < known.length; i++) if ((known[i] as number) > 0) nearest[i] = i;
  const distance2 = (i: number, x: number, y: number) => {
    const n = nearest[i] as number;
    if (n < 0) return Infinity;
    const dx = (n % widthPx) - x;
    const dy = Math.floor(n / widthPx) - y;
    return dx * dx + dy * dy;
  };
  const sweep = (forward: boolean) => {
    const step = forward ? 1 : -1;
    for (let r = 0; r < heightPx; r++) {
      const y = forward ? r : heightPx - 1 - r;
      for (let q = 0; q < widthPx; q++) {
        const x = forward ? q : widthPx - 1 - q;
        const i = y * widthPx + x;
        if (nearest[i] === i) continue;
        let best = distance2(i, x, y);
        const look = (dx: number, dy: number) => {
          const [nx, ny] = [x + dx, y + dy];
          if (nx < 0 || ny < 0 || nx >= widthPx || ny >= heightPx) return;
          const j = ny * widthPx + nx;
          const d = distance2(j, x, y);
          if (d < best) {
            best = d;
            nearest[i] = nearest[j] as number;
          }
        };
        look(-step, 0);
        look(0, -step);
        look(-step, -step);
        look(step, -step);
      }
    }
  };
  sweep(true);
  sweep(false);
  const out = new Int32Array(known.length).fill(-1);
  for (let i = 0; i < known.length; i++) {
    const n = nearest[i] as number;
    if (n === i || n < 0) continue;
    const [x, y] = [i % widthPx, Math.floor(i / widthPx)];
    const [mx, my] = [2 * (n % widthPx) - x, 2 * Math.floor(n / widthPx) - y];
    if (mx < 0 || my < 0 || mx >= widthPx || my >= heightPx) continue;
    const j = my * widthPx + mx;
    if ((known[j] as number) > 0) out[i] = j;
  }
  return out;
}
