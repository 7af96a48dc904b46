/**
 * What a live performer goes by: the voice as it stands at one step, and the little that can be told of a speech whose
 * rest nobody knows. Whether someone speaks (with patience at the end of a phrase), how far the melody is from the
 * speaker's own middle, and which syllable has just stood out from those before it.
 */
import { HEARD_MOUTH, HEARD_RATE_HZ, type HeardSpeech } from '../../speech/listen/heard.ts';
import { PHONES, type Phone } from '../../speech/phone.ts';
import { clamp } from '../curves.ts';
import { constraintOf, type Constraint } from '../visemes.ts';

export const STEP_S = 1 / HEARD_RATE_HZ;

/** One step of HeardSpeech, its phones summed up into what they promise of the mouth. */
export interface HeardStep {
  /** HEARD_MOUTH order. */
  readonly mouth: Float32Array;
  /** How probable it is that the phone here asks for this, 0…1. */
  readonly asks: Readonly<Record<Constraint, number>>;
  readonly voice: number;
  readonly pitchSt: number;
  readonly energy: number;
  readonly emphasis: number;
}

export interface LiveCue {
  /** The middle of the step. */
  readonly timeS: number;
  readonly speaking: boolean;
  /** How long it has been so. */
  readonly forS: number;
  /** Speech, or a pause, begins with this very step. */
  readonly turned: boolean;
  readonly energy: number;
  /** Semitones above the speaker's middle so far, −4…5; drifts home where nothing is voiced. */
  readonly melodySt: number;
  /** 0, or how much a syllable that begins to stand out here does so, up to 1. */
  readonly accent: number;
}

const COLUMNS: Readonly<Record<Constraint, readonly number[]>> = {
  'lips-shut': columnsOf('lips-shut'),
  'lip-on-teeth': columnsOf('lip-on-teeth'),
  'jaw-nearly-shut': columnsOf('jaw-nearly-shut'),
};

function columnsOf(constraint: Constraint): number[] {
  return PHONES.flatMap((phone: Phone, column) => (constraintOf(phone) === constraint ? [column] : []));
}

export function stepOf(heard: HeardSpeech, i: number): HeardStep {
  const sum = (constraint: Constraint) =>
    COLUMNS[constraint].reduce(
      (total, column) => total + (heard.phones[i * PHONES.length + column] as number),
      0,
    );
  return {
    mouth: heard.mouth.slice(i * HEARD_MOUTH.length, (i + 1) * HEARD_MOUTH.length),
    asks: {
      'lips-shut': sum('lips-shut'),
      'lip-on-teeth': sum('lip-on-teeth'),
      'jaw-nearly-shut': sum('jaw-nearly-shut'),
    },
    voice: heard.voice[i] as number,
    pitchSt: heard.pitchSt[i] as number,
    energy: heard.energy[i] as number,
    emphasis: heard.emphasis[i] as number,
  };
}

const SPEAKS_FROM = 0.5;
const SPEAKS_UNTIL = 0.35;
/** A stop's silence is no pause. */
const PATIENCE_S = 0.16;
/** Means of pitch and of emphasis forget over this time, so that they fit whoever speaks by now. */
const PITCH_MEMORY_S = 6;
const EMPHASIS_MEMORY_S = 4;
const LEAST_EMPHASIS = 0.3;
/** A syllable stands out when it passes the mean by this factor, and has room after the one before it. */
const STANDS_OUT = 1.3;
const ACCENT_ROOM_S = 0.34;

/** Reads steps in order. */
export function createCueReader(): (step: HeardStep) => LiveCue {
  let index = 0;
  let speaking = false;
  let sinceS = 0;
  let quietS = 0;
  let middleSt: number | null = null;
  let melodySt = 0;
  let usualEmphasis = LEAST_EMPHASIS / STANDS_OUT;
  let emphasisBefore = 0;
  let accentAtS = -Infinity;

  return (step) => {
    const timeS = (index++ + 0.5) * STEP_S;
    quietS = step.voice > SPEAKS_UNTIL ? 0 : quietS + STEP_S;
    const now = speaking ? quietS < PATIENCE_S : step.voice > SPEAKS_FROM;
    const turned = now !== speaking;
    speaking = now;
    sinceS = turned ? 0 : sinceS + STEP_S;

    if (step.voice > SPEAKS_FROM && step.pitchSt > 1) {
      middleSt = middleSt === null ? step.pitchSt : towards(middleSt, step.pitchSt, PITCH_MEMORY_S);
      melodySt = clamp(step.pitchSt - middleSt, -4, 5);
    } else melodySt *= 0.94;

    let accent = 0;
    const line = Math.max(LEAST_EMPHASIS, STANDS_OUT * usualEmphasis);
    if (step.voice > SPEAKS_FROM) {
      const rises = step.emphasis > line && emphasisBefore <= line;
      if (rises && timeS - accentAtS >= ACCENT_ROOM_S) {
        accentAtS = timeS;
        accent = clamp(0.25 + 0.5 * step.emphasis + 0.06 * Math.max(0, melodySt), 0, 1);
      }
      usualEmphasis = towards(usualEmphasis, step.emphasis, EMPHASIS_MEMORY_S);
    }
    emphasisBefore = step.emphasis;
    return { timeS, speaking, forS: sinceS, turned, energy: step.energy, melodySt, accent };
  };
}

function towards(mean: number, value: number, memoryS: number): number {
  return mean + (value - mean) * (STEP_S / memoryS);
}
