/** Eyeballs that turn between the lids, and the dark of lashes where the lids meet. */
import { bell, clamp, smoothstep } from '../curve.ts';
import type { PhotoFit } from '../fit.ts';
import { limitTurn } from './stance.ts';
import type { Pose } from './pose.ts';
import type { Lid } from './lids.ts';
import type { SkinMap } from './skin-map.ts';

/** An eyeball's radius in radii of its iris. */
const BALL = 2.05;
const MOST_GAZE = { yaw: 0.4, pitch: 0.3 } as const;

export interface Eyeball {
  /** x, y, z of its vertices, picture pixels. */
  readonly positions: Float32Array;
  readonly gain: Float32Array;
  look(pose: Pose): void;
}

export function createEyeball(fit: PhotoFit, map: SkinMap, side: 'right' | 'left', lid: Lid): Eyeball {
  const { ball, iris } = fit.mesh[side];
  const [x, y, radius] = iris;
  const count = ball.length / 3;
  const positions = ball.slice();
  const gain = new Float32Array(count * 3).fill(1);
  const { ballIndices } = fit.mesh[side];
  const rim = rimOf(ballIndices);
  const toRim = (px: number, py: number) =>
    Math.min(
      ...rim.map(([a, b]) => {
        const [ax, ay] = [ball[3 * a] as number, ball[3 * a + 1] as number];
        const [ex, ey] = [(ball[3 * b] as number) - ax, (ball[3 * b + 1] as number) - ay];
        const t = clamp(((px - ax) * ex + (py - ay) * ey) / Math.max(1e-6, ex * ex + ey * ey), 0, 1);
        return Math.hypot(px - ax - t * ex, py - ay - t * ey);
      }),
    );
  // The iris moves as one, the white around it gives way, and under the lids all is still.
  const weights = Float32Array.from({ length: count }, (_, i) => {
    const [px, py] = [ball[3 * i] as number, ball[3 * i + 1] as number];
    const d = Math.hypot(px - x, py - y) / radius;
    return (1 - smoothstep(1.1, 2.5, d)) * smoothstep(0, 0.35 * radius, toRim(px, py));
  });
  const { left, down } = map.frame;
  return {
    positions,
    gain,
    look(pose) {
      const yaw = BALL * radius * Math.sin(limitTurn(pose.gazeYaw, MOST_GAZE.yaw));
      const pitch = BALL * radius * Math.sin(limitTurn(pose.gazePitch, MOST_GAZE.pitch));
      // A lid that comes down throws its shade on what it has not covered yet.
      const shade = 1 - 0.22 * bell(lid.shut(pose) - 0.75, 0.3) * clamp(lid.shut(pose) * 2, 0, 1);
      for (let i = 0; i < count; i++) {
        const w = weights[i] as number;
        for (let c = 0; c < 3; c++)
          positions[3 * i + c] =
            (ball[3 * i + c] as number) + w * (yaw * (left[c] as number) + pitch * (down[c] as number));
        gain.fill(shade, 3 * i, 3 * i + 3);
      }
    },
  };
}

/** Edges that belong to one triangle only. */
function rimOf(indices: Uint16Array): (readonly [number, number])[] {
  const edges = new Map<string, [number, number] | null>();
  for (let t = 0; t < indices.length; t += 3)
    for (let e = 0; e < 3; e++) {
      const a = indices[t + e] as number;
      const b = indices[t + ((e + 1) % 3)] as number;
      const key = a < b ? `${a},${b}` : `${b},${a}`;
      edges.set(key, edges.has(key) ? null : [a, b]);
    }
  return [...edges.values()].filter((edge) => edge !== null);
}
