/**
 * Were these very words said? The port of verifying a known code: not what was said, but how much better the code fits
 * than any other code of the same list would, and where it is.
 */
import type { CancelSignal } from '../base/errors.ts';

/** What a spotter listens at. */
export const SPOT_RATE_HZ = 16_000;

export interface SpotRequest {
  /** BCP 47. */
  readonly language: string;
  /** Mono at SPOT_RATE_HZ, up to about 20 s; other speech may stand before and after the code. */
  readonly pcm: Float32Array;
  /** In the order in which they are to be said. */
  readonly words: readonly string[];
  /** All words that codes are made of, these among them. */
  readonly list: readonly string[];
}

export interface SpottedWords {
  /**
   * Log-likelihood of the code less that of the list's best-fitting code of as many words, per hundredth of a second of
   * it, ×1000: about 0 where the code is what was said, and the lower the better others fit.
   */
  readonly lead: number;
  /** Log-likelihood against the best sounds of any kind, in the same unit: about −4 where these words were said. */
  readonly fit: number;
  /** Of the code in `pcm`, seconds. */
  readonly startS: number;
  readonly endS: number;
  /** What the list's best code is. */
  readonly heard: readonly string[];
}

export interface WordSpotter {
  /** Of program and models. */
  readonly version: string;
  serves(language: string): boolean;
  /** Which of these words have a sound that it can listen for. @throws as `spot` does */
  knows(language: string, words: readonly string[], signal?: CancelSignal): Promise<readonly boolean[]>;
  /** Null where the words fit nowhere. @throws AppError invalid-input (a language it does not serve) | cancelled | internal */
  spot(request: SpotRequest, signal?: CancelSignal): Promise<SpottedWords | null>;
  close(): void;
}
