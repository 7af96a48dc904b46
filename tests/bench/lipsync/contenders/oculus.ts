/** The fifteen Oculus visemes as numbers, after the reference pictures of Oculus' own viseme page. */
import type { ShapeTable } from '../contender.ts';

export const OCULUS_VISEMES: ShapeTable = {
  sil: [0, 1],
  PP: [0, 0.98],
  FF: [0.12, 1],
  TH: [0.3, 1],
  DD: [0.3, 1.03],
  kk: [0.35, 1.02],
  CH: [0.3, 0.82],
  SS: [0.2, 1.08],
  nn: [0.3, 1.03],
  RR: [0.35, 0.9],
  aa: [1, 1.02],
  E: [0.6, 1.08],
  I: [0.4, 1.15],
  O: [0.65, 0.8],
  U: [0.3, 0.62],
};
