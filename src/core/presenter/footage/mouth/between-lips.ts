/**
 * What is seen between the lips does not move with them: the upper teeth belong to the skull, the lower ones to the
 * jaw, and lips open over both like a curtain. So the inside of a chosen mouth is not stretched to the wanted lips. It
 * stays where it was on the head at its upper edge and on the jaw at its lower edge, the upper teeth keep their length,
 * what is under them gives way, and the lips cover what is too much. Only where the chosen mouth did not show enough is its edge moved.
 */
import { across, placeInMesh, RING, ringPlace, SPOKES } from './points.ts';

export const COLUMNS = SPOKES / 2 + 1;
export const ROWS = 10;
/** Landmarks of the jaw's front: their mean says how far the jaw is down. */
const CHIN = [199, 175, 152, 200, 208, 428].map(placeInMesh);

/** Triangles of COLUMNS × ROWS vertices, row-major from the upper lip down. */
export const BETWEEN_INDICES: readonly number[] = Array.from(
  { length: (ROWS - 1) * (COLUMNS - 1) },
  (_, q) => {
    const a = Math.floor(q / (COLUMNS - 1)) * COLUMNS + (q % (COLUMNS - 1));
    return [a, a + 1, a + COLUMNS, a + 1, a + COLUMNS + 1, a + COLUMNS];
  },
).flat();

/**
 * @param wanted MOUTH_MESH × 3: the lower face that is wanted, head's own frame
 * @param source MOUTH_MESH × 3: that of the chosen picture's frame
 * @param teeth how far down its upper teeth reach, in parts of its gap
 * @param to COLUMNS × ROWS × 3, filled: where the vertices stand, head's own frame
 * @param from the same: what they show, head's own frame of the chosen picture
 */
export function insideOfMouth(
  wanted: Float64Array,
  source: Float64Array,
  teeth: number,
  to: Float64Array,
  from: Float64Array,
): void {
  const jaw = CHIN.reduce((sum, p) => sum + source[p * 3 + 1]! - wanted[p * 3 + 1]!, 0) / CHIN.length;
  for (let k = 0; k < COLUMNS; k++) {
    const [upper, lower] = [ringPlace(RING.inner, k) * 3, ringPlace(RING.inner, across(k)) * 3];
    const height = wanted[lower + 1]! - wanted[upper + 1]!;
    // Of lips that cross by a tremble, the middle.
    const middle = (source[upper + 1]! + source[lower + 1]!) / 2;
    const [top, bottom] = [Math.min(source[upper + 1]!, middle), Math.max(source[lower + 1]!, middle)];
    let first = Math.max(top, wanted[upper + 1]!);
    let last = Math.min(bottom, wanted[lower + 1]! + jaw);
    // The two anchors must leave something between them.
    if (last - first < 0.35 * Math.min(height, bottom - top)) {
      const spare = Math.max(0, bottom - top - height) / 2;
      [first, last] = [top + spare, bottom - spare];
    }
    // Teeth keep their length; what ends them (dark, tongue) takes up the rest. Nothing but teeth gives way as a whole.
    const stiff = Math.max(0, Math.min(1, (0.92 - teeth) / 0.2));
    const ends = top + teeth * (bottom - top) - first;
    const length = stiff * Math.max(0, Math.min(ends, 0.8 * height, 0.9 * (last - first)));
    // The corners belong to the lips, the middle to the skull.
    const corner = Math.abs(k / (COLUMNS - 1) - 0.5) * 2;
    const edge = corner * corner;
    for (let row = 0; row < ROWS; row++) {
      const t = row / (ROWS - 1);
      const down = t * height;
      const at = (row * COLUMNS + k) * 3;
      for (let axis = 0; axis < 3; axis++) {
        to[at + axis] = wanted[upper + axis]! * (1 - t) + wanted[lower + axis]! * t;
        const lips = source[upper + axis]! * (1 - t) + source[lower + axis]! * t;
        from[at + axis] = axis === 1 ? 0 : axis === 2 ? lips : to[at + axis]! * (1 - edge) + lips * edge;
      }
      from[at + 1] =
        down <= length
          ? first + down
          : first + length + ((down - length) / Math.max(height - length, 1e-6)) * (last - first - length);
    }
  }
}
