/**
 * Head and trunk. The head turns in depth about the first vertebra, and neck and hair follow ever less towards the
 * shoulders, so that cloth never swims; the trunk sways and leans about the picture's lower edge, and breath lifts the
 * chest. What the picture's edge cuts off stays at that edge.
 */
import { rotationOfTurns } from '../../../base/rotation.ts';
import { clamp, smoothstep } from '../curve.ts';
import { dot, minus, type Vec3 } from '../face-frame.ts';
import type { PhotoFit } from '../fit.ts';
import type { Pose } from './pose.ts';
import type { SkinMap } from './skin-map.ts';
import type { Swing } from './swing.ts';

/** Beyond this one picture shows too little of a head to be turned, radians: turns come to it gently. */
const MOST = { yaw: 0.21, pitch: 0.17, roll: 0.2 } as const;
/** Shoulders sink into a frame's edge over this part of the head's width. */
const EDGE = 0.35;

export function limitTurn(angle: number, most: number): number {
  return most * Math.tanh(angle / most);
}

export interface Stance {
  /** Rotation, row-major, and the joint it is about: for what is fixed to the skull. */
  readonly turn: Float64Array;
  readonly sway: number;
  readonly leanPx: number;
  readonly twist: number;
  readonly breathPx: number;
  readonly shoulderLeftPx: number;
  readonly shoulderRightPx: number;
  readonly swing: Swing;
}

export function stanceOf(pose: Pose, map: SkinMap, swing: Swing): Stance {
  const yaw = limitTurn(pose.headYaw, MOST.yaw);
  const pitch = limitTurn(pose.headPitch, MOST.pitch);
  const roll = limitTurn(pose.headRoll, MOST.roll);
  const { unitPx } = map;
  return {
    turn: rotationOfTurns(yaw, pitch, roll),
    sway: limitTurn(pose.bodySway, 0.08),
    leanPx: clamp(pose.bodyLean, -0.2, 0.2),
    twist: limitTurn(pose.bodyTwist, 0.12),
    // Five millimetres of a chest full of air.
    breathPx: 0.1 * unitPx * clamp(pose.breath, -0.5, 1),
    shoulderLeftPx: 0.7 * unitPx * clamp(pose.shoulderLeftUp, -0.3, 1),
    shoulderRightPx: 0.7 * unitPx * clamp(pose.shoulderRightUp, -0.3, 1),
    swing,
  };
}

/** How much of each movement a place takes part in. */
interface Share {
  readonly head: number;
  readonly hair: number;
  /** 0 at the picture's lower edge … 1 at the shoulders and above. */
  readonly rise: number;
  readonly chest: number;
  readonly shoulderLeft: number;
  readonly shoulderRight: number;
  readonly holdX: number;
  readonly holdY: number;
}

export interface Carrier {
  /** Picture positions (x, y) of places whose first three numbers are at 3·i. */
  carry(from: Float32Array, count: number, stance: Stance, to: Float32Array, at: number): void;
}

/** For the vertices of the skin, whose shares are read from where they rest. */
export function createCarrier(fit: PhotoFit, map: SkinMap, rest: Float32Array): Carrier {
  const count = rest.length / 3;
  const share = shares(fit, map);
  const list = Array.from({ length: count }, (_, i) =>
    share([rest[3 * i] as number, rest[3 * i + 1] as number, rest[3 * i + 2] as number]),
  );
  return {
    carry(from, n, stance, to, at) {
      for (let i = 0; i < n; i++) {
        const s = list[i] as Share;
        moved(map, fit, stance, s, from, i, to, at + i);
      }
    },
  };
}

/** For what is fixed to the skull. */
export function createSkullCarrier(fit: PhotoFit, map: SkinMap): Carrier {
  const share: Share = {
    head: 1,
    hair: 0,
    rise: 1,
    chest: 0,
    shoulderLeft: 0,
    shoulderRight: 0,
    holdX: 1,
    holdY: 1,
  };
  return {
    carry(from, n, stance, to, at) {
      for (let i = 0; i < n; i++) moved(map, fit, stance, share, from, i, to, at + i);
    },
  };
}

function moved(
  map: SkinMap,
  fit: PhotoFit,
  stance: Stance,
  s: Share,
  from: Float32Array,
  i: number,
  to: Float32Array,
  at: number,
): void {
  const { pivot } = map.frame;
  const x = from[3 * i] as number;
  const y = from[3 * i + 1] as number;
  const z = from[3 * i + 2] as number;
  const { turn } = stance;
  const [px, py, pz] = [x - pivot[0], y - pivot[1], z - pivot[2]];
  let dx = 0;
  let dy = 0;
  if (s.head > 0) {
    dx += s.head * ((turn[0] as number) * px + (turn[1] as number) * py + (turn[2] as number) * pz - px);
    dy += s.head * ((turn[3] as number) * px + (turn[4] as number) * py + (turn[5] as number) * pz - py);
  }
  dx += s.hair * stance.swing.hairX;
  dy += s.hair * stance.swing.hairY;
  // The trunk: about the lower edge, in proportion to the height above it.
  const height = fit.track.heightPx - y;
  dx += s.rise * stance.sway * height * 0.55;
  // Leaning in brings everything a little nearer.
  const middle = map.frame.chin[0];
  dx += s.rise * stance.leanPx * 0.35 * (x - middle);
  dy += s.rise * stance.leanPx * 0.12 * height;
  // Twisting shows as a shift of what stands forward; the shoulders trail it.
  dx += (1 - s.head) * s.rise * stance.twist * 0.5 * (pivot[2] - z + 0.25 * map.frame.widthPx);
  dx += (1 - s.head) * s.rise * stance.swing.bodyX;
  dy -= s.chest * stance.breathPx;
  dy -= s.shoulderLeft * stance.shoulderLeftPx + s.shoulderRight * stance.shoulderRightPx;
  to[2 * at] = x + s.holdX * dx;
  to[2 * at + 1] = y + s.holdY * dy;
}

function shares(fit: PhotoFit, map: SkinMap): (p: Vec3) => Share {
  const { frame, unitPx } = map;
  const { widthPx, heightPx } = fit.track;
  const head = headShare(fit, map);
  const chinY = frame.chin[1];
  const shoulderY = shoulderLine(fit, map);
  const floor = Math.max(shoulderY + 2 * unitPx, heightPx);
  const edgePx = EDGE * frame.widthPx;
  const hold = (cut: boolean, distance: number, widthOfHold: number) =>
    cut ? smoothstep(0, widthOfHold, distance) : 1;
  return (p) => {
    const [x, y] = p;
    const d = minus(p, frame.mouth);
    const [u, v] = [dot(d, frame.left) / unitPx, dot(d, frame.down) / unitPx];
    const h = head(p);
    // Hair hangs: crown and temples sit on the skull; the further out and down, the freer.
    const faceHalf = frame.widthPx / 2 / unitPx;
    const out = Math.hypot(u / (faceHalf * 1.02), Math.min(0, v + 1.7) / 2.1);
    const beside = smoothstep(1.05, 1.7, out);
    const hanging = smoothstep(0.95, 1.5, Math.abs(u) / faceHalf) * smoothstep(-2.2, 1.2, v);
    const hair =
      Math.min(1, 0.35 * beside + 0.9 * hanging) *
      (0.35 + 0.65 * h) *
      (h > 0.02 ? 1 : 0) *
      smoothstep(0, 0.3, h);
    const rise = smoothstep(floor, Math.min(shoulderY, floor - 1), y) ** 0.8;
    const chestWidth = Math.max(1, 2.2 * frame.widthPx);
    const side = (x - frame.chin[0]) / chestWidth;
    const chestTop = smoothstep(floor, shoulderY + 0.4 * (floor - shoulderY) * 0.5, y);
    const shoulder = (sign: number) =>
      smoothstep(0.1, 0.34, sign * side) *
      smoothstep(chinY - unitPx, shoulderY, y) *
      smoothstep(shoulderY + 5 * unitPx, shoulderY, y) *
      (1 - h);
    return {
      head: h,
      hair,
      rise,
      chest: chestTop * (0.55 + 0.45 * (1 - h)),
      shoulderLeft: shoulder(1),
      shoulderRight: shoulder(-1),
      holdX: hold(fit.cut.left, x, edgePx) * hold(fit.cut.right, widthPx - x, edgePx),
      holdY: hold(fit.cut.top, y, 1.2 * edgePx) * hold(fit.cut.bottom, heightPx - y, edgePx),
    };
  };
}

/** Where the neck ends: what was seen of the body, or what necks are like. */
function shoulderLine(fit: PhotoFit, { frame, unitPx }: SkinMap): number {
  const { body } = fit.track;
  const usual = frame.chin[1] + 2.1 * unitPx;
  if (!body) return usual;
  const [left, right] = [3, 4].map((k) => ({
    y: body.points[3 * k + 1] ?? 0,
    sure: body.points[3 * k + 2] ?? 0,
  })) as [{ y: number; sure: number }, { y: number; sure: number }];
  if (left.sure < 0.5 || right.sure < 0.5) return usual;
  return clamp((left.y + right.y) / 2, frame.chin[1] + 0.9 * unitPx, frame.chin[1] + 3.2 * unitPx);
}

/** 1 on the head, ever less down the neck, 0 from the shoulders on. */
function headShare(fit: PhotoFit, map: SkinMap): (p: Vec3) => number {
  const { frame, unitPx } = map;
  const neck = Math.max(0.9, (shoulderLine(fit, map) - frame.chin[1]) / unitPx);
  const chinV = map.landmark(152)[1];
  return (p) => {
    const d = minus(p, frame.mouth);
    const v = dot(d, frame.down) / unitPx;
    // Beside the neck the picture's own down counts: hair and collar hang.
    const y = (p[1] - frame.chin[1]) / unitPx;
    const below = Math.max(v - chinV, y) * 0.5 + (v - chinV + y) * 0.25;
    return 1 - smoothstep(-0.15, neck * 0.98, below);
  };
}
