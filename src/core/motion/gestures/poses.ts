/**
 * The gestures, as hand poses: where a stroke begins, where it lands, what follows it. A gesture is prepared, strokes,
 * is held and retracted (Kendon, "Gesture: visible action as utterance", 2004; McNeill, "Hand and mind", 1992). Poses are
 * seen from the gesturing hand's own side, so the same numbers serve either hand.
 */
import type { GestureName } from '../../document/script.ts';
import type { HandPose } from '../rest-pose.ts';

export interface GestureForm {
  readonly hands: 'one' | 'both';
  /** The stroke goes from here … */
  readonly ready: HandPose;
  readonly strokeS: number;
  /** … to here, where it lands on the syllable. */
  readonly apex: HandPose;
  /** Further strokes after the landing. */
  readonly then: readonly { readonly afterS: number; readonly pose: HandPose }[];
  /** Kept after the last stroke when nothing hurries it. */
  readonly holdS: number;
  /** Shoulders raised at the landing, 0…1. */
  readonly shoulders: number;
  /** How far the trunk leans in with it, radians. */
  readonly lean: number;
}

type Fingers = Pick<
  HandPose,
  'ThumbCurl' | 'IndexCurl' | 'MiddleCurl' | 'RingCurl' | 'LittleCurl' | 'Spread'
>;

function fingers(
  ThumbCurl: number,
  IndexCurl: number,
  MiddleCurl: number,
  RingCurl: number,
  LittleCurl: number,
  Spread: number,
): Fingers {
  return { ThumbCurl, IndexCurl, MiddleCurl, RingCurl, LittleCurl, Spread };
}
const RELAXED = fingers(0.2, 0.22, 0.3, 0.37, 0.44, 0.25);
const OPEN = fingers(0.05, 0.06, 0.12, 0.18, 0.24, 0.5);
const FLAT = fingers(0.15, 0.02, 0.03, 0.05, 0.08, 0.1);
const WIDE = fingers(0, 0.03, 0.05, 0.08, 0.1, 0.9);
const INDEX = fingers(0.6, 0.02, 0.9, 0.94, 0.96, 0.1);
const TWO = fingers(0.7, 0.02, 0.03, 0.92, 0.95, 0.6);
const THREE = fingers(0.75, 0.03, 0.03, 0.06, 0.94, 0.7);
const THUMB = fingers(0, 0.92, 0.95, 0.96, 0.97, 0);
const CUPPED = fingers(0.3, 0.38, 0.4, 0.43, 0.46, 0.1);
const PRECISE = fingers(0.45, 0.42, 0.34, 0.4, 0.46, 0.15);

interface Wrist {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  /** Palm: 0 towards the midline, +π/2 up, −π/2 down. */
  readonly roll?: number;
  readonly facing?: number;
  readonly bend?: number;
  readonly elbow?: number;
}
function pose(wrist: Wrist, shape: Fingers): HandPose {
  return {
    WristX: wrist.x,
    WristY: wrist.y,
    WristZ: wrist.z,
    PalmRoll: wrist.roll ?? 0,
    PalmFacing: wrist.facing ?? 0,
    WristBend: wrist.bend ?? 0,
    Elbow: wrist.elbow ?? 0.12,
    ...shape,
  };
}

type Brief = Pick<GestureForm, 'hands' | 'ready' | 'apex'> & Partial<GestureForm>;
function form(brief: Brief): GestureForm {
  return { strokeS: 0.26, then: [], holdS: 0.4, shoulders: 0, lean: 0, ...brief };
}

/** A hand held up beside the face, counting. */
function count(shape: Fingers): GestureForm {
  return form({
    hands: 'one',
    ready: pose({ x: 0.58, y: 0.5, z: 0.5, facing: 0.55, bend: 0.1, elbow: 0.04 }, CUPPED),
    apex: pose({ x: 0.66, y: 0.22, z: 0.56, facing: 1, bend: 0.05, elbow: 0 }, shape),
    strokeS: 0.28,
    holdS: 0.65,
  });
}

const BEAT_READY = pose({ x: 0.4, y: 0.7, z: 0.52, roll: 0.15, bend: 0.18, elbow: 0.16 }, PRECISE);
const BEAT_APEX = pose({ x: 0.42, y: 0.84, z: 0.62, roll: 0.3, bend: -0.08, elbow: 0.12 }, PRECISE);
const BOTH_READY = pose({ x: 0.44, y: 0.68, z: 0.5, roll: 0.2, bend: 0.16, elbow: 0.2 }, RELAXED);
const BOTH_APEX = pose({ x: 0.48, y: 0.82, z: 0.62, roll: 0.35, bend: -0.06, elbow: 0.16 }, RELAXED);

const WAVE_IN = pose({ x: 0.62, y: 0.06, z: 0.5, facing: 1, bend: -0.06, elbow: 0.02 }, OPEN);
const WAVE_OUT = pose({ x: 0.95, y: 0.08, z: 0.48, facing: 1, bend: 0.16, elbow: 0.08 }, OPEN);

export const GESTURE_FORMS: Readonly<Record<GestureName, GestureForm>> = {
  'open-palms': form({
    hands: 'both',
    ready: pose({ x: 0.3, y: 0.8, z: 0.5, roll: 0.4, bend: 0.05 }, RELAXED),
    apex: pose({ x: 0.8, y: 0.68, z: 0.62, roll: 1.15, facing: 0.2, bend: 0.1, elbow: 0.02 }, OPEN),
    strokeS: 0.32,
    holdS: 0.55,
  }),
  offer: form({
    hands: 'one',
    ready: pose({ x: 0.34, y: 0.82, z: 0.46, roll: 0.7, bend: 0.05 }, RELAXED),
    apex: pose({ x: 0.56, y: 0.66, z: 0.84, roll: 1.3, facing: 0.12, bend: 0.1, elbow: 0.02 }, OPEN),
    strokeS: 0.3,
    holdS: 0.5,
    lean: 0.02,
  }),
  point: form({
    hands: 'one',
    ready: pose({ x: 0.48, y: 0.58, z: 0.46, roll: -0.4, bend: 0.15 }, INDEX),
    apex: pose({ x: 0.5, y: 0.42, z: 0.94, roll: -0.7, bend: 0, elbow: 0.05 }, INDEX),
    strokeS: 0.24,
    holdS: 0.4,
    lean: 0.03,
  }),
  'point-aside': form({
    hands: 'one',
    ready: pose({ x: 0.5, y: 0.58, z: 0.5, roll: 0.1, bend: 0.05 }, INDEX),
    apex: pose({ x: 1.02, y: 0.34, z: 0.5, roll: 0.5, facing: 0.35, elbow: 0.06 }, INDEX),
    strokeS: 0.34,
    holdS: 0.7,
  }),
  'count-one': count(INDEX),
  'count-two': count(TWO),
  'count-three': count(THREE),
  beat: form({ hands: 'one', ready: BEAT_READY, apex: BEAT_APEX, strokeS: 0.18, holdS: 0.25 }),
  'beat-both': form({ hands: 'both', ready: BOTH_READY, apex: BOTH_APEX, strokeS: 0.2, holdS: 0.3 }),
  chop: form({
    hands: 'one',
    ready: pose({ x: 0.42, y: 0.5, z: 0.56, roll: 0, bend: 0.1, elbow: 0.2 }, FLAT),
    apex: pose({ x: 0.4, y: 0.78, z: 0.74, roll: 0.05, bend: -0.05, elbow: 0.12 }, FLAT),
    strokeS: 0.2,
    holdS: 0.35,
  }),
  spread: form({
    hands: 'both',
    ready: pose({ x: 0.17, y: 0.72, z: 0.6, roll: 0.05, bend: 0.05, elbow: 0.25 }, RELAXED),
    apex: pose({ x: 0.92, y: 0.52, z: 0.56, roll: 0.4, facing: 0.4, bend: 0.1, elbow: 0.12 }, WIDE),
    strokeS: 0.4,
    holdS: 0.5,
  }),
  gather: form({
    hands: 'both',
    ready: pose({ x: 0.8, y: 0.64, z: 0.56, roll: 0.3, facing: 0.1, elbow: 0.3 }, OPEN),
    apex: pose({ x: 0.24, y: 0.74, z: 0.62, roll: 0.1, bend: 0.02, elbow: 0.22 }, CUPPED),
    strokeS: 0.36,
    holdS: 0.5,
  }),
  heart: form({
    hands: 'one',
    ready: pose({ x: 0.36, y: 0.6, z: 0.44, roll: 0.1, bend: 0.05, elbow: 0.25 }, RELAXED),
    apex: pose(
      { x: 0.16, y: 0.48, z: 0.28, roll: 0, bend: 0.05, elbow: 0.6 },
      fingers(0.2, 0.06, 0.08, 0.11, 0.15, 0.25),
    ),
    strokeS: 0.34,
    holdS: 0.8,
  }),
  wave: form({
    hands: 'one',
    ready: WAVE_IN,
    apex: WAVE_OUT,
    strokeS: 0.22,
    then: [
      { afterS: 0.23, pose: WAVE_IN },
      { afterS: 0.46, pose: WAVE_OUT },
      { afterS: 0.68, pose: WAVE_IN },
    ],
    holdS: 0.12,
  }),
  stop: form({
    hands: 'one',
    ready: pose({ x: 0.5, y: 0.46, z: 0.42, facing: 0.8, bend: 0.3, elbow: 0.2 }, RELAXED),
    apex: pose({ x: 0.56, y: 0.26, z: 0.86, facing: 1, bend: 0.55, elbow: 0 }, FLAT),
    strokeS: 0.24,
    holdS: 0.65,
  }),
  shrug: form({
    hands: 'both',
    ready: pose({ x: 0.5, y: 0.84, z: 0.5, roll: 0.6 }, RELAXED),
    apex: pose({ x: 0.86, y: 0.6, z: 0.5, roll: 1.35, facing: 0.25, bend: 0.15, elbow: 0.02 }, OPEN),
    strokeS: 0.32,
    holdS: 0.5,
    shoulders: 0.75,
  }),
  'thumbs-up': form({
    hands: 'one',
    ready: pose({ x: 0.46, y: 0.66, z: 0.52, roll: 0, bend: 0 }, THUMB),
    apex: pose({ x: 0.5, y: 0.44, z: 0.74, roll: 0.05, facing: 0.1, bend: 0.05, elbow: 0.05 }, THUMB),
    strokeS: 0.26,
    holdS: 0.7,
  }),
};
