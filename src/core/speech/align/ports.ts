/**
 * Forced alignment: when each word of a known text is said in a sound. The port, and what comes out of it. An aligner
 * works on stretches of half a minute at most; `windows.ts` leads it through longer sounds.
 */
import type { CancelSignal } from '../../base/errors.ts';
import type { Phone, StressedPhone } from '../phone.ts';

/** What the aligner listens at. */
export const ALIGN_RATE_HZ = 16_000;

/** Languages that a text can be followed in. */
export const ALIGN_LANGUAGES = ['en', 'fr'] as const;
export type AlignLanguage = (typeof ALIGN_LANGUAGES)[number];

/** The language of a BCP 47 tag, if it can be followed: `fr-CA` → `fr`. */
export function alignLanguage(tag: string): AlignLanguage | null {
  const primary = tag.toLowerCase().split('-')[0];
  return ALIGN_LANGUAGES.find((language) => language === primary) ?? null;
}

export interface AlignWord {
  /** Lower case; letters of the language and apostrophes only. */
  readonly spoken: string;
  /** Overrides dictionary and rules. */
  readonly phones?: readonly Phone[];
}

export interface AlignedWord {
  readonly startS: number;
  readonly endS: number;
  /**
   * How badly the sound fits the word, per hundredth of a second; 0 is perfect. What was really said stays under 40
   * or so, other words lie above 50.
   */
  readonly misfit: number;
  /** Without gaps, from startS to endS. Vowels carry stress. */
  readonly phones: readonly (StressedPhone & { readonly startS: number; readonly endS: number })[];
}

/** Words from the first one on; null where none of them can be found in the sound. */
export type AlignedStretch = readonly AlignedWord[] | null;

export interface AlignSession {
  /**
   * @param pcm mono at ALIGN_RATE_HZ, at most about 40 s: memory grows with the square of it
   * @param all whether every word must be said; else as many as are, from the first
   */
  align(pcm: Float32Array<ArrayBuffer>, words: readonly AlignWord[], all: boolean): Promise<AlignedStretch>;
}

/** What a program that aligns offers for one language, loaded: words by name, phones by the model's names. */
export interface AlignProgram {
  knows(word: string): boolean;
  /** @param phones in the model's names, spaces between them */
  add(word: string, phones: string): void;
  /** As AlignSession.align; null where no way through the words fits the sound. */
  align(
    pcm: Float32Array<ArrayBuffer>,
    words: readonly string[],
    all: boolean,
  ): readonly ProgramWord[] | null;
  close(): void;
}
export interface ProgramWord {
  readonly startS: number;
  readonly endS: number;
  /** Natural logarithm of how well the sound fits, all of it; 0 is perfect. */
  readonly logFit: number;
  readonly phones: readonly { readonly name: string; readonly startS: number; readonly endS: number }[];
}

export interface AlignRequest {
  readonly language: AlignLanguage;
  /** Mono at ALIGN_RATE_HZ. */
  readonly pcm: Float32Array<ArrayBuffer>;
  readonly words: readonly AlignWord[];
  /** Where the sound may be cut: silences inside it, seconds. */
  readonly pauses: readonly { readonly startS: number; readonly endS: number }[];
}

export interface SpeechAligner {
  /** Of program, models and rules; part of cache keys. */
  readonly version: string;
  /**
   * One answer a word, in order; null for words that were not found.
   * @param onProgress fraction of the sound done, 0…1
   * @throws AppError network (the models could not be loaded) | cancelled | internal
   */
  align(
    request: AlignRequest,
    onProgress?: (fraction: number) => void,
    signal?: CancelSignal,
  ): Promise<readonly (AlignedWord | null)[]>;
  close(): void;
}
