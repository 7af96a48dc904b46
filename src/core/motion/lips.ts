/**
 * What the mouth channels mean for the lips, as numbers: the one definition that the animator keeps its promises by
 * (p b m shut, f v on the teeth) and that every presenter is to draw faithfully. All are fractions of a mouth
 * dropped fully open (jawOpen 1, lips relaxed), which is about as tall as the closed mouth is wide.
 *
 * ARKit's mouthClose brings the lips together *while the jaw stays open*: it takes away as much of the opening as
 * jawOpen of the same value makes, and never more. It does not lift the jaw: teeth and chin stay where jawOpen puts them.
 */
import { channelIndex } from './track.ts';

/** A part of the vertical opening made (or, below zero, taken) by a channel at 1. */
export const LIP_OPENING = {
  jaw: 0.9,
  upperUp: 0.2,
  lowerDown: 0.28,
  funnel: 0.16,
  pucker: -0.05,
  press: -0.2,
  rollUpper: -0.08,
  rollLower: -0.08,
} as const;

/** How far the upper teeth reach below the line where closed lips meet. */
export const UPPER_TEETH_BELOW_LIP_LINE = 0.05;

const AT = {
  jawOpen: channelIndex('jawOpen'),
  mouthClose: channelIndex('mouthClose'),
  funnel: channelIndex('mouthFunnel'),
  pucker: channelIndex('mouthPucker'),
  rollUpper: channelIndex('mouthRollUpper'),
  rollLower: channelIndex('mouthRollLower'),
  upperUp: [channelIndex('mouthUpperUpLeft'), channelIndex('mouthUpperUpRight')],
  lowerDown: [channelIndex('mouthLowerDownLeft'), channelIndex('mouthLowerDownRight')],
  press: [channelIndex('mouthPressLeft'), channelIndex('mouthPressRight')],
  smile: [channelIndex('mouthSmileLeft'), channelIndex('mouthSmileRight')],
  stretch: [channelIndex('mouthStretchLeft'), channelIndex('mouthStretchRight')],
  dimple: [channelIndex('mouthDimpleLeft'), channelIndex('mouthDimpleRight')],
} as const;

/** Values of one frame in MOTION_CHANNELS order; `offset` is where the frame starts in a MotionTrack's values. */
type Frame = ArrayLike<number>;

function at(frame: Frame, index: number, offset: number): number {
  return frame[offset + index] ?? 0;
}
function mean(frame: Frame, pair: readonly [number, number], offset: number): number {
  return (at(frame, pair[0], offset) + at(frame, pair[1], offset)) / 2;
}

/** How far the jaw alone parts the lips: jawOpen less what mouthClose holds together. */
function parting(frame: Frame, offset: number): number {
  return LIP_OPENING.jaw * Math.max(0, at(frame, AT.jawOpen, offset) - at(frame, AT.mouthClose, offset));
}

/** Vertical gap between the lips at the middle of the mouth, 0 (touching) … 1 (wide open). */
export function lipAperture(frame: Frame, offset = 0): number {
  const gap =
    parting(frame, offset) +
    LIP_OPENING.upperUp * mean(frame, AT.upperUp, offset) +
    LIP_OPENING.lowerDown * mean(frame, AT.lowerDown, offset) +
    LIP_OPENING.funnel * at(frame, AT.funnel, offset) +
    LIP_OPENING.pucker * at(frame, AT.pucker, offset) +
    LIP_OPENING.press * mean(frame, AT.press, offset) +
    LIP_OPENING.rollUpper * at(frame, AT.rollUpper, offset) +
    LIP_OPENING.rollLower * at(frame, AT.rollLower, offset);
  return gap < 0 ? 0 : gap > 1 ? 1 : gap;
}

/** Gap between the lower lip and the edge of the upper teeth, 0 where they touch (f v) … about 1. */
export function lipToTeethGap(frame: Frame, offset = 0): number {
  const lowerLip =
    parting(frame, offset) +
    LIP_OPENING.lowerDown * mean(frame, AT.lowerDown, offset) -
    0.2 * at(frame, AT.rollLower, offset);
  return Math.max(0, lowerLip - UPPER_TEETH_BELOW_LIP_LINE);
}

/** Distance between the corners of the mouth, 1 for relaxed closed lips; about 0.5 (pucker) … 1.3 (broad smile). */
export function lipWidth(frame: Frame, offset = 0): number {
  return (
    1 +
    0.28 * mean(frame, AT.smile, offset) +
    0.2 * mean(frame, AT.stretch, offset) +
    0.06 * mean(frame, AT.dimple, offset) -
    0.45 * at(frame, AT.pucker, offset) -
    0.22 * at(frame, AT.funnel, offset) -
    0.08 * at(frame, AT.jawOpen, offset)
  );
}
