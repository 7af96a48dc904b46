/**
 * The movements of the face apart from lips and lids, each designed once on a face seen from the front: what moves, which
 * way, and how it fades into what stays. After the muscles: a smile pulls the corner up and out and lifts the cheek, a
 * frown presses it down, the frontalis lifts the brow and the corrugator draws it in.
 */
import { bell, clamp, smoothstep } from '../curve.ts';
import type { Vec3 } from '../face-frame.ts';
import { EYES, NOSE_BASE } from '../landmarks.ts';
import { addField, field, type Field } from './field.ts';
import type { Pose } from './pose.ts';
import type { SkinMap } from './skin-map.ts';

type Side = 'Left' | 'Right';
const SIDES = ['Left', 'Right'] as const;
const signOf = (side: Side) => (side === 'Left' ? 1 : -1);

interface Move {
  readonly field: Field;
  readonly amount: (pose: Pose) => number;
}

/** Frames do not bend: what lies under them and about them keeps so much of its movement. */
const UNDER_GLASSES = 0.08;

/** @param glassesPx as PhotoFit has it */
export function faceFields(
  map: SkinMap,
  glassesPx: number | null = null,
): (pose: Pose, out: Float32Array) => void {
  const free: Move[] = [
    ...mouthMoves(map),
    ...SIDES.flatMap((side) => [...cheekMoves(map, side), ...browMoves(map, side)]),
    ...browMiddle(map),
  ];
  const moves = glassesPx === null ? free : free.map((move) => heldBy(map, glassesPx, move));
  return (pose, out) => {
    for (const { field: f, amount } of moves) addField(out, f, amount(pose));
  };
}

/** The same movement, where rims are nearly none. */
function heldBy(map: SkinMap, glassesPx: number, move: Move): Move {
  const eyes = [EYES.left, EYES.right].flatMap(({ outer, inner }) => [outer, inner]);
  const middle = eyes.reduce((sum, point) => sum + map.landmark(point)[1] / eyes.length, 0);
  const rim = glassesPx / map.unitPx;
  const { vertices, steps } = move.field;
  const held = steps.slice();
  vertices.forEach((vertex, n) => {
    const away = ((map.v[vertex] as number) - middle) / rim;
    // Brows stand right above; below there is room for a cheek to rise into, and it must not fold.
    const free = away < 0 ? smoothstep(1.15, 1.7, -away) : smoothstep(1.15, 3, away);
    const share = UNDER_GLASSES + (1 - UNDER_GLASSES) * free;
    for (let c = 0; c < 3; c++) held[3 * n + c] = share * (steps[3 * n + c] as number);
  });
  return { ...move, field: { vertices, steps: held } };
}

function mouthMoves(map: SkinMap): Move[] {
  const corners = { Left: map.landmark(291), Right: map.landmark(61) };
  const cu = (Math.abs(corners.Left[0]) + Math.abs(corners.Right[0])) / 2;
  const nose = Math.abs(map.landmark(NOSE_BASE)[1]);
  const make = (at: (u: number, v: number) => Vec3 | null, amount: (pose: Pose) => number): Move => ({
    field: field(map, at),
    amount,
  });
  /** Fades above into the nose, below into the chin. */
  const height = (v: number, below = 0.55) =>
    v < 0 ? 1 - smoothstep(0.35 * nose, 1.5 * nose, -v) : bell(v, below);
  const moves: Move[] = [];
  for (const side of SIDES) {
    const sign = signOf(side);
    const [, cv] = corners[side];
    /** 0 in the middle, 1 at the corner and beyond. */
    const toCorner = (u: number) => clamp((sign * u) / cu, 0, 1);
    // Wider and narrower: the lips in proportion, then the cheek, ever less.
    const across = (u: number) => {
      const a = sign * u;
      return a <= 0 ? 0 : Math.min(a, cu) * (1 - smoothstep(cu, 3 * cu, a));
    };
    const widthPose = side === 'Left' ? (p: Pose) => p.widthLeft : (p: Pose) => p.widthRight;
    moves.push(
      make(
        (u, v) => [
          sign * across(u) * Math.max(height(v), 0.55 * bell(v - cv, 0.8)),
          0,
          0.25 * across(u) * bell(v, 0.7),
        ],
        widthPose,
      ),
      make(
        (u, v) => {
          const pull = toCorner(u) ** 1.6 * bell(Math.max(0, sign * u - cu), 0.42);
          const at = v < cv ? bell(v - cv, 0.75) : bell(v - cv, 0.42);
          return [0, -0.24 * pull * at, 0.05 * pull * at];
        },
        (p) => p[`mouthSmile${side}`],
      ),
      make(
        (u, v) => {
          const pull = toCorner(u) ** 2 * bell(Math.max(0, sign * u - cu), 0.3);
          return [0, 0.17 * pull * bell(v - cv, 0.4), 0];
        },
        (p) => p[`mouthFrown${side}`] + 0.25 * p[`mouthStretch${side}`],
      ),
      make(
        (u, v) => [0, 0, 0.1 * toCorner(u) ** 2 * bell(Math.max(0, sign * u - cu), 0.3) * bell(v - cv, 0.35)],
        (p) => p[`mouthDimple${side}`],
      ),
    );
  }
  moves.push(
    make(
      (u, v) => [0.22 * bell(u, 0.75) * height(v), 0, 0],
      (p) => p.mouthLeft - p.mouthRight,
    ),
    // Lips pushed forward.
    make(
      (u, v) => [0, 0, -0.22 * bell(u, 0.5) * height(v, 0.45)],
      (p) => p.mouthPucker + 0.8 * p.mouthFunnel,
    ),
    make(
      (u, v) =>
        v < -0.1
          ? null
          : [0, -0.13 * bell(u, 0.5) * smoothstep(-0.1, 0.35, v) * (1 - smoothstep(0.9, 1.3, v)), 0],
      (p) => p.mouthShrugLower,
    ),
  );
  return moves;
}

function cheekMoves(map: SkinMap, side: Side): Move[] {
  const sign = signOf(side);
  const eye = side === 'Left' ? EYES.left : EYES.right;
  const lower = map.landmark(eye.lower[3] as number);
  const wing = map.landmark(side === 'Left' ? 327 : 98);
  const cheek: readonly [number, number] = [lower[0] + 0.15 * sign, (lower[1] + wing[1]) / 2];
  const lid = lower[1];
  /** Below the lid only, so that no cheek pushes into the eye. */
  const belowLid = (v: number) => smoothstep(lid + 0.02, lid + 0.3, v);
  const spot = (u: number, v: number, at: readonly [number, number], wide: number, high: number) =>
    bell(u - at[0], wide) * bell(v - at[1], high);
  return [
    {
      field: field(map, (u, v) => {
        const w = spot(u, v, cheek, 0.5, 0.42) * belowLid(v);
        return [0.03 * sign * w, -0.13 * w, -0.05 * w];
      }),
      amount: (p) => 0.75 * p[`mouthSmile${side}`] + 0.9 * p[`cheekSquint${side}`],
    },
    {
      field: field(map, (u, v) => {
        const w = spot(u, v, [1.05 * sign, -0.1], 0.45, 0.5) * smoothstep(0.45, 0.8, sign * u);
        return [0.14 * sign * w, 0, -0.14 * w];
      }),
      amount: (p) => p.cheekPuff,
    },
    {
      field: field(map, (u, v) => {
        const w = spot(u, v, [wing[0], wing[1]], 0.2, 0.24) * smoothstep(0.02, 0.18, sign * u);
        return [0, -0.11 * w, 0];
      }),
      amount: (p) => p[`noseSneer${side}`],
    },
  ];
}

/** Inner, middle and outer end of each brow; the lid below stays, and so does the hair above. */
function browMoves(map: SkinMap, side: Side): Move[] {
  const sign = signOf(side);
  const eye = side === 'Left' ? EYES.left : EYES.right;
  const brow = (k: number) => map.landmark(eye.brow[k] as number);
  const [o, m, n] = [brow(0), brow(2), brow(4)];
  const lidTop = map.landmark(eye.upper[3] as number)[1];
  const room = Math.max(0.08, lidTop - m[1]);
  const tall = (v: number, at: number) =>
    v > at ? 1 - smoothstep(0.15 * room, 0.92 * room, v - at) : 1 - smoothstep(0.22, 0.95, at - v);
  const spot = (u: number, v: number, [pu, pv]: readonly [number, number, number], wide: number) =>
    bell(u - pu, wide) * tall(v, pv);
  return [
    {
      field: field(map, (u, v) => {
        const w = spot(u, v, [(o[0] + m[0]) / 2, (o[1] + m[1]) / 2, 0], 0.34);
        return [0, -0.17 * w, 0];
      }),
      amount: (p) => p[`browOuterUp${side}`],
    },
    {
      field: field(map, (u, v) => {
        const w = spot(u, v, n, 0.26);
        return [0, -0.17 * w, 0];
      }),
      amount: (p) => 0.75 * p.browInnerUp,
    },
    {
      field: field(map, (u, v) => {
        const w = spot(u, v, [(n[0] * 2 + m[0]) / 3, (n[1] * 2 + m[1]) / 3, 0], 0.32);
        return [-0.05 * sign * w, 0.12 * w, 0];
      }),
      amount: (p) => p[`browDown${side}`],
    },
  ];
}

function browMiddle(map: SkinMap): Move[] {
  const [u0, v0] = map.landmark(9);
  return [
    {
      field: field(map, (u, v) => {
        const w = bell(u - u0, 0.22) * (v > v0 ? bell(v - v0, 0.2) : 1 - smoothstep(0.2, 0.9, v0 - v));
        return [0, -0.1 * w, 0];
      }),
      amount: (p) => 0.75 * p.browInnerUp - 0.5 * (p.browDownLeft + p.browDownRight) * 0.6,
    },
  ];
}
