/**
 * What is behind the person, filled in. Only a band along the silhouette is ever seen, when the person moves off it, so
 * that band must go on as the background does: its slow changes come from a pyramid (pull averages of what is known up,
 * push them down into the holes: Gortler et al., "The Lumigraph", 1996), its grain from what stands just across the
 * edge, mirrored. Slow changes and mirrors are found on a picture of half the size.
 */
import type { Picture } from '../../../track/ports.ts';
import { boxMean, resizePlane } from './box-filter.ts';
import { mirroredAcross } from './mirror.ts';
import { channelOf } from './planes.ts';

/** A pixel with more of the person than this does not say what is behind. */
const UNSURE = 0.02;
/** And neither do those beside it, within this part of the picture's long side. */
const MARGIN = 0.004;
/** Grain is lost this far from the edge, parts of the long side: nobody sees what is there. */
const GRAIN_REACH = 0.06;
/** What differs more from its surroundings is no grain but a thing, and things have no twins across an edge. */
const MOST_GRAIN = 0.03;

/** @param alpha how much of each pixel is the person, 0…1 */
export function fillPlate(picture: Picture, alpha: Float32Array): Picture {
  const { widthPx, heightPx, rgba } = picture;
  const long = Math.max(widthPx, heightPx);
  const radius = Math.max(2, Math.round(MARGIN * long));
  const unsure = alpha.map((a) => (a > UNSURE ? 1 : 0));
  const near = boxMean(unsure, widthPx, heightPx, radius);
  const known = near.map((n) => (n > 1e-3 ? 0 : 1));
  if (!known.includes(1)) return { widthPx, heightPx, rgba: rgba.slice() };
  // How much of each pixel is kept: a soft step at the edge of the known, inside it.
  const keep = boxMean(known, widthPx, heightPx, Math.max(1, radius >> 1));
  for (let i = 0; i < keep.length; i++)
    keep[i] = (known[i] as number) * Math.max(0, 2 * (keep[i] as number) - 1);

  const w = Math.ceil(widthPx / 2);
  const h = Math.ceil(heightPx / 2);
  const half = (plane: Float32Array) => resizePlane(plane, widthPx, heightPx, w, h);
  const shares = half(known);
  const { source, distance } = mirroredAcross(shares, w, h);
  const blurPx = Math.max(2, Math.round(1.5 * radius));
  const sharesNear = boxMean(shares, w, h, blurPx);
  const out = new Uint8ClampedArray(rgba.length);
  for (let c = 0; c < 3; c++) {
    const plane = channelOf(picture, c);
    const weighted = half(plane.map((value, i) => value * (known[i] as number)));
    const small = weighted.map((value, i) => ((shares[i] as number) > 0 ? value / (shares[i] as number) : 0));
    const slow = boxMean(pullPush(small, shares, w, h), w, h, Math.max(1, radius >> 2));
    const base = resizePlane(slow, w, h, widthPx, heightPx);
    const blurred = boxMean(weighted, w, h, blurPx);
    for (let y = 0; y < heightPx; y++)
      for (let x = 0; x < widthPx; x++) {
        const i = y * widthPx + x;
        const k = keep[i] as number;
        if (k >= 1) {
          out[4 * i + c] = rgba[4 * i + c] as number;
          continue;
        }
        const at = (y >> 1) * w + (x >> 1);
        const from = source[at] as number;
        let grain = 0;
        if (from >= 0) {
          const fx = Math.min(widthPx - 1, 2 * (from % w) + (x & 1));
          const fy = Math.min(heightPx - 1, 2 * Math.floor(from / w) + (y & 1));
          const fades = Math.max(0, 1 - (2 * (distance[at] as number)) / (GRAIN_REACH * long));
          const mean = (blurred[from] as number) / Math.max(1e-4, sharesNear[from] as number);
          const off = (plane[fy * widthPx + fx] as number) - mean;
          grain = fades * Math.min(MOST_GRAIN, Math.max(-MOST_GRAIN, off));
        }
        const filled = 255 * ((base[i] as number) + grain);
        out[4 * i + c] = (rgba[4 * i + c] as number) * k + filled * (1 - k);
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
  const filled = resizePlane(pullPush(values, weights, w, h), w, h, widthPx, heightPx);
  for (let i = 0; i < filled.length; i++) {
    const k = Math.min(1, known[i] as number);
    filled[i] = k * (plane[i] as number) + (1 - k) * (filled[i] as number);
  }
  return filled;
}
