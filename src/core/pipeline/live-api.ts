/**
 * What crosses between the parts that let a presenter speak along with a microphone: the worklet that takes its sound,
 * speech.worker that hears speech in it, and render.worker that performs and draws. They speak over ports of their own;
 * the page only opens them. Moments are milliseconds of the wall clock (Date.now), which all of them share.
 */
import type { ErrorWire } from '../base/errors.ts';
import type { HeardSpeech } from '../speech/listen/heard.ts';

/** Worklet → speech.worker: the next piece of sound, mono. */
export interface SoundPiece {
  readonly pcm: Float32Array<ArrayBuffer>;
  /** When its last sample came in. */
  readonly arrivedMs: number;
}

/** When sound came in: everything up to `untilS` of the stream was there at `arrivedMs`. */
export interface Arrival {
  readonly untilS: number;
  readonly arrivedMs: number;
}

/** speech.worker → render.worker. */
export type HeardMessage =
  | { readonly type: 'heard'; readonly heard: HeardSpeech; readonly arrivals: readonly Arrival[] }
  | { readonly type: 'failed'; readonly error: ErrorWire };

/** How late it is, over the last seconds. */
export interface Lateness {
  readonly medianMs: number;
  readonly p95Ms: number;
}

/** render.worker → the page. */
export type LiveEvent =
  | {
      readonly type: 'status';
      /** From a sound's arrival in the worklet to its motion being known. */
      readonly motion: Lateness;
      /** … to the frame that shows it being drawn. */
      readonly drawn: Lateness;
      readonly framesPerS: number;
    }
  | { readonly type: 'failed'; readonly error: ErrorWire };
