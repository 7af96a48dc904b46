/**
 * How one person talks: what their mouth makes of a motion that is anyone's. `range` alone is a map already (the most
 * likely shape of this mouth that opens and widens so); `map` is learned from their own sound, where it belongs to the
 * lips.
 */

export interface TalkingStyle {
  /** Whether sound and lips of the footage belong together, so that the style could be learned from them. */
  readonly learned: boolean;
  readonly range: MouthRange;
  readonly map: StyleMap | null;
  readonly sync: SoundSync | null;
}

/** Where this person's lips go, in heights of the face. */
export interface MouthRange {
  readonly shut: number;
  /** As far as they open in lively talk. */
  readonly open: number;
  /** Corner to corner: pursed, at rest, broad. */
  readonly narrow: number;
  readonly rest: number;
  readonly broad: number;
}

/** A ridge regression from channels of motion, a little context about each, to coefficients of the mouth's space. */
export interface StyleMap {
  /** inputs × dimensions, inputs as styleInputs gives them. */
  readonly weights: Float32Array<ArrayBuffer>;
  readonly mean: Float32Array<ArrayBuffer>;
  readonly scale: Float32Array<ArrayBuffer>;
  readonly rest: Float32Array<ArrayBuffer>;
  /** dimensions: what the map's answers are stretched by, so that they move as far as the lips did. */
  readonly stretch: Float32Array<ArrayBuffer>;
}

/** How the film's sound and lips go together. */
export interface SoundSync {
  /** Correlation of the opening that is heard and that is seen, at the best delay and at none. */
  readonly r: number;
  readonly rAtZero: number;
  /** The lips are late by this much, seconds. */
  readonly lagS: number;
}
