/**
 * Where things land in output pixels: worked out once, for both compositors, so that they cannot disagree.
 */
import { emptyBox, intersectBoxes, isEmptyBox, multiply, transformRect, type Box } from '../draw/affine.ts';
import type { Affine, DrawLayer, DrawList, Mesh, MeshPicture, Rect } from '../draw/draw-list.ts';
import { isBlurred } from '../draw/mesh-place.ts';
import { addNodeBox } from './extent.ts';

export type VectorLayer = Extract<DrawLayer, { kind: 'vector' }>;
export type ImageLayer = Extract<DrawLayer, { kind: 'image' }>;
export type MeshLayer = Extract<DrawLayer, { kind: 'mesh' }>;
export type DissolveLayer = Extract<DrawLayer, { kind: 'dissolve' }>;

/** Whole output pixels. */
export interface PixelRect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The two pictures of a dissolve as layers of their own, each at its share: they are to be added, the second to the first. */
export function sidesOf({
  name,
  transform,
  from,
  to,
  share,
}: DissolveLayer): readonly [MeshLayer, MeshLayer] {
  const side = (picture: MeshPicture, opacity: number): MeshLayer => ({
    ...picture,
    ...{ kind: 'mesh', name, transform, opacity },
  });
  const part = Math.min(1, Math.max(0, share));
  return [side(from, 1 - part), side(to, part)];
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

/** The output pixels inside the frame that a box of output pixels touches; null for none. */
export function pixelsOf(box: Box, widthPx: number, heightPx: number): PixelRect | null {
  return wholePixels(intersectBoxes(box, { left: 0, top: 0, right: widthPx, bottom: heightPx }));
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

/**
 * A mesh that is no more than an upright picture on a rectangle, as the image layer it might have been: canvases and
 * cards draw those fastest. Null for any other.
 */
export function meshAsImage(layer: MeshLayer): ImageLayer | null {
  const { mesh, transform, matte, blurTexels, name, opacity, image } = layer;
  const [a, b, c, d, e, f] = transform;
  if (matte !== null || isBlurred(blurTexels) || b !== 0 || c !== 0 || !(a > 0 && d > 0)) return null;
  if (!allOne(mesh.opacity) || !allOne(mesh.gain)) return null;
  const corners = uprightCorners(mesh);
  if (corners === null) return null;
  const [topLeft, topRight, bottomLeft] = corners;
  const { positions, uvs } = mesh;
  const spanned = (values: Float32Array): Rect => {
    const x = values[2 * topLeft]!;
    const y = values[2 * topLeft + 1]!;
    return { x, y, width: values[2 * topRight]! - x, height: values[2 * bottomLeft + 1]! - y };
  };
  const source = spanned(uvs);
  const own = spanned(positions);
  const target = { x: a * own.x + e, y: d * own.y + f, width: a * own.width, height: d * own.height };
  const inside =
    source.x >= 0 && source.y >= 0 && source.x + source.width <= 1 && source.y + source.height <= 1;
  if (!inside || !(source.width > 0 && source.height > 0)) return null;
  return { kind: 'image', name, opacity, image, source, target, clip: target };
}

function allOne(values: Float32Array | null): boolean {
  return values === null || values.every((value) => value === 1);
}

/** Of two triangles that make an upright rectangle, read upright: its vertices top left, top right, bottom left. */
function uprightCorners({ positions, uvs, indices }: Mesh): readonly [number, number, number] | null {
  if (positions.length !== 8 || indices.length !== 6) return null;
  const left = Math.min(positions[0]!, positions[2]!, positions[4]!, positions[6]!);
  const top = Math.min(positions[1]!, positions[3]!, positions[5]!, positions[7]!);
  const vertices = [-1, -1, -1, -1];
  for (let i = 0; i < 4; i++)
    vertices[Number(positions[2 * i]! > left) + 2 * Number(positions[2 * i + 1]! > top)] = i;
  const [a, b, c, d] = vertices as [number, number, number, number];
  if (Math.min(a, b, c, d) < 0) return null;
  const same = (list: Float32Array, p: number, q: number, axis: 0 | 1) =>
    list[2 * p + axis] === list[2 * q + axis];
  for (const list of [positions, uvs])
    if (!same(list, a, c, 0) || !same(list, b, d, 0) || !same(list, a, b, 1) || !same(list, c, d, 1))
      return null;
  // The triangles share a diagonal, and have between them all four corners.
  const bits = (from: number) => indices.slice(from, from + 3).reduce((all, i) => all | (1 << i), 0);
  const shared = bits(0) & bits(3);
  const diagonal = shared === ((1 << a) | (1 << d)) || shared === ((1 << b) | (1 << c));
  return (bits(0) | bits(3)) === 15 && diagonal ? [a, b, c] : null;
}
