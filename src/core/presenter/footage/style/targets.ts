/** From a motion to the mouth shapes of one person, frame by frame. */
import { smoothstep } from '../../../motion/curves.ts';
import { channelIndex, MOTION_CHANNELS } from '../../../motion/track.ts';
import { openingForm, setOpening, widthForm, type MouthSpace } from '../mouth/space.ts';
import { sharedLips, STYLE_INPUTS, styleInputs, type StyleMotion } from './inputs.ts';
import type { Line, MouthRange, StyleMap, TalkingStyle } from './style.ts';

/** Aperture of a lively vowel of shared motion. */
const LIVELY_APERTURE = 0.42;
/** Widths of shared motion: pursed, relaxed, broad. */
const [PURSED, RELAXED, BROAD] = [0.68, 1, 1.14];
/** Lips that are held together press (motion/mouth.ts); resting lips, which may be parted, do not. */
const [PRESSING, PRESSED] = [0.08, 0.18];
/** Apertures above this are not shut, whatever presses. */
const TOUCHING = 0.03;
const PRESS = [channelIndex('mouthPressLeft'), channelIndex('mouthPressRight')] as const;

/** @returns frames × dimensions of the space */
export function styleTargets(
  style: TalkingStyle,
  space: MouthSpace,
  motion: StyleMotion,
): Float32Array<ArrayBuffer> {
  const lips = sharedLips(motion);
  const out = style.map ? mapped(style.map, space, motion) : ranged(style.range, space, lips);
  const dimensions = space.spread.length;
  const opening = openingForm(space);
  // What shared motion promises is kept on these lips: shut is shut, and nothing opens further than twice the liveliest.
  const most = style.range.shut + 2 * (style.range.open - style.range.shut);
  for (let i = 0; i < motion.frameCount; i++) {
    let now = opening.rest;
    for (let d = 0; d < dimensions; d++) now += opening.by[d]! * out[i * dimensions + d]!;
    const offset = i * MOTION_CHANNELS.length;
    const press = (motion.values[offset + PRESS[0]]! + motion.values[offset + PRESS[1]]!) / 2;
    const held = lips.aperture[i]! > TOUCHING ? 0 : smoothstep(PRESSING, PRESSED, press);
    const wanted = Math.min(most, Math.max(style.range.shut, now));
    const kept = wanted + held * (style.range.shut - wanted);
    if (Math.abs(kept - now) > 1e-5) setOpening(space, out, i, kept);
    holdBack(space, out, i);
  }
  return out;
}

/**
 * Further than this from a person's middle shape, in the spreads of their footage, is no mouth of theirs: where the
 * footage hardly moves its lips, what moves them is the tremble of landmarks, and stretching that tears the face apart.
 */
const FURTHEST_SPREADS = 5;

function holdBack({ spread }: MouthSpace, out: Float32Array, row: number): void {
  const offset = row * spread.length;
  let furthest = 0;
  for (let d = 0; d < spread.length; d++)
    furthest = Math.max(furthest, Math.abs(out[offset + d]!) / spread[d]!);
  if (furthest <= FURTHEST_SPREADS) return;
  for (let d = 0; d < spread.length; d++) out[offset + d]! *= FURTHEST_SPREADS / furthest;
}

function ranged(
  range: MouthRange,
  space: MouthSpace,
  { aperture, width }: ReturnType<typeof sharedLips>,
): Float32Array<ArrayBuffer> {
  const dimensions = space.spread.length;
  const out = new Float32Array(aperture.length * dimensions);
  const likely = likelyShape(space);
  for (let i = 0; i < aperture.length; i++)
    likely(
      openingFor(range, aperture[i]!),
      widthFor(range, width[i]!),
      out.subarray(i * dimensions, (i + 1) * dimensions),
    );
  return out;
}

/** Coefficients that straight lines alone give: what a map's weights are added to. */
export function linedShapes(
  opening: Line,
  width: Line,
  space: MouthSpace,
  lips: ReturnType<typeof sharedLips>,
): Float32Array<ArrayBuffer> {
  const dimensions = space.spread.length;
  const out = new Float32Array(lips.aperture.length * dimensions);
  const likely = likelyShape(space);
  const along = ({ at0, slope }: Line, x: number) => at0 + slope * x;
  for (let i = 0; i < lips.aperture.length; i++)
    likely(
      along(opening, lips.aperture[i]!),
      along(width, lips.width[i]!),
      out.subarray(i * dimensions, (i + 1) * dimensions),
    );
  return out;
}

function mapped(map: StyleMap, space: MouthSpace, motion: StyleMotion): Float32Array<ArrayBuffer> {
  const out = linedShapes(map.opening, map.width, space, sharedLips(motion));
  addOwn(out, map.weights, styleInputs(motion), space.spread.length);
  stretchLips(out, space, map);
  return out;
}

export function addOwn(
  out: Float32Array,
  weights: ArrayLike<number>,
  inputs: Float64Array,
  dimensions: number,
): void {
  const frameCount = inputs.length / STYLE_INPUTS;
  for (let i = 0; i < frameCount; i++)
    for (let k = 0; k < STYLE_INPUTS; k++) {
      const x = inputs[i * STYLE_INPUTS + k]!;
      if (x === 0) continue;
      for (let d = 0; d < dimensions; d++) out[i * dimensions + d]! += x * weights[k * dimensions + d]!;
    }
}

/** A regression answers with the middle of what may be: opening and width are brought back to how far they really go. */
function stretchLips(out: Float32Array, space: MouthSpace, { stretch, centre }: StyleMap): void {
  const dimensions = space.spread.length;
  const forms = [openingForm(space), widthForm(space)] as const;
  const likely = likelyShape(space);
  const change = new Float32Array(dimensions);
  const none = new Float32Array(dimensions);
  likely(forms[0].rest, forms[1].rest, none);
  for (let i = 0; i < out.length / dimensions; i++) {
    const by = forms.map((form, k) => {
      let now = form.rest;
      for (let d = 0; d < dimensions; d++) now += form.by[d]! * out[i * dimensions + d]!;
      return (stretch[k]! - 1) * (now - centre[k]!);
    });
    likely(forms[0].rest + by[0]!, forms[1].rest + by[1]!, change);
    for (let d = 0; d < dimensions; d++) out[i * dimensions + d]! += change[d]! - none[d]!;
  }
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
