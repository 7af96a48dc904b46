/**
 * The points of MediaPipe's face mesh that the photo is moved by, by name. Lists of a lid or lip run along it; left and
 * right are the person's own. Columns of one eye or mouth match: the n-th upper point stands over the n-th lower one.
 */

export interface EyePoints {
  /** From the outer corner to the inner one, corners left out. */
  readonly upper: readonly number[];
  readonly lower: readonly number[];
  readonly outer: number;
  readonly inner: number;
  /** Lower edge of the brow above, outer to inner. */
  readonly brow: readonly number[];
  /** The iris's centre, then four of its edge. */
  readonly iris: readonly number[];
}

export const EYES: { readonly right: EyePoints; readonly left: EyePoints } = {
  right: {
    upper: [246, 161, 160, 159, 158, 157, 173],
    lower: [7, 163, 144, 145, 153, 154, 155],
    outer: 33,
    inner: 133,
    brow: [46, 53, 52, 65, 55],
    iris: [468, 469, 470, 471, 472],
  },
  left: {
    upper: [466, 388, 387, 386, 385, 384, 398],
    lower: [249, 390, 373, 374, 380, 381, 382],
    outer: 263,
    inner: 362,
    brow: [276, 283, 282, 295, 285],
    iris: [473, 474, 475, 476, 477],
  },
};

/** The inner edge of the lips, from the person's right corner to the left, corners included. */
export const INNER_UPPER_LIP = [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308] as const;
export const INNER_LOWER_LIP = [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308] as const;
/** The outer edge, the same way. */
export const OUTER_UPPER_LIP = [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291] as const;
export const OUTER_LOWER_LIP = [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291] as const;

/** The face's outline, from the middle of the forehead round by the person's left. */
export const FACE_OVAL = [
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149,
  150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
] as const;

export const FOREHEAD = 10;
export const CHIN = 152;
export const NOSE_TIP = 4;
export const NOSE_BASE = 2;
export const BROW_MIDDLE = 9;
/** Pairs of points that mirror each other, right then left: what the face's sideways axis is taken from. */
export const MIRRORED = [
  [33, 263],
  [133, 362],
  [61, 291],
  [234, 454],
  [172, 397],
  [105, 334],
  [98, 327],
] as const;
