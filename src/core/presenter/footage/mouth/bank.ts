/** The mouths a person brought: for every kept frame of the film its lower face, and what shape it is in. */
import type { MouthSpace } from './space.ts';

export interface MouthBank {
  readonly space: MouthSpace;
  /** Every frame of the film: frames × dimensions. */
  readonly coefficients: Float32Array<ArrayBuffer>;
  /** Film frame of each packed picture, ascending: the pack's order. */
  readonly kept: Uint32Array<ArrayBuffer>;
}
