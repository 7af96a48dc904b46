/**
 * One person in one picture: the largest face, looked at through many squares a little apart, the middle of what each
 * says taken point by point. One look is sure of a point to about half a pixel of the network's 192; twelve are steadier,
 * and one gone wrong moves nothing. Drawings are found like photographs where the networks see a face in them; where
 * the finder does not, the mesh is asked directly.
 */
import { throwIfCancelled, type CancelSignal } from '../base/errors.ts';
import { coveredFrames } from './covered.ts';
import { median } from './curves.ts';
import { findFaces, isFaceFromCloseBy, refine, SURE_OF_A_FACE } from './faces.ts';
import { judgeOneFace } from './judge-picture.ts';
import { LANDMARK } from './mesh-points.ts';
import type { PhotoTrack } from './photo-track.ts';
import { cutPatch, MESH_ROOM, pointsFromPatch, squareInPatch } from './places.ts';
import { FACE_POINTS, type FaceTools, type Picture, type Square } from './ports.ts';
import { poseOfFace } from './pose.ts';
import { seeFace, SIGHTS, SIGHT_VALUES } from './sights.ts';
import type { Trouble } from './troubles.ts';

export interface SeenPhoto {
  /** Null where a trouble with the weight `stop` says why. */
  readonly track: PhotoTrack | null;
  readonly troubles: readonly Trouble[];
}

/** How each look differs from the plain one; shifts are parts of the square's side. */
const LOOKS: readonly { grow: number; x: number; y: number; turn: number }[] = [
  { grow: 1, x: 0, y: 0, turn: 0 },
  { grow: 0.93, x: 0.013, y: 0.008, turn: 0 },
  { grow: 1.05, x: -0.017, y: 0, turn: 0.03 },
  { grow: 1.1, x: 0, y: -0.02, turn: -0.03 },
  { grow: 0.97, x: -0.007, y: 0.021, turn: 0.05 },
  { grow: 1.02, x: 0.022, y: 0, turn: -0.05 },
  { grow: 1.15, x: 0.005, y: 0.013, turn: 0 },
  { grow: 0.9, x: 0, y: -0.01, turn: 0 },
  { grow: 1.07, x: -0.012, y: -0.009, turn: 0.015 },
  { grow: 0.95, x: 0.018, y: -0.006, turn: -0.015 },
  { grow: 1.12, x: -0.02, y: 0.006, turn: -0.04 },
  { grow: 0.99, x: 0.009, y: 0.018, turn: 0.04 },
];
/** A picture of a face may be large, and is looked at once: its patch may be finer than a film's. */
const PATCH_PX = 768;

/** @throws AppError cancelled | device-lost | internal */
export async function trackPhoto(
  picture: Picture,
  tools: FaceTools,
  signal?: CancelSignal,
): Promise<SeenPhoto> {
  const faces = await facesIn(picture, tools, signal);
  const [square] = faces;
  if (!square) return { track: null, troubles: judgeOneFace({ kind: 'photo', faces: [] }) };
  const { points, sure, sights } = await lookWell(picture, square, tools, signal);
  const pose = poseOfFace(points);
  const tall = (point: number) => points[point * 3 + 1] as number;
  const across = (point: number) => points[point * 3] as number;
  const troubles = judgeOneFace({
    kind: 'photo',
    faces: faces.map(({ sidePx }) => sidePx / MESH_ROOM),
    heightPx: Math.hypot(
      tall(LANDMARK.chin) - tall(LANDMARK.forehead),
      across(LANDMARK.chin) - across(LANDMARK.forehead),
    ),
    yaw: pose.yaw,
    sights,
    covered: coveredFrames(sights, Uint8Array.of(1))[0] === true,
  });
  if (troubles.some(({ weight }) => weight === 'stop')) return { track: null, troubles };
  const body = await tools.body(picture, null, signal);
  const matte = await tools.matte(picture, signal);
  throwIfCancelled(signal);
  const { widthPx, heightPx } = picture;
  const [headYaw, headPitch, headRoll] = [pose.yaw, pose.pitch, pose.roll];
  return { track: { widthPx, heightPx, points, sure, headYaw, headPitch, headRoll, body, matte }, troubles };
}

async function lookWell(picture: Picture, around: Square, tools: FaceTools, signal?: CancelSignal) {
  const patch = cutPatch(picture, around, 2, PATCH_PX);
  const plain = squareInPatch(around, patch);
  const squares = LOOKS.map(({ grow, x, y, turn }) => ({
    x: plain.x + x * plain.sidePx,
    y: plain.y + y * plain.sidePx,
    sidePx: plain.sidePx * grow,
    turn: plain.turn + turn,
  }));
  const looks = await tools.mesh(patch.picture, squares, signal);
  const middle = new Float32Array(FACE_POINTS * 3);
  const good = looks.filter(({ sure }) => sure > 0.5);
  const used = good.length > 0 ? good : looks;
  for (let i = 0; i < middle.length; i++) middle[i] = median(used.map(({ points }) => points[i] as number));
  const points = new Float32Array(FACE_POINTS * 3);
  pointsFromPatch(middle, patch, points);
  const sights = new Float32Array(SIGHT_VALUES);
  seeFace(patch.picture, plain, middle, sights);
  let outside = 0;
  for (let i = 0; i < points.length; i += 3) {
    const [x, y] = [points[i] as number, points[i + 1] as number];
    if (x < 0 || y < 0 || x >= picture.widthPx || y >= picture.heightPx) outside++;
  }
  sights[SIGHTS.indexOf('outside')] = outside / FACE_POINTS;
  return { points, sure: median(looks.map(({ sure }) => sure)), sights };
}

/** Parts of the shorter side that a face's square may take, where the finder saw none. */
const GUESSES = [1.1, 0.75, 0.5] as const;

async function facesIn(
  picture: Picture,
  tools: FaceTools,
  signal?: CancelSignal,
): Promise<readonly Square[]> {
  const found = await findFaces(tools, picture, signal);
  if (found.length > 0) return found;
  const { widthPx, heightPx } = picture;
  let best: { square: Square; sure: number } | null = null;
  for (const part of GUESSES)
    for (const down of [0.5, 0.3]) {
      let square: Square = {
        x: widthPx / 2,
        y: heightPx * down,
        sidePx: Math.min(widthPx, heightPx) * part,
        turn: 0,
      };
      let sure = 0;
      // From a guess the mesh needs a few looks to come to rest on a face; elsewhere it drifts and doubts.
      for (let look = 0; look < 4; look++) {
        const next = await refine(tools, picture, square, signal);
        if (!next) break;
        ({ square, sure } = next);
        if (look > 0 && sure < 0.2) break;
      }
      if (sure < SURE_OF_A_FACE || (best !== null && sure <= best.sure)) continue;
      if (await isFaceFromCloseBy(tools, picture, square, signal)) best = { square, sure };
    }
  return best ? [best.square] : [];
}
