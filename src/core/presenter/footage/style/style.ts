/** How one person talks: what their mouth makes of a motion that is anyone's. */

export interface TalkingStyle {
  /** Whether sound and lips of the footage belong together, so that the style could be learned from them. */
  readonly learned: boolean;
}
