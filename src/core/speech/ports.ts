/** What is said, as data, and the port of engines that say it. */
import type { CancelSignal } from '../base/errors.ts';
import type { GestureName } from '../document/script.ts';
import type { HeardSpeech } from './listen/heard.ts';
import type { Phone, StressedPhone } from './phone.ts';

export interface TimedPhone {
  readonly phone: Phone;
  readonly startS: number;
  readonly endS: number;
  /** 0 unstressed, 1 primary, 2 secondary; consonants carry their syllable's. */
  readonly stress: 0 | 1 | 2;
  /** Index into `words`, or −1 for silence. */
  readonly word: number;
}

export interface TimedWord {
  /** As the person typed it, with its punctuation: what captions show. */
  readonly text: string;
  readonly startS: number;
  readonly endS: number;
  /** Where it stands in `paragraphText`, UTF-16 offsets [start, end). */
  readonly sourceStart: number;
  readonly sourceEnd: number;
  /** From script marks: 0 none, 1 stressed, 2 strongly. */
  readonly emphasis: 0 | 1 | 2;
  /** The break after this word, from its punctuation. */
  readonly boundary: 'none' | 'comma' | 'clause' | 'sentence' | 'question' | 'exclamation';
}

/** A gesture asked for in the script, at the time its mark is reached. */
export interface TimedGesture {
  readonly gesture: GestureName;
  readonly atS: number;
}

/**
 * One paragraph, spoken. Times are seconds from its first sample; phones cover [0, durationS) without gaps or
 * overlaps (silence is `sil`); durationS is pcm.length / sampleRateHz.
 */
export interface SpeechTrack {
  readonly sampleRateHz: number;
  /** Mono, −1…1. */
  readonly pcm: Float32Array<ArrayBuffer>;
  readonly durationS: number;
  readonly words: readonly TimedWord[];
  readonly phones: readonly TimedPhone[];
  readonly gestures: readonly TimedGesture[];
  /** What the lip-sync model heard in `pcm`, from its first sample on; null where an engine's own phone times do. */
  readonly heard: HeardSpeech | null;
}

/** One word to say, after normalisation: `2026` has become three of these, all from one source span. */
export interface SpokenToken {
  /** Lower-case letters and apostrophes only. */
  readonly spoken: string;
  /** Overrides the engine's dictionary. Stress per vowel, in order, as in TimedPhone. */
  readonly phones?: readonly { readonly phone: Phone; readonly stress: 0 | 1 | 2 }[];
  /** Index of the source word this is part of. */
  readonly word: number;
  readonly emphasis: 0 | 1 | 2;
  /** Phrase break after the token: how the engine should let its melody fall. */
  readonly boundary: TimedWord['boundary'];
  /** Extra silence after the token, seconds; punctuation's own pause not included. */
  readonly pauseAfterS: number;
}

export interface SpeechRequest {
  readonly engineVoice: string;
  readonly speed: number;
  readonly pitchSt: number;
  readonly tokens: readonly SpokenToken[];
}

/** What an engine gives back: sound, phones, and when each token was said. */
export interface EngineSpeech {
  readonly sampleRateHz: number;
  readonly pcm: Float32Array<ArrayBuffer>;
  /** Null from an engine that only makes sound: then the sound is followed and listened to. */
  readonly phones: readonly EnginePhone[] | null;
}
export type EnginePhone = Omit<TimedPhone, 'word'> & {
  /** Index into request.tokens, −1 for silence. */
  readonly token: number;
};

export interface EngineVoiceInfo {
  readonly engineVoice: string;
  readonly name: string;
  readonly language: string; // BCP 47
  readonly description: string;
}

export interface SpeechEngine {
  readonly id: string;
  /** Part of every speech cache key. */
  readonly version: string;
  /** It gives sound alone: see EngineSpeech.phones. */
  readonly withoutPhones?: boolean;
  voices(): readonly EngineVoiceInfo[];
  /**
   * How it would say words on their own, in order; an empty list for one that it cannot. Only engines with a
   * dictionary of their own have this.
   * @param words lower-case letters and apostrophes
   * @throws AppError speech-failed | network
   */
  pronounce?(words: readonly string[]): Promise<readonly (readonly StressedPhone[])[]>;
  /** @throws AppError speech-failed | cancelled */
  speak(request: SpeechRequest, signal?: CancelSignal): Promise<EngineSpeech>;
  close(): void;
}
