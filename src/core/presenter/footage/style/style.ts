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
  /** Null where there is no sound that belongs to the face. */
  readonly habits: TalkingHabits | null;
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

/**
 * Learned from the footage's own sound, in two steps. First the two measures that everyone's motion has, aperture and
 * width, are laid on these lips by a straight line each; then a ridge regression on the channels of the motion and a
 * little of their past and future adds what is this person's own (which sounds widen it, what the lips do beside the
 * jaw). A few seconds teach it, because it starts from what everyone does and is pulled back to that; a network would
 * learn the recording by heart.
 */
export interface StyleMap {
  readonly opening: Line;
  readonly width: Line;
  /** inputs (styleInputs) × dimensions of the mouth's space. */
  readonly weights: Float32Array<ArrayBuffer>;
  /** What a fitted line answers too timidly, it is stretched by about `centre`: opening, width. */
  readonly stretch: readonly [opening: number, width: number];
  readonly centre: readonly [opening: number, width: number];
}

/** value = at0 + slope · x */
export interface Line {
  readonly at0: number;
  readonly slope: number;
}

/** How the film's sound and lips go together. */
export interface SoundSync {
  /** Correlation of the opening that is heard and that is seen, at the best delay and at none. */
  readonly r: number;
  readonly rAtZero: number;
  /** The lips come this much after the sound, seconds. */
  readonly lagS: number;
}

/** How the rest of the person goes with the voice; the walk through the film asks for the same. */
export interface TalkingHabits {
  /** Liveliness (BaseLabels.energy) in silence, in speech, and what a stressed syllable adds. */
  readonly quiet: number;
  readonly talking: number;
  readonly accent: number;
  readonly blinksPerMinute: number;
  /** Of blinks, those that fall into pauses, over the pauses' share of the time: 1 is chance. */
  readonly blinksInPauses: number;
  /** Correlation of the head's speed, and of the brows' height, with loudness. */
  readonly headWithVoice: number;
  readonly browsWithVoice: number;
  /** Pauses of a fifth of a second and more: how many a minute of speech, and how long, seconds. */
  readonly pausesPerMinute: number;
  readonly pauseS: number;
}
