/**
 * The lower face as rings about the mouth, each of twenty landmarks of MediaPipe's mesh: from the inner lips outwards to
 * the jaw. Spoke 0 is the corner on the picture's left, 1…9 run over the upper side, 10 is the corner on the right,
 * 11…19 run back below. Lips, skin and jaw are real landmarks in every ring, so that a mesh laid over two frames puts
 * the same spot of skin under the same vertex.
 */
import { MESH_POINTS } from '../../../track/ports.ts';

export const SPOKES = 20;

const INNER = [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95];
const OUTER = [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146];
/** Skin just outside the lips. */
const AROUND = [
  57, 186, 92, 165, 167, 164, 393, 391, 322, 410, 287, 273, 335, 406, 313, 18, 83, 182, 106, 43,
];
/** Folds, base of the nose, ball of the chin. */
const FOLD = [212, 216, 206, 98, 97, 2, 326, 327, 426, 436, 432, 422, 424, 418, 421, 200, 201, 194, 204, 202];
/** Cheek and front of the chin. Above, it is the ring before: the nose stays out. */
const CHEEK = [214, 207, 203, 98, 97, 2, 326, 327, 423, 427, 434, 430, 431, 262, 428, 199, 208, 32, 211, 210];
/** The last ring inside the jaw's outline. */
const WITHIN = [
  135, 187, 205, 98, 97, 2, 326, 327, 425, 411, 364, 394, 395, 369, 396, 175, 171, 140, 170, 169,
];
/** The outline of the jaw itself. */
const JAW = [172, 187, 205, 98, 97, 2, 326, 327, 425, 411, 397, 365, 379, 400, 377, 152, 148, 176, 150, 136];

export const RINGS = [INNER, OUTER, AROUND, FOLD, CHEEK, WITHIN, JAW] as const;
export const RING = { inner: 0, outer: 1, around: 2, fold: 3, cheek: 4, within: 5, jaw: 6 } as const;

/** Landmarks that the mouth mesh stands on, each once. */
export const MOUTH_MESH: readonly number[] = [...new Set(RINGS.flat())];
/** Landmarks that a mouth shape is measured by: both lips, the skin about them, the chin. */
export const MOUTH_POINTS: readonly number[] = [
  ...new Set([...INNER, ...OUTER, ...AROUND, 200, 201, 421, 199, 208, 428, 175, 171, 396, 152, 148, 377]),
];

/** Landmarks that speech does not move: corners of the eyes, bridge, sides and base of the nose, temples. */
export const STILL_POINTS: readonly number[] = [
  33, 133, 263, 362, 130, 359, 243, 463, 168, 6, 197, 195, 5, 4, 1, 2, 98, 327, 129, 358, 9, 8, 127, 356, 234,
  454,
];
/** Those of STILL_POINTS that the face's height and upright are taken from. */
export const BROW = 9;
export const NOSE_BASE = 2;
export const EYE_RIGHT = 33;
export const EYE_LEFT = 263;

const PLACE = new Int16Array(MESH_POINTS).fill(-1);
MOUTH_MESH.forEach((point, place) => (PLACE[point] = place));

/** Where a landmark stands in MOUTH_MESH. */
export function placeInMesh(point: number): number {
  return PLACE[point] as number;
}

/** RINGS as places in MOUTH_MESH: ring-major, RINGS.length × SPOKES. */
export const RING_PLACES: Int16Array = Int16Array.from(RINGS.flat(), (point) => placeInMesh(point));

/** Place in MOUTH_MESH of a ring's spoke. */
export function ringPlace(ring: number, spoke: number): number {
  return RING_PLACES[ring * SPOKES + spoke] as number;
}

/** The spoke across the lips from this one: above its below. */
export function across(spoke: number): number {
  return (SPOKES - spoke) % SPOKES;
}
