/** Finding faces in a picture: the finder proposes, the mesh disposes. */
import type { CancelSignal } from '../base/errors.ts';
import {
  cutPatch,
  faceFromPatch,
  MESH_ROOM,
  pointsFromPatch,
  shrink,
  squareInPatch,
  squareOfFace,
  squareOfMesh,
} from './places.ts';
import { FACE_POINTS, type FaceTools, type Picture, type PicturePart, type Square } from './ports.ts';

/** So sure the mesh is of any face that is one; of bushes and curtains it has been up to 0.96. */
export const SURE_OF_A_FACE = 0.97;
/** A face so many of its squares away is another one. */
export const LEAP = 0.3;
/** Pictures for the finder are shrunk to this on their longer side. */
const FIND_PX = 1280;
const FACES_AT_MOST = 6;
/**
 * So sure the finder has to be, at once or when it looks from close by. There it gave wrists and curtains up to 0.66,
 * faces 0.92 and more, half faces at the picture's edge 0.64.
 */
const FINDER_SURE = 0.69;
/** A face that hangs out of the picture is told less clearly, and should be told of as such. */
const FINDER_SURE_AT_EDGE = 0.58;
/** How much wider than the mesh's square the finder's close look is. */
const CLOSE_LOOK = 3;
const CLOSE_LOOK_PX = 256;

export interface Refined {
  readonly square: Square;
  readonly sure: number;
}

/** Looks where a face should be, and says where it is. @param picture all of it that `patchBounds(square)` holds */
export async function refine(
  tools: FaceTools,
  picture: Picture | PicturePart,
  square: Square,
  signal?: CancelSignal,
): Promise<Refined | null> {
  const patch = cutPatch(picture, square);
  const [face] = await tools.mesh(patch.picture, [squareInPatch(square, patch)], signal);
  if (!face) return null;
  const points = new Float32Array(FACE_POINTS * 3);
  pointsFromPatch(face.points, patch, points);
  const found = { square: squareOfMesh({ points }), sure: face.sure };
  return Object.values(found.square).every(Number.isFinite) && found.square.sidePx >= 4 ? found : null;
}

/**
 * Where the finder sees faces and the mesh agrees, the largest first. The mesh is asked twice, since a finder's box is
 * coarse and it sees best in its own square.
 */
export async function findFaces(
  tools: FaceTools,
  picture: Picture,
  signal?: CancelSignal,
): Promise<readonly Square[]> {
  const small = shrink(picture, FIND_PX);
  const faces: Square[] = [];
  const finds = [...(await tools.detect(small.picture, signal))].sort((a, b) => b.sure - a.sure);
  for (const found of finds.slice(0, FACES_AT_MOST)) {
    const once = await refine(tools, picture, squareOfFace(faceFromPatch(found, small)), signal);
    const twice = once && (await refine(tools, picture, once.square, signal));
    if (!twice || twice.sure < SURE_OF_A_FACE) continue;
    // The square that a false find slid off to may be that of a face found before.
    if (faces.some((face) => apart(face, twice.square) < LEAP)) continue;
    if (
      found.sure < finderSure(picture, twice.square) &&
      !(await isFaceFromCloseBy(tools, picture, twice.square, signal))
    )
      continue;
    faces.push(twice.square);
  }
  return faces.sort((a, b) => b.sidePx - a.sidePx);
}

function finderSure(picture: Picture, { x, y, sidePx }: Square): number {
  const half = sidePx / MESH_ROOM / 2;
  const inside = x >= half && y >= half && x + half <= picture.widthPx && y + half <= picture.heightPx;
  return inside ? FINDER_SURE : FINDER_SURE_AT_EDGE;
}

/** The mesh alone has been sure of a wrist. */
export async function isFaceFromCloseBy(
  tools: FaceTools,
  picture: Picture,
  square: Square,
  signal?: CancelSignal,
): Promise<boolean> {
  const patch = cutPatch(picture, square, CLOSE_LOOK, CLOSE_LOOK_PX);
  const seen = await tools.detect(patch.picture, signal);
  return seen.some(
    (face) => face.sure >= FINDER_SURE && apart(squareOfFace(faceFromPatch(face, patch)), square) < LEAP,
  );
}

/** The largest face, or of several the one that is most likely the one that was followed. */
export function chosen(faces: readonly Square[], last: Square | undefined): Square | null {
  const worth = (face: Square) => face.sidePx / (last ? 1 + 2 * apart(face, last) : 1);
  return faces.reduce<Square | null>(
    (best, face) => (best && worth(best) >= worth(face) ? best : face),
    null,
  );
}

/** Between the middles of two squares, in sides of the larger. */
export function apart(a: Square, b: Square): number {
  return Math.hypot(a.x - b.x, a.y - b.y) / Math.max(a.sidePx, b.sidePx);
}
