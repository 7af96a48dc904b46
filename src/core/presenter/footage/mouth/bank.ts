/**
 * The mouths a person brought: for every kept frame of the film its lower face, cut out in a box of one size, and for
 * every frame what must be known to choose among them and to set one into another frame.
 */
import type { MouthLook } from './look.ts';
import type { MouthSpace } from './space.ts';

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
  /** frames: energy of the finest detail of the skin about the mouth, in (0…255)². */
  readonly detail: Float32Array<ArrayBuffer>;
  /** What a blur of σ = 0.5, 1, 1.5 and 2 pixels of the film leaves of that energy in this film: 0…1. */
  readonly blurLeaves: Float32Array<ArrayBuffer>;
  /** How this person's mouth looks, and how that follows from its shape. */
  readonly look: MouthLook;
}
