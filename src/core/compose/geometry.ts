/**
 * Where things land in output pixels: worked out once, for both compositors, so that they cannot disagree.
 */
import { emptyBox, intersectBoxes, isEmptyBox, multiply, transformRect, type Box } from '../draw/affine.ts';
import type { Affine, DrawLayer, DrawList, Rect } from '../draw/draw-list.ts';
import { addNodeBox } from './extent.ts';

export type VectorLayer = Extract<DrawLayer, { kind: 'vector' }>;
export type ImageLayer = Extract<DrawLayer, { kind: 'image' }>;

/** Whole output pixels. */
export interface PixelRect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Project pixels → output pixels. */
export function viewOf(list: DrawList, widthPx: number, heightPx: number): Affine {
  return [widthPx / list.widthPx, 0, 0, heightPx / list.heightPx, 0, 0];
}

function wholePixels(box: Box): PixelRect | null {
  if (isEmptyBox(box)) return null;
  // The guard keeps a bound of 99.9999999 from costing, or losing, a row.
  const x = Math.floor(box.left + 1e-6);
  const y = Math.floor(box.top + 1e-6);
  const width = Math.ceil(box.right - 1e-6) - x;
  const height = Math.ceil(box.bottom - 1e-6) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : null;
}

/** The output pixels that a vector layer may paint: its bounds, inside the frame; null for none. */
export function vectorPixels(
  layer: VectorLayer,
  view: Affine,
  widthPx: number,
  heightPx: number,
): PixelRect | null {
  const frame: Box = { left: 0, top: 0, right: widthPx, bottom: heightPx };
  const allowed = wholePixels(intersectBoxes(transformRect(layer.bounds, view), frame));
  // What changes every frame is measured every frame: a small moving thing must not cost a whole canvas.
  if (allowed === null || layer.key !== null) return allowed;
  const painted = emptyBox();
  const m = multiply(view, layer.transform);
  for (const node of layer.nodes) addNodeBox(painted, node, m);
  const inside = wholePixels(painted);
  if (inside === null) return null;
  return wholePixels(intersectBoxes(boxOf(allowed), boxOf(inside)));
}

function boxOf(r: PixelRect): Box {
  return { left: r.x, top: r.y, right: r.x + r.width, bottom: r.y + r.height };
}

/** The visible part of an image layer: where it lands, in output pixels, and what of the picture that is, in fractions. */
export function imageRects(layer: ImageLayer, view: Affine): { source: Rect; target: Rect } | null {
  const { target, clip, source } = layer;
  const left = Math.max(target.x, clip.x);
  const top = Math.max(target.y, clip.y);
  const right = Math.min(target.x + target.width, clip.x + clip.width);
  const bottom = Math.min(target.y + target.height, clip.y + clip.height);
  if (!(left < right && top < bottom)) return null;
  const perX = source.width / target.width;
  const perY = source.height / target.height;
  return {
    source: {
      x: source.x + (left - target.x) * perX,
      y: source.y + (top - target.y) * perY,
      width: (right - left) * perX,
      height: (bottom - top) * perY,
    },
    target: {
      x: left * view[0],
      y: top * view[3],
      width: (right - left) * view[0],
      height: (bottom - top) * view[3],
    },
  };
}
