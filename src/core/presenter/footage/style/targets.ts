/** From a motion to the mouth shapes of one person, frame by frame. */
import { MOTION_CHANNELS, type MotionTrack } from '../../../motion/track.ts';
import { lipAperture, lipWidth } from '../../../motion/lips.ts';
import { openingForm, widthForm, type MouthSpace } from '../mouth/space.ts';
import type { MouthRange, TalkingStyle } from './style.ts';

/** Apertures of shared motion: lips that only part, and those of a lively vowel. */
const LIVELY_APERTURE = 0.42;
/** Widths of shared motion: pursed, relaxed, broad. */
const [PURSED, RELAXED, BROAD] = [0.68, 1, 1.14];

/** @returns frames × dimensions of the space */
export function styleTargets(
  style: TalkingStyle,
  space: MouthSpace,
  motion: Pick<MotionTrack, 'values' | 'frameCount'>,
): Float32Array<ArrayBuffer> {
  const { frameCount, values } = motion;
  const dimensions = space.spread.length;
  const out = new Float32Array(frameCount * dimensions);
  const likely = likelyShape(space);
  for (let i = 0; i < frameCount; i++) {
    const offset = i * MOTION_CHANNELS.length;
    likely(
      openingFor(style.range, lipAperture(values, offset)),
      widthFor(style.range, lipWidth(values, offset)),
      out.subarray(i * dimensions, (i + 1) * dimensions),
    );
  }
  return out;
}

/** What an aperture of shared motion is on these lips: 0 is shut whoever it is. */
export function openingFor({ shut, open }: MouthRange, aperture: number): number {
  const part = aperture / LIVELY_APERTURE;
  // Beyond the liveliest that was seen it goes on, but slower.
  const soft = part <= 1 ? part : 1 + (1 - Math.exp(1 - part)) * 0.35;
  return shut + (open - shut) * soft;
}

export function widthFor({ narrow, rest, broad }: MouthRange, width: number): number {
  return width < RELAXED
    ? rest + (narrow - rest) * Math.min(1.2, (RELAXED - width) / (RELAXED - PURSED))
    : rest + (broad - rest) * Math.min(1.2, (width - RELAXED) / (BROAD - RELAXED));
}

/**
 * The most likely coefficients with a given opening and width, if shapes are spread as in the footage (a Gaussian whose
 * axes are the principal components): jaw, lips and corners go along as they do on this person.
 */
export function likelyShape(space: MouthSpace): (opening: number, width: number, into: Float32Array) => void {
  const forms = [openingForm(space), widthForm(space)] as const;
  const { spread } = space;
  const dot = (a: Float64Array, b: Float64Array) => {
    let sum = 0;
    for (let d = 0; d < spread.length; d++) sum += a[d]! * b[d]! * spread[d]! ** 2;
    return sum;
  };
  const [a, b] = [forms[0].by, forms[1].by];
  const [aa, ab, bb] = [dot(a, a), dot(a, b), dot(b, b)];
  // A width that cannot be had apart from the opening is wished for only weakly.
  const weak = 1e-9 + 0.02 * bb;
  const determinant = aa * (bb + weak) - ab * ab;
  return (opening, width, into) => {
    const [p, q] = [opening - forms[0].rest, width - forms[1].rest];
    const [x, y] = [((bb + weak) * p - ab * q) / determinant, (aa * q - ab * p) / determinant];
    for (let d = 0; d < spread.length; d++) into[d] = spread[d]! ** 2 * (x * a[d]! + y * b[d]!);
  };
}
