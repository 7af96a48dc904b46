/** How far vector art reaches, and whether its marks touch: what decides how much glass a group needs. */
import {
  emptyBox,
  growBox,
  intersectBoxes,
  isEmptyBox,
  largestScale,
  multiply,
  pathBox,
  type Box,
} from '../draw/affine.ts';
import type { Affine, VectorNode } from '../draw/draw-list.ts';
import { MITER_LIMIT } from './style.ts';

export type GroupNode = Extract<VectorNode, { kind: 'group' }>;

/** More marks than this are not worth comparing pair by pair. */
const MARKS_COMPARED = 12;

/**
 * True when the group's marks are few, plain and surely apart, so that fading or blending each is fading or blending
 * all. Marks need a pixel between them, for their soft edges.
 */
export function marksApart(group: GroupNode, own: Affine): boolean {
  const boxes: Box[] = [];
  for (const child of group.children) if (!collectMarks(child, own, boxes)) return false;
  for (let i = 0; i < boxes.length; i++)
    for (let k = i + 1; k < boxes.length; k++) {
      const both = intersectBoxes(boxes[i] as Box, boxes[k] as Box);
      if (both.right > both.left - 1 && both.bottom > both.top - 1) return false;
    }
  return true;
}

function collectMarks(node: VectorNode, m: Affine, boxes: Box[]): boolean {
  if (boxes.length >= MARKS_COMPARED) return false;
  if (node.kind === 'path') {
    if (node.fill !== undefined && node.stroke !== undefined) return false;
    const box = emptyBox();
    addNodeBox(box, node, m);
    boxes.push(box);
    return true;
  }
  if ((node.blend ?? 'normal') !== 'normal') return false;
  const own = node.transform === undefined ? m : multiply(m, node.transform);
  return node.children.every((child) => collectMarks(child, own, boxes));
}

/** Grows `box` so that it surely holds all that `node` paints. */
export function addNodeBox(box: Box, node: VectorNode, m: Affine): void {
  if (node.kind === 'path') {
    const own = pathBox(node.path, m);
    if (own.left > own.right) return;
    let margin = 1; // soft edges
    if (node.stroke !== undefined) {
      const reach = node.stroke.join === 'miter' ? MITER_LIMIT : Math.SQRT2; // √2: corners of butt caps
      margin += (node.stroke.width / 2) * reach * largestScale(m);
    }
    growBox(box, own.left - margin, own.top - margin);
    growBox(box, own.right + margin, own.bottom + margin);
    return;
  }
  const own = node.transform === undefined ? m : multiply(m, node.transform);
  const inner = emptyBox();
  for (const child of node.children) addNodeBox(inner, child, own);
  const seen = node.clip === undefined ? inner : intersectBoxes(inner, pathBox(node.clip, own));
  if (isEmptyBox(seen)) return;
  growBox(box, seen.left, seen.top);
  growBox(box, seen.right, seen.bottom);
}

/** True when a blend in these nodes would see what lies beneath them, were they painted without glass. */
export function blendsEscape(nodes: readonly VectorNode[]): boolean {
  return nodes.some(escapes);
}

export function escapes(node: VectorNode): boolean {
  if (node.kind === 'path') return false;
  if ((node.blend ?? 'normal') !== 'normal') return true;
  return (node.opacity ?? 1) >= 1 && blendsEscape(node.children);
}
