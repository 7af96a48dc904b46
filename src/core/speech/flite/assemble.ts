/**
 * Puts spoken sentences together: silences between them of a chosen length, extra silence where the script asks for
 * it, emphasis as level and pitch. Works in whole samples, and moves the phones along with the sound.
 */
import type { EnginePhone, EngineSpeech, SpeechRequest, SpokenToken } from '../ports.ts';
import type { Phone } from '../phone.ts';
import { contour, fadeEnds, softLimit } from '../pcm.ts';
import { shiftPitch } from '../psola.ts';
import type { Chunk } from './chunk.ts';
import { periodsOf } from './pitch.ts';
import type { FliteVoice } from './voices.ts';

export interface SpokenSegment {
  /** One phone, or two for a syllabic consonant. */
  readonly phones: readonly Phone[];
  readonly startS: number;
  readonly endS: number;
  /** Position in the chunk, −1 for silence. */
  readonly token: number;
  readonly stress: 0 | 1 | 2;
}

/** A chunk as Flite said it, its own leading and trailing pause included. */
export interface SpokenChunk {
  readonly sampleRateHz: number;
  readonly pcm: Float32Array<ArrayBuffer>;
  readonly segments: readonly SpokenSegment[];
}

/** How much louder and higher an emphasised word is, by its emphasis. */
const EMPHASIS_GAIN = [1, 1.25, 1.45] as const;
const EMPHASIS_PITCH = [1, 1.08, 1.16] as const;
/** The melody of a question that asks for yes or no rises at its end. */
const QUESTION_PITCH = 1.22;

/** Silence after a phrase, seconds at speed 1. */
const GAP_S: Readonly<Record<SpokenToken['boundary'], number>> = {
  none: 0.05,
  comma: 0.18,
  clause: 0.3,
  sentence: 0.45,
  question: 0.48,
  exclamation: 0.45,
};
/** How much of Flite's own pause is kept on either side, for the sound to die away in. */
const LEAD_S = 0.03;
const TAIL_S = 0.12;
const FADE_S = 0.008;

type OutputPhone = EnginePhone;

/** Collects sound and phones; times are kept in samples. */
class Tape {
  readonly sampleRateHz: number;
  readonly pieces: Float32Array[] = [];
  readonly phones: { phone: Phone; end: number; stress: 0 | 1 | 2; token: number }[] = [];
  length = 0;

  constructor(sampleRateHz: number) {
    this.sampleRateHz = sampleRateHz;
  }

  sound(pcm: Float32Array): void {
    this.pieces.push(pcm);
    this.length += pcm.length;
  }

  silence(samples: number): void {
    if (samples > 0) this.sound(new Float32Array(samples));
  }

  /** Ends the phone that has been sounding since the last one ended. */
  phone(phone: Phone, end: number, stress: 0 | 1 | 2, token: number): void {
    const before = this.phones.at(-1);
    if (end <= (before?.end ?? 0)) return;
    if (phone === 'sil' && before?.phone === 'sil') before.end = end;
    else this.phones.push({ phone, end, stress, token });
  }

  result(): EngineSpeech {
    const pcm = new Float32Array(this.length);
    let at = 0;
    for (const piece of this.pieces) {
      pcm.set(piece, at);
      at += piece.length;
    }
    let start = 0;
    const phones: OutputPhone[] = this.phones.map(({ phone, end, stress, token }) => {
      const timed = {
        phone,
        startS: start / this.sampleRateHz,
        endS: end / this.sampleRateHz,
        stress,
        token,
      };
      start = end;
      return timed;
    });
    return { sampleRateHz: this.sampleRateHz, pcm, phones };
  }
}

/** @returns sound that begins with the first phone (but for 30 ms) and ends where the last one has died away. */
export function assemble(
  spoken: readonly { readonly chunk: Chunk; readonly sound: SpokenChunk }[],
  voice: FliteVoice,
  request: SpeechRequest,
): EngineSpeech {
  const sampleRateHz = spoken[0]?.sound.sampleRateHz ?? 16000;
  const tape = new Tape(sampleRateHz);
  spoken.forEach(({ chunk, sound }, c) => {
    const shaped = shape(chunk, sound, voice, request);
    play(tape, chunk, sound.segments, shaped);
    const last = chunk.at(-1)?.token;
    if (!last) return;
    if (c < spoken.length - 1) {
      const gap = Math.round((GAP_S[last.boundary] / request.speed) * sampleRateHz);
      const kept = tailSamples(sound, sampleRateHz) + Math.round(LEAD_S * sampleRateHz);
      tape.silence(gap - kept);
    }
    tape.silence(Math.round(last.pauseAfterS * sampleRateHz));
    tape.phone('sil', tape.length, 0, -1);
  });
  return tape.result();
}

function lastSpoken(segments: readonly SpokenSegment[]): number {
  return segments.findLastIndex(({ token }) => token >= 0);
}

function tailSamples(sound: SpokenChunk, sampleRateHz: number): number {
  const end = Math.round((sound.segments[lastSpoken(sound.segments)]?.endS ?? 0) * sampleRateHz);
  return Math.max(0, Math.min(Math.round(TAIL_S * sampleRateHz), sound.pcm.length - end));
}

/** Copies a chunk to the tape: its leading pause cut short, extra silence put into the pauses inside it. */
function play(
  tape: Tape,
  chunk: Chunk,
  segments: readonly SpokenSegment[],
  pcm: Float32Array<ArrayBuffer>,
): void {
  const rate = tape.sampleRateHz;
  const first = segments.findIndex(({ token }) => token >= 0);
  const last = lastSpoken(segments);
  const speechEnd = Math.round((segments[last]?.endS ?? 0) * rate);
  const end = Math.min(pcm.length, speechEnd + Math.round(TAIL_S * rate));
  let from = Math.max(0, Math.round(((segments[first]?.startS ?? 0) - LEAD_S) * rate));
  // Adding this to a sample of the chunk gives its sample on the tape.
  let offset = tape.length - from;
  const emit = (until: number) => {
    const piece = pcm.slice(from, until);
    fadeEnds(piece, Math.round(FADE_S * rate));
    tape.sound(piece);
    from = until;
  };
  for (let i = first; i <= last; i++) {
    const segment = segments[i] as SpokenSegment;
    const start = Math.round(segment.startS * rate);
    const stop = Math.min(end, Math.round(segment.endS * rate));
    if (segment.token < 0) {
      const before = segments[i - 1]?.token ?? -1;
      const extra = Math.round((chunk[before]?.token.pauseAfterS ?? 0) * rate);
      if (extra > 0) {
        emit((start + stop) >> 1);
        tape.silence(extra);
        offset += extra;
      }
      tape.phone('sil', stop + offset, 0, -1);
      continue;
    }
    if (i === first) tape.phone('sil', start + offset, 0, -1);
    const token = (chunk[segment.token] as Chunk[number]).index;
    segment.phones.forEach((phone, k) => {
      const part = start + Math.round(((stop - start) * (k + 1)) / segment.phones.length);
      tape.phone(phone, part + offset, segment.stress, token);
    });
  }
  emit(end);
  tape.phone('sil', end + offset, 0, -1);
}

/** Emphasis, the rise of a question, and the voice's own level. */
function shape(chunk: Chunk, sound: SpokenChunk, voice: FliteVoice, request: SpeechRequest) {
  const rate = sound.sampleRateHz;
  const stretch = (part: { readonly startS: number; readonly endS: number }, value: number) => ({
    start: Math.round(part.startS * rate),
    end: Math.round(part.endS * rate),
    value,
  });
  const levels: { start: number; end: number; value: number }[] = [];
  const pitches: { start: number; end: number; value: number }[] = [];
  for (const segment of sound.segments) {
    const emphasis = chunk[segment.token]?.token.emphasis ?? 0;
    if (emphasis === 0) continue;
    levels.push(stretch(segment, EMPHASIS_GAIN[emphasis]));
    pitches.push(stretch(segment, EMPHASIS_PITCH[emphasis]));
  }
  const rise = questionRise(chunk, sound.segments);
  if (rise) pitches.push(stretch(rise, QUESTION_PITCH));
  let pcm = sound.pcm;
  if (pitches.length > 0) {
    // Where the pitch stays as it is, sound passes through overlap-add unchanged without being tracked.
    const near = 0.1 * rate;
    const periods = periodsOf(pcm, rate, sound.segments, voice, 2 ** (request.pitchSt / 12), (sample) =>
      pitches.some(({ start, end }) => sample > start - near && sample < end + near),
    );
    pcm = shiftPitch(pcm, rate, contour(pcm.length, pitches, 1, Math.round(0.08 * rate)), periods);
  }
  const level = contour(pcm.length, levels, 1, Math.round(0.03 * rate));
  return pcm.map((sample, i) => softLimit(sample * (level[i] as number) * voice.gain));
}

const QUESTION_WORDS = new Set('who whom whose what which when where why how'.split(' '));

/** The last stressed vowel and what follows it, in a question that does not open with a question word. */
function questionRise(chunk: Chunk, segments: readonly SpokenSegment[]) {
  if (chunk.at(-1)?.token.boundary !== 'question') return null;
  if (chunk.slice(0, 2).some(({ token }) => QUESTION_WORDS.has(token.spoken))) return null;
  const last = segments[lastSpoken(segments)];
  const from = segments.findLast(({ token, stress }) => token >= 0 && stress > 0);
  return from && last ? { startS: from.startS, endS: last.endS } : null;
}
