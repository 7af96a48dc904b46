/** The film as a graph: which frame may follow which without anyone seeing it. */

export interface BaseGraph {
  /** A frame of calm, mouth shut, looking ahead: every shot begins and ends here. */
  readonly rest: number;
}

/**
 * One frame of film for each frame of a shot. Where `mix` is above 0 the picture is on its way from `frame` to `other`:
 * both are shown, warped to each other, `other` with that weight.
 */
export interface BasePath {
  readonly frame: Uint32Array<ArrayBuffer>;
  readonly other: Uint32Array<ArrayBuffer>;
  readonly mix: Float32Array<ArrayBuffer>;
}
