/**
 * How far back things are that no landmark tells: hair and skull curve away from the face's outline as on a ball, and
 * the body stands below as a plane, about as deep as the neck.
 */
import type { PhotoTrack } from '../../../track/photo-track.ts';
import { smoothstep } from '../curve.ts';
import { dot, minus, pointOf, type FaceFrame } from '../face-frame.ts';
import { FACE_OVAL } from '../landmarks.ts';

/** @returns depth at a place outside the face's outline, picture pixels */
export function headDepth(track: PhotoTrack, frame: FaceFrame): (x: number, y: number) => number {
  const oval = FACE_OVAL.map((index) => pointOf(track, index));
  const bodyZ = frame.pivot[2] - 0.25 * frame.widthPx;
  const reach = 0.6 * frame.widthPx;
  return (x, y) => {
    // The outline's own depth, the nearest of it most.
    let [sum, weights, nearest] = [0, 0, Infinity];
    for (const [ox, oy, oz] of oval) {
      const d2 = (ox - x) ** 2 + (oy - y) ** 2;
      const w = 1 / (d2 + (0.05 * frame.widthPx) ** 2) ** 2;
      sum += w * oz;
      weights += w;
      nearest = Math.min(nearest, d2);
    }
    const away = Math.sqrt(nearest);
    // A ball's edge goes back at once; a gentler slope is what one picture can be turned by without tearing.
    const curve = Math.min(1, away / reach);
    const back = 0.26 * frame.widthPx * (1 - (1 - curve) ** 2);
    const head = Math.min(sum / weights + back, frame.pivot[2] + 0.1 * frame.widthPx);
    const below = dot(minus([x, y, frame.chin[2]], frame.chin), frame.down) / frame.heightPx;
    const body = smoothstep(0.02, 0.5, below);
    return head * (1 - body) + bodyZ * body;
  };
}

/**
 * Depth evened out over the mesh, so that a turn moves neighbours alike: landmarks on the far side of a face are crowded
 * and their depth is a guess. Lids and lips stay as they were seen.
 */
export function smoothDepth(positions: Float32Array, indices: ArrayLike<number>, times: number): void {
  const count = positions.length / 3;
  const sum = new Float32Array(count);
  const beside = new Float32Array(count);
  for (let n = 0; n < times; n++) {
    sum.fill(0);
    beside.fill(0);
    for (let t = 0; t < indices.length; t += 3)
      for (let e = 0; e < 3; e++) {
        const a = indices[t + e] as number;
        const b = indices[t + ((e + 1) % 3)] as number;
        sum[a] = (sum[a] as number) + (positions[3 * b + 2] as number);
        beside[a] = (beside[a] as number) + 1;
        sum[b] = (sum[b] as number) + (positions[3 * a + 2] as number);
        beside[b] = (beside[b] as number) + 1;
      }
    for (let i = 0; i < count; i++)
      if ((beside[i] as number) > 0)
        positions[3 * i + 2] =
          0.5 * (positions[3 * i + 2] as number) + (0.5 * (sum[i] as number)) / (beside[i] as number);
  }
}
