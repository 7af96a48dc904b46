/**
 * The person's own colours where the picture shows person and background mixed: along every edge and through every lock
 * of hair. Blurred person and blurred background are found from the matte, and what the picture lacks to their mixture
 * is given to the person (Forte, "Approximate fast foreground colour estimation", 2021): once from far, on a small
 * picture, and once from near.
 */
import type { Picture } from '../../../track/ports.ts';
import { boxMean, resizePlane } from './box-filter.ts';
import { channelOf } from './planes.ts';

/** How far the first look reaches, parts of the long side; and the second, pixels. */
const FAR = 0.035;
const NEAR_PX = 5;
/** The first look's picture is smaller by this. */
const FAR_STEP = 4;

/**
 * Three planes of the person's colours, 0…1. Where there is no person they go on blurred: nobody sees that but a filter
 * which reads beyond the edge.
 * @param alpha how much of each pixel is the person, 0…1
 */
export function personColors(picture: Picture, alpha: Float32Array): readonly Float32Array[] {
  const { widthPx, heightPx } = picture;
  const w = Math.max(1, Math.round(widthPx / FAR_STEP));
  const h = Math.max(1, Math.round(heightPx / FAR_STEP));
  const smallAlpha = resizePlane(alpha, widthPx, heightPx, w, h);
  const farPx = Math.max(2, Math.round(FAR * Math.max(w, h)));
  const farShares = sharesOf(smallAlpha, w, h, farPx);
  const nearShares = sharesOf(alpha, widthPx, heightPx, NEAR_PX);
  return [0, 1, 2].map((c) => {
    const plane = channelOf(picture, c);
    const small = resizePlane(plane, widthPx, heightPx, w, h);
    const far = look(small, small, small, smallAlpha, farShares, w, h, farPx);
    const person = resizePlane(far.person, w, h, widthPx, heightPx);
    const behind = resizePlane(far.behind, w, h, widthPx, heightPx);
    // Where a pixel is all person or none, its own colour is better than any guess.
    for (let i = 0; i < alpha.length; i++) {
      if ((alpha[i] as number) >= 1) person[i] = plane[i] as number;
      else if ((alpha[i] as number) <= 0) behind[i] = plane[i] as number;
    }
    return look(plane, person, behind, alpha, nearShares, widthPx, heightPx, NEAR_PX).person;
  });
}

interface Shares {
  readonly person: Float32Array;
  readonly behind: Float32Array;
}
function sharesOf(alpha: Float32Array, w: number, h: number, radius: number): Shares {
  const person = boxMean(alpha, w, h, radius);
  return { person, behind: person.map((a) => 1 - a) };
}

function look(
  image: Float32Array,
  person: Float32Array,
  behind: Float32Array,
  alpha: Float32Array,
  shares: Shares,
  w: number,
  h: number,
  radius: number,
): { readonly person: Float32Array; readonly behind: Float32Array } {
  const F = boxMean(
    person.map((value, i) => value * (alpha[i] as number)),
    w,
    h,
    radius,
  );
  const B = boxMean(
    behind.map((value, i) => value * (1 - (alpha[i] as number))),
    w,
    h,
    radius,
  );
  for (let i = 0; i < F.length; i++) {
    const a = alpha[i] as number;
    const ofPerson = shares.person[i] as number;
    const ofBehind = shares.behind[i] as number;
    const f = ofPerson > 1e-3 ? (F[i] as number) / ofPerson : (person[i] as number);
    const b = ofBehind > 1e-3 ? (B[i] as number) / ofBehind : (behind[i] as number);
    const lacking = (image[i] as number) - a * f - (1 - a) * b;
    F[i] = Math.min(1, Math.max(0, f + a * lacking));
    B[i] = Math.min(1, Math.max(0, b));
  }
  return { person: F, behind: B };
}
