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
  // The iris moves as one, the white around it gives way.
  const weights = Float32Array.from({ length: count }, (_, i) => {
    const d = Math.hypot((ball[3 * i] as number) - x, (ball[3 * i + 1] as number) - y) / radius;
    return 1 - smoothstep(1.1, 2.5, d);
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
