/**
 * The mouths a person brought: for every kept frame of the film its lower face, cut out in a box of one size, and for
 * every frame what must be known to choose among them and to set one into another frame.
 */
import type { MouthLook } from './look.ts';
import type { MouthSpace } from './space.ts';

/** What blurs along one way leave of this film's detail, the weakest first. */
export interface FilmBlurs {
  /** Pixels of the film. */
  readonly sigmaPx: Float32Array<ArrayBuffer>;
  /** 0…1: of detail along the same way, and of detail upright to it. */
  readonly own: Float32Array<ArrayBuffer>;
  readonly other: Float32Array<ArrayBuffer>;
  /**
   * Along rows, along columns: how far, as a logarithm, two frames' detail may lie apart and be left so. In twins fitted
   * before their pictures were sharpened for what blurs and blends take; absent in those fitted since.
   */
  readonly trembles?: Float32Array<ArrayBuffer>;
}

export interface MouthBank {
  readonly space: MouthSpace;
  /** Every frame of the film: frames × dimensions. */
  readonly coefficients: Float32Array<ArrayBuffer>;
  /** Film frame of each packed picture, ascending: the pack's order. */
  readonly kept: Uint32Array<ArrayBuffer>;
  /** Every packed picture's size, and how many of its pixels a pixel of the film has (1, or less for large faces). */
  readonly crop: { readonly widthPx: number; readonly heightPx: number; readonly scale: number };
  /** kept × (x, y): the film's pixel in whose corner the packed picture begins. */
  readonly cropAt: Float32Array<ArrayBuffer>;
  /** kept: how far down the upper teeth reach, in parts of the gap between the lips; 1 where nothing ends them. */
  readonly teeth: Float32Array<ArrayBuffer>;
  /** frames × SKIN_PLACES × (r, g, b), 0…255: the skin about the mouth, its grain averaged away. */
  readonly skin: Float32Array<ArrayBuffer>;
  /** frames × (along rows, along columns): energy of the detail of the skin about the mouth, in (0…255)². */
  readonly detail: Float32Array<ArrayBuffer>;
  readonly blurs: FilmBlurs;
  /** How this person's mouth looks, and how that follows from its shape. */
  readonly look: MouthLook;
}
