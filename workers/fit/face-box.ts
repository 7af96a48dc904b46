/** Where a face lies on a frame. */
import { FACE_POINTS, MESH_POINTS } from '#core/track/ports.ts';
import type { Box } from './pictures.ts';

/** About the mesh, pixels. @param points frames × FACE_POINTS × (x, y, z) */
export function faceBox(points: Float32Array, frame = 0): Box {
  const start = frame * FACE_POINTS * 3;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = start; i < start + MESH_POINTS * 3; i += 3) {
    left = Math.min(left, points[i] as number);
    right = Math.max(right, points[i] as number);
    top = Math.min(top, points[i + 1] as number);
    bottom = Math.max(bottom, points[i + 1] as number);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}
