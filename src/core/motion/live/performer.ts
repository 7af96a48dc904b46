/**
 * Heard speech → motion, as it comes. A live performer is fed the steps of a voice and answers with whole frames of
 * motion, mouth to hands. It looks one step ahead and remembers what it needs; the same steps give the same motion
 * however they were cut, and no channel moves faster than `LIVE_SPEED_LIMITS` says.
 */
import { seededRandom, seedOf } from '../../base/hashing.ts';
import { HEARD_RATE_HZ, type HeardSpeech } from '../../speech/listen/heard.ts';
import { clamp, lerp } from '../curves.ts';
import { mirrorGazeInEyeLook } from '../gaze.ts';
import { restPose } from '../rest-pose.ts';
import { createSheet, packSheet } from '../sheet.ts';
import { MOTION_CHANNELS, type MotionChannel } from '../track.ts';
import { createBreath, createHands, createTrunk } from './body.ts';
import { createCueReader, STEP_S, stepOf, type HeardStep } from './cues.ts';
import { createBrows, createGaze, createHead, createLids, createLiveliness } from './face.ts';
import { createLiveMouth } from './mouth.ts';

/** A step is moved when the one after it is heard. */
export const LIVE_LATENCY_STEPS = 1;

/** The most that a channel moves, per second, in its own unit. The first that matches a channel's name counts. */
export const LIVE_SPEED_LIMITS: readonly (readonly [RegExp, number])[] = [
  // A blink shuts in 85 ms, lips and jaw are as quick; a saccade is quicker than either.
  [/^(mouth|jaw|tongue)/, 16],
  [/^(eyeBlink|eyeSquint|eyeWide)/, 20],
  [/^(gaze|eyeLook)/, 14],
  [/^head/, 1.6],
  [/^(body|shoulder|breath)/, 1.6],
  [/(Wrist[XYZ]|PalmRoll|PalmFacing|WristBend|Elbow|Curl|Spread)$/, 6],
  [/./, 6],
];

export function speedLimit(name: MotionChannel): number {
  return (LIVE_SPEED_LIMITS.find(([pattern]) => pattern.test(name)) as readonly [RegExp, number])[1];
}

const MOST_A_STEP = Float64Array.from(MOTION_CHANNELS, (name) => speedLimit(name) * STEP_S);

export interface LivePerformer {
  /** Takes steps of one stream, in order. */
  push(heard: HeardSpeech): void;
  /** The latest time that has been moved: the middle of a step, seconds from the stream's start. Below 0 before any. */
  readonly knownUntilS: number;
  /**
   * The motion at a time up to `knownUntilS`, one value for each of MOTION_CHANNELS; earlier than a second before that
   * it is forgotten, and the oldest is given. A fresh array each time.
   */
  frameAt(timeS: number): Float32Array<ArrayBuffer>;
}

/** Poses that are remembered: a second of them. */
const REMEMBERED = 50;
/** Times this near to a step's middle are that, steps. */
const ON_A_STEP = 1e-6;

/** @param seed of all that is left to chance */
export function createLivePerformer(seed: string): LivePerformer {
  const move = createMover(seed);
  /** The newest poses; the last of them is that of step `moved − 1`. */
  let poses: Float32Array<ArrayBuffer>[] = [];
  let moved = 0;
  let waiting: HeardStep | null = null;
  const middle = (step: number) => (step + 0.5) * STEP_S;

  return {
    push(heard) {
      for (let i = 0; i < heard.steps; i++) {
        const step = stepOf(heard, i);
        if (waiting) {
          poses.push(move(waiting, step));
          moved++;
        }
        waiting = step;
      }
      poses = poses.slice(-REMEMBERED);
    },
    get knownUntilS() {
      return middle(moved - 1);
    },
    frameAt(timeS) {
      const oldest = moved - poses.length;
      const x = clamp(timeS / STEP_S - 0.5, oldest, moved - 1);
      // The middle of a step is that step's own pose, to the bit.
      const step = Math.floor(x + ON_A_STEP);
      const share = Math.max(0, x - step);
      const before = poses[step - oldest];
      if (!before) return restPose();
      const after = share > ON_A_STEP ? poses[step + 1 - oldest] : undefined;
      if (!after) return before.slice();
      return before.map((value, c) => lerp(value, after[c] as number, share));
    },
  };
}

function createMover(seed: string): (here: HeardStep, next: HeardStep) => Float32Array<ArrayBuffer> {
  const randomFor = (layer: string) => seededRandom(seedOf(`live ${layer}\n${seed}`));
  const readCue = createCueReader();
  const liveliness = createLiveliness();
  let live = 0;
  const mouth = createLiveMouth();
  const gaze = createGaze(randomFor('gaze'));
  const layers = [
    createBrows(randomFor('brows')),
    createHead(randomFor('head'), () => live),
    gaze.layer,
    createLids(randomFor('blinks'), gaze.shifted),
    createBreath(),
    createTrunk(randomFor('trunk'), () => live),
    createHands(randomFor('hands')),
  ];
  // A sheet of one column: the layers and the mouth's promises are those of a planned film's sheet.
  const sheet = createSheet({ num: HEARD_RATE_HZ, den: 1 }, 1);
  const rest = restPose();
  let before = rest;

  return (here, next) => {
    rest.forEach((value, c) => ((sheet.rows[c] as Float64Array)[0] = value));
    const cue = readCue(here);
    live = liveliness(cue);
    mouth(sheet, here, next);
    for (const layer of layers) layer(sheet, cue);
    mirrorGazeInEyeLook(sheet);
    const wanted = packSheet(sheet);
    before = wanted.map((value, c) => {
      const last = before[c] as number;
      const most = MOST_A_STEP[c] as number;
      return clamp(value, last - most, last + most);
    });
    return before;
  };
}
