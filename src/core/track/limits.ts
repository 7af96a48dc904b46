/**
 * Limits of what is good enough, shared by the judges of films and of pictures. Those with figures were set between real
 * footage and copies of it that were made worse.
 */

/** A face smaller than this has too few pixels on its lips for a twin; half as much again is asked for. */
export const SMALLEST_FACE_PX = 70;
export const SMALL_FACE_PX = 100;
/** Mean luma of the face. Footage in a lit room: 0.4 to 0.65; the same at an eighth of its light: 0.05. */
export const BLACK = 0.03;
export const DARK = 0.13;
/** Squared Laplacian over squared luma. Footage: 38 and more, from 360 × 288 too; blurred by a move or the lens: 16 to 22. */
export const BLURRED_FACE = 30;
export const BLURRED_EYES = 38;
/** Part of the mesh outside the picture. */
export const OUTSIDE = 0.02;
/** A second face less than this part of the first one's height is someone in the background. */
export const SECOND_FACE = 0.5;
/** Beyond this yaw, radians, one half of the mouth hides the other. */
export const TURNED_AWAY = (50 / 180) * Math.PI;
