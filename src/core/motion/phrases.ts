/**
 * The speech as a performer reads it: phrases between breaks, and in them the stressed syllables, each with how
 * much it stands out. Everything that is not the mouth (head, brows, hands, eyes, breath) takes its cues from here.
 */
import type { SpeechTrack, TimedWord } from '../speech/ports.ts';
import { clamp } from './curves.ts';
import { heardEmphasis, withSyllablesForWords } from './heard.ts';
import type { Prosody } from './prosody.ts';
import { isVowel } from './visemes.ts';

/** The core of one syllable that carries stress. */
export interface Nucleus {
  /** Where the syllable is heard to land: early in its vowel. */
  readonly atS: number;
  readonly word: number;
  readonly emphasis: 0 | 1 | 2;
  /** 0 plain … 1 the syllable the sentence is about. */
  readonly prominence: number;
}

export interface Phrase {
  readonly startS: number;
  readonly endS: number;
  readonly firstWord: number;
  readonly lastWord: number;
  readonly boundary: TimedWord['boundary'];
  /** Silence after it, up to the next phrase or the end of the shot. */
  readonly pauseAfterS: number;
  readonly startsSentence: boolean;
  readonly isQuestion: boolean;
  /** A question that wants an answer of its own (who, what, how), not yes or no. */
  readonly isOpenQuestion: boolean;
}

export interface Cues {
  readonly durationS: number;
  readonly speechStartS: number;
  readonly speechEndS: number;
  readonly words: readonly TimedWord[];
  /** The words in lower case without their punctuation. */
  readonly plainWords: readonly string[];
  readonly nuclei: readonly Nucleus[];
  readonly phrases: readonly Phrase[];
  /** Silences of at least 0.12 s, in order. */
  readonly pauses: readonly { readonly startS: number; readonly endS: number }[];
  readonly prosody: Prosody;
}

/** Words that are rarely what a sentence is about. */
const FUNCTION_WORDS = new Set(
  (
    'a an the and or but nor so of to in on at by for from with as is are was were be been am do does did has have had ' +
    'it its this that these those there he she they them his her their i me my we us our you your who which what when ' +
    'where how if then than can could will would shall should may might must not just very too also into over about up out'
  ).split(' '),
);
const OPEN_QUESTION = /^(who|whose|whom|what|which|when|where|why|how)$/;

export function plainWord(text: string): string {
  return text
    .toLowerCase()
    .replaceAll('’', "'")
    .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
}

function silences(speech: SpeechTrack): { startS: number; endS: number }[] {
  const found: { startS: number; endS: number }[] = [];
  for (const phone of speech.phones) {
    if (phone.phone !== 'sil') continue;
    const last = found.at(-1);
    if (last && phone.startS - last.endS < 1e-6) last.endS = phone.endS;
    else found.push({ startS: phone.startS, endS: phone.endS });
  }
  return found.filter((pause) => pause.endS - pause.startS >= 0.12);
}

function findPhrases(speech: SpeechTrack, plainWords: readonly string[]): Phrase[] {
  const { words, durationS } = speech;
  const ends = words.flatMap((word, w) => {
    const next = words[w + 1];
    return !next || word.boundary !== 'none' || next.startS - word.endS >= 0.25 ? [w] : [];
  });
  let sentenceStart = 0;
  return ends.map((last, p) => {
    const first = p === 0 ? 0 : (ends[p - 1] as number) + 1;
    const before = words[first - 1]?.boundary;
    const startsSentence = first === 0 || /^(sentence|question|exclamation)$/.test(before ?? '');
    if (startsSentence) sentenceStart = first;
    const boundary = (words[last] as TimedWord).boundary;
    const endS = (words[last] as TimedWord).endS;
    const isQuestion = boundary === 'question';
    return {
      startS: (words[first] as TimedWord).startS,
      endS,
      firstWord: first,
      lastWord: last,
      boundary,
      pauseAfterS: (words[last + 1]?.startS ?? durationS) - endS,
      startsSentence,
      isQuestion,
      isOpenQuestion: isQuestion && OPEN_QUESTION.test(plainWords[sentenceStart] ?? ''),
    };
  });
}

function findNuclei(speech: SpeechTrack, plainWords: readonly string[], prosody: Prosody): Nucleus[] {
  const nuclei: Nucleus[] = [];
  const emphasisAt = speech.heard ? heardEmphasis(speech.heard) : () => 0;
  for (const phone of speech.phones) {
    if (phone.word < 0 || phone.stress === 0 || !isVowel(phone.phone)) continue;
    const word = speech.words[phone.word];
    if (!word) continue;
    const atS = phone.startS + 0.4 * (phone.endS - phone.startS);
    const content = FUNCTION_WORDS.has(plainWords[phone.word] ?? '') ? 0 : 0.3;
    const prominence =
      content +
      (phone.stress === 1 ? 0.12 : 0) +
      0.2 * clamp(prosody.loudness(atS) - 0.5, 0, 1) +
      0.035 * clamp(prosody.pitchSt(atS), -2, 6) +
      0.8 * clamp(phone.endS - phone.startS - 0.06, 0, 0.15) +
      (word.emphasis === 2 ? 0.5 : word.emphasis === 1 ? 0.3 : 0) +
      (word.boundary === 'exclamation' ? 0.15 : 0) +
      0.3 * emphasisAt(atS);
    nuclei.push({ atS, word: phone.word, emphasis: word.emphasis, prominence: clamp(prominence, 0, 1) });
  }
  return nuclei;
}

export function readCues(track: SpeechTrack, prosody: Prosody): Cues {
  const speech = withSyllablesForWords(track);
  const plainWords = speech.words.map((word) => plainWord(word.text));
  const spoken = speech.phones.filter((phone) => phone.phone !== 'sil');
  return {
    durationS: speech.durationS,
    speechStartS: spoken[0]?.startS ?? speech.durationS,
    speechEndS: spoken.at(-1)?.endS ?? 0,
    words: speech.words,
    plainWords,
    nuclei: findNuclei(speech, plainWords, prosody),
    phrases: findPhrases(speech, plainWords),
    pauses: silences(speech),
    prosody,
  };
}

/** The stressed syllable of a word that stands out most, if it has one. */
export function nucleusOfWord(cues: Cues, word: number): Nucleus | undefined {
  let best: Nucleus | undefined;
  for (const nucleus of cues.nuclei)
    if (nucleus.word === word && (!best || nucleus.prominence > best.prominence)) best = nucleus;
  return best;
}
