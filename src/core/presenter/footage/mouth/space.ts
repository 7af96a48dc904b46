/**
 * Where the lips and the jaw of one person can be. A mouth shape is the places of MOUTH_POINTS on a head that looks
 * straight ahead: origin at the base of the nose, x to the picture's right along the line of the eyes, y down, in
 * heights of the face (brow to base of the nose), the head's turn taken out by its own three dimensions. A person's
 * shapes lie near a plane of few dimensions, found by principal components; a shape is a row of coefficients there.
 */
export interface MouthSpace {
  /** Landmark numbers, in the order of a shape's coordinates. */
  readonly points: readonly number[];
  /** 2 × points */
  readonly mean: Float32Array<ArrayBuffer>;
  /** dimensions × (2 × points), orthonormal rows, the widest first. */
  readonly basis: Float32Array<ArrayBuffer>;
  /** dimensions: standard deviation in this footage. */
  readonly spread: Float32Array<ArrayBuffer>;
}

export function mouthDimensions(space: MouthSpace): number {
  return space.spread.length;
}
