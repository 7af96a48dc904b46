/**
 * The pose every shot starts and ends in: a presenter who is about to speak. Lips closed with a hint of a smile,
 * eyes on the viewer, lungs a quarter full, hands lightly folded in front of the belly, right over left, fingers
 * curled as relaxed fingers are (the index least, the little finger most).
 */
import type { HandPart, MotionChannel, Side } from './track.ts';
import { MOTION_CHANNELS } from './track.ts';

/** One hand, seen from its own side: X is the distance from the body's midline towards that hand's side. */
export type HandPose = Readonly<Record<HandPart, number>>;

const FOLDED: HandPose = {
  WristX: 0.27,
  WristY: 1.03,
  WristZ: 0.36,
  PalmRoll: -0.35,
  PalmFacing: 0,
  WristBend: 0.1,
  Elbow: 0.1,
  ThumbCurl: 0.25,
  IndexCurl: 0.3,
  MiddleCurl: 0.36,
  RingCurl: 0.42,
  LittleCurl: 0.48,
  Spread: 0.1,
};

export const REST_HANDS: Readonly<Record<Side, HandPose>> = {
  left: FOLDED,
  right: { ...FOLDED, WristX: 0.25, WristY: 0.99, WristZ: 0.42 },
};

export const REST_BREATH = 0.25;
const REST_FACE: Partial<Record<MotionChannel, number>> = {
  mouthSmileLeft: 0.14,
  mouthSmileRight: 0.13,
  cheekSquintLeft: 0.05,
  cheekSquintRight: 0.05,
  breath: REST_BREATH,
};

/** A hand channel's name and value for this side of a body, from a pose seen from that hand's own side. */
export function handChannelValue(side: Side, part: HandPart, poseValue: number): number {
  return part === 'WristX' && side === 'right' ? -poseValue : poseValue;
}

function restValue(name: MotionChannel): number {
  for (const side of ['left', 'right'] as const) {
    if (!name.startsWith(side)) continue;
    const part = name.slice(side.length) as HandPart;
    return handChannelValue(side, part, REST_HANDS[side][part]);
  }
  return REST_FACE[name] ?? 0;
}

const REST = Float32Array.from(MOTION_CHANNELS, restValue);

/** The pinned pose, one value for each of MOTION_CHANNELS; a fresh array each time. */
export function restPose(): Float32Array<ArrayBuffer> {
  return REST.slice();
}
