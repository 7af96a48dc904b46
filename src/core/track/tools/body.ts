/**
 * BlazePose's answer, read: 33 joints and two points that say where its next square is to be (Bazarevsky et al.,
 * "BlazePose", 2020).
 */
import { BODY_POINTS, type BodyPoint, type DetectedFace, type SeenBody, type Square } from '../ports.ts';
import { fromSquare } from './crop.ts';

export const BODY_PX = 256;
const VALUES = 5; // x, y, z, logits of visibility and presence
const JOINT: Readonly<Record<BodyPoint, number>> = {
  nose: 0,
  leftEar: 7,
  rightEar: 8,
  leftShoulder: 11,
  rightShoulder: 12,
  leftElbow: 13,
  rightElbow: 14,
  leftWrist: 15,
  rightWrist: 16,
  leftHip: 23,
  rightHip: 24,
};
/** Middle of the hips, and a point on the circle around the whole body, straight above the hips of who is upright. */
const MIDDLE = 33;
const RIM = 34;

export function readBody(
  points: Float32Array,
  sure: number,
  square: Square,
): { readonly body: SeenBody; readonly next: Square } {
  const toPicture = fromSquare(square, BODY_PX);
  const at = (joint: number) =>
    toPicture(points[joint * VALUES] as number, points[joint * VALUES + 1] as number);
  const seen = new Float32Array(BODY_POINTS.length * 3);
  BODY_POINTS.forEach((name, i) => {
    const [x, y] = at(JOINT[name]);
    const logit = (k: number) => 1 / (1 + Math.exp(-(points[JOINT[name] * VALUES + k] as number)));
    seen.set([x, y, Math.min(logit(3), logit(4))], i * 3);
  });
  const [x, y] = at(MIDDLE);
  const [rimX, rimY] = at(RIM);
  const sidePx = Math.hypot(rimX - x, rimY - y) * 2 * 1.25;
  return { body: { points: seen, sure }, next: { x, y, sidePx, turn: Math.atan2(rimX - x, y - rimY) } };
}

/** Proportions of a standing adult, in sides of the detector's box (brow to chin): face to hips, and the whole square. */
const FACE_TO_HIPS = 3.7;
const BODY_SIDE = 12;

/** The square of a body whose face is known, as if it stood upright; most of it may be outside the picture. */
export function bodySquareOf({ leftPx, topPx, widthPx, heightPx }: DetectedFace): Square {
  const side = Math.max(widthPx, heightPx);
  return {
    x: leftPx + widthPx / 2,
    y: topPx + heightPx / 2 + FACE_TO_HIPS * side,
    sidePx: BODY_SIDE * side,
    turn: 0,
  };
}

/** The square of a body of which the joints are known. */
export function bodySquare(near: SeenBody): Square {
  const place = (name: BodyPoint) => {
    const i = BODY_POINTS.indexOf(name) * 3;
    return [near.points[i] as number, near.points[i + 1] as number] as const;
  };
  const [lsx, lsy] = place('leftShoulder');
  const [rsx, rsy] = place('rightShoulder');
  const [lhx, lhy] = place('leftHip');
  const [rhx, rhy] = place('rightHip');
  const [x, y] = [(lhx + rhx) / 2, (lhy + rhy) / 2];
  const trunk = Math.hypot((lsx + rsx) / 2 - x, (lsy + rsy) / 2 - y);
  return { x, y, sidePx: Math.max(trunk, Math.hypot(lsx - rsx, lsy - rsy)) * 4, turn: 0 };
}
