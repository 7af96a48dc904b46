/**
 * What the lip-sync model hears in a sound, fifty times a second: the mouth that makes it, the phones in it, whether
 * anyone speaks, and the melody. Identity-free; the motion stage turns it into a face.
 */
import type { CancelSignal } from '../../base/errors.ts';

/** Step i is the 20 ms from i ÷ 50 s on; its values are of the middle of that time. */
export const HEARD_RATE_HZ = 50;

/** Columns of `mouth`: the shapes of motion/visemes.ts, 0…1 each; left and right are the same. */
export const HEARD_MOUTH = [
  'jawOpen',
  'jawForward',
  'upperUp',
  'lowerDown',
  'press',
  'rollUpper',
  'rollLower',
  'shrugUpper',
  'shrugLower',
  'pucker',
  'funnel',
  'stretch',
  'smile',
  'tipUp',
  'betweenTeeth',
  'backUp',
] as const;
export type HeardMouthShape = (typeof HEARD_MOUTH)[number];

export interface HeardSpeech {
  readonly steps: number;
  /** steps × HEARD_MOUTH, step-major. */
  readonly mouth: Float32Array<ArrayBuffer>;
  /** steps × PHONES, step-major: probabilities, each step's sum is 1. */
  readonly phones: Float32Array<ArrayBuffer>;
  /** Per step, 0…1: someone speaks. */
  readonly voice: Float32Array<ArrayBuffer>;
  /** Per step: the voice's pitch in semitones above 55 Hz where voiced, 0 elsewhere. */
  readonly pitchSt: Float32Array<ArrayBuffer>;
  /** Per step, 0…about 1.5: loudness against the speaker's usual loud syllable. */
  readonly energy: Float32Array<ArrayBuffer>;
  /** Per step, 0…1: the syllable here is stressed or emphasised. */
  readonly emphasis: Float32Array<ArrayBuffer>;
}

/** Sound in pieces, motion in pieces: each push answers with the steps that have become certain. */
export interface ListenStream {
  /** Mono, −1…1, at the rate the stream was opened with. Empty answers are usual. */
  push(pcm: Float32Array<ArrayBuffer>): Promise<HeardSpeech>;
  /** The rest, as if silence followed. */
  finish(): Promise<HeardSpeech>;
  close(): void;
}

export interface SpeechListener {
  /** Of model and decoding; part of cache keys. */
  readonly version: string;
  /** Whole sounds and streams give the same steps. @throws AppError cancelled | internal */
  listen(pcm: Float32Array<ArrayBuffer>, sampleRateHz: number, signal?: CancelSignal): Promise<HeardSpeech>;
  open(sampleRateHz: number): ListenStream;
  close(): Promise<void>;
}

/** One after the other. */
export function concatHeard(parts: readonly HeardSpeech[]): HeardSpeech {
  const join = (name: Exclude<keyof HeardSpeech, 'steps'>): Float32Array<ArrayBuffer> => {
    const out = new Float32Array(parts.reduce((sum, part) => sum + part[name].length, 0));
    let at = 0;
    for (const part of parts) {
      out.set(part[name], at);
      at += part[name].length;
    }
    return out;
  };
  return {
    steps: parts.reduce((sum, part) => sum + part.steps, 0),
    mouth: join('mouth'),
    phones: join('phones'),
    voice: join('voice'),
    pitchSt: join('pitchSt'),
    energy: join('energy'),
    emphasis: join('emphasis'),
  };
}
