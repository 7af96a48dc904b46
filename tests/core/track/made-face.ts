/**
 * A face made of numbers: the points that anything is measured by stand where a face has them, the others lie on an
 * oval. It turns, speaks, blinks and looks as told, so that what is measured can be held against what was meant. And a
 * film of it for followers: pictures whose pixels say which frame they are of and where in it, and tools that read that.
 */
import { BROWS, INNER_LIPS, LANDMARK, LIDS } from '#core/track/mesh-points.ts';
import { FACE_POINTS, type FaceTools, type Picture, type SeenFace, type Square } from '#core/track/ports.ts';

export interface FaceState {
  readonly x: number;
  readonly y: number;
  /** Pixels from brow to base of the nose. */
  readonly scale: number;
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
  /** In brow-to-nose heights. */
  readonly opening: number;
  readonly width: number;
  /** 1 open … 0 shut. */
  readonly lidLeft: number;
  readonly lidRight: number;
  readonly browLift: number;
  /** Radians in the head, + to the presenter's left, + down. */
  readonly gazeYaw: number;
  readonly gazePitch: number;
}

export const REST: FaceState = {
  x: 100,
  y: 100,
  scale: 20,
  yaw: 0,
  pitch: 0,
  roll: 0,
  opening: 0,
  width: 0.7,
  lidLeft: 1,
  lidRight: 1,
  browLift: 0,
  gazeYaw: 0,
  gazePitch: 0,
};

/** Radius of the eyeball over the width of the eye: as measure.ts has it. */
const EYE_RADIUS = 0.4;

type Vector = [x: number, y: number, z: number];

/** FACE_POINTS × (x, y, z), pixels. */
export function madeFace(state: Partial<FaceState> = {}): Float32Array<ArrayBuffer> {
  const face = { ...REST, ...state };
  const model = Array.from({ length: FACE_POINTS }, (_, i): Vector => {
    const [turn, height] = [i * 2.399963, ((i * 0.618034) % 1) * 2 - 1];
    const round = Math.sqrt(1 - height * height);
    return [0.8 * round * Math.sin(turn), 1.2 * height, -0.6 * round * Math.abs(Math.cos(turn))];
  });
  const put = (point: number, x: number, y: number, z: number) => (model[point] = [x, y, z]);
  const pair = (right: number, left: number, x: number, y: number, z: number) => {
    put(right, -x, y, z);
    put(left, x, y, z);
  };
  pair(33, 263, 0.48, -0.3, -0.2);
  pair(133, 362, 0.18, -0.28, -0.3);
  pair(130, 359, 0.5, -0.3, -0.18);
  pair(243, 463, 0.15, -0.28, -0.3);
  pair(127, 356, 0.72, -0.35, 0.2);
  pair(162, 389, 0.7, -0.6, 0.2);
  pair(21, 251, 0.66, -0.85, 0.15);
  pair(54, 284, 0.58, -1, 0.05);
  pair(103, 332, 0.45, -1.1, -0.05);
  pair(67, 297, 0.28, -1.18, -0.12);
  pair(109, 338, 0.13, -1.2, -0.15);
  pair(234, 454, 0.74, -0.05, 0.25);
  put(LANDMARK.forehead, 0, -1.22, -0.15);
  put(LANDMARK.chin, 0, 1.15, -0.15);
  put(LANDMARK.brow, 0, -0.55, -0.4);
  put(LANDMARK.noseBase, 0, 0.45, -0.4);
  put(168, 0, -0.35, -0.4);
  put(6, 0, -0.2, -0.45);
  put(197, 0, -0.05, -0.5);
  put(195, 0, 0.08, -0.56);
  put(5, 0, 0.2, -0.62);
  put(LANDMARK.noseTip, 0, 0.3, -0.66);
  put(1, 0, 0.36, -0.62);
  for (const [upper, lower] of INNER_LIPS) {
    const x = upper === 13 ? 0 : upper === 82 ? -0.1 : 0.1;
    put(upper, x, 0.72, -0.4);
    put(lower, x, 0.72 + face.opening, -0.4);
  }
  pair(LANDMARK.rightMouthCorner, LANDMARK.leftMouthCorner, face.width / 2, 0.72, -0.3);
  for (const side of ['right', 'left'] as const) {
    const sign = side === 'left' ? 1 : -1;
    const gap = 0.1 * (side === 'left' ? face.lidLeft : face.lidRight);
    LIDS[side].forEach(([upper, lower], k) => {
      put(upper, sign * (0.26 + 0.06 * k), -0.29 - gap / 2, -0.27);
      put(lower, sign * (0.26 + 0.06 * k), -0.29 + gap / 2, -0.27);
    });
    BROWS[side].forEach((point, k) => put(point, sign * (0.15 + 0.04 * k), -0.5 - face.browLift, -0.3));
    const radius = EYE_RADIUS * Math.hypot(0.3, 0.02);
    put(
      side === 'left' ? LANDMARK.leftIris : LANDMARK.rightIris,
      sign * 0.33 + radius * Math.sin(face.gazeYaw),
      -0.29 + radius * Math.sin(face.gazePitch),
      -0.25,
    );
  }
  const points = placed(model, face);
  // Networks see where an iris is, but not how deep.
  for (const iris of [LANDMARK.rightIris, LANDMARK.leftIris])
    points[iris * 3 + 2] = (points[iris * 3 + 2] as number) + 0.15 * face.scale;
  return points;
}

/** Pitch first, then yaw, then roll, as the camera sees them; signs as MOTION_CHANNELS has them. */
function placed(
  model: readonly Vector[],
  { x, y, scale, yaw, pitch, roll }: FaceState,
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(FACE_POINTS * 3);
  model.forEach(([mx, my, mz], i) => {
    const [py, pz] = [
      my * Math.cos(pitch) - mz * Math.sin(pitch),
      my * Math.sin(pitch) + mz * Math.cos(pitch),
    ];
    const [yx, yz] = [mx * Math.cos(yaw) - pz * Math.sin(yaw), mx * Math.sin(yaw) + pz * Math.cos(yaw)];
    const [rx, ry] = [yx * Math.cos(roll) - py * Math.sin(roll), yx * Math.sin(roll) + py * Math.cos(roll)];
    out.set([x + scale * rx, y + scale * ry, scale * yz], i * 3);
  });
  return out;
}

export const FILM = { rate: { num: 25, den: 1 }, widthPx: 240, heightPx: 200 } as const;

/** Red says which frame it is, green and blue where: x and y of the pixel. */
export function madeFrame(frame: number): Picture {
  const { widthPx, heightPx } = FILM;
  const rgba = new Uint8ClampedArray(widthPx * heightPx * 4);
  for (let y = 0, at = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++, at += 4) rgba.set([frame + 1, x, y, 255], at);
  return { widthPx, heightPx, rgba };
}

export interface MadeTools extends FaceTools {
  readonly calls: { mesh: number; detect: number; body: number };
}

/**
 * Tools that see the made face of each frame; null where it is away.
 * @param slips frames on which the mesh, looking closely, sits somewhere else
 */
export function madeTools(
  faceOf: (frame: number) => Partial<FaceState> | null,
  slips: readonly number[] = [],
): MadeTools {
  const calls = { mesh: 0, detect: 0, body: 0 };
  /** Frame, and what a patch's pixels are of the whole. */
  const read = ({ rgba, widthPx, heightPx }: Picture) => {
    for (let y = heightPx >> 1; y < heightPx; y++)
      for (let x = widthPx >> 1; x < widthPx; x++) {
        const at = (y * widthPx + x) * 4;
        const [red = 0, green = 0, blue = 0] = rgba.subarray(at, at + 3);
        if (red > 0) return { frame: red - 1, left: green - x, top: blue - y };
      }
    return { frame: -1, left: 0, top: 0 };
  };
  return {
    revision: 'made',
    calls,
    detect(picture) {
      calls.detect++;
      const { frame, left, top } = read(picture);
      const state = faceOf(frame);
      if (!state) return Promise.resolve([]);
      const { x, y, scale, roll } = { ...REST, ...state };
      const side = 2.4 * scale;
      return Promise.resolve([
        // A finder's box is only roughly right.
        {
          leftPx: x - left - side / 2 + 3,
          topPx: y - top - side / 2 - 4,
          widthPx: side,
          heightPx: side * 1.05,
          sure: 0.95,
          turn: roll,
        },
      ]);
    },
    mesh(picture, squares) {
      const { frame, left, top } = read(picture);
      const state = faceOf(frame);
      return Promise.resolve(
        squares.map((square): SeenFace => {
          calls.mesh++;
          if (!state)
            return { points: madeFace({ x: square.x, y: square.y, scale: square.sidePx / 4 }), sure: 0.01 };
          const slip = slips.includes(frame) ? REST.scale : 0;
          const { x, y } = { ...REST, ...state };
          const points = madeFace({ ...state, x: x - left + slip, y: y - top });
          return { points, sure: isOn(square, x - left, y - top) ? 1 : 0.02 };
        }),
      );
    },
    matte: ({ widthPx, heightPx }) =>
      Promise.resolve({ widthPx, heightPx, alpha: new Uint8ClampedArray(widthPx * heightPx).fill(255) }),
    body(picture) {
      calls.body++;
      const { frame } = read(picture);
      if (!faceOf(frame)) return Promise.resolve(null);
      return Promise.resolve({
        points: Float32Array.from({ length: 33 }, (_, k) => (k % 3 === 2 ? 1 : frame + k)),
        sure: 1,
      });
    },
    close: () => Promise.resolve(),
  };
}

function isOn(square: Square, x: number, y: number): boolean {
  return Math.hypot(square.x - x, square.y - y) < square.sidePx / 3;
}
