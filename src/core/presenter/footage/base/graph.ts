/**
 * The film as a graph: which frame may follow which without anyone seeing it (Schödl, Szeliski, Salesin and Essa, "Video
 * textures", 2000). An edge is a cross-fade of `fadeFrames`: the stretch that begins at its `from` runs on while the
 * stretch that arrives at its `to` has begun, both warped to each other. Every frame has two more that are not listed:
 * from `rest` to it, and from it to `rest`, at costs of their own.
 */

export interface BaseGraph {
  /** A frame of calm, mouth shut, looking ahead: every shot begins and ends here. */
  readonly rest: number;
  /** How long every cross-fade lasts, in frames of the film. */
  readonly fadeFrames: number;
  /** Edges in the order of the frames they leave: from[e] → to[e], `fadeFrames` later. */
  readonly from: Uint32Array<ArrayBuffer>;
  readonly to: Uint32Array<ArrayBuffer>;
  /** What is seen of an edge: mean squared difference along the fade, 1 being just noticeable in one feature. */
  readonly cost: Float32Array<ArrayBuffer>;
  /** frames: the same from a frame home to `rest`, and from `rest` to a frame. */
  readonly home: Float32Array<ArrayBuffer>;
  readonly away: Float32Array<ArrayBuffer>;
  /** frames: what is bound to be paid after it, discounted: high where a run leads to a dead end. */
  readonly ahead: Float32Array<ArrayBuffer>;
  /** What the film itself changes by from one frame to the next, in the coin of `cost`: median. */
  readonly natural: number;
  readonly labels: BaseLabels;
  /** Small grey pictures of the whole film, by which two stretches are laid on each other. */
  readonly small: SmallPictures;
}

/** rows × columns of luma a frame, over the whole picture. */
export interface SmallPictures {
  readonly columns: number;
  readonly rows: number;
  /** frames × rows × columns */
  readonly luma: Uint8Array<ArrayBuffer>;
}

/** What the person does on each frame of the film. */
export interface BaseLabels {
  /** 0 listens … 1 talks. */
  readonly talk: Float32Array<ArrayBuffer>;
  /** 0 still … 1 as lively as this person gets. */
  readonly energy: Float32Array<ArrayBuffer>;
  /** 0 … 1: a stroke of the hands, the head or the brows lands here. */
  readonly stroke: Float32Array<ArrayBuffer>;
  /** 0 … 1: lids shut. */
  readonly blink: Float32Array<ArrayBuffer>;
  /** Which way of speaking: 0 is the one that `rest` is in. All 0 where the film has but one. */
  readonly mode: Uint8Array<ArrayBuffer>;
  readonly modes: readonly SpeakingMode[];
}

/** Speaking to the camera, or to someone beside it. */
export interface SpeakingMode {
  readonly kind: 'presentation' | 'interview';
  /** Of the film, 0…1. */
  readonly share: number;
  /** Where this person looks then: head and eyes together, radians. */
  readonly lookYaw: number;
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

/** One frame of a path. */
export interface BasePlace {
  readonly frame: number;
  readonly other: number;
  readonly mix: number;
}

export function placeOn(path: BasePath, i: number): BasePlace {
  return { frame: path.frame[i]!, other: path.other[i]!, mix: path.mix[i]! };
}
