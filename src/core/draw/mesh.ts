/** Meshes of simple shapes. */
import type { Mesh, Rect } from './draw-list.ts';

/** The part `source` of a picture (fractions) on a rectangle. */
export function quadMesh(target: Rect, source: Rect = { x: 0, y: 0, width: 1, height: 1 }): Mesh {
  const corners = ({ x, y, width, height }: Rect) =>
    new Float32Array([x, y, x + width, y, x, y + height, x + width, y + height]);
  return {
    positions: corners(target),
    uvs: corners(source),
    opacity: null,
    gain: null,
    indices: new Uint16Array([0, 1, 2, 2, 1, 3]),
  };
}
