/**
 * The catch-lights of a face: reflections of a window or lamp, which stay where they are when the eye turns. They are
 * lifted off the iris (what is under them is filled in from around) and kept on the sheet as small pictures on glass,
 * which are laid back over the eye: a photo at rest is itself again, and a gaze leaves them behind.
 */
import type { Rect } from '../../../draw/draw-list.ts';
import type { Picture } from '../../../track/ports.ts';
import { smoothstep } from '../curve.ts';
import type { EyeMesh } from '../fit.ts';
import { luma } from './light.ts';

/** Looked for this far out, in radii of the iris; further out the white of the eye begins. */
const REACH = 0.88;
/**
 * How much brighter than the iris's middling pixel a reflection is: at first so much, and more as long as too much of an
 * eye would be one. Its middle is brighter still.
 */
const [FAINTEST, BRIGHTEST, STEP, MIDDLE] = [0.1, 0.45, 0.03, 0.06];
/** More of the iris than this is no reflection but a pale eye; an iris of fewer pixels shows none. */
const MOST = 0.12;
/** In few pixels a spot and its soft edge take more of them. */
const SMALL_PX = 14;
const LEAST_RADIUS_PX = 4;
const FILL_ROUNDS = 60;

export interface Glint {
  /** Where it was in the picture, whole pixels. */
  readonly place: Rect;
  /** Of `place`'s size: colours, straight, and how much of each pixel is reflection. */
  readonly rgba: Uint8ClampedArray;
}

/** @param sheet the person's colours, from whose irises reflections are taken out @returns null where there is none */
export function liftGlint(sheet: Picture, eye: Pick<EyeMesh, 'iris' | 'ball'>): Glint | null {
  const [cx, cy, radius] = eye.iris;
  if (radius < LEAST_RADIUS_PX) return null;
  const reach = Math.ceil(radius * 1.1);
  const x = Math.max(0, Math.round(cx) - reach);
  const y = Math.max(0, Math.round(cy) - reach);
  const width = Math.min(sheet.widthPx, Math.round(cx) + reach + 1) - x;
  const height = Math.min(sheet.heightPx, Math.round(cy) + reach + 1) - y;
  if (width < 3 || height < 3) return null;
  const at = (i: number) => 4 * ((y + Math.floor(i / width)) * sheet.widthPx + x + (i % width));
  const n = width * height;
  const lumas = Float32Array.from({ length: n }, (_, i) => {
    const p = at(i);
    return luma([sheet.rgba[p]! / 255, sheet.rgba[p + 1]! / 255, sheet.rgba[p + 2]! / 255]);
  });
  const inIris = (i: number, part: number) =>
    Math.hypot(x + (i % width) + 0.5 - cx, y + Math.floor(i / width) + 0.5 - cy) < part * radius;
  // Lids cover the iris above and below: only its middle band is surely iris.
  const iris = Array.from({ length: n }, (_, i) => i).filter((i) => inIris(i, REACH));
  const sorted = iris.map((i) => lumas[i]!).sort((a, b) => a - b);
  const middling = sorted[Math.floor(sorted.length * 0.4)] ?? 1;
  for (let faint = FAINTEST; faint < BRIGHTEST; faint += STEP) {
    const share = spots(lumas, width, middling + faint, (i) => inIris(i, REACH));
    const mask = soften(share, width, height);
    const covered = mask.reduce((sum, a) => sum + a, 0);
    if (covered >= 1 && covered <= MOST * iris.length + SMALL_PX)
      return take(sheet, at, { x, y, width, height }, mask);
  }
  return null;
}

/** How surely each pixel is a reflection: bright spots with a brighter middle, all around them iris. */
function spots(
  lumas: Float32Array,
  width: number,
  least: number,
  inIris: (i: number) => boolean,
): Float32Array {
  const share = new Float32Array(lumas.length);
  const met = new Uint8Array(lumas.length);
  for (let start = 0; start < lumas.length; start++) {
    if (met[start] === 1 || lumas[start]! < least || !inIris(start)) continue;
    const spot = [start];
    met[start] = 1;
    let [whole, brightest] = [true, 0];
    for (let k = 0; k < spot.length; k++) {
      const i = spot[k]!;
      brightest = Math.max(brightest, lumas[i]!);
      for (const next of [i - 1, i + 1, i - width, i + width]) {
        // What goes on outside is the white of the eye, or a lid.
        if (next < 0 || next >= lumas.length || !inIris(next)) whole = false;
        else if (met[next] === 0 && lumas[next]! >= least) {
          met[next] = 1;
          spot.push(next);
        }
      }
    }
    if (!whole || brightest < least + MIDDLE) continue;
    for (const i of spot) share[i] = smoothstep(-0.5 * MIDDLE, 0.5 * MIDDLE, lumas[i]! - least);
  }
  return share;
}

/** A pixel wider, and soft: an edge left behind would be a ring. */
function soften(share: Float32Array, width: number, height: number): Float32Array {
  const around = (i: number, weigh: (value: number, d: number) => void) => {
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -1; dx <= 1; dx++) {
        const [c, r] = [(i % width) + dx, Math.floor(i / width) + dy];
        if (c >= 0 && r >= 0 && c < width && r < height)
          weigh(share[r * width + c]!, Math.abs(dx) + Math.abs(dy));
      }
  };
  return share.map((own, i) => {
    let most = own;
    around(i, (value, d) => (most = Math.max(most, value * (d === 2 ? 0.5 : 0.75))));
    return most;
  });
}

/** Fills what is under the reflection and tells it apart from what is now there. */
function take(sheet: Picture, at: (i: number) => number, place: Rect, mask: Float32Array): Glint {
  const { width, height } = place;
  const n = width * height;
  const under = [0, 1, 2].map((c) => Float32Array.from({ length: n }, (_, i) => sheet.rgba[at(i) + c]!));
  const hidden = Array.from({ length: n }, (_, i) => i).filter((i) => mask[i]! > 0);
  for (const plane of under) {
    const clear = plane.filter((_, i) => mask[i] === 0);
    const start = clear.reduce((sum, v) => sum + v, 0) / Math.max(1, clear.length);
    for (const i of hidden) plane[i] = start;
    // Laplace's equation: the smoothest that meets what is around.
    for (let round = 0; round < FILL_ROUNDS; round++)
      for (const i of hidden) {
        const c = i % width;
        const sides = [
          ...(c > 0 ? [i - 1] : []),
          ...(c < width - 1 ? [i + 1] : []),
          ...(i >= width ? [i - width] : []),
          ...(i + width < n ? [i + width] : []),
        ];
        plane[i] = sides.reduce((sum, k) => sum + plane[k]!, 0) / sides.length;
      }
  }
  const rgba = new Uint8ClampedArray(4 * n);
  for (let i = 0; i < n; i++) {
    const p = at(i);
    const a = mask[i]!;
    for (let c = 0; c < 3; c++) {
      const [was, now] = [sheet.rgba[p + c]!, under[c]![i]!];
      // What, laid over the fill with this much of it, is what was there.
      rgba[4 * i + c] = a > 0 ? (was - (1 - a) * now) / a : was;
      if (a > 0) sheet.rgba[p + c] = now;
    }
    rgba[4 * i + 3] = 255 * a;
  }
  return { place, rgba };
}
