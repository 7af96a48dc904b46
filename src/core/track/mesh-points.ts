/**
 * Which point of the mesh is what. Numbers are MediaPipe's (the topology of FACE_POINTS); left and right are the
 * person's own, so that the right eye lies left in the picture.
 */

export const LANDMARK = {
  forehead: 10,
  brow: 9,
  noseBase: 2,
  noseTip: 4,
  chin: 152,
  rightTemple: 234,
  leftTemple: 454,
  rightEyeOuter: 33,
  rightEyeInner: 133,
  leftEyeInner: 362,
  leftEyeOuter: 263,
  rightMouthCorner: 61,
  leftMouthCorner: 291,
  rightIris: 468,
  leftIris: 473,
} as const;

/** Upper and lower inner lip, one above the other. */
export const INNER_LIPS = [
  [13, 14],
  [82, 87],
  [312, 317],
] as const;

/** Upper and lower lid, one above the other. */
export const LIDS = {
  right: [
    [159, 145],
    [158, 153],
    [160, 144],
  ],
  left: [
    [386, 374],
    [385, 380],
    [387, 373],
  ],
} as const;

export const BROWS = {
  right: [70, 63, 105, 66, 107, 46, 53, 52, 65, 55],
  left: [300, 293, 334, 296, 336, 276, 283, 282, 295, 285],
} as const;

/** Points that lie opposite each other (right, left) on skin that neither speech nor brows move much. */
export const MIRRORED = [
  [33, 263],
  [133, 362],
  [130, 359],
  [243, 463],
  [127, 356],
  [162, 389],
  [21, 251],
  [54, 284],
  [103, 332],
  [67, 297],
  [109, 338],
  [234, 454],
] as const;

/** What turns with the skull: eye corners, nose, forehead, temples. Not mouth, jaw or brows. */
export const STABLE: readonly number[] = [...MIRRORED.flat(), 10, 168, 6, 197, 195, 5, 4, 1, 2];
