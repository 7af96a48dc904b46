/**
 * Where each vertex of the skin is on a face seen from the front: u to the person's left and v down from the middle of
 * the mouth, in units of a face (a fiftieth of a grown one is a millimetre; mouth to chin is about 0.85). Every movement
 * of the face is a function of these.
 */
import { dot, minus, pointOf, type FaceFrame, type Vec3 } from '../face-frame.ts';
import type { PhotoFit } from '../fit.ts';
import { faceFrame } from '../face-frame.ts';

export interface SkinMap {
  readonly frame: FaceFrame;
  readonly unitPx: number;
  readonly count: number;
  readonly u: Float32Array;
  readonly v: Float32Array;
  /** Of any place of the picture. */
  canonical(p: Vec3): readonly [u: number, v: number, w: number];
  /** Of a landmark. */
  landmark(index: number): readonly [u: number, v: number, w: number];
  /** A step along the face's axes, in units, as a step in the picture's space, pixels. */
  step(left: number, down: number, back: number): Vec3;
}

export function skinMap(fit: PhotoFit): SkinMap {
  const frame = faceFrame(fit.track);
  const unitPx = frame.heightPx / 3.6;
  const canonical = (p: Vec3) => {
    const d = minus(p, frame.mouth);
    return [dot(d, frame.left) / unitPx, dot(d, frame.down) / unitPx, dot(d, frame.back) / unitPx] as const;
  };
  const count = fit.mesh.positions.length / 3;
  const u = new Float32Array(count);
  const v = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const { positions } = fit.mesh;
    [u[i], v[i]] = canonical([
      positions[3 * i] as number,
      positions[3 * i + 1] as number,
      positions[3 * i + 2] as number,
    ]);
  }
  const { left, down, back } = frame;
  return {
    frame,
    unitPx,
    count,
    u,
    v,
    canonical,
    landmark: (index) => canonical(pointOf(fit.track, index)),
    step: (l, d, b) => [
      unitPx * (l * left[0] + d * down[0] + b * back[0]),
      unitPx * (l * left[1] + d * down[1] + b * back[1]),
      unitPx * (l * left[2] + d * down[2] + b * back[2]),
    ],
  };
}
