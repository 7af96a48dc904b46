/**
 * How a presenter moves, per frame, identity-free. One Float32Array, frame-major: value of channel c on frame i is
 * `values[i * MOTION_CHANNELS.length + c]`.
 */
import type { Rational } from '../base/time.ts';
import type { GestureName } from '../document/script.ts';

/** The 52 ARKit blendshapes, 0…1, names as Apple gives them. */
export const ARKIT_CHANNELS = [
  'browDownLeft',
  'browDownRight',
  'browInnerUp',
  'browOuterUpLeft',
  'browOuterUpRight',
  'cheekPuff',
  'cheekSquintLeft',
  'cheekSquintRight',
  'eyeBlinkLeft',
  'eyeBlinkRight',
  'eyeLookDownLeft',
  'eyeLookDownRight',
  'eyeLookInLeft',
  'eyeLookInRight',
  'eyeLookOutLeft',
  'eyeLookOutRight',
  'eyeLookUpLeft',
  'eyeLookUpRight',
  'eyeSquintLeft',
  'eyeSquintRight',
  'eyeWideLeft',
  'eyeWideRight',
  'jawForward',
  'jawLeft',
  'jawOpen',
  'jawRight',
  'mouthClose',
  'mouthDimpleLeft',
  'mouthDimpleRight',
  'mouthFrownLeft',
  'mouthFrownRight',
  'mouthFunnel',
  'mouthLeft',
  'mouthLowerDownLeft',
  'mouthLowerDownRight',
  'mouthPressLeft',
  'mouthPressRight',
  'mouthPucker',
  'mouthRight',
  'mouthRollLower',
  'mouthRollUpper',
  'mouthShrugLower',
  'mouthShrugUpper',
  'mouthSmileLeft',
  'mouthSmileRight',
  'mouthStretchLeft',
  'mouthStretchRight',
  'mouthUpperUpLeft',
  'mouthUpperUpRight',
  'noseSneerLeft',
  'noseSneerRight',
  'tongueOut',
] as const;

/** Tongue inside the mouth, 0…1: tip raised to the ridge; tip between the teeth; body raised at the back. */
export const TONGUE_CHANNELS = ['tongueTipUp', 'tongueBetweenTeeth', 'tongueBackUp'] as const;

/**
 * Head: yaw, pitch, roll in radians, as the camera sees it (the trunk's twist is not to be added again; yaw + turns to the presenter's left, pitch + nods down, roll + tilts to the
 * presenter's left shoulder). Gaze: radians relative to the head, yaw + to the presenter's left, pitch + down.
 * Body: lean + forward, sway + to the presenter's left, twist + to the left (radians); shoulders 0…1 raised;
 * breath 0…1 (chest filled).
 */
export const BODY_CHANNELS = [
  'headYaw',
  'headPitch',
  'headRoll',
  'gazeYaw',
  'gazePitch',
  'bodyLean',
  'bodySway',
  'bodyTwist',
  'shoulderLeftUp',
  'shoulderRightUp',
  'breath',
] as const;

/**
 * One arm and hand. Wrist position in shoulder widths from the midpoint between the shoulders: X to the presenter's
 * left, Y down, Z towards the viewer. PalmRoll in radians: 0 palm facing the presenter's own body midline (thumb
 * up or forward), +π/2 palm up, −π/2 palm down; PalmFacing: 0…1 turns the palm towards the viewer. WristBend: radians, + towards the back of the hand. Elbow: 0 hangs
 * by the body, 1 lifted out sideways. Fingers: curl 0 straight … 1 fist; Spread 0 together … 1 apart.
 */
const HAND = [
  'WristX',
  'WristY',
  'WristZ',
  'PalmRoll',
  'PalmFacing',
  'WristBend',
  'Elbow',
  'ThumbCurl',
  'IndexCurl',
  'MiddleCurl',
  'RingCurl',
  'LittleCurl',
  'Spread',
] as const;
export type HandPart = (typeof HAND)[number];
export type Side = 'left' | 'right';
export type HandChannel = `${Side}${HandPart}`;
export const HAND_CHANNELS: readonly HandChannel[] = (['left', 'right'] as const).flatMap((side) =>
  HAND.map((part) => `${side}${part}` as const),
);

export type MotionChannel =
  | (typeof ARKIT_CHANNELS)[number]
  | (typeof TONGUE_CHANNELS)[number]
  | (typeof BODY_CHANNELS)[number]
  | HandChannel;

export const MOTION_CHANNELS: readonly MotionChannel[] = [
  ...ARKIT_CHANNELS,
  ...TONGUE_CHANNELS,
  ...BODY_CHANNELS,
  ...HAND_CHANNELS,
];

const INDEX = new Map<MotionChannel, number>(MOTION_CHANNELS.map((name, index) => [name, index]));
/** Column of a channel in MotionTrack.values. */
export function channelIndex(name: MotionChannel): number {
  return INDEX.get(name) as number;
}

/** A gesture as it will be shown. Frames are shot-relative: it prepares, strokes, and is back at rest by `endFrame`. */
export interface GestureEvent {
  readonly gesture: GestureName;
  readonly startFrame: number;
  readonly strokeFrame: number;
  readonly endFrame: number;
  readonly side: Side | 'both';
}

/**
 * When the speaker speaks and what is stressed: for presenters that choose among takes of their own rather than being
 * moved channel by channel.
 */
export interface MotionCues {
  /** Phrases: first frame, and the one after the last; ascending, never touching. */
  readonly speech: readonly { readonly startFrame: number; readonly endFrame: number }[];
  /** Stressed syllables on the frames they land on, ascending; 0 plain … 1 what the sentence is about. */
  readonly accents: readonly { readonly frame: number; readonly strength: number }[];
}

/**
 * One shot's motion. The first and last frame are the pinned rest pose of `restPose()`, so that any shot can follow
 * any other without a jump.
 */
export interface MotionTrack {
  readonly rate: Rational;
  readonly frameCount: number;
  readonly values: Float32Array<ArrayBuffer>;
  readonly gestures: readonly GestureEvent[];
  readonly cues: MotionCues;
}
