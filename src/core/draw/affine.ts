/** Plane transforms and boxes: the little geometry that drawing and planning share. */
import type { Affine, Path, Rect } from './draw-list.ts';

/** `outer` after `inner`: a point goes through `inner` first. */
export function multiply(outer: Affine, inner: Affine): Affine {
  const [a, b, c, d, e, f] = outer;
  const [p, q, r, s, t, u] = inner;
  return [a * p + c * q, b * p + d * q, a * r + c * s, b * r + d * s, a * t + c * u + e, b * t + d * u + f];
}

/** The transform back, or null where the plane has been flattened. */
export function invert(m: Affine): Affine | null {
  const [a, b, c, d, e, f] = m;
  const det = a * d - b * c;
  if (!Number.isFinite(1 / det)) return null;
  return [d / det, -b / det, -c / det, a / det, (c * f - d * e) / det, (b * e - a * f) / det];
}

/** The most a length can grow under the transform: its larger singular value. */
export function largestScale(m: Affine): number {
  const [a, b, c, d] = m;
  const sum = a * a + b * b + c * c + d * d;
  const det = a * d - b * c;
  return Math.sqrt((sum + Math.sqrt(Math.max(0, sum * sum - 4 * det * det))) / 2);
}

/** A box given by its corners; empty while left > right. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export function emptyBox(): Box {
  return { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
}

export function isEmptyBox(box: Box): boolean {
  return !(box.left < box.right && box.top < box.bottom);
}

export function growBox(box: Box, x: number, y: number): void {
  if (x < box.left) box.left = x;
  if (x > box.right) box.right = x;
  if (y < box.top) box.top = y;
  if (y > box.bottom) box.bottom = y;
}

export function intersectBoxes(a: Box, b: Box): Box {
  return {
    left: Math.max(a.left, b.left),
    top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right),
    bottom: Math.min(a.bottom, b.bottom),
  };
}

/** A box that surely holds the path: that of its transformed control points. */
export function pathBox(path: Path, m: Affine): Box {
  const box = emptyBox();
  const { coords } = path;
  for (let i = 0; i + 1 < coords.length; i += 2) {
    const x = coords[i] as number;
    const y = coords[i + 1] as number;
    growBox(box, m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]);
  }
  return box;
}

/** The box around a transformed rectangle. */
export function transformRect(rect: Rect, m: Affine): Box {
  const box = emptyBox();
  for (const x of [rect.x, rect.x + rect.width])
    for (const y of [rect.y, rect.y + rect.height])
      growBox(box, m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]);
  return box;
}

/** The same outline under a transform, as a new path. */
export function transformPath(path: Path, m: Affine): Path {
  const coords: number[] = [];
  for (let i = 0; i + 1 < path.coords.length; i += 2) {
    const x = path.coords[i] as number;
    const y = path.coords[i + 1] as number;
    coords.push(m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]);
  }
  return { verbs: path.verbs, coords };
}
